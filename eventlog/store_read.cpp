#include "eventlog/error.hpp"
#include "eventlog/keys.hpp"
#include "eventlog/store.hpp"
#include "eventlog/store_impl.hpp"

#include <algorithm>

namespace rollcall::eventlog {
namespace {

bool read_row(rocksdb::DB& db, const rocksdb::ReadOptions& how, rocksdb::ColumnFamilyHandle* family,
              std::string_view key, std::string& value) {
    if (family == nullptr) return false;
    rocksdb::PinnableSlice pinned;
    const auto status = db.Get(how, family, slice(key), &pinned);
    if (status.IsNotFound()) return false;
    require_read(status, "reading a row");
    value.assign(pinned.data(), pinned.size());
    return true;
}

/// What may follow a prefix in a key, in bytes, and more.
constexpr std::size_t key_rest_bytes = 512;

/// The first key after every key that starts with `prefix`; empty if there is none.
std::string after_prefix(std::string_view prefix) {
    std::string end(prefix);
    while (!end.empty()) {
        if (static_cast<std::uint8_t>(end.back()) != 0xff) {
            end.back() = static_cast<char>(static_cast<std::uint8_t>(end.back()) + 1);
            return end;
        }
        end.pop_back();
    }
    return end;
}

class db_cursor : public row_cursor {
  public:
    db_cursor(rocksdb::DB& db, rocksdb::ReadOptions how, rocksdb::ColumnFamilyHandle* family,
              std::string_view prefix, std::shared_ptr<derived_tables> keep)
        : keep_(std::move(keep)),
          lower_(prefix),
          upper_(after_prefix(prefix)),
          lower_slice_(lower_),
          upper_slice_(upper_) {
        // The filters know nothing of a walk that goes over more than what they keep together.
        how.total_order_seek = prefix.size() < links_prefix_bytes;
        if (!lower_.empty()) how.iterate_lower_bound = &lower_slice_;
        if (!upper_.empty()) how.iterate_upper_bound = &upper_slice_;
        iterator_.reset(family != nullptr ? db.NewIterator(how, family)
                                          : rocksdb::NewEmptyIterator());
    }

    void seek(std::string_view key) override {
        iterator_->Seek(slice(key));
        check();
    }

    void seek_for_prev(std::string_view key) override {
        // The filters are asked for what the key begins with: behind the prefix, about others.
        const bool behind = !upper_.empty() && key >= upper_;
        iterator_->SeekForPrev(behind ? rocksdb::Slice(last_possible()) : slice(key));
        check();
    }

    void next() override {
        iterator_->Next();
        check();
    }

    void prev() override {
        iterator_->Prev();
        check();
    }

    [[nodiscard]] bool valid() const override { return iterator_->Valid(); }

    [[nodiscard]] std::string_view key() const override { return view(iterator_->key()); }

    [[nodiscard]] std::string_view value() const override { return view(iterator_->value()); }

  private:
    /// No row of the prefix comes behind it: what ends a key are ids, which are shorter.
    [[nodiscard]] const std::string& last_possible() {
        if (last_.empty()) last_ = lower_ + std::string(key_rest_bytes, '\xff');
        return last_;
    }

    void check() const {
        if (!iterator_->Valid()) require_read(iterator_->status(), "walking rows");
    }

    std::shared_ptr<derived_tables> keep_;
    std::string lower_;
    std::string upper_;
    std::string last_; ///< see last_possible()
    rocksdb::Slice lower_slice_;
    rocksdb::Slice upper_slice_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
};

/// Trusts no iterator to tell of what it could not read: one that meets a damaged block at the
/// border of two files can go on behind it, or end, as if nothing had been there.
class db_walk final : public store::walk {
  public:
    db_walk(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* log, position first, position last,
            bool bulk)
        : expected_(first), last_(last) {
        if (expected_.offset == 0) expected_.offset = 1; // there is no event before it
        rocksdb::ReadOptions how;
        how.fill_cache = !bulk;
        if (bulk) how.readahead_size = 2u << 20;
        iterator_.reset(db.NewIterator(how, log));
        iterator_->Seek(keys::log(expected_));
    }

    bool next(std::string_view& bytes) override {
        if (last_ < expected_) return false;
        if (started_ && iterator_->Valid()) iterator_->Next();
        started_ = true;
        if (!iterator_->Valid()) require_read(iterator_->status(), "walking the log");
        if (!iterator_->Valid() || view(iterator_->key()) != keys::log(expected_)) {
            throw storage_failure("the event at " + expected_.text() +
                                  " is missing: `rollcall log verify` says more");
        }
        expected_ = expected_.next();
        bytes = view(iterator_->value());
        return true;
    }

  private:
    position expected_; ///< the next one
    position last_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
    bool started_ = false;
};

} // namespace

/// A cursor that may be kept for longer than one call, and so counts as a view.
class view_cursor final : public held_view, public db_cursor {
  public:
    view_cursor(store::impl& store, rocksdb::ReadOptions how, rocksdb::ColumnFamilyHandle* family,
                std::string_view prefix, std::shared_ptr<derived_tables> keep)
        : held_view(store), db_cursor(*store.db, std::move(how), family, prefix, std::move(keep)) {}
};

/// One view of all tables, held by a RocksDB snapshot.
class db_snapshot final : public row_snapshot {
  public:
    explicit db_snapshot(store::impl& store) : store_(store), held_(store) {
        // Under one lock, or a flip could come between and the view be of two times.
        const std::shared_lock lock(store.derived_mutex);
        derived_ = store.live;
        snapshot_ = store.db->GetSnapshot();
    }

    ~db_snapshot() override { store_.db->ReleaseSnapshot(snapshot_); }

    db_snapshot(const db_snapshot&) = delete;
    db_snapshot& operator=(const db_snapshot&) = delete;

    bool get(table t, std::string_view key, std::string& value) const override {
        return read_row(*store_.db, how(), store_.handle(t, *derived_), key, value);
    }

    [[nodiscard]] std::unique_ptr<row_cursor> cursor(table t,
                                                     std::string_view prefix) const override {
        return std::make_unique<view_cursor>(store_, how(), store_.handle(t, *derived_), prefix,
                                             derived_);
    }

  private:
    [[nodiscard]] rocksdb::ReadOptions how() const {
        rocksdb::ReadOptions options;
        options.snapshot = snapshot_;
        return options;
    }

    store::impl& store_;
    held_view held_;
    std::shared_ptr<derived_tables> derived_;
    const rocksdb::Snapshot* snapshot_ = nullptr;
};

std::unique_ptr<row_snapshot> store::snapshot() const {
    return std::make_unique<db_snapshot>(*impl_);
}

std::unique_ptr<row_cursor> store::cursor(table t, std::string_view prefix) const {
    auto derived = impl_->live_tables();
    rocksdb::ColumnFamilyHandle* family = impl_->handle(t, *derived);
    return std::make_unique<db_cursor>(*impl_->db, rocksdb::ReadOptions(), family, prefix,
                                       std::move(derived));
}

bool store::get(table t, std::string_view key, std::string& value) const {
    if (t == table::state || t == table::index || t == table::links) {
        const std::shared_lock lock(impl_->derived_mutex);
        return read_row(*impl_->db, {}, impl_->handle(t, *impl_->live), key, value);
    }
    static const derived_tables none;
    return read_row(*impl_->db, {}, impl_->handle(t, none), key, value);
}

base::result<std::string> store::read(position at) const {
    std::string bytes;
    if (!read_row(*impl_->db, {}, impl_->log, keys::log(at), bytes)) {
        return base::fail(log_errc::not_found, "there is no event at " + at.text());
    }
    return bytes;
}

std::optional<chain_head> store::chain(tenant_no tenant) const {
    std::string value;
    if (!read_row(*impl_->db, {}, impl_->meta, keys::chain(tenant), value)) return std::nullopt;
    std::string_view in = value;
    chain_head head;
    if (!base::get_le(in, head.seq.value) || !base::get_bytes(in, head.hash) ||
        !keys::get_position(in, head.at)) {
        throw storage_failure("the chain head of tenant " + std::to_string(tenant.value) +
                              " is damaged");
    }
    return head;
}

std::optional<position> store::locate(tenant_no tenant, tenant_seq number) const {
    std::string value;
    if (!read_row(*impl_->db, {}, impl_->seq, keys::seq(tenant, number), value)) {
        return std::nullopt;
    }
    std::string_view in = value;
    position at;
    if (!keys::get_position(in, at)) throw storage_failure("a row of the seq index is damaged");
    return at;
}

std::optional<position> store::latest(tenant_no tenant, const subject_id& subject,
                                      position at) const {
    const std::string prefix = keys::subject_prefix(tenant, subject);
    db_cursor cursor(*impl_->db, {}, impl_->subject, prefix, nullptr);
    cursor.seek_for_prev(keys::subject(tenant, subject, at));
    if (!cursor.valid()) return std::nullopt;
    std::string_view key = cursor.key().substr(prefix.size());
    position found;
    keys::get_position(key, found);
    return found;
}

std::vector<position> store::history(tenant_no tenant, const subject_id& subject, position after,
                                     std::size_t most) const {
    const std::string prefix = keys::subject_prefix(tenant, subject);
    db_cursor cursor(*impl_->db, {}, impl_->subject, prefix, nullptr);
    std::vector<position> found;
    for (cursor.seek(keys::subject(tenant, subject, after.next()));
         cursor.valid() && found.size() < most; cursor.next()) {
        std::string_view key = cursor.key().substr(prefix.size());
        position at;
        keys::get_position(key, at);
        found.push_back(at);
    }
    return found;
}

std::optional<position> store::first_in(std::uint64_t second) const {
    std::string prefix;
    base::put_be(prefix, position::embedded);
    db_cursor cursor(*impl_->db, {}, impl_->time, prefix, nullptr);
    cursor.seek_for_prev(keys::time(position::embedded, second));
    if (!cursor.valid()) return std::nullopt;
    std::string_view value = cursor.value();
    position first{position::embedded, 0};
    if (!base::get_be(value, first.offset) || first.offset == 0) {
        throw storage_failure("the time index is damaged");
    }
    return first;
}

position store::at_time(base::moment when) const {
    position before{position::embedded, 0};
    if (when.unix_ms < 0) return before;
    const auto first = first_in(static_cast<std::uint64_t>(when.unix_ms) / 1000);
    if (!first) return before;
    before.offset = first->offset - 1;
    const auto walk = records(before.next(), false);
    for (std::string_view bytes; walk->next(bytes);) {
        const auto record = read_record(bytes, record_check::crc);
        if (!record) throw storage_failure(record.error().message);
        if (record->time > when) break;
        before = record->at;
    }
    return before;
}

std::unique_ptr<store::walk> store::records(position first, bool bulk) const {
    return std::make_unique<db_walk>(*impl_->db, impl_->log, first, head(), bulk);
}

} // namespace rollcall::eventlog
