// Who may do what: one table of routes and roles. Whoever is at the admin socket may do everything;
// everybody else comes with a token, whose owner has one of the roles here.
//
// A route that is not in the table may be used by nobody with a token, and the program does not
// start with one (api::area).
#pragma once

#include "eventlog/event.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::admin {

/// How far a role reaches with a route.
enum class reach : std::uint8_t {
    none,
    self, ///< only where it is about himself
    own,  ///< his tenant; another's is as if it were not there
    all,  ///< every tenant, and the server
};

/// The roles in the order of a row's columns.
inline constexpr std::array<eventlog::admin_role, 5> roles_in_order{
    eventlog::admin_role::operator_, eventlog::admin_role::support,
    eventlog::admin_role::primary_admin, eventlog::admin_role::admin, eventlog::admin_role::viewer};

struct permission_row {
    std::string_view route; ///< gateway::route::name
    std::array<reach, roles_in_order.size()> of;
};

std::span<const permission_row> all_permissions();

/// reach::none for a route that is not in the table.
reach reach_of(std::string_view route, eventlog::admin_role role);

/// Whether the table has the route.
bool is_ruled(std::string_view route);

/// The roles that reach further than `none`, in words: `operator or primary_admin`.
std::string who_may(std::string_view route);

/// Whether somebody of the one role may create somebody of the other, or give it to him.
bool may_give(eventlog::admin_role giver, eventlog::admin_role given);

} // namespace rollcall::admin
