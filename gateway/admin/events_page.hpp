// A page of a tenant's events as subscribers are told them: structured CloudEvents as JSON lines,
// the same values that the lifecycle topic has in structured mode.
#pragma once

#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "gateway/admin/problem.hpp"
#include "projections/told/message.hpp"

#include <string>

namespace rollcall::admin {

struct events_wish {
    eventlog::tenant_no tenant;
    eventlog::tenant_seq after; ///< the last that the caller has; 0: none
    std::uint64_t most = 0;
    told::telling how;
};

struct events_page {
    std::string lines;
    eventlog::tenant_seq last; ///< `after` of the next page
};

/// From the event behind `after` on, without a gap. What cannot be decoded is told as withheld:
/// one damaged event holds nobody up. Errors: 500 for a record that cannot even be placed.
result<events_page> read_events(const eventlog::store& log, eventlog::keyring& keys,
                                const events_wish& wish);

} // namespace rollcall::admin
