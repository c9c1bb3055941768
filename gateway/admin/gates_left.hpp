// Whether tenants have what their products' gates ask for. Keys end with their owners and
// certificates by themselves, a mapping may be that of another program's version, and nobody
// notices until the provider's next push.
#pragma once

#include "eventlog/base/time.hpp"
#include "gateway/admin/findings.hpp"
#include "gateway/profiles/profile_book.hpp"
#include "projections/directory.hpp"

#include <vector>

namespace rollcall::admin {

/// Of as many live keys doctor tells; projections::owner_keys_max is the end.
inline constexpr std::size_t owner_keys_told = 80;

/// A note for each gate that shuts tenants out: of those whose profile asks for owned keys, who has
/// no live key with an owner; of those whose profile asks for single sign-on, who has none; and for
/// those where an admin owns nearly as many live keys as he may. Bad: who has a mapping that this
/// program cannot read.
std::vector<finding> look_at_gates(const projections::directory& directory,
                                   const profiles::profile_book& book, base::moment now);

} // namespace rollcall::admin
