// When each key was last used, beside the log: no part of the state, not synced. What a crash takes
// is the last minutes' uses; the next use repairs it.
//
// Rows of table::attempts, beside those of attempts.hpp:
//   U tenant key-id     last use, ms since 1970 u64
#pragma once

#include "eventlog/rows.hpp"
#include "projections/state.hpp"

#include <optional>

namespace rollcall::projections {

struct key_use {
    tenant_no tenant;
    subject_id id{};
    base::moment last; ///< to the minute
    friend bool operator==(const key_use&, const key_use&) = default;
};

void keep_key_use(eventlog::row_editor& rows, const key_use& use);

/// Nothing if the key was never seen in use.
std::optional<base::moment> read_key_use(const eventlog::row_reader& rows, tenant_no tenant,
                                         const subject_id& id);

} // namespace rollcall::projections
