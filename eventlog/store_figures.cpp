// What the engine says about itself.
#include "eventlog/store_impl.hpp"

#include <rocksdb/statistics.h>

#include <charconv>

namespace rollcall::eventlog {
namespace {

using properties = rocksdb::DB::Properties;

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Sizes of the write-ahead files; one that goes meanwhile counts for nothing.
std::uint64_t wal_files_bytes(const std::filesystem::path& directory) {
    std::uint64_t sum = 0;
    std::error_code failed;
    for (std::filesystem::directory_iterator file(directory, failed), end; file != end;
         file.increment(failed)) {
        if (file->path().extension() != ".log") continue;
        std::error_code gone;
        const std::uint64_t size = file->file_size(gone);
        if (!gone) sum += size;
    }
    return sum;
}

} // namespace

store_figures store::figures() const {
    rocksdb::DB& db = *impl_->db;
    const auto sum = [&db](const std::string& property) {
        std::uint64_t value = 0;
        return db.GetAggregatedIntProperty(property, &value) ? value : 0;
    };
    const auto one = [&db](const std::string& property) {
        std::uint64_t value = 0;
        return db.GetIntProperty(property, &value) ? value : 0;
    };
    store_figures f;
    f.live_bytes = sum(properties::kLiveSstFilesSize);
    f.memtable_bytes = sum(properties::kCurSizeAllMemTables);
    f.wal_bytes = wal_files_bytes(impl_->options.directory);
    f.block_cache_bytes = one(properties::kBlockCacheUsage);
    f.block_cache_bytes_max = one(properties::kBlockCacheCapacity);
    f.pending_compaction_bytes = sum(properties::kEstimatePendingCompactionBytes);
    f.running_compactions = one(properties::kNumRunningCompactions);
    f.running_flushes = one(properties::kNumRunningFlushes);
    f.delayed_write_rate = one(properties::kActualDelayedWriteRate);
    f.write_stopped = one(properties::kIsWriteStopped) != 0;

    const auto derived = impl_->live_tables(); // keeps their handles alive meanwhile
    for (rocksdb::ColumnFamilyHandle* family : impl_->every_handle(*derived)) {
        for (std::size_t level = 0; level < f.files.size(); ++level) {
            std::string text;
            if (db.GetProperty(family, properties::kNumFilesAtLevelPrefix + std::to_string(level),
                               &text)) {
                f.files[level] += number(text);
            }
        }
    }

    if (const auto counted = db.GetDBOptions().statistics) {
        const auto count = [&counted](rocksdb::Tickers what) {
            return counted->getTickerCount(what);
        };
        f.block_cache_hits = count(rocksdb::BLOCK_CACHE_HIT);
        f.block_cache_misses = count(rocksdb::BLOCK_CACHE_MISS);
        f.compaction_bytes_read = count(rocksdb::COMPACT_READ_BYTES);
        f.compaction_bytes_written = count(rocksdb::COMPACT_WRITE_BYTES);
        f.flush_bytes_written = count(rocksdb::FLUSH_WRITE_BYTES);
        f.wal_bytes_written = count(rocksdb::WAL_FILE_BYTES);
        f.wal_syncs = count(rocksdb::WAL_FILE_SYNCED);
        f.stalled_us = count(rocksdb::STALL_MICROS);
    }
    return f;
}

} // namespace rollcall::eventlog
