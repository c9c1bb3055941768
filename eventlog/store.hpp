// The store: one RocksDB database that holds the log, its indexes and the rows beside it. The only
// class that talks to RocksDB; everything above sees records, rows and positions.
//
// Durability: a commit is one WriteBatch and one synced write. It is visible to readers only when
// it is durable. A failed write or sync, or any background error, is final: the outcome is unknown,
// the store refuses every later write and calls `on_fatal` (the process answers "unknown" and
// exits). WAL recovery is kTolerateCorruptedTailRecords: a damaged middle refuses to open instead
// of quietly dropping acknowledged commits.
//
// A read that fails for the disk's sake throws storage_failure: there is no answer that would be
// true. Whoever answers a request catches it once and says "internal error"; the writer takes the
// turn back.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/record.hpp"
#include "eventlog/rows.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace rocksdb {
class Env;
}

namespace rollcall::eventlog {

/// A read met a damaged or unreadable file. The message names it.
class storage_failure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct store_options {
    std::filesystem::path directory; ///< the database's own directory
    bool read_only = false;         ///< reads a directory that nobody serves; writes nothing at all
    std::uint32_t rows_version = 1; ///< of the derived rows of a database that is made now
    std::size_t block_cache_bytes = 384u << 20;
    std::size_t write_buffer_bytes = 32u << 20; ///< of the log and of state; others have a quarter
    std::size_t wal_bytes_max = 256u << 20;
    std::chrono::milliseconds purge_patience{30'000}; ///< how long a purge waits for readers
    bool sync_commits = true;    ///< false only in the test that proves that sync matters
    rocksdb::Env* env = nullptr; ///< a file system for fault tests; null = the machine's
    /// Called once, from any thread, with the reason, when the store can no longer be trusted.
    std::function<void(const std::string&)> on_fatal;
};

/// Where a tenant's chain stands.
struct chain_head {
    tenant_seq seq;
    digest hash{};
    position at;
    friend bool operator==(const chain_head&, const chain_head&) = default;
};

/// Figures for /metrics. What is a count or a sum is one since the store was opened.
struct store_figures {
    std::uint64_t live_bytes = 0;
    std::uint64_t memtable_bytes = 0;
    std::uint64_t wal_bytes = 0; ///< write-ahead files on disk
    std::uint64_t block_cache_bytes = 0;
    std::uint64_t block_cache_bytes_max = 0;
    std::uint64_t block_cache_hits = 0;
    std::uint64_t block_cache_misses = 0;
    std::array<std::uint64_t, 7> files{}; ///< table files of each level
    std::uint64_t pending_compaction_bytes = 0;
    std::uint64_t running_compactions = 0;
    std::uint64_t running_flushes = 0;
    std::uint64_t compaction_bytes_read = 0;
    std::uint64_t compaction_bytes_written = 0;
    std::uint64_t flush_bytes_written = 0;
    std::uint64_t wal_bytes_written = 0;
    std::uint64_t wal_syncs = 0;
    std::uint64_t stalled_us = 0;         ///< that commits were held up by compaction
    std::uint64_t delayed_write_rate = 0; ///< bytes per second that are let in; 0: no delay
    bool write_stopped = false;
};

class store {
  public:
    /// Opens or makes the database. Errors: log_errc::storage with RocksDB's reason,
    /// log_errc::foreign_directory when another process has it; to read, log_errc::not_found when
    /// its making was cut short before anything could be written.
    static base::result<std::unique_ptr<store>> open(store_options options);
    ~store();

    // --- the log ---

    /// The last position; offset 0 when the log is empty.
    [[nodiscard]] position head() const;
    [[nodiscard]] base::result<std::string> read(position at) const; ///< log_errc::not_found
    [[nodiscard]] std::optional<chain_head> chain(tenant_no tenant) const;
    /// Position of a tenant's event; nothing if there is none.
    [[nodiscard]] std::optional<position> locate(tenant_no tenant, tenant_seq seq) const;
    /// The subject's newest event at or before `at`; nothing if there is none.
    [[nodiscard]] std::optional<position> latest(tenant_no tenant, const subject_id& subject,
                                                 position at) const;
    /// Oldest to newest, at most `most`, from the first position after `after`.
    [[nodiscard]] std::vector<position> history(tenant_no tenant, const subject_id& subject,
                                                position after, std::size_t most) const;
    /// The first event of the newest second (since 1970) that has events and is not later than
    /// `second`, as the time index says; nothing if all are later.
    [[nodiscard]] std::optional<position> first_in(std::uint64_t second) const;
    /// The last position whose event is not later than `when`; offset 0 if all are later.
    [[nodiscard]] position at_time(base::moment when) const;

    /// Walks records in order, ahead of what fits in memory. Not valid past the head at its making.
    class walk {
      public:
        virtual ~walk() = default;
        /// Next record's bytes, until the next call; false at the end, which is the head at its
        /// making. Throws storage_failure at a record that is not there.
        virtual bool next(std::string_view& bytes) = 0;
    };

    /// From `first` on, in one unchanging view. `bulk` reads ahead and leaves the cache alone.
    [[nodiscard]] std::unique_ptr<walk> records(position first, bool bulk) const;

    // --- rows ---

    [[nodiscard]] bool get(table t, std::string_view key, std::string& value) const;
    [[nodiscard]] std::unique_ptr<row_snapshot> snapshot() const;
    /// Walks the newest rows of a table, in one view of it. For the writer: not counted as a
    /// reader by a purge, so not to be kept.
    [[nodiscard]] std::unique_ptr<row_cursor> cursor(table t, std::string_view prefix) const;

    // --- writing: one thread at a time ---

    /// One atomic, synced commit of records at the next positions, and rows. Returns the last
    /// position. Errors: log_errc::storage: the outcome is unknown and the store is stopped;
    /// log_errc::stopped: it was stopped before, nothing was done.
    base::result<position> commit(std::vector<record_draft>& records,
                                  const std::vector<row_change>& rows);
    /// Rows only, not synced: for what may be lost in a crash (attempts).
    base::result<void> write_unsynced(const std::vector<row_change>& rows);

    // --- generations of the derived tables ---

    [[nodiscard]] std::uint32_t generation() const;
    /// What the live rows mean, as flip_generation or the making of the database was told. 1 in a
    /// directory of the first program, which told nothing.
    [[nodiscard]] std::uint32_t generation_version() const;
    /// Makes empty tables beside the live ones; left-over ones are dropped first.
    base::result<void> begin_generation();
    /// Writes rows of the new generation without WAL; sorted keys are fastest.
    base::result<void> write_generation(const std::vector<row_change>& rows);
    [[nodiscard]] bool get_generation(table t, std::string_view key, std::string& value) const;
    [[nodiscard]] std::unique_ptr<row_cursor> generation_cursor(table t) const;
    /// Makes the new generation durable, then live, in one batch; drops the old one. `version` says
    /// what its rows mean; it is the owner's and opaque here.
    /// Errors: log_errc::storage: when the store has stopped over it, which generation is live is
    /// unknown, and the next open decides.
    /// @pre no writer's turn is under way.
    base::result<void> flip_generation(std::uint32_t version);
    /// Gives a begun generation up. Its tables are dropped; in a store that has stopped they stay,
    /// since they may be the live ones, and the next open drops what is not.
    base::result<void> drop_generation();

    // --- care ---

    /// Removes every old version of what is erased: flushes all, compacts rows in the given key
    /// ranges to the bottom, waits until no write-ahead file holds them. Waits while a generation
    /// is being built, which it would not reach, and for snapshots that see what was erased.
    /// Errors: log_errc::storage, also when a reader keeps such a snapshot too long: purge again.
    struct key_range {
        table where{};
        std::string first;
        std::string last;
    };

    base::result<void> purge(const std::vector<key_range>& ranges);
    base::result<void> flush();
    [[nodiscard]] store_figures figures() const;
    [[nodiscard]] bool stopped() const;

    store(const store&) = delete;
    store& operator=(const store&) = delete;

    struct impl; ///< the store's source files only

  private:
    static base::result<std::unique_ptr<store>> open_or_throw(store_options options);
    explicit store(std::unique_ptr<impl> impl);
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::eventlog
