// What a tenant who may do nothing but take access away still gets done in a group: whoever is
// missing from a list of its members leaves.
//
// A list says who is in and who is not. Its first half would let people in, if somebody left
// meanwhile; so what is handed in for such a tenant names those who leave, and nobody else.
#pragma once

#include "projections/command.hpp"
#include "projections/directory.hpp"

#include <cstdint>

namespace rollcall::gateway {

/// Members of a group who are looked at on the I/O thread, for this alone. In a larger one only
/// those leave who are named.
inline constexpr std::uint64_t departures_members_max = 256;

/// Whether the change comes to people leaving and nothing else, as the team is now; then it names
/// them, and says nothing more. False leaves the change as it is: it would let somebody in, change
/// an attribute or change nothing at all, or it is a list and the team has more than `members_max`.
/// @pre current is the team that the change is about
bool take_departures(const projections::directory& directory, projections::tenant_no tenant,
                     const projections::team_state& current, projections::change_team& change,
                     std::uint64_t members_max = departures_members_max);

} // namespace rollcall::gateway
