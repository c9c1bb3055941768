#include "projections/command.hpp"

#include <algorithm>

namespace rollcall::projections {

std::string_view refusal_name(refusal_code code) {
    switch (code) {
    case refusal_code::invalid: return "invalid";
    case refusal_code::not_found: return "not_found";
    case refusal_code::name_taken: return "name_taken";
    case refusal_code::other_person: return "other_person";
    case refusal_code::precondition_failed: return "precondition_failed";
    case refusal_code::seat_limit: return "seat_limit";
    case refusal_code::tenant_exists: return "tenant_exists";
    case refusal_code::tenant_deleted: return "tenant_deleted";
    case refusal_code::scim_disabled: return "scim_disabled";
    case refusal_code::key_revoked: return "key_revoked";
    case refusal_code::idempotency_reused: return "idempotency_reused";
    case refusal_code::disk_low: return "disk_low";
    case refusal_code::queue_full: return "queue_full";
    case refusal_code::expired: return "expired";
    case refusal_code::stopped: return "stopped";
    case refusal_code::unknown: return "unknown";
    case refusal_code::internal: return "internal";
    case refusal_code::unknown_member: return "unknown_member";
    case refusal_code::not_permitted: return "not_permitted";
    case refusal_code::admin_disabled: return "admin_disabled";
    case refusal_code::profile_changed: return "profile_changed";
    case refusal_code::unknown_plan: return "unknown_plan";
    case refusal_code::plan_exists: return "plan_exists";
    case refusal_code::not_active: return "not_active";
    case refusal_code::request_open: return "request_open";
    case refusal_code::no_request: return "no_request";
    case refusal_code::role_missing: return "role_missing";
    case refusal_code::four_eyes: return "four_eyes";
    }
    return {};
}

tl::unexpected<refusal> refuse(refusal_code code, std::string message) {
    return tl::unexpected<refusal>(refusal{code, std::move(message), 0});
}

bool version_condition::holds(std::uint64_t version) const {
    switch (what) {
    case kind::none:
    case kind::any: return true;
    case kind::one_of: break;
    }
    return std::find(versions.begin(), versions.end(), version) != versions.end();
}

} // namespace rollcall::projections
