// Turns a user by a mapping. Pure. Whoever calls this for a request that sets `active` to false
// carries that out whatever is said here.
#pragma once

#include "gateway/profiles/mapping.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/resource.hpp"

#include <optional>

namespace rollcall::profiles {

/// Sets every target: to what its rule makes of the user, or to no value if an attribute that the
/// rule reads has none. What else there was at a target is gone: of several elements that fit its
/// brackets the first is left, as the last of the list, and one that is left with nothing but what
/// the brackets say, a type or `primary` goes too. 400 invalidValue for a value that is too long,
/// 413 for too much work; then the user is of no use.
scim::result<void> apply_mapping(const mapping& by, scim::resource& user);

/// 400 invalidValue if a required rule has nothing to set, 413 for too much work to know; nothing
/// if all is well. `before`: the
/// user as he is, null for a create: what was missing there already is not held against a change.
std::optional<scim::error> judge_mapping(const mapping& by, const scim::resource* before,
                                         const scim::resource& after);

} // namespace rollcall::profiles
