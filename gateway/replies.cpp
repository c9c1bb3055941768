#include "gateway/replies.hpp"

#include "eventlog/base/log.hpp"
#include "gateway/call.hpp"
#include "gateway/http/text.hpp"
#include "gateway/key_holder.hpp"

#include <cassert>
#include <string>

namespace rollcall::gateway {
namespace {

using projections::refusal;
using projections::refusal_code;
using scim::scim_type;

constexpr unsigned tag_types = 16;

void retry_after(http::reply& r, std::chrono::seconds wait) {
    r.add_header("Retry-After", std::to_string(wait.count()));
}

} // namespace

std::string_view answer_media_type(const http::request& asked) {
    const std::string_view accept = asked.header("Accept");
    const bool ours = accept.find("scim+json") != accept.npos || accept.find('*') != accept.npos;
    if (ours || accept.find("application/json") == accept.npos) return scim_media_type;
    return "application/json";
}

bool is_json_media_type(std::string_view content_type) {
    const std::string_view type = http::trim(content_type.substr(0, content_type.find(';')));
    return type.empty() || http::equal_without_case(type, "application/scim+json") ||
           http::equal_without_case(type, "application/json");
}

scim::error media_type_error() {
    return {415, scim_type::none,
            "Send the body as Content-Type: application/scim+json (application/json will do)."};
}

scim::error bad_host_error() {
    return {400, scim_type::none, "The Host field is not a host name with an optional port."};
}

scim::error switched_off_error(const projections::tenant_state& tenant) {
    return {403, scim_type::none, projections::why_not_provisioned(tenant)};
}

void refuse_as_scim(http::reply& r, unsigned status, std::string_view detail) {
    refuse_as_scim(r, scim::error{static_cast<int>(status), scim_type::none, std::string(detail)});
}

void refuse_as_scim(http::reply& r, const scim::error& what) {
    r.empty(static_cast<unsigned>(what.status));
    r.content_type = scim_media_type;
    scim::append_error(r.body, what);
}

void refuse_as_scim(http::reply& r, const refusal& what) {
    refuse_as_scim(r, error_of(what));
    switch (what.code) {
    case refusal_code::profile_changed:
    case refusal_code::queue_full: retry_after(r, retry_after_full); break;
    case refusal_code::disk_low: retry_after(r, retry_after_disk_low); break;
    case refusal_code::expired:
    case refusal_code::stopped:
    case refusal_code::unknown: retry_after(r, retry_after_unknown); break;
    case refusal_code::tenant_deleted:
        r.add_header("WWW-Authenticate", R"(Bearer realm="scim", error="invalid_token")");
        break;
    case refusal_code::invalid:
    case refusal_code::not_found:
    case refusal_code::name_taken:
    case refusal_code::other_person:
    case refusal_code::precondition_failed:
    case refusal_code::seat_limit:
    case refusal_code::tenant_exists:
    case refusal_code::scim_disabled:
    case refusal_code::key_revoked:
    case refusal_code::idempotency_reused:
    case refusal_code::unknown_member:
    case refusal_code::not_permitted:
    case refusal_code::admin_disabled:
    case refusal_code::unknown_plan:
    case refusal_code::plan_exists:
    case refusal_code::not_active:
    case refusal_code::request_open:
    case refusal_code::no_request:
    case refusal_code::role_missing:
    case refusal_code::four_eyes:
    case refusal_code::internal: break;
    }
}

void refuse_for_pace(call& c, std::chrono::seconds wait) {
    const key_holder& holder = *c.facts.holder;
    if (holder.pace->count_refused(c.facts.began)) {
        base::log_warn("A tenant asks more often than it may; what deprovisions still passes.",
                       {{"tenant", std::string_view(holder.tenant.slug)},
                        {"refused", holder.pace->refused()}});
    }
    c.refuse(429, "This tenant sends more requests than the server grants it. Wait as Retry-After "
                  "says, and send fewer at a time.");
    retry_after(c.reply(), wait);
}

scim::error error_of(const refusal& what) {
    const auto as = [&what](int status, scim_type type = scim_type::none) {
        return scim::error{status, type, what.message};
    };
    switch (what.code) {
    case refusal_code::invalid:
        if (what.tag == 0) return as(400, scim_type::invalid_value);
        return as(static_cast<int>(what.tag / tag_types),
                  static_cast<scim_type>(what.tag % tag_types));
    case refusal_code::not_found: return as(404);
    case refusal_code::name_taken:
    case refusal_code::other_person: return as(409, scim_type::uniqueness);
    case refusal_code::precondition_failed: return as(412);
    case refusal_code::seat_limit: return as(403);
    case refusal_code::tenant_exists: return as(409, scim_type::uniqueness);
    case refusal_code::tenant_deleted: return as(401);
    case refusal_code::scim_disabled: return as(403);
    case refusal_code::unknown_plan: return as(400);
    case refusal_code::request_open: return as(400);
    case refusal_code::four_eyes: return as(403);
    case refusal_code::plan_exists:
    case refusal_code::not_active:
    case refusal_code::no_request:
    case refusal_code::role_missing:
    case refusal_code::key_revoked: return as(409);
    case refusal_code::idempotency_reused: return as(422);
    case refusal_code::disk_low: return as(507);
    case refusal_code::queue_full: return as(429);
    case refusal_code::expired:
    case refusal_code::stopped:
    case refusal_code::unknown: return as(503);
    case refusal_code::unknown_member: return as(400, scim_type::invalid_value);
    case refusal_code::not_permitted: return as(403);
    case refusal_code::admin_disabled: return as(409);
    case refusal_code::profile_changed: return as(429);
    case refusal_code::internal: return as(500);
    }
    assert(false && "a refusal code without a status");
    return as(500);
}

std::uint16_t tag_of(const scim::error& what) {
    return static_cast<std::uint16_t>(static_cast<unsigned>(what.status) * tag_types +
                                      static_cast<unsigned>(what.type));
}

refusal refusal_of(const scim::error& what) {
    return {refusal_code::invalid, what.detail, tag_of(what)};
}

} // namespace rollcall::gateway
