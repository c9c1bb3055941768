// The translation of SCIM bodies about groups into what the desk understands: teams as they are
// wanted, and who is to join and leave. Pure; what is made here runs again in the writer's thread.
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/user_wishes.hpp"
#include "projections/command.hpp"

#include <string_view>

namespace rollcall::gateway {

/// The body of a POST as a command under that id.
scim::result<projections::create_team> read_team_creation(std::string_view body,
                                                          const projections::subject_id& new_id);

/// The body of a PUT or PATCH, read once. `id` and `if_match` of the command are left to the
/// caller. A PUT that does not speak of members leaves them as they are (RFC 7644 section 3.5.1
/// allows it, and clients that only rename would else empty the team).
scim::result<projections::change_team> read_team_change(change_kind kind, std::string_view body);

} // namespace rollcall::gateway
