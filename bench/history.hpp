// The named mix of events that log_scan and rebuild read: of all events after the creations, 86 in
// 100 are updates of a title, 6 deactivations, 6 reactivations, 2 deletions of users who are not
// made again. Ten events for each user, in shuffled order, as a directory that lives for years
// collects.
#pragma once

#include "bench/loader.hpp"

#include <cstdint>

namespace rollcall::bench {

inline constexpr std::uint64_t events_per_user = 10;

/// Makes `users` persons and the rest of their history. Returns the number of events in the log.
base::result<std::uint64_t> make_history(loader& into, const customer& of, std::uint64_t users);

} // namespace rollcall::bench
