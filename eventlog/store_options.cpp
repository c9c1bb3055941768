#include "eventlog/base/log.hpp"
#include "eventlog/error.hpp"
#include "eventlog/store_impl.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/statistics.h>
#include <rocksdb/table.h>

#include <cstdarg>
#include <cstdio>

namespace rollcall::eventlog {
namespace {

/// RocksDB's own log file on a full disk aborts the process, so its warnings go to ours instead.
class forwarding_logger final : public rocksdb::Logger {
  public:
    forwarding_logger() : Logger(rocksdb::WARN_LEVEL) {}

    using Logger::Logv;

    void Logv(const char* format, va_list arguments) override {
        char text[512];
        const int size = std::vsnprintf(text, sizeof text, format, arguments);
        if (size <= 0) return;
        const auto kept = std::min(static_cast<std::size_t>(size), sizeof text - 1);
        base::log(base::log_level::warn, "storage engine",
                  {{"text", std::string_view(text, kept)}});
    }
};

class error_listener final : public rocksdb::EventListener {
  public:
    explicit error_listener(std::function<void(const std::string&)> tell)
        : tell_(std::move(tell)) {}

    void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
        tell_("storage background error: " + status->ToString());
    }

  private:
    std::function<void(const std::string&)> tell_;
};

} // namespace

rocksdb::DBOptions database_options(const store_options& options,
                                    std::function<void(const std::string&)> on_background_error) {
    rocksdb::DBOptions db;
    db.create_if_missing = true;
    db.create_missing_column_families = true;
    if (options.env != nullptr) db.env = options.env;
    // The default mode opens a log with a damaged middle and silently drops the acknowledged rest.
    db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    db.paranoid_checks = true;       // without it a failed sync is forgotten by the next write
    db.max_bgerror_resume_count = 0; // recovery across column families is not safe: stop instead
    db.manual_wal_flush = false;
    db.recycle_log_file_num = 0;
    db.track_and_verify_wals_in_manifest = false; // false alarms in this version
    db.wal_compression = rocksdb::kNoCompression;
    db.max_total_wal_size = options.wal_bytes_max;
    db.db_write_buffer_size = options.write_buffer_bytes * 4;
    db.max_background_jobs = 2;
    db.bytes_per_sync = 1u << 20;
    db.stats_dump_period_sec = 0;
    // Counters only: its own histograms and timers read the clock on every read.
    db.statistics = rocksdb::CreateDBStatistics();
    db.statistics->set_stats_level(rocksdb::StatsLevel::kExceptHistogramOrTimers);
    db.info_log = std::make_shared<forwarding_logger>();
    db.listeners.push_back(std::make_shared<error_listener>(std::move(on_background_error)));
    return db;
}

std::shared_ptr<rocksdb::Cache> make_block_cache(std::size_t bytes) {
    return rocksdb::NewLRUCache(bytes, -1, false, 0.2);
}

rocksdb::ColumnFamilyOptions family_options(const store_options& options, const std::string& name,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
    rocksdb::BlockBasedTableOptions blocks;
    blocks.block_cache = cache;
    blocks.cache_index_and_filter_blocks = true;
    blocks.cache_index_and_filter_blocks_with_high_priority = true;
    blocks.pin_l0_filter_and_index_blocks_in_cache = true;
    blocks.checksum = rocksdb::kXXH3;
    blocks.format_version = 5;

    rocksdb::ColumnFamilyOptions family;
    family.write_buffer_size = options.write_buffer_bytes / 4;
    family.compression = rocksdb::kLZ4Compression;
    family.level0_slowdown_writes_trigger = 40;
    family.level0_stop_writes_trigger = 80;
    const bool is_state = name.starts_with("state");
    if (name.starts_with("links")) {
        family.prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(links_prefix_bytes));
    }
    if (is_state) {
        // Rows of one kind are mostly added behind the last one (ids and ordinals rise), those of
        // one event to several kinds in turn: each kind goes on from where its own last row is.
        family.memtable_insert_with_hint_prefix_extractor.reset(
            rocksdb::NewFixedPrefixTransform(1));
    }
    if (name == "log") {
        family.write_buffer_size = options.write_buffer_bytes;
        family.compression = rocksdb::kNoCompression; // most of a record is ciphertext and hashes
        blocks.block_size = 16u << 10;
    } else {
        // Point reads, often of what is not there: is this name free, is there such a key.
        blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10, false));
        // Held by the open files, so that a read need not ask the cache for them; a few bytes for
        // each row.
        blocks.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
        family.memtable_prefix_bloom_size_ratio = 0.02;
        family.memtable_whole_key_filtering = true;
        if (is_state) family.write_buffer_size = options.write_buffer_bytes;
    }
    family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
    return family;
}

base::result<void> storage_error(const std::string& what, const rocksdb::Status& status) {
    return base::fail(log_errc::storage, what + ": " + status.ToString());
}

void require_read(const rocksdb::Status& status, const char* what) {
    if (!status.ok()) throw storage_failure(std::string(what) + ": " + status.ToString());
}

} // namespace rollcall::eventlog
