// The seats that a tenant's people held in a period, for billing: a page of people as JSON, or a
// page of rows as CSV, in the order in which the users were created. Sums are those of the page:
// the whole is read by nobody in one piece. Works on any store.
#pragma once

#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "gateway/admin/problem.hpp"
#include "projections/seat_history.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::admin {

enum class seat_format : std::uint8_t { json, csv };

struct seat_wish {
    projections::seat_period period;
    /// The last person of the page before; nothing: the first page.
    std::optional<eventlog::position> after;
    std::uint64_t stretches_max = 0; ///< on a page, which ends with the person who passes it
    seat_format format = seat_format::json;
};

struct seat_page {
    std::string text;
    std::string next; ///< for `after`; empty at the end
};

/// How long a reading goes on. Both are asked before each event that is read; empty: yes.
struct seat_endurance {
    projections::seat_patience wanted;  ///< false: nobody waits for it any more, or all stops
    projections::seat_patience in_time; ///< false: what is not read by now is for the next page
};

/// Errors: 503 unfinished when it is not wanted any more; 400 long_history when the time was over
/// before one person could be read; 500 damaged.
result<seat_page> read_seats(const eventlog::store& log, eventlog::keyring& keys,
                             eventlog::tenant_no tenant, std::string_view slug,
                             const seat_wish& wish, const seat_endurance& most = {});

/// A day (`2026-11-01`, its beginning in UTC) or a moment as RFC 3339 has it.
std::optional<base::moment> read_when(std::string_view text);

/// Time as days of 24 hours with six decimals: 1.500000. @pre ms >= 0
std::string days_text(std::int64_t ms);

} // namespace rollcall::admin
