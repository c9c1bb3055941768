// What the store's source files share. Only they include this: it is where RocksDB shows.
#pragma once

#include "eventlog/store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <shared_mutex>

namespace rollcall::eventlog {

/// The handles of one generation of the derived tables, in the order of derived_tables_all.
/// Destroying the last reference to a dropped generation lets RocksDB delete its files.
struct derived_tables {
    rocksdb::DB* db = nullptr;
    std::uint32_t generation = 0;
    std::uint32_t version = 1; ///< of what its rows mean; its owner's number
    /// A table that the writer of these rows did not know is null.
    std::array<rocksdb::ColumnFamilyHandle*, derived_tables_all.size()> families{};
    derived_tables() = default;
    derived_tables(const derived_tables&) = delete;
    derived_tables& operator=(const derived_tables&) = delete;
    ~derived_tables();

    [[nodiscard]] std::vector<rocksdb::ColumnFamilyHandle*> present() const;
};

/// The column family of a derived table, `state.1` for example.
std::string derived_family(table t, std::uint32_t generation);

struct store::impl {
    store_options options;
    std::unique_ptr<rocksdb::DB> db;
    rocksdb::ColumnFamilyHandle* meta = nullptr;
    rocksdb::ColumnFamilyHandle* log = nullptr;
    rocksdb::ColumnFamilyHandle* seq = nullptr;
    rocksdb::ColumnFamilyHandle* subject = nullptr;
    rocksdb::ColumnFamilyHandle* time = nullptr;
    rocksdb::ColumnFamilyHandle* keys = nullptr;
    rocksdb::ColumnFamilyHandle* idempotency = nullptr;
    rocksdb::ColumnFamilyHandle* attempts = nullptr;
    rocksdb::ColumnFamilyHandle* checkpoints = nullptr;

    mutable std::shared_mutex derived_mutex; ///< guards the two pointers below, not the rows
    std::shared_ptr<derived_tables> live;
    std::shared_ptr<derived_tables> next; ///< a generation being built

    /// A purge does not reach a generation that is being built, so they take turns.
    std::mutex care_mutex;
    std::condition_variable care_ended;
    bool building = false;

    /// Snapshots and their cursors that are held now, by the purge before which they were taken:
    /// they keep old versions of rows alive.
    std::mutex views_mutex;
    std::condition_variable view_gone;
    std::map<std::uint64_t, std::size_t> views;
    std::uint64_t views_epoch = 0;

    /// Waits until every view that was taken before this call is gone; false after the patience.
    bool wait_for_old_views();

    std::atomic<std::uint64_t> head_offset{0};
    std::uint64_t last_second = 0; ///< of the time index; the committing thread's own
    std::atomic<bool> stopped{false};

    ~impl();

    /// Stops the store and tells the owner, once.
    void fail(const std::string& reason);

    [[nodiscard]] std::shared_ptr<derived_tables> live_tables() const;
    /// Null for a table that is not there: it has no rows.
    [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(table t, const derived_tables& derived) const;
    [[nodiscard]] std::vector<rocksdb::ColumnFamilyHandle*>
    every_handle(const derived_tables& derived) const;
};

/// Counts as a view from its making to its end.
class held_view {
  public:
    explicit held_view(store::impl& store);
    ~held_view();
    held_view(const held_view&) = delete;
    held_view& operator=(const held_view&) = delete;

  private:
    store::impl& store_;
    std::uint64_t epoch_;
};

/// Rows of table::links whose keys begin with the same so many bytes have a place in the filters
/// together, as long as a kind, a tenant and an id: what is walked in a turn is often not there.
inline constexpr std::size_t links_prefix_bytes = 21;

/// Options by column family name; see store_options.cpp for the reasons.
rocksdb::DBOptions database_options(const store_options& options,
                                    std::function<void(const std::string&)> on_background_error);
rocksdb::ColumnFamilyOptions family_options(const store_options& options, const std::string& name,
                                            const std::shared_ptr<rocksdb::Cache>& cache);
std::shared_ptr<rocksdb::Cache> make_block_cache(std::size_t bytes);

base::result<void> storage_error(const std::string& what, const rocksdb::Status& status);

/// Throws storage_failure unless `status` is OK.
void require_read(const rocksdb::Status& status, const char* what);

inline rocksdb::Slice slice(std::string_view text) {
    return {text.data(), text.size()};
}

inline std::string_view view(const rocksdb::Slice& text) {
    return {text.data(), text.size()};
}

} // namespace rollcall::eventlog
