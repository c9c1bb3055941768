// In which order seats are taken back: the newest user first. The seat keeper does it, and whoever
// asks beforehand is told the same.
#pragma once

#include "projections/directory.hpp"

#include <cstddef>
#include <vector>

namespace rollcall::projections {

/// Those who hold a seat under these terms, newest first, at most `most`. Reads the listing from
/// its end; only as much of it as it takes.
std::vector<subject_id> newest_holders(const directory& views, tenant_no tenant,
                                       const eventlog::plan_terms& terms, std::size_t most);

} // namespace rollcall::projections
