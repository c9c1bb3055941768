#include "bench/requests.hpp"

#include "bench/people.hpp"

#include <memory>

namespace rollcall::bench {
namespace {

/// Stands for `true` or `false`; JSON allows the blank that makes both as long.
constexpr std::string_view flag_mark = "FLAG!";
constexpr std::string_view toggle_body =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
    R"("Operations":[{"op":"replace","path":"active","value":FLAG!}]})";

/// A source keeps its state through copies: a std::function may be copied.
template <class State, class F>
request_source source(State state, F next) {
    return [shared = std::make_shared<State>(std::move(state)),
            next = std::move(next)]() -> std::string_view { return next(*shared); };
}

} // namespace

std::string request_text(std::string_view method, std::string_view target, std::string_view bearer,
                         std::string_view body) {
    std::string text;
    text.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
    text += "Host: scim.example.com\r\nUser-Agent: rollcall-bench\r\n";
    text += "Accept: application/scim+json\r\n";
    text.append("Authorization: Bearer ").append(bearer).append("\r\n");
    if (!body.empty()) {
        text += "Content-Type: application/scim+json\r\n";
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    text.append("\r\n").append(body);
    return text;
}

std::uint64_t shuffler::next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545f4914f6cdd1d >> 32) % bound_;
}

request_source get_users(std::string bearer, std::vector<projections::subject_id> ids) {
    struct state {
        stencil request;
        std::vector<projections::subject_id> ids;
        shuffler order;
        std::string id;
    };

    const std::string target = "/scim/v2/Users/" + std::string(id_mark);
    const std::size_t count = ids.size();
    return source(state{{request_text("GET", target, bearer, ""), {id_mark}},
                        std::move(ids),
                        shuffler(count),
                        {}},
                  [](state& s) -> std::string_view {
                      s.id.clear();
                      s.ids[s.order.next()].append_to(s.id);
                      s.request.fill(0, std::string_view(s.id));
                      return s.request.text();
                  });
}

request_source filter_users(const std::string& bearer, std::uint64_t people) {
    struct state {
        stencil request;
        shuffler order;
    };

    const std::string target =
        "/scim/v2/Users?filter=userName%20eq%20%22" + person_user_name() + "%22";
    return source(state{{request_text("GET", target, bearer, ""), {number_mark}}, shuffler(people)},
                  [](state& s) -> std::string_view {
                      s.request.fill(0, s.order.next());
                      return s.request.text();
                  });
}

request_source create_users(const std::string& bearer, std::uint64_t first) {
    struct state {
        stencil request;
        std::uint64_t next;
    };

    return source(
        state{{request_text("POST", "/scim/v2/Users", bearer, person_body()), {number_mark}},
              first},
        [](state& s) -> std::string_view {
            s.request.fill(0, s.next++);
            return s.request.text();
        });
}

request_source toggle_users(const std::string& bearer, std::vector<projections::subject_id> ids) {
    struct state {
        stencil request;
        std::vector<projections::subject_id> ids;
        std::size_t next = 0;
        bool to = false;
    };

    const std::string target = "/scim/v2/Users/" + std::string(id_mark);
    return source(state{{request_text("PATCH", target, bearer, toggle_body), {id_mark, flag_mark}},
                        std::move(ids)},
                  [](state& s) -> std::string_view {
                      s.request.fill(0, std::string_view(s.ids[s.next].text()));
                      s.request.fill(1, std::string_view(s.to ? "true " : "false"));
                      if (++s.next == s.ids.size()) {
                          s.next = 0;
                          s.to = !s.to;
                      }
                      return s.request.text();
                  });
}

std::size_t create_body_bytes() {
    return person_body().size();
}

std::size_t toggle_body_bytes() {
    return toggle_body.size();
}

} // namespace rollcall::bench
