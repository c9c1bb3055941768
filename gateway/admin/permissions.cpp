#include "gateway/admin/permissions.hpp"

#include <algorithm>

namespace rollcall::admin {
namespace {

using eventlog::admin_role;

constexpr reach none = reach::none;
constexpr reach self = reach::self;
constexpr reach own = reach::own;
constexpr reach all = reach::all;

// Operators do everything. Support looks at everything and changes nothing. A primary admin does in
// his tenant what is the customer's to decide: its keys, people and admins, and whether providers
// may push; the contract (plan, seats, whether there is a tenant) is not. An admin does the same
// but for admins, erasures and that switch. A viewer looks.
constexpr permission_row rows[] = {
    // route                         operator support primary admin viewer
    {"admin_self", {all, all, own, own, own}},
    {"admin_openapi", {all, all, own, own, own}},

    {"admin_create_tenant", {all, none, none, none, none}},
    {"admin_list_tenants", {all, all, own, own, own}},
    {"admin_get_tenant", {all, all, own, own, own}},
    {"admin_change_tenant", {all, none, none, none, none}},
    {"admin_switch_scim", {all, none, own, none, none}},
    {"admin_delete_tenant", {all, none, none, none, none}},
    {"admin_get_seats", {all, all, own, own, own}},

    {"admin_list_profiles", {all, all, none, none, none}},
    {"admin_get_profile", {all, all, none, none, none}},
    {"admin_create_plan", {all, none, none, none, none}},
    {"admin_list_plans", {all, all, none, none, none}},
    {"admin_get_plan", {all, all, none, none, none}},
    {"admin_change_plan", {all, none, none, none, none}},

    // A preview writes nothing.
    {"admin_get_mapping", {all, all, own, own, own}},
    {"admin_set_mapping", {all, none, own, own, none}},
    {"admin_clear_mapping", {all, none, own, own, none}},
    {"admin_preview_mapping", {all, all, own, own, own}},

    {"admin_create_key", {all, none, own, own, none}},
    {"admin_list_keys", {all, all, own, own, own}},
    {"admin_revoke_key", {all, none, own, own, none}},
    {"admin_rotate_key", {all, none, own, own, none}},
    {"admin_set_sso", {all, none, own, own, none}},
    {"admin_get_sso", {all, all, own, own, own}},
    {"admin_clear_sso", {all, none, own, own, none}},

    {"admin_list_users", {all, all, own, own, own}},
    {"admin_get_user", {all, all, own, own, own}},
    {"admin_create_user", {all, none, own, own, none}},
    {"admin_change_user", {all, none, own, own, none}},
    {"admin_delete_user", {all, none, own, own, none}},
    {"admin_suspend_user", {all, none, own, own, none}},
    {"admin_resume_user", {all, none, own, own, none}},
    {"admin_list_approvals", {all, all, own, own, own}},
    {"admin_assign_role", {all, none, own, own, none}},
    {"admin_approve_user", {all, none, own, own, none}},
    {"admin_reject_user", {all, none, own, own, none}},
    {"admin_import_users", {all, none, own, own, none}},
    {"admin_verify_password", {all, none, own, own, none}},
    {"admin_get_import", {all, all, own, own, own}},
    {"admin_erase_user", {all, none, own, none, none}},

    {"admin_create_admin", {all, none, own, none, none}},
    {"admin_list_admins", {all, all, own, own, own}},
    {"admin_change_admin", {all, none, own, none, none}},
    {"admin_disable_admin", {all, none, own, none, none}},
    {"admin_create_admin_token", {all, none, own, self, self}},

    {"admin_create_operator", {all, none, none, none, none}},
    {"admin_list_operators", {all, all, none, none, none}},
    {"admin_change_operator", {all, none, none, none, none}},
    {"admin_disable_operator", {all, none, none, none, none}},
    {"admin_create_operator_token", {all, self, none, none, none}},

    {"admin_read_log", {all, all, own, own, own}},
    {"admin_get_event", {all, all, own, own, own}},
    {"admin_read_events", {all, all, own, own, own}},
    {"admin_get_snapshot", {all, all, own, own, own}},

    // Writes files of the server's machine: for who is there.
    {"admin_backup", {none, none, none, none, none}},
    {"admin_verify", {all, none, none, none, none}},
    {"admin_rebuild", {all, none, none, none, none}},
    {"admin_get_job", {all, all, own, own, own}},
    {"admin_doctor", {all, all, none, none, none}},
    {"admin_list_consumers", {all, all, none, none, none}},
    {"admin_pause_consumer", {all, none, none, none, none}},
    {"admin_resume_consumer", {all, none, none, none, none}},
    {"admin_resume_publishing", {all, none, none, none, none}},
};

const permission_row* row_of(std::string_view route) {
    return std::find_if(std::begin(rows), std::end(rows),
                        [&](const permission_row& r) { return r.route == route; });
}

} // namespace

std::span<const permission_row> all_permissions() {
    return rows;
}

bool is_ruled(std::string_view route) {
    return row_of(route) != std::end(rows);
}

reach reach_of(std::string_view route, admin_role role) {
    const auto* const row = row_of(route);
    const auto* const column = std::find(roles_in_order.begin(), roles_in_order.end(), role);
    if (row == std::end(rows) || column == roles_in_order.end()) return none;
    return row->of[static_cast<std::size_t>(column - roles_in_order.begin())];
}

std::string who_may(std::string_view route) {
    std::string words;
    for (const admin_role role : roles_in_order) {
        if (reach_of(route, role) == none) continue;
        if (!words.empty()) words += " or ";
        words += admin_role_name(role);
    }
    return words.empty() ? "the operator at the server's own machine" : words;
}

bool may_give(admin_role giver, admin_role given) {
    if (giver == admin_role::operator_) return true;
    return giver == admin_role::primary_admin && !eventlog::is_system_role(given);
}

} // namespace rollcall::admin
