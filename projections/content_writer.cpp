#include "projections/content_writer.hpp"

#include "eventlog/cursor.hpp"
#include "eventlog/error.hpp"
#include "projections/project.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::projections {
namespace {

using namespace eventlog;

/// Gathers rows to be written to the new generation; reads what is not derived.
class gathered_rows final : public row_editor {
  public:
    explicit gathered_rows(const store& log) : store_(log) {}

    bool get(table t, std::string_view key, std::string& value) const override {
        return store_.get(t, key, value);
    }

    void put(table t, std::string_view key, std::string_view value) override {
        rows.push_back({t, std::string(key), std::string(value)});
    }

    void erase(table t, std::string_view key) override {
        rows.push_back({t, std::string(key), std::nullopt});
    }

    std::vector<row_change> rows;

  private:
    const store& store_;
};

} // namespace

content_writer::content_writer(store& store, keyring& keys, unsigned workers)
    : store_(store), keys_(keys) {
    assert(workers > 0);
    for (unsigned i = 0; i < workers; ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

content_writer::~content_writer() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) {
        thread.join();
    }
}

base::result<void> content_writer::add(std::string_view record, const clear_facts& core) {
    filling_.push_back({std::string(record), core});
    if (filling_.size() < records_per_chunk) return {};
    return hand_over();
}

base::result<void> content_writer::hand_over() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.size() < chunks_waiting_max || !fate_; });
    if (!fate_) return fate_;
    waiting_.push_back(std::exchange(filling_, {}));
    changed_.notify_all();
    return {};
}

base::result<void> content_writer::finish() {
    if (!filling_.empty()) {
        if (auto handed = hand_over(); !handed) return handed;
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return (waiting_.empty() && at_work_ == 0) || !fate_; });
    return fate_;
}

void content_writer::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
        if (closing_) return;
        const chunk pieces = std::move(waiting_.front());
        waiting_.pop_front();
        ++at_work_;
        lock.unlock();
        changed_.notify_all();
        base::result<void> written;
        try {
            written = write(pieces);
        } catch (const storage_failure& failure) {
            written = base::fail(log_errc::storage, failure.what());
        }
        lock.lock();
        --at_work_;
        if (!written && fate_) fate_ = std::move(written);
        changed_.notify_all();
    }
}

base::result<void> content_writer::write(const chunk& pieces) {
    gathered_rows rows(store_);
    for (const piece& what : pieces) {
        if (auto put = put_piece(what, rows); !put) return put;
    }
    // Sorted rows go into the memtable at half the price.
    std::sort(rows.rows.begin(), rows.rows.end(), [](const row_change& a, const row_change& b) {
        return a.where != b.where ? a.where < b.where : a.key < b.key;
    });
    return store_.write_generation(rows.rows);
}

bool content_writer::is_of_type(position at, event_type type) const {
    const auto bytes = store_.read(at);
    if (!bytes) return false;
    const auto record = read_record(*bytes, record_check::crc);
    return record && static_cast<event_type>(record->type) == type;
}

base::result<void> content_writer::put_piece(const piece& what, row_editor& rows) {
    const auto record = read_record(what.record, record_check::crc);
    if (!record) return tl::unexpected(record.error());
    const auto event = decode_event(*record, content_mode::open, rows, keys_);
    if (!event) return tl::unexpected(event.error());
    if (event->content_erased) {
        // He may have been erased after the rebuild began: that event is still to be followed, and
        // until then he has a row without a person.
        // An admin keeps his row without a name, but only if he is disabled.
        // Not up to the head: his key goes with the commit, and the head is told of it after that.
        const position any{record->at.partition, UINT64_MAX};
        const auto latest = store_.latest(record->tenant, record->subject, any);
        const bool is_admin = std::holds_alternative<admin_core>(what.core);
        if (!latest || latest->offset <= record->at.offset ||
            (is_admin && !is_of_type(*latest, event_type::admin_disabled))) {
            return base::fail(log_errc::key_destroyed,
                              "the key of subject " + record->subject.text() +
                                  " of tenant number " + std::to_string(record->tenant.value) +
                                  " is missing, but the log does not say that he was erased: "
                                  "restore the keys from their backup");
        }
    }
    const auto secret = keys_.lookup_secret(rows, record->tenant);
    if (!secret) return tl::unexpected(secret.error());
    if (const auto* user = std::get_if<user_core>(&what.core)) {
        put_rows(rows, *secret, record->tenant,
                 user_state{record->subject, *user, *content_of(event->what.body)});
    } else if (const auto* team = std::get_if<team_core>(&what.core)) {
        put_rows(rows, *secret, record->tenant,
                 team_state{record->subject, *team, *team_content_of(event->what.body)});
    } else {
        put_rows(rows, *secret,
                 admin_state{record->tenant, record->subject, std::get<admin_core>(what.core),
                             *admin_content_of(event->what.body)});
    }
    return {};
}

} // namespace rollcall::projections
