#include "eventlog/error.hpp"
#include "eventlog/keys.hpp"
#include "eventlog/store.hpp"
#include "eventlog/store_impl.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

namespace rollcall::eventlog {
namespace {

void end_building(store::impl& store) {
    {
        const std::lock_guard lock(store.care_mutex);
        store.building = false;
    }
    store.care_ended.notify_all();
}

base::result<void> flush_families(rocksdb::DB& db,
                                  const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
    rocksdb::FlushOptions how;
    how.wait = true;
    how.allow_write_stall = true;
    const auto status = db.Flush(how, families);
    if (!status.ok()) return storage_error("flushing", status);
    return {};
}

} // namespace

held_view::held_view(store::impl& store) : store_(store) {
    const std::lock_guard lock(store_.views_mutex);
    epoch_ = store_.views_epoch;
    ++store_.views[epoch_];
}

held_view::~held_view() {
    const std::lock_guard lock(store_.views_mutex);
    const auto mine = store_.views.find(epoch_);
    if (--mine->second > 0) return;
    store_.views.erase(mine);
    store_.view_gone.notify_all();
}

bool store::impl::wait_for_old_views() {
    std::unique_lock lock(views_mutex);
    const std::uint64_t now = ++views_epoch;
    return view_gone.wait_for(lock, options.purge_patience,
                              [&] { return views.empty() || views.begin()->first >= now; });
}

std::uint32_t store::generation() const {
    return impl_->live_tables()->generation;
}

std::uint32_t store::generation_version() const {
    return impl_->live_tables()->version;
}

base::result<void> store::begin_generation() {
    if (impl_->stopped) return base::fail(log_errc::stopped, "the log has stopped");
    if (auto dropped = drop_generation(); !dropped) return dropped;
    const auto failed = [this](const char* what, const rocksdb::Status& status) {
        end_building(*impl_);
        return storage_error(what, status);
    };
    {
        const std::lock_guard lock(impl_->care_mutex);
        impl_->building = true;
    }
    auto fresh = std::make_shared<derived_tables>();
    fresh->db = impl_->db.get();
    fresh->generation = generation() + 1;
    const auto live = impl_->live_tables();
    for (std::size_t i = 0; i < derived_tables_all.size(); ++i) {
        // The live table's options, and so its block cache, serve the new one too. Where rows of an
        // older version lack a table, the index is most like it.
        rocksdb::ColumnFamilyHandle* model = live->families.at(i);
        if (model == nullptr) model = impl_->handle(table::index, *live);
        rocksdb::ColumnFamilyDescriptor like;
        auto status = model->GetDescriptor(&like);
        if (status.ok()) {
            status = impl_->db->CreateColumnFamily(
                like.options, derived_family(derived_tables_all.at(i), fresh->generation),
                &fresh->families.at(i));
        }
        if (status.ok()) continue;
        // A part of a generation would stand in the way of every later try.
        for (rocksdb::ColumnFamilyHandle* made : fresh->present())
            impl_->db->DropColumnFamily(made);
        return failed("making a new table", status);
    }
    const std::unique_lock lock(impl_->derived_mutex);
    impl_->next = std::move(fresh);
    return {};
}

base::result<void> store::write_generation(const std::vector<row_change>& rows) {
    rocksdb::WriteBatch batch;
    for (const row_change& row : rows) {
        rocksdb::ColumnFamilyHandle* family = impl_->handle(row.where, *impl_->next);
        if (row.value) {
            batch.Put(family, row.key, *row.value);
        } else {
            batch.Delete(family, row.key);
        }
    }
    // Without write-ahead log: until the flip nobody depends on these rows.
    rocksdb::WriteOptions how;
    how.disableWAL = true;
    const auto status = impl_->db->Write(how, &batch);
    if (!status.ok()) return storage_error("writing rebuilt rows", status);
    return {};
}

bool store::get_generation(table t, std::string_view key, std::string& value) const {
    rocksdb::PinnableSlice pinned;
    const auto status = impl_->db->Get({}, impl_->handle(t, *impl_->next), slice(key), &pinned);
    if (status.IsNotFound()) return false;
    require_read(status, "reading a rebuilt row");
    value.assign(pinned.data(), pinned.size());
    return true;
}

namespace {

class whole_cursor final : public row_cursor {
  public:
    whole_cursor(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* family,
                 std::shared_ptr<derived_tables> keep)
        : keep_(std::move(keep)) {
        rocksdb::ReadOptions how;
        how.total_order_seek = true; // see links_prefix_bytes
        iterator_.reset(db.NewIterator(how, family));
    }

    void seek(std::string_view key) override { iterator_->Seek(slice(key)); }

    void seek_for_prev(std::string_view key) override { iterator_->SeekForPrev(slice(key)); }

    void next() override { iterator_->Next(); }

    void prev() override { iterator_->Prev(); }

    [[nodiscard]] bool valid() const override {
        if (iterator_->Valid()) return true;
        require_read(iterator_->status(), "walking rebuilt rows");
        return false;
    }

    [[nodiscard]] std::string_view key() const override { return view(iterator_->key()); }

    [[nodiscard]] std::string_view value() const override { return view(iterator_->value()); }

  private:
    std::shared_ptr<derived_tables> keep_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
};

} // namespace

std::unique_ptr<row_cursor> store::generation_cursor(table t) const {
    return std::make_unique<whole_cursor>(*impl_->db, impl_->handle(t, *impl_->next), impl_->next);
}

base::result<void> store::flip_generation(std::uint32_t version) {
    if (impl_->stopped) return base::fail(log_errc::stopped, "the log has stopped");
    const auto next = impl_->next;
    if (auto flushed = flush_families(*impl_->db, next->present()); !flushed) return flushed;
    next->version = version;
    std::string number;
    base::put_le(number, next->generation);
    base::put_le(number, version);
    rocksdb::WriteOptions how;
    how.sync = impl_->options.sync_commits;
    const auto status = impl_->db->Put(how, impl_->meta, slice(keys::generation), number);
    if (!status.ok()) {
        // As with a commit, nobody knows: the name may be in the write-ahead file and count at the
        // next start. Both generations stay, so that either answer finds its tables.
        impl_->fail("flipping the generation failed: " + status.ToString());
        return storage_error("flipping the generation", status);
    }
    std::shared_ptr<derived_tables> old;
    {
        const std::unique_lock lock(impl_->derived_mutex);
        old = std::move(impl_->live);
        impl_->live = next;
        impl_->next.reset();
    }
    for (rocksdb::ColumnFamilyHandle* family : old->present())
        impl_->db->DropColumnFamily(family);
    end_building(*impl_);
    return {};
}

base::result<void> store::drop_generation() {
    std::shared_ptr<derived_tables> gone;
    {
        const std::unique_lock lock(impl_->derived_mutex);
        gone = std::move(impl_->next);
        impl_->next.reset();
    }
    base::result<void> dropped;
    if (gone && !impl_->stopped) {
        for (rocksdb::ColumnFamilyHandle* family : gone->present()) {
            if (const auto status = impl_->db->DropColumnFamily(family); !status.ok()) {
                dropped = storage_error("dropping a rebuilt table", status);
            }
        }
        gone.reset();
    }
    end_building(*impl_);
    return dropped;
}

base::result<void> store::flush() {
    return flush_families(*impl_->db, impl_->every_handle(*impl_->live_tables()));
}

base::result<void> store::purge(const std::vector<key_range>& ranges) {
    std::unique_lock care(impl_->care_mutex);
    impl_->care_ended.wait(care, [this] { return !impl_->building; });
    const auto held = [] {
        return base::fail(log_errc::storage, "somebody still reads an old view of what was erased, "
                                             "so its bytes must stay: purge again");
    };
    if (!impl_->wait_for_old_views()) return held(); // they keep old versions through a compaction
    if (auto flushed = flush(); !flushed) return flushed;
    const auto derived = impl_->live_tables();
    for (const key_range& range : ranges) {
        rocksdb::ColumnFamilyHandle* family = impl_->handle(range.where, *derived);
        if (family == nullptr) continue;
        rocksdb::CompactRangeOptions how;
        how.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
        how.exclusive_manual_compaction = true;
        const rocksdb::Slice first = slice(range.first);
        const rocksdb::Slice last = slice(range.last);
        const auto status = impl_->db->CompactRange(how, family, &first, &last);
        if (!status.ok()) return storage_error("compacting away what was erased", status);
    }
    if (!impl_->wait_for_old_views()) return held(); // they keep the files from before it
    // Turning deletions off and on again makes RocksDB look for obsolete files now and not later.
    impl_->db->DisableFileDeletions();
    const auto status = impl_->db->EnableFileDeletions(false);
    if (!status.ok()) return storage_error("deleting obsolete files", status);
    return {};
}

} // namespace rollcall::eventlog
