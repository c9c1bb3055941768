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

/// What a request makes of a user, judged and turned, all of it for the price of one: 413 if that
/// is not enough, with whatever else is said. 400 invalidValue if a required rule has nothing to
/// set, or for a value that is too long. `before`: the user as he is, null for a create; what was
/// missing there already is not held against a change. `both`: returned is `before`, turned too, or
/// nothing if he cannot be.
scim::result<std::optional<scim::resource>> turn(const mapping& by, const scim::resource* before,
                                                 scim::resource& after, bool both);

} // namespace rollcall::profiles
