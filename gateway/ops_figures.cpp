#include "gateway/ops_figures.hpp"

#include <array>
#include <string>

namespace rollcall::gateway {
namespace {

constexpr double us_per_second = 1e6;

constexpr double ms_per_second = 1e3;

} // namespace

void append_publisher(prometheus_text& text, const publisher_figures& now) {
    text.gauge("rollcall_publisher_alarm", now.alarm ? 1 : 0,
               "1 while nothing is published until somebody decides; `rollcall doctor` says why.");
    text.family("rollcall_publisher_lag_seconds", "gauge",
                "Age of the oldest event that is not published; 0 if all are.");
    text.sample(static_cast<double>(now.lag_ms) / ms_per_second);
    text.counter("rollcall_publisher_messages_total", now.messages,
                 "Messages that the brokers have acknowledged, in all topics.");
    text.counter("rollcall_publisher_dead_letters_total", now.dead_letters,
                 "Of them, dead letters.");
    text.counter("rollcall_publisher_producers_total", now.producers,
                 "Producers opened; more than one: something failed, and publishing began again.");
    text.gauge("rollcall_publisher_messages_under_way", now.under_way,
               "Messages sent and not acknowledged.");
}

void append_writer(prometheus_text& text, const eventlog::writer_figures& now) {
    text.gauge("rollcall_writer_queue_depth", now.queue_depth, "Writes that wait for their turn.");
    text.gauge("rollcall_writer_queue_limit", now.queue_max,
               "Writes that may wait; one more is answered 429, unless it deprovisions.");
    text.counter("rollcall_writer_submissions_total", now.submissions, "Writes decided.");
    text.counter("rollcall_writer_batches_total", now.batches, "Batches written to the log.");
    text.counter("rollcall_writer_events_total", now.events, "Events written.");
    text.counter("rollcall_writer_refused_full_total", now.refused_full,
                 "Writes refused because the queue was full or the server was stopping.");
    text.family("rollcall_writer_queue_duration_seconds", "histogram",
                "How long each write waited for its turn.");
    text.histogram(now.waited_us, us_per_second);
    text.family("rollcall_writer_batch_submissions", "histogram", "Writes in each batch.");
    text.histogram(now.batch_size, 1);
}

void append_log(prometheus_text& text, eventlog::position head,
                const base::histogram_figures& commits_us) {
    text.gauge("rollcall_log_head_position", head.offset, "The log's last position.");
    text.family("rollcall_log_commit_duration_seconds", "histogram",
                "How long each batch took to be durable: the write and its sync.");
    text.histogram(commits_us, us_per_second);
}

void append_followers(prometheus_text& text, eventlog::position head,
                      const std::vector<follower_figures>& all) {
    text.family("rollcall_follower_position", "gauge",
                "How far those are who read the log at their own pace.");
    for (const follower_figures& f : all)
        text.sample(f.at.offset, {{"consumer", f.name}});
    text.family("rollcall_follower_lag_events", "gauge", "Events that they have not seen yet.");
    for (const follower_figures& f : all) {
        // One who has moved on since the head was read is not behind.
        const std::uint64_t behind = f.at < head ? head.offset - f.at.offset : 0;
        text.sample(behind, {{"consumer", f.name}});
    }
    text.family("rollcall_follower_failing", "gauge", "1 while their last step did not succeed.");
    for (const follower_figures& f : all)
        text.sample(std::uint64_t{f.failing}, {{"consumer", f.name}});
}

void append_seats(prometheus_text& text, const seat_counts& now) {
    text.counter("rollcall_seat_warnings_total", now.warnings,
                 "Times that a tenant came to have taken 80 or 100 % of its seats.");
    text.counter("rollcall_seat_alarms_total", now.alarms,
                 "Times that more seats came to be in use although none was free.");
}

void append_refusals(prometheus_text& text, const std::vector<projections::refusal_count>& all) {
    text.family("rollcall_refusals_total", "counter", "Changes that were refused, by reason.");
    for (const projections::refusal_count& r : all)
        text.sample(r.count, {{"reason", r.reason}});
}

void append_store(prometheus_text& text, const eventlog::store_figures& now) {
    text.gauge("rollcall_store_live_bytes", now.live_bytes, "Table files on disk that are in use.");
    text.gauge("rollcall_store_wal_bytes", now.wal_bytes, "Write-ahead files on disk.");
    text.gauge("rollcall_store_memtable_bytes", now.memtable_bytes, "Memory of memtables.");
    text.gauge("rollcall_store_block_cache_bytes", now.block_cache_bytes,
               "Memory of the block cache.");
    text.gauge("rollcall_store_block_cache_limit_bytes", now.block_cache_bytes_max,
               "Memory that the block cache may take.");
    text.counter("rollcall_store_block_cache_hits_total", now.block_cache_hits,
                 "Blocks found in the cache.");
    text.counter("rollcall_store_block_cache_misses_total", now.block_cache_misses,
                 "Blocks that had to be read from a file.");
    text.family("rollcall_store_files", "gauge", "Table files, by level.");
    for (std::size_t level = 0; level < now.files.size(); ++level) {
        text.sample(now.files[level], {{"level", std::to_string(level)}});
    }
    text.gauge("rollcall_store_pending_compaction_bytes", now.pending_compaction_bytes,
               "Bytes that wait to be compacted, as the store estimates.");
    text.gauge("rollcall_store_running_compactions", now.running_compactions,
               "Compactions under way.");
    text.gauge("rollcall_store_running_flushes", now.running_flushes, "Flushes under way.");
    text.counter("rollcall_store_compaction_read_bytes_total", now.compaction_bytes_read,
                 "Bytes read by compactions.");
    text.counter("rollcall_store_compaction_written_bytes_total", now.compaction_bytes_written,
                 "Bytes written by compactions.");
    text.counter("rollcall_store_flush_written_bytes_total", now.flush_bytes_written,
                 "Bytes written by flushes.");
    text.counter("rollcall_store_wal_written_bytes_total", now.wal_bytes_written,
                 "Bytes written to write-ahead files.");
    text.counter("rollcall_store_wal_syncs_total", now.wal_syncs, "Syncs of write-ahead files.");
    text.family("rollcall_store_stalled_seconds_total", "counter",
                "Time that writes were held up because compaction did not keep up.");
    text.sample(static_cast<double>(now.stalled_us) / us_per_second);
    text.gauge("rollcall_store_delayed_write_bytes_per_second", now.delayed_write_rate,
               "The pace to which the store slows writes down; 0 if it does not.");
    text.gauge("rollcall_store_write_stopped", now.write_stopped ? 1 : 0,
               "1 while the store accepts no writes.");
}

void append_disk(prometheus_text& text, const disk_figures& now) {
    if (now.free_bytes) {
        text.gauge("rollcall_disk_free_bytes", *now.free_bytes,
                   "Free space of the data directory's disk.");
    }
    text.gauge("rollcall_disk_reserve_bytes", now.limits.reserve_bytes,
               "Free space below which only what deprovisions is accepted.");
    text.gauge("rollcall_disk_floor_bytes", now.limits.floor_bytes,
               "Free space below which no write is accepted.");
    text.family("rollcall_disk_state", "gauge", "1 at the state that holds, by state.");
    constexpr std::array<std::string_view, 3> words{"ample", "reserved", "full"};
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool holds = static_cast<std::size_t>(now.state) == i;
        text.sample(std::uint64_t{holds}, {{"state", words[i]}});
    }
}

} // namespace rollcall::gateway
