// What /metrics says of the log and what lies beneath it. Names keep Prometheus's habits: a prefix,
// base units, `_total` for what only grows. No label ever holds a tenant, a key or a person: their
// number has no bound, and a scrape is not the place to tell names.
#pragma once

#include "eventlog/base/histogram.hpp"
#include "eventlog/disk_guard.hpp"
#include "eventlog/ids.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"
#include "gateway/prometheus.hpp"
#include "projections/refusal_counts.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::gateway {

/// The data directory's disk.
struct disk_figures {
    eventlog::disk_state state = eventlog::disk_state::ample;
    eventlog::disk_limits limits;
    std::optional<std::uint64_t> free_bytes; ///< nothing if the disk cannot be asked
};

/// Somebody who reads the log behind the writer, at his own pace.
struct follower_figures {
    std::string_view name; ///< `erasure`, ...
    eventlog::position at; ///< how far he is
    bool failing = false;  ///< his last step did not succeed
};

/// What the seat keeper noticed.
struct seat_counts {
    std::uint64_t warnings = 0;
    std::uint64_t alarms = 0;
};

/// Who publishes the log to topics.
struct publisher_figures {
    bool alarm = false;         ///< nothing is published until somebody decides
    std::uint64_t lag_ms = 0;   ///< age of the oldest event that is not published
    std::uint64_t messages = 0; ///< acknowledged
    std::uint64_t dead_letters = 0;
    std::uint64_t producers = 0; ///< opened
    std::size_t under_way = 0;
};

void append_publisher(prometheus_text& text, const publisher_figures& now);
void append_seats(prometheus_text& text, const seat_counts& now);
void append_writer(prometheus_text& text, const eventlog::writer_figures& now);
void append_log(prometheus_text& text, eventlog::position head,
                const base::histogram_figures& commits_us);
void append_followers(prometheus_text& text, eventlog::position head,
                      const std::vector<follower_figures>& all);
void append_refusals(prometheus_text& text, const std::vector<projections::refusal_count>& all);
void append_store(prometheus_text& text, const eventlog::store_figures& now);
void append_disk(prometheus_text& text, const disk_figures& now);

} // namespace rollcall::gateway
