#include "gateway/admin/problem.hpp"

#include "eventlog/base/json_writer.hpp"
#include "eventlog/error.hpp"

namespace rollcall::admin {
namespace {

using projections::refusal_code;

constexpr unsigned retry_soon_s = 1;

unsigned status_of(refusal_code code) {
    switch (code) {
    case refusal_code::unknown_member:
    case refusal_code::unknown_plan:
    case refusal_code::invalid: return 400;
    case refusal_code::four_eyes:
    case refusal_code::not_permitted:
    case refusal_code::scim_disabled: return 403;
    case refusal_code::not_found: return 404;
    case refusal_code::name_taken:
    case refusal_code::other_person:
    case refusal_code::seat_limit:
    case refusal_code::tenant_exists:
    case refusal_code::admin_disabled:
    case refusal_code::plan_exists:
    case refusal_code::not_active:
    case refusal_code::request_open:
    case refusal_code::no_request:
    case refusal_code::role_missing:
    case refusal_code::key_revoked: return 409;
    case refusal_code::tenant_deleted: return 410;
    case refusal_code::precondition_failed: return 412;
    case refusal_code::idempotency_reused: return 422;
    case refusal_code::profile_changed:
    case refusal_code::queue_full: return 429;
    case refusal_code::internal: return 500;
    case refusal_code::expired:
    case refusal_code::stopped:
    case refusal_code::unknown: return 503;
    case refusal_code::disk_low: return 507;
    }
    return 500;
}

} // namespace

problem problem_of(const projections::refusal& refused) {
    problem p;
    p.status = status_of(refused.code);
    p.word = projections::refusal_name(refused.code);
    p.detail = refused.message;
    if (p.status == 429 || p.status == 503) p.retry_after_s = retry_soon_s;
    return p;
}

problem problem_of(const base::failure& failed) {
    problem p;
    p.detail = failed.message;
    if (failed.code == eventlog::log_errc::not_found) {
        p.status = 404;
        p.word = "not_found";
    } else if (failed.code == eventlog::log_errc::stopped) {
        p.status = 503;
        p.word = "stopped";
        p.retry_after_s = retry_soon_s;
    }
    return p;
}

std::string body_of(const problem& what, std::string_view request_id) {
    std::string out;
    base::json_writer json(out);
    json.begin_object();
    json.member("error", what.word);
    json.member("detail", what.detail);
    json.member("request_id", request_id);
    if (!what.members.empty()) {
        out += ',';
        out += what.members;
    }
    json.end_object();
    return out;
}

} // namespace rollcall::admin
