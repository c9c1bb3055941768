// The rule of profiles that a manager is somebody: he is named by his id, by his e-mail address, or
// by both, and must be a user of the same tenant. This is looked up before the command is handed
// in, because the writer's turn has no directory of addresses; what was found right then is what
// may be written.
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/user_wishes.hpp"
#include "projections/directory.hpp"

#include <string_view>

namespace rollcall::gateway {

/// What is wrong with the manager of `wanted` (a user's document) if `before` (empty for a create)
/// has another; nothing if all is well. 400 invalidValue. A few reads.
std::optional<scim::error> judge_manager(const projections::directory& directory,
                                         eventlog::tenant_no tenant, std::string_view before,
                                         std::string_view wanted);

/// `evaluate`, but for a manager other than that of `judged` or the user's own by then: somebody
/// else has changed a part of him at the same moment, and both parts together were never looked up.
projections::evaluate_user only_judged_manager(projections::evaluate_user evaluate,
                                               std::string_view judged);

} // namespace rollcall::gateway
