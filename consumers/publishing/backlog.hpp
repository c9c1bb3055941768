// What of the log is not published yet.
#pragma once

#include "eventlog/record.hpp"
#include "eventlog/store.hpp"

#include <cstdint>

namespace rollcall::publishing {

struct backlog {
    std::uint64_t events = 0;
    base::moment oldest{}; ///< when the first of them happened; zero if that cannot be read
};

/// Behind `published`. Reads one record. Throws eventlog::storage_failure.
inline backlog backlog_of(const eventlog::store& log, eventlog::position published) {
    const eventlog::position head = log.head();
    if (head <= published) return {};
    backlog found{.events = head.offset - published.offset};
    if (const auto bytes = log.read(published.next())) {
        const auto record = eventlog::read_record(*bytes, eventlog::record_check::crc);
        if (record) found.oldest = record->time;
    }
    return found;
}

} // namespace rollcall::publishing
