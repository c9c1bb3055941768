#include "gateway/front.hpp"

#include "eventlog/base/log.hpp"
#include "gateway/admin_auth.hpp"
#include "gateway/key_holder.hpp"
#include "gateway/packed_answer.hpp"
#include "gateway/replies.hpp"

#include <cassert>
#include <cstdint>

namespace rollcall::gateway {
namespace {

bool is_write(http::method method) {
    return method == http::method::post || method == http::method::put ||
           method == http::method::patch || method == http::method::del;
}

/// Scrapers may ask for figures and health, nothing else.
bool open_to_scrapers(const route_match& match) {
    return match.where != nullptr &&
           (match.where->needs == permission::open || match.where->needs == permission::scrape);
}

/// What a line says of one request besides its facts.
struct line_facts {
    std::string_view request_id;
    const http::request* asked; ///< null: not read
    unsigned status;
    std::string_view fault = {};
};

bool is_known(const call_facts& facts) {
    return facts.holder != nullptr || facts.admin != nullptr;
}

std::string_view tenant_of(const call_facts& facts) {
    if (facts.holder) return facts.holder->tenant.slug;
    if (facts.admin) return facts.admin->tenant.slug;
    return {};
}

void tell(base::log_level level, std::string_view message, const call_facts& facts,
          const line_facts& line) {
    const auto took = std::chrono::steady_clock::now() - facts.began;
    const key_holder* holder = facts.holder.get();
    const std::string key = holder != nullptr ? holder->key.id.text() : std::string();
    const admin_holder* admin = facts.admin.get();
    const std::string admin_id = admin != nullptr ? admin->admin.id.text() : std::string();
    base::log(level, message,
              {{"request", line.request_id},
               {"trace_id", line.asked != nullptr ? line.asked->trace_id() : std::string_view()},
               {"route", facts.match.where != nullptr ? facts.match.where->name : "none"},
               {"fault", line.fault},
               {"status", std::uint64_t{line.status}},
               {"ms", std::chrono::duration<double, std::milli>(took).count()},
               {"tenant", tenant_of(facts)},
               {"key", std::string_view(key)},
               {"admin", std::string_view(admin_id)}});
}

} // namespace

front::front(std::vector<area> areas, front_options options)
    : table_(std::move(areas)),
      options_(options),
      keyless_(std::make_shared<http::input_share>(options.keyless_input_bytes_max)),
      metrics_(table_.routes().size() + 1) {
    for (std::size_t i = 0; i < doors_.size(); ++i) {
        doors_[i].owner = this;
        doors_[i].kind = static_cast<door_kind>(i);
    }
}

http::handler& front::handler(door_kind door) {
    return doors_[static_cast<std::size_t>(door)];
}

call_facts front::door_handler::begin(const http::request& asked) const {
    call_facts facts;
    facts.listener = owner;
    facts.match = owner->table_.find(asked.method(), asked.path());
    facts.door = kind;
    facts.began = std::chrono::steady_clock::now();
    return facts;
}

http::body_allowance front::door_handler::allow_body(const http::request& asked,
                                                     http::body_allowance usual) noexcept {
    const route* where = owner->table_.find(asked.method(), asked.path()).where;
    return where != nullptr ? where->body.value_or(usual) : usual;
}

http::handler::verdict front::door_handler::check_head(http::exchange& x) noexcept {
    call c(x, begin(x.asked()));
    c.facts.at_head = true;
    try {
        if (owner->admit(c)) {
            if (kind != door_kind::admin_socket && !is_known(c.facts)) {
                c.charge_body_to(owner->keyless_);
            }
            c.remember();
            return verdict::go_on;
        }
    } catch (const std::exception& why) {
        c.fail(why.what());
    }
    owner->on_answered(c);
    return verdict::refuse;
}

void front::door_handler::handle(http::exchange& x) noexcept {
    call c(x, begin(x.asked()));
    try {
        owner->serve(c);
    } catch (const std::exception& why) {
        c.fail(why.what());
    }
    if (c.is_put_off()) return;
    pack_answer(c);
    if (c.reply().streams()) c.remember();
    owner->on_answered(c);
}

void front::door_handler::render_fault(const http::faulty_request& refused,
                                       http::reply& answer) noexcept {
    const area* where = owner->table_.area_of(refused.target);
    if (where != nullptr && where->refuse_faulty) {
        where->refuse_faulty(refused, answer);
    } else {
        refuse_as_scim(answer, refused.what.status, refused.what.detail);
    }
    call_facts facts;
    facts.match.number = owner->table_.routes().size();
    facts.began = std::chrono::steady_clock::now();
    if (refused.remembered != nullptr) {
        facts = *static_cast<const call_facts*>(refused.remembered);
    } else if (refused.asked != nullptr) {
        facts = begin(*refused.asked);
    }
    owner->count_fault(refused.what, facts, refused.request_id);
    // Ours is what went wrong once a request was taken, and a write of somebody known is told like
    // every other; with the rest strangers could fill a log.
    const bool ours = refused.what.status >= 500 && !refused.what.overload;
    const bool write =
        is_known(facts) && refused.asked != nullptr && is_write(refused.asked->method());
    tell(ours    ? base::log_level::warn
         : write ? base::log_level::info
                 : base::log_level::debug,
         "Refused a request before its route could answer.", facts,
         {refused.request_id, refused.asked, refused.what.status, refused.what.name});
}

void front::door_handler::on_turned_away() noexcept {
    const auto& what = http::describe(http::fault::too_many_connections);
    const auto times = owner->overloads_[static_cast<std::size_t>(what.what)].count(
        std::chrono::steady_clock::now());
    if (!times) return;
    base::log_warn("Too many connections: those that come are closed.",
                   {{"fault", what.name}, {"times", *times}});
}

/// What clients sent wrongly is in rollcall_http_faults_total only, or strangers could hide the
/// share of what went wrong here among it.
void front::count_fault(const http::fault_row& what, const call_facts& facts,
                        std::string_view request_id) noexcept {
    if (what.status < 500 && !what.overload) return;
    metrics_.record_refused(facts.match.number, what.status);
    if (!what.overload) return;
    const auto times =
        overloads_[static_cast<std::size_t>(what.what)].count(std::chrono::steady_clock::now());
    if (!times) return;
    base::log_warn("Requests are refused because too much is under way.",
                   {{"request", request_id},
                    {"fault", what.name},
                    {"status", std::uint64_t{what.status}},
                    {"tenant", tenant_of(facts)},
                    {"times", *times}});
}

void front::door_handler::on_broken_off(const http::request& asked,
                                        const void* remembered) noexcept {
    const auto* known = static_cast<const call_facts*>(remembered);
    tell(base::log_level::warn, "An answer was broken off in its middle.",
         known != nullptr ? *known : begin(asked), {asked.request_id(), &asked, 200});
}

void front::serve(call& c) {
    assert(c.facts.match.area != nullptr && "some area takes every path");
    if (admit(c)) c.facts.match.where->answer(c);
}

bool front::admit(call& c) {
    const route_match& match = c.facts.match;
    if (c.facts.door == door_kind::metrics && !open_to_scrapers(match)) {
        c.refuse(404, "This listener serves /metrics, /healthz and /readyz only.");
        return false;
    }
    const permission needs =
        match.where != nullptr ? match.where->needs : match.area->unknown_needs;
    if (!match.area->admit(c, needs)) return false;
    if (match.where != nullptr) return true;
    if (!match.path_known) {
        c.refuse(404, "There is nothing at this path. Check the base URL and the endpoint's name.");
        return false;
    }
    const std::string allowed = table_.allowed(match, c.asked().path());
    if (c.asked().method() == http::method::options) {
        c.reply().empty(204);
    } else {
        c.refuse(405, "This path answers to " + allowed + " only.");
    }
    c.reply().add_header("Allow", allowed);
    return false;
}

void front::on_answered(const call& c) noexcept {
    const auto took = std::chrono::steady_clock::now() - c.facts.began;
    const unsigned status = c.reply().status;
    metrics_.record(c.facts.match.number, status, took);

    const bool write = is_write(c.asked().method());
    const bool failed = status >= 500 && status != 501;
    const bool slow = took > options_.quiet_request_max && !c.facts.waits;
    if (!write && !failed && !slow && !options_.log_reads) return;
    tell(failed || slow ? base::log_level::warn
         : write        ? base::log_level::info
                        : base::log_level::debug,
         slow ? "Answered a request slowly." : "Answered a request.", c.facts,
         {c.asked().request_id(), &c.asked(), status});
}

} // namespace rollcall::gateway
