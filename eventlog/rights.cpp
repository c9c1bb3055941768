#include "eventlog/rights.hpp"

namespace rollcall::eventlog {

std::string_view admin_role_name(admin_role role) {
    switch (role) {
    case admin_role::primary_admin: return "primary_admin";
    case admin_role::admin: return "admin";
    case admin_role::viewer: return "viewer";
    case admin_role::operator_: return "operator";
    case admin_role::support: return "support";
    }
    return {};
}

std::optional<admin_role> parse_admin_role(std::string_view name) {
    for (const admin_role role : {admin_role::primary_admin, admin_role::admin, admin_role::viewer,
                                  admin_role::operator_, admin_role::support}) {
        if (admin_role_name(role) == name) return role;
    }
    return std::nullopt;
}

bool is_system_role(admin_role role) {
    return role == admin_role::operator_ || role == admin_role::support;
}

bool may_own_keys(admin_role role) {
    return role == admin_role::primary_admin || role == admin_role::admin;
}

std::string_view rights_end_name(rights_end why) {
    switch (why) {
    case rights_end::asked: return "asked";
    case rights_end::owner_disabled: return "owner_disabled";
    case rights_end::owner_demoted: return "owner_demoted";
    case rights_end::user_deactivated: return "user_deactivated";
    case rights_end::user_deleted: return "user_deleted";
    case rights_end::user_suspended: return "user_suspended";
    }
    return {};
}

std::string_view rights_end_words(rights_end why) {
    switch (why) {
    case rights_end::asked: return {};
    case rights_end::owner_disabled: return "was disabled";
    case rights_end::owner_demoted: return "was given a role that owns no keys";
    case rights_end::user_deactivated: return "was deactivated as a user";
    case rights_end::user_deleted: return "was deleted as a user";
    case rights_end::user_suspended: return "was suspended as a user";
    }
    return {};
}

} // namespace rollcall::eventlog
