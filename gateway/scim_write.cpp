#include "gateway/scim_write.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"
#include "gateway/http/text.hpp"
#include "gateway/key_holder.hpp"
#include "gateway/replies.hpp"
#include "gateway/user_render.hpp"

#include <algorithm>
#include <thread>

namespace rollcall::gateway {
namespace {

bool is_idempotency_key(std::string_view key, std::size_t size_max) {
    return !key.empty() && key.size() <= size_max &&
           std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// What an Idempotency-Key stands for: method, target and body, none of which can run into another.
/// It is kept, and any body may hold a password, also where none is; the rest may be known. Keyed,
/// it is nothing to try passwords on for who reads the disk.
eventlog::digest request_digest(const scim_services& with, const call& c) {
    const http::request& asked = c.asked();
    const eventlog::digest plain =
        base::sha256({asked.method_text(), "\n", asked.target(), "\n", asked.body()});
    const auto keyed =
        with.directory.keyed_hash(c.facts.holder->tenant.number, base::as_text(plain));
    eventlog::digest digest{};
    std::copy(keyed.begin(), keyed.end(), digest.begin());
    return digest;
}

} // namespace

const scim::error* bar_of(const call& c) {
    const auto& bar = c.facts.holder->product.bar;
    return bar ? &bar->says : c.facts.astray.get();
}

bool asks_for_parts(const http::request& asked) {
    return asked.query().count("attributes") > 0 || asked.query().count("excludedAttributes") > 0;
}

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

scim_write_ptr begin_write(const scim_services& with, call& c, const scim::resource_type& type) {
    auto what = std::make_shared<scim_write>();
    if (!set_base_url(what->base_url, with.urls, c.asked().header("Host"), c.asked().path(),
                      c.facts.match.prefix_segments)) {
        what->fault(bad_host_error());
    }
    if (auto shown = selection_of(type, c.asked())) {
        what->shown = std::move(*shown);
    } else {
        what->fault(std::move(shown.error()));
    }
    if (!c.asked().has_header("Idempotency-Key")) return what;
    const std::string_view key = c.asked().header("Idempotency-Key");
    if (is_idempotency_key(key, with.bounds.idempotency_key_max)) {
        what->once = {std::string(key), request_digest(with, c)};
    } else {
        what->fault({400, scim::scim_type::invalid_value,
                     "An Idempotency-Key has 1 to " +
                         std::to_string(with.bounds.idempotency_key_max) +
                         " printable ASCII characters without blanks."});
    }
    return what;
}

projections::command write_command(const call& c, const scim_write& what,
                                   projections::command_body body) {
    projections::command asked;
    asked.tenant = c.facts.holder->tenant.number;
    asked.by = c.facts.by;
    asked.request_id = c.asked().request_id();
    asked.trace = c.asked().trace();
    asked.once = what.once;
    asked.judged_by = c.facts.holder->product.policy;
    asked.body = std::move(body);
    return asked;
}

void submit_write(const scim_services& with, call& c, scim_write_ptr what,
                  projections::command_body body, answer_writer answer) {
    auto asked = write_command(c, *what, std::move(body));

    // Shared only because the desk wants a copyable function; there is never a second owner.
    auto duty = std::make_shared<later>(c.put_off());
    const auto here = std::this_thread::get_id();
    const auto told = [&courier = with.courier, here, duty, what = std::move(what),
                       answer = std::move(answer)](projections::answer said) {
        auto tell = [said = std::move(said), what, answer](call& again) {
            if (!said) return refuse_as_scim(again.reply(), said.error());
            answer(again, *said, *what);
        };
        // Refused at once, from this very thread, there is no batch whose end would flush it.
        if (std::this_thread::get_id() == here) {
            std::move(*duty).answer(std::move(tell));
        } else {
            std::move(*duty).answer(courier, std::move(tell));
        }
    };
    with.desk.submit(std::move(asked), told);
}

void refuse_write(const scim_services& with, call& c, std::string_view action, std::string_view who,
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
    with.desk.record_attempt(std::move(a));
}

} // namespace rollcall::gateway
