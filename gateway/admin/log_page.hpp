// Reading the log for people and scripts: a page of events as JSON lines, from a position on, of
// all tenants or of one. Works on any store, a running server's or one opened to be read only.
#pragma once

#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "gateway/admin/problem.hpp"
#include "projections/told/event_json.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::admin {

/// Events on one page; a larger wish is cut to it.
inline constexpr std::uint64_t page_events_max = 1000;

/// The text on one page: few large events must not make a page without bound.
inline constexpr std::size_t page_bytes_max = std::size_t{4} << 20;

/// Walks a tenant's records from `first` to `head`, as long as `go_on` says so before each. Errors:
/// those of a record that is not there, and of `take`.
result<void> walk_tenant(const eventlog::store& log, eventlog::tenant_no tenant,
                         eventlog::tenant_seq first, eventlog::position head,
                         const std::function<bool()>& go_on,
                         const std::function<result<void>(std::string_view bytes)>& take);

struct page_wish {
    eventlog::position from; ///< the first position that may appear
    std::uint64_t most = page_events_max;
    std::optional<eventlog::tenant_no> tenant;
    told::event_detail detail = told::event_detail::line;
};

struct log_page {
    std::string lines;        ///< one JSON object a line
    std::uint64_t events = 0; ///< lines in it
    eventlog::position next;  ///< where the next page begins
};

/// Errors: what decode_event says about a damaged event, with its position.
result<log_page> read_page(const eventlog::store& log, eventlog::keyring& keys,
                           const page_wish& wish);

/// The event at `at` as one JSON object. 404 not_found for a position that holds none, or none of
/// the only tenant that may be seen.
result<std::string> read_one(const eventlog::store& log, eventlog::keyring& keys,
                             eventlog::position at,
                             std::optional<eventlog::tenant_no> only = std::nullopt);

/// Where the last `count` events begin, of all tenants or of one.
eventlog::position start_of_last(const eventlog::store& log,
                                 std::optional<eventlog::tenant_no> tenant, std::uint64_t count);

} // namespace rollcall::admin
