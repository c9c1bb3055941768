#include "gateway/admin/api.hpp"

#include "eventlog/base/sha256.hpp"
#include "gateway/admin/aside.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/product_terms.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <chrono>
#include <iterator>

namespace rollcall::admin {
namespace {

using gateway::call;

constexpr std::size_t idempotency_key_max = 128;
constexpr std::chrono::seconds jobs_end_max{10};

std::string_view word_of(unsigned status) {
    switch (status) {
    case 400: return "bad_request";
    case 401: return "unauthorized";
    case 403: return "forbidden";
    case 404: return "not_found";
    case 405: return "method_not_allowed";
    case 429: return "throttled";
    case 500: return "internal";
    default: return "refused";
    }
}

void refuse_call(call& c, unsigned status, std::string_view detail) {
    answer(c, problem{status, word_of(status), std::string(detail), {}, 0});
}

/// Whether no segment of the path is empty. The HTTP room passes over those that are, and then a
/// name that a script has left empty would make another resource of the path: `/tenants//users`,
/// nobody's users, is `/tenants/users`, a tenant. False: it has answered.
bool names_all(call& c) {
    std::string_view path = c.asked().target();
    path = path.substr(0, path.find('?'));
    // Slashes before the first segment name nothing; a base URL that ends with one leaves them.
    path.remove_prefix(std::min(path.size(), path.find_first_not_of('/')));
    if (path.find("//") == std::string_view::npos && !path.ends_with('/')) return true;
    refuse_call(c, 404,
                "there is nothing at this path: a segment of it is empty, perhaps a name that "
                "was left out");
    return false;
}

/// The caller sees to Retry-After.
void refuse_faulty(const http::faulty_request& refused, http::reply& answer) {
    const problem what{
        refused.what.status, refused.what.name, std::string(refused.what.detail), {}, 0};
    answer.json(what.status, body_of(what, refused.request_id));
}

/// Whether the command may give access or a role, which approvals may stand before.
bool may_need_approval(const projections::command_body& what) {
    if (const auto* change = std::get_if<projections::change_user>(&what)) {
        return !change->deprovisions;
    }
    return std::holds_alternative<projections::create_user>(what) ||
           std::holds_alternative<projections::assign_role>(what);
}

result<std::optional<projections::idempotency>> once_of(const call& c) {
    const http::request& asked = c.asked();
    if (!asked.has_header("Idempotency-Key")) return std::optional<projections::idempotency>{};
    const std::string_view key = asked.header("Idempotency-Key");
    const bool printable =
        std::all_of(key.begin(), key.end(), [](char ch) { return ch > 0x20 && ch < 0x7f; });
    if (key.empty() || key.size() > idempotency_key_max || !printable) {
        return refuse(400, "bad_value",
                      "Idempotency-Key must be 1 to 128 printable characters without blanks");
    }
    return std::optional(projections::idempotency{
        std::string(key),
        base::sha256({asked.method_text(), "\n", asked.target(), "\n", asked.body()})});
}

} // namespace

result<void> once_fits(const call& c) {
    const auto key = once_of(c);
    if (!key) return tl::unexpected(key.error());
    return {};
}

bool is_local(const call& c) {
    return c.facts.door == gateway::door_kind::admin_socket;
}

std::optional<eventlog::tenant_no> bound_to(const call& c) {
    if (!c.facts.admin || c.facts.admin->is_operator()) return std::nullopt;
    return c.facts.admin->tenant.number;
}

std::optional<eventlog::admin_role> role_of(const call& c) {
    if (!c.facts.admin) return std::nullopt;
    return c.facts.admin->admin.core.role;
}

std::optional<eventlog::digest> token_of(const call& c) {
    if (!c.facts.admin) return std::nullopt;
    return c.facts.admin->admin.core.token_hash;
}

reach reach_of(const call& c) {
    if (is_local(c)) return reach::all;
    return reach_of(c.facts.match.where->name, c.facts.admin->admin.core.role);
}

bool let_in(parts& p, call& c, gateway::permission needs) {
    if (needs == gateway::permission::open) return true;
    if (is_local(c)) {
        c.facts.by = {eventlog::actor_kind::local_operator, {}};
        return true;
    }
    if (!p.with.gate.identify(c)) return false;
    // Where there is no route there is nothing to be permitted: 404 or 405 follow.
    if (c.facts.match.where == nullptr || reach_of(c) != reach::none) return true;
    const eventlog::admin_role role = c.facts.admin->admin.core.role;
    refuse_call(c, 403,
                "the role " + std::string(eventlog::admin_role_name(role)) +
                    " may not do this: it is for " + who_may(c.facts.match.where->name));
    return false;
}

void answer(call& c, const said& what) {
    c.reply().json(what.status, what.json);
    c.reply().content_type = what.content_type;
    if (!what.next.empty()) c.reply().add_header("X-Next-Position", what.next);
    if (!what.next_after.empty()) c.reply().add_header("X-Next-After", what.next_after);
    if (!what.period_to.empty()) c.reply().add_header("X-Period-To", what.period_to);
}

void answer(call& c, const problem& what) {
    c.reply().json(what.status, body_of(what, c.asked().request_id()));
    if (what.retry_after_s > 0) {
        c.reply().add_header("Retry-After", std::to_string(what.retry_after_s));
    }
}

void answer(call& c, const result<said>& what) {
    if (what) {
        answer(c, *what);
    } else {
        answer(c, what.error());
    }
}

gateway::route reading(parts& p, http::method method, std::string_view pattern,
                       std::string_view name, result<said> (*read)(parts&, call&),
                       gateway::job_weight weight) {
    return {method, pattern, gateway::permission::operate, name, [&p, read, weight](call& c) {
                if (is_local(c)) return answer(c, read(p, c));
                aside(p, c, weight, [&p, read, apart = std::make_shared<detached_call>(c)] {
                    return read(p, apart->again());
                });
            }};
}

gateway::route doing(parts& p, http::method method, std::string_view pattern, std::string_view name,
                     void (*act)(parts&, call&)) {
    return {method, pattern, gateway::permission::operate, name, [&p, act](call& c) { act(p, c); }};
}

void hand_in(parts& p, call& c, eventlog::tenant_no tenant, projections::command_body body,
             bool once, std::function<void(call&, projections::answer&)> then) {
    projections::command command;
    if (once) {
        auto key = once_of(c);
        const auto* change = std::get_if<projections::change_user>(&body);
        const bool always = change != nullptr && change->deprovisions;
        if (!key && !always) return answer(c, key.error());
        if (key) command.once = std::move(*key);
    }
    if (may_need_approval(body)) {
        const auto whose = p.with.directory.tenant(tenant);
        auto rules =
            whose ? approvals_of(p, *whose) : result<std::shared_ptr<const projections::policy>>();
        if (!rules) return answer(c, rules.error());
        command.judged_by = std::move(*rules);
    }
    command.tenant = tenant;
    command.by = c.facts.by;
    command.as_role = role_of(c);
    command.as_token = token_of(c);
    command.request_id = c.asked().request_id();
    command.trace = c.asked().trace();
    command.body = std::move(body);
    // The desk wants a function that can be copied; the duty to answer cannot be.
    const auto duty = std::make_shared<gateway::later>(c.put_off());
    p.with.desk.submit(
        std::move(command), [duty, then = std::move(then)](projections::answer outcome) {
            std::move(*duty).answer([then, outcome = std::move(outcome)](call& again) mutable {
                then(again, outcome);
            });
        });
}

void submit(parts& p, call& c, eventlog::tenant_no tenant, projections::command_body body,
            std::function<result<said>(parts&, projections::done&)> say) {
    hand_in(p, c, tenant, std::move(body), true,
            [&p, say = std::move(say)](call& again, projections::answer& outcome) {
                if (outcome) {
                    answer(again, say(p, *outcome));
                } else {
                    answer(again, problem_of(outcome.error()));
                }
            });
}

result<projections::tenant_state> tenant_of(parts& p, call& c) {
    const std::string_view slug = c.argument("tenant");
    auto found = p.with.directory.tenant(slug);
    const auto only = bound_to(c);
    if (!found || found->number == projections::system_tenant || (only && found->number != *only)) {
        return refuse(404, "not_found",
                      "there is no tenant '" + std::string(slug) +
                          "': `rollcall tenant list` shows them");
    }
    return std::move(*found);
}

gateway::product_rules shown_by(parts& p, const projections::tenant_state& tenant) {
    return {p.with.profiles.book()->find(tenant.settings.profile), false};
}

result<std::shared_ptr<const projections::policy>>
approvals_of(parts& p, const projections::tenant_state& tenant) {
    const auto profile = p.with.profiles.book()->find(tenant.settings.profile);
    if (!profile) {
        return refuse(409, "profile_missing",
                      "the profile '" + tenant.settings.profile +
                          "' is not on the server, so nobody knows whether access has to be "
                          "approved: put its file back; taking access away works");
    }
    return gateway::policy_of(*profile);
}

result<std::uint64_t> number_of(call& c, std::string_view name, std::uint64_t otherwise,
                                std::uint64_t most) {
    const auto text = c.asked().query().first(name);
    if (!text) return std::min(otherwise, most);
    std::uint64_t number = 0;
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, number);
    if (error != std::errc{} || stop != end) {
        return refuse(400, "bad_value", std::string(name) + " must be a whole number");
    }
    return std::min(number, most);
}

result<waiting_room::clock::time_point> wait_of(parts& p, call& c) {
    const auto seconds =
        number_of(c, "wait", 0, static_cast<std::uint64_t>(p.limits.wait_max.count()));
    if (!seconds) return tl::unexpected(seconds.error());
    return c.facts.began + std::chrono::seconds(*seconds);
}

waiting_room::owner waiter_of(const call& c) {
    if (is_local(c)) return std::nullopt;
    return bound_to(c).value_or(projections::system_tenant);
}

result<void> only_parameters(call& c, std::initializer_list<std::string_view> known) {
    const http::query_parameters& query = c.asked().query();
    for (std::size_t i = 0; i < query.size(); ++i) {
        const std::string_view name = query[i].name;
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            std::string all;
            for (const std::string_view k : known)
                all += (all.empty() ? "; known here: " : ", ") + std::string(k);
            return refuse(400, "bad_parameter",
                          "unknown parameter '" + std::string(name) + "'" +
                              (all.empty() ? ": this request has none" : all));
        }
        if (query.count(name) > 1) {
            return refuse(400, "bad_parameter",
                          "parameter '" + std::string(name) + "' occurs more than once");
        }
    }
    return {};
}

api::api(services with, api_limits limits)
    : parts_(std::make_unique<parts>(std::move(with), limits)) {}

api::~api() = default;

std::size_t api::waits() const {
    return parts_->waits.taken();
}

void api::let_go() {
    parts_->waits.close();
}

bool api::stop() {
    const bool ended = parts_->work.end_within(jobs_end_max);
    parts_->waits.close();
    return ended;
}

gateway::area api::area() {
    gateway::area a;
    a.prefixes = {"/admin/v1"};
    for (auto part : {tenant_routes, seat_routes, profile_routes, plan_routes, mapping_routes,
                      key_routes, sso_routes, admin_routes, operator_routes, user_routes,
                      user_write_routes, approval_routes, password_routes, import_routes,
                      log_routes, event_routes, job_routes, consumer_routes, openapi_routes}) {
        auto routes = part(*parts_);
        std::move(routes.begin(), routes.end(), std::back_inserter(a.routes));
    }
    a.unknown_needs = gateway::permission::operate;
    for (const gateway::route& each : a.routes) {
        const bool ruled = each.needs == gateway::permission::open || is_ruled(each.name);
        assert(ruled && "a route that permissions.cpp does not know");
        static_cast<void>(ruled);
    }
    a.admit = [&p = *parts_](call& c, gateway::permission needs) {
        return let_in(p, c, needs) && names_all(c) && (!c.facts.at_head || let_upload(p, c));
    };
    a.refuse = refuse_call;
    a.refuse_faulty = refuse_faulty;
    return a;
}

} // namespace rollcall::admin
