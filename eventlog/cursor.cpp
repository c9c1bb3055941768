#include "eventlog/cursor.hpp"

#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"

#include <algorithm>

namespace rollcall::eventlog {
base::result<read_event> decode_event(const record_view& record, content_mode mode,
                                      const row_reader& rows, keyring& keys) {
    auto body = decode_clear(record.type, record.schema, record.clear);
    if (!body) return tl::unexpected(body.error());
    const auto trace = read_trace(record.clear);
    if (!trace) return tl::unexpected(trace.error());
    auto profile = read_profile(record.clear);
    if (!profile) return tl::unexpected(profile.error());
    read_event out;
    out.at = record.at;
    out.seq = record.seq;
    out.hash = record.hash;
    out.sealed_hash = record.sealed_hash;
    out.what = {record.tenant,
                record.subject,
                record.by,
                record.time,
                std::string(record.request_id),
                record.cause,
                record.idempotency,
                std::move(*body),
                *trace,
                std::move(*profile)};
    if (mode == content_mode::leave_sealed || !has_content(type_of(out.what.body))) return out;
    if (record.sealed_removed) {
        out.content_erased = true;
        return out;
    }
    const auto key = keys.subject_key(rows, record.tenant, record.subject);
    if (!key) {
        if (key.error().code != log_errc::key_destroyed) return tl::unexpected(key.error());
        out.content_erased = true;
        return out;
    }
    const auto plain =
        unseal(*key, event_seal_context(record.tenant, record.subject, record.type, record.schema),
               record.sealed);
    if (!plain) return tl::unexpected(plain.error());
    if (auto read = decode_content(*plain, out.what.body); !read) {
        return tl::unexpected(read.error());
    }
    return out;
}

void log_signal::advance(position head) {
    std::list<waiting> due;
    {
        const std::lock_guard lock(mutex_);
        head_ = std::max(head_, head);
        for (auto at = waiting_.begin(); at != waiting_.end();) {
            const auto here = at++;
            if (here->seen < head_) due.splice(due.end(), waiting_, here);
        }
        // Called under the lock, so that a ticket that is gone is never woken.
        for (waiting& w : due) {
            if (w.wake) w.wake();
            w.wake = nullptr;
        }
        fired_.splice(fired_.end(), due);
    }
    grown_.notify_all();
}

position log_signal::wait_past(position seen, std::chrono::steady_clock::time_point until) {
    std::unique_lock lock(mutex_);
    grown_.wait_until(lock, until, [&] { return closed_ || seen < head_; });
    return head_;
}

std::unique_ptr<log_signal::ticket> log_signal::when_past(position seen,
                                                          std::function<void()> wake) {
    std::unique_ptr<ticket> t(new ticket());
    t->owner_ = this;
    std::unique_lock lock(mutex_);
    if (closed_ || seen < head_) {
        fired_.push_back({seen, nullptr});
        t->place_ = std::prev(fired_.end());
        lock.unlock();
        wake();
    } else {
        waiting_.push_back({seen, std::move(wake)});
        t->place_ = std::prev(waiting_.end());
    }
    return t;
}

void log_signal::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        for (waiting& w : waiting_) {
            if (w.wake) w.wake();
            w.wake = nullptr;
        }
        fired_.splice(fired_.end(), waiting_);
    }
    grown_.notify_all();
}

log_signal::ticket::~ticket() {
    const std::lock_guard lock(owner_->mutex_);
    // A woken entry stands in the list of fired ones; splicing keeps its iterator valid.
    auto& home = place_->wake ? owner_->waiting_ : owner_->fired_;
    home.erase(place_);
}

} // namespace rollcall::eventlog
