// Whether those who were to look after things can still come in. Tokens end by themselves, and
// nobody notices until somebody has to be let in or out.
#pragma once

#include "eventlog/base/time.hpp"
#include "gateway/admin/findings.hpp"
#include "projections/directory.hpp"

#include <vector>

namespace rollcall::admin {

/// A note for the tenants that have had a primary admin and have none with a live token left, and
/// one for the installation if that holds for its operators. Whoever never had one leaves it to
/// whom he knows: nothing is said of him.
std::vector<finding> look_at_admins(const projections::directory& directory, base::moment now);

} // namespace rollcall::admin
