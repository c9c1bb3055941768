// The writing half of users.hpp.
#include "eventlog/base/sha256.hpp"
#include "eventlog/base/time.hpp"
#include "gateway/http/text.hpp"
#include "gateway/key_holder.hpp"
#include "gateway/preconditions.hpp"
#include "gateway/replies.hpp"
#include "gateway/scim/body.hpp"
#include "gateway/user_render.hpp"
#include "gateway/users.hpp"

#include <algorithm>
#include <cassert>
#include <thread>

namespace rollcall::gateway {
namespace {

using projections::done;
using projections::refusal;
using projections::refusal_code;
using projections::subject_id;
using projections::user_state;

/// RFC 7240.
bool prefers_minimal(const http::request& asked) {
    std::string_view prefer = asked.header("Prefer");
    while (!prefer.empty()) {
        const std::size_t end = prefer.find_first_of(",;");
        if (http::equal_without_case(http::trim(prefer.substr(0, end)), "return=minimal")) {
            return true;
        }
        prefer.remove_prefix(end == prefer.npos ? prefer.size() : end + 1);
    }
    return false;
}

bool is_idempotency_key(std::string_view key, std::size_t size_max) {
    return !key.empty() && key.size() <= size_max &&
           std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// What an Idempotency-Key stands for: method, target and body, none of which can run into another.
eventlog::digest request_digest(const http::request& asked) {
    return base::sha256({asked.method_text(), "\n", asked.target(), "\n", asked.body()});
}

} // namespace

/// What must be remembered from the request to its answer.
struct users::write {
    std::string base_url;
    scim::selection shown;
    bool minimal = false; ///< 204 instead of the user
    std::optional<projections::idempotency> once;
    /// What is wrong with the request; fatal unless it deprovisions.
    std::vector<scim::error> faults;

    void fault(scim::error what) { faults.push_back(std::move(what)); }
};

namespace {

/// The evaluation that the desk gets: the change, the client's If-None-Match, and for a request
/// that deprovisions, the least that it means when the rest fails.
projections::evaluate_user on_behalf(user_change change, std::string_view none_match,
                                     std::vector<scim::error> faults) {
    return [change = std::move(change), none_match = std::string(none_match),
            faults = std::move(faults)](
               const user_state& current) -> base::result<projections::user_wish, refusal> {
        if (!change.deprovisions && none_match_hits(none_match, current.core.version.value)) {
            return tl::unexpected(refusal{refusal_code::precondition_failed,
                                          "The user has the version that If-None-Match names.", 0});
        }
        auto wish = change.evaluate(current);
        if (!wish && change.deprovisions) {
            const refusal why = std::move(wish.error());
            wish = deactivate_only(current);
            if (wish) wish->faults.push_back({why.tag, why.message});
        }
        for (const scim::error& fault : faults) {
            if (wish) wish->faults.push_back({tag_of(fault), fault.detail});
        }
        return wish;
    };
}

void answer_done(call& c, const done& what, std::string_view base_url, const scim::selection& shown,
                 bool minimal) {
    if (what.what == done::kind::deleted) return c.reply().empty(204);
    if (!what.user) {
        c.refuse(404, "This request was carried out before, but the user is gone since.");
        return;
    }
    const std::string id = what.user->id.text();
    const shown_user user{id, what.user->core, what.user->content.document};
    const bool made = what.what == done::kind::created || what.what == done::kind::restored;
    if (made || !minimal) return reply_with_user(c, made ? 201 : 200, user, base_url, shown);
    c.reply().empty(204);
    add_user_headers(c, user, base_url);
    c.reply().add_header("Preference-Applied", "return=minimal");
}

} // namespace

void users::create(call& c) {
    constexpr std::string_view action = "create user";
    auto what = begin_write(c);
    if (!is_json_media_type(c.asked().header("Content-Type"))) what->fault(media_type_error());
    auto wish = read_creation(c.asked().body());
    if (!wish) what->fault(wish.error());
    if (!what->faults.empty()) {
        if (!c.facts.holder->tenant.settings.scim_enabled) {
            what->faults.front() = switched_off_error();
        }
        refuse_write(c, action, scim::user_name_in(c.asked().body()), what->faults.front());
        return;
    }
    projections::create_user body;
    body.new_id = subject_id::make_v7(c.asked().arrived().unix_ms);
    body.differs_from = differences(*wish);
    body.wish = std::move(*wish);
    submit(c, std::move(what), std::move(body));
}

void users::change(call& c, change_kind kind) {
    const std::string_view action = kind == change_kind::patch ? "patch user" : "replace user";
    const auto id = id_of(c.argument("id"));
    auto what = begin_write(c);
    what->minimal = kind == change_kind::patch && prefers_minimal(c.asked());

    const auto current =
        id ? with_.directory.user(c.facts.holder->tenant.number, *id) : std::nullopt;
    // Who repeats a request gets its recorded answer, even if the user is gone since.
    if (!id || (!current && !what->once)) return refuse_unknown(c);
    const std::string who = current ? current->content.user_name_key : id->text();

    auto asked = read_change(kind, c.asked().body());
    if (!is_json_media_type(c.asked().header("Content-Type"))) what->fault(media_type_error());
    if (!asked) what->fault(asked.error());
    const bool deprovisions = asked && asked->deprovisions;
    if (!what->faults.empty() && !deprovisions) {
        return refuse_write(c, action, who, what->faults.front());
    }
    projections::change_user body;
    body.id = *id;
    body.if_match = read_if_match(c.asked().header("If-Match"));
    body.deprovisions = deprovisions;
    if (deprovisions) body.least = deactivate_only;
    body.evaluate =
        on_behalf(std::move(*asked), c.asked().header("If-None-Match"), std::move(what->faults));
    if (current && body.if_match.holds(current->core.version.value)) {
        auto wish = body.evaluate(*current);
        // A repeat may have a recorded answer, which only the desk knows. What costs too much here
        // would cost as much again there.
        if (!wish && (!what->once || error_of(wish.error()).status == 413)) {
            return refuse_write(c, action, who, error_of(wish.error()));
        }
        if (wish) body.ahead = {current->core.version, std::move(*wish)};
    }
    submit(c, std::move(what), std::move(body));
}

void users::remove(call& c) {
    static thread_local std::string row;
    const auto id = id_of(c.argument("id"));
    auto what = begin_write(c);
    projections::user_view current;
    if (!id ||
        (!what->once && !with_.directory.user(c.facts.holder->tenant.number, *id, row, current))) {
        return refuse_unknown(c);
    }
    submit(c, std::move(what),
           projections::delete_user{*id, read_if_match(c.asked().header("If-Match"))});
}

std::shared_ptr<users::write> users::begin_write(call& c) const {
    auto what = std::make_shared<write>();
    if (!set_base_url(what->base_url, with_.urls, c.asked().header("Host"), c.asked().path(),
                      c.facts.match.prefix_segments)) {
        what->fault(bad_host_error());
    }
    if (auto shown = selection_of(scim::user_type(), c.asked())) {
        what->shown = std::move(*shown);
    } else {
        what->fault(std::move(shown.error()));
    }
    if (!c.asked().has_header("Idempotency-Key")) return what;
    const std::string_view key = c.asked().header("Idempotency-Key");
    if (is_idempotency_key(key, with_.bounds.idempotency_key_max)) {
        what->once = {std::string(key), request_digest(c.asked())};
    } else {
        what->fault({400, scim::scim_type::invalid_value,
                     "An Idempotency-Key has 1 to " +
                         std::to_string(with_.bounds.idempotency_key_max) +
                         " printable ASCII characters without blanks."});
    }
    return what;
}

void users::refuse_unknown(call& c) {
    c.refuse(404, "Resource " + std::string(c.argument("id")) + " not found");
}

void users::submit(call& c, std::shared_ptr<write> what, projections::command_body body) {
    projections::command asked;
    asked.tenant = c.facts.holder->tenant.number;
    asked.by = c.facts.by;
    asked.request_id = c.asked().request_id();
    asked.once = what->once;
    asked.body = std::move(body);

    // Shared only because the desk wants a copyable function; there is never a second owner.
    auto duty = std::make_shared<later>(c.put_off());
    const auto here = std::this_thread::get_id();
    with_.desk.submit(std::move(asked), [this, here, duty, what](projections::answer said) {
        auto tell = [said = std::move(said), what](call& again) {
            if (!said) return refuse_as_scim(again.reply(), said.error());
            answer_done(again, *said, what->base_url, what->shown, what->minimal);
        };
        // Refused at once, from this very thread, there is no batch whose end would flush it.
        if (std::this_thread::get_id() == here) {
            std::move(*duty).answer(std::move(tell));
        } else {
            std::move(*duty).answer(with_.courier, std::move(tell));
        }
    });
}

void users::refuse_write(call& c, std::string_view action, std::string_view who,
                         const scim::error& why) {
    refuse_as_scim(c.reply(), why);
    if (why.status == 412) return; // the caller's own condition, nothing to look up later
    projections::attempt a;
    a.tenant = c.facts.holder->tenant.number;
    a.by = c.facts.by;
    a.request_id = c.asked().request_id();
    a.action = action;
    a.who = who;
    a.status = static_cast<std::uint16_t>(why.status);
    a.reason = why.detail;
    with_.desk.record_attempt(std::move(a));
}

} // namespace rollcall::gateway
