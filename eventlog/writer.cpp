#include "eventlog/writer.hpp"

#include "eventlog/base/log.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/overlay.hpp"
#include "eventlog/submission_queue.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace rollcall::eventlog {
namespace {

using steady = std::chrono::steady_clock;

/// Submissions that are taken from the queue at once.
constexpr std::size_t taken_max = 16;
/// After a turn that took longer, those of the same tenant who were taken with it are queued again:
/// who comes meanwhile would have to wait for all of them.
constexpr std::chrono::milliseconds slow_turn{2};

constexpr std::array<std::uint64_t, 9> batch_size_bounds{1, 2, 4, 8, 16, 32, 64, 128, 256};

/// A batch on its way: its submissions wait for its fate.
struct open_batch {
    log_batch content;
    std::vector<std::unique_ptr<submission>> work;
    std::size_t bytes = 0;
    bool has_parts = false; ///< of submissions that are not among `work`, since there is more
};

} // namespace

struct writer::impl final : row_editor, link_reader, turn {
    store& rows_;
    append_log& log_;
    keyring& keys_;
    writer_options options_;
    std::function<void()> after_batch_;
    overlay overlay_;
    std::int64_t last_ms_ = 0;
    std::uint64_t history_ = 1; ///< one more whenever what was decided is forgotten

    mutable std::mutex mutex_;
    std::condition_variable work_came_;
    std::condition_variable settled_;
    submission_queue queue_;
    std::deque<const std::function<void()>*> alone_;
    std::vector<const std::function<void()>*> done_alone_;
    std::vector<commit_outcome> outcomes_; // reported by the log's thread, oldest first
    std::size_t in_flight_ = 0;
    bool stopping_ = false;
    bool finished_ = false;
    writer_figures figures_;
    base::histogram<base::wait_bounds_us> waited_;
    base::histogram<batch_size_bounds> batch_sizes_;

    std::deque<std::unique_ptr<submission>> taken_; ///< the thread's own, next in turn
    std::atomic<std::size_t> taken_waiting_{0};     ///< of them, not begun: they wait all the same

    // Of the turn under way.
    open_batch batch_;
    std::vector<record_draft> turn_records_;
    bool turn_changed_keys_ = false;

    std::thread thread_;

    impl(store& rows, append_log& log, keyring& keys, writer_options options,
         std::function<void()> after_batch)
        : rows_(rows),
          log_(log),
          keys_(keys),
          options_(std::move(options)),
          after_batch_(std::move(after_batch)),
          overlay_(rows, log) {
        if (const auto head = rows.head(); head.offset != 0) {
            if (const auto bytes = rows.read(head)) {
                if (const auto record = read_record(*bytes, record_check::crc)) {
                    last_ms_ = record->time.unix_ms;
                }
            }
        }
        thread_ = std::thread([this] { run(); });
    }

    // --- row_editor, turn ---

    bool get(table t, std::string_view key, std::string& value) const override {
        return overlay_.get(t, key, value);
    }

    void put(table t, std::string_view key, std::string_view value) override {
        turn_changed_keys_ |= t == table::keys;
        overlay_.set(t, key, std::string(value));
    }

    void erase(table t, std::string_view key) override {
        turn_changed_keys_ |= t == table::keys;
        overlay_.set(t, key, std::nullopt);
    }

    void walk_links(std::string_view prefix, const visitor& visit) const override {
        overlay_.walk_links(prefix, visit);
    }

    row_editor& rows() override { return *this; }

    const link_reader& links() override { return *this; }

    keyring& keys() override { return keys_; }

    base::moment time() override {
        last_ms_ = std::max(last_ms_, options_.clock().unix_ms);
        return {last_ms_};
    }

    base::result<emitted> emit(event e) override {
        const std::uint16_t schema = schema_of(e.body);
        std::string sealed;
        if (const auto content = encode_content(e.body)) {
            const auto key = keys_.subject_key(*this, e.tenant, e.subject);
            if (!key) return tl::unexpected(key.error());
            sealed = seal(*key,
                          event_seal_context(e.tenant, e.subject,
                                             static_cast<std::uint16_t>(type_of(e.body)), schema),
                          *content);
        }
        const chain_head head = overlay_.chain(e.tenant);
        std::string clear = encode_clear(e.body);
        if (e.trace) append_trace(clear, *e.trace);
        if (!e.profile.empty()) append_profile(clear, e.profile);
        record_draft draft =
            draft_record(e, clear, schema, sealed, {head.seq.value + 1}, head.hash, log_.epoch());
        overlay_.set_chain(e.tenant, {draft.seq, draft.hash, {}});
        const emitted out{draft.seq, draft.sealed_hash};
        turn_records_.push_back(std::move(draft));
        return out;
    }

    void note(row_change change) override { batch_.content.notes.push_back(std::move(change)); }

    // --- the thread ---

    void run() {
        for (;;) {
            const std::function<void()>* alone = nullptr;
            std::size_t waiting = 0;
            {
                std::unique_lock lock(mutex_);
                const auto waits = [&] { return taken_.size() + queue_.size(); };
                work_came_.wait(lock, [&] { return waits() > 0 || !alone_.empty() || stopping_; });
                if (waits() == 0 && alone_.empty()) {
                    wait_in_flight(lock, 0);
                    finished_ = true;
                    settled_.notify_all();
                    return;
                }
                // Work that wants to be alone goes first, or a busy queue would starve it.
                if (!alone_.empty() && taken_.empty()) {
                    wait_in_flight(lock, 0);
                    alone = alone_.front();
                    alone_.pop_front();
                } else {
                    wait_in_flight(lock, options_.in_flight_max - 1);
                    waiting = waits();
                }
            }
            if (alone == nullptr) {
                decide_batch(waiting);
                continue;
            }
            (*alone)();
            const std::lock_guard lock(mutex_);
            done_alone_.push_back(alone);
            settled_.notify_all();
        }
    }

    /// The next in turn; null if nothing waits, or somebody waits to be alone. A few at a time are
    /// taken from the queue: one by one would have the I/O threads wait for its lock, and many
    /// would leave a tenant who comes meanwhile behind all of them.
    std::unique_ptr<submission> take() {
        if (taken_.empty()) {
            const std::lock_guard lock(mutex_);
            while (alone_.empty() && taken_.size() < taken_max) {
                auto next = queue_.pop();
                if (!next) break;
                taken_.push_back(std::move(next));
            }
            taken_waiting_ = taken_.size();
        }
        if (taken_.empty()) return nullptr;
        auto next = std::move(taken_.front());
        taken_.pop_front();
        taken_waiting_ = taken_.size();
        return next;
    }

    /// Waits until at most `most` batches are in flight and takes over what the log has reported.
    void wait_in_flight(std::unique_lock<std::mutex>& lock, std::size_t most) {
        settled_.wait(lock, [&] { return in_flight_ <= most; });
        const bool failed = std::any_of(outcomes_.begin(), outcomes_.end(), [](auto outcome) {
            return outcome != commit_outcome::committed;
        });
        if (failed) {
            // Every later batch fails too. What is decided next must not be mixed up with them.
            settled_.wait(lock, [&] { return in_flight_ == 0; });
            overlay_.discard();
            keys_.forget();
            ++history_;
            log_.restart();
        } else {
            for (std::size_t i = 0; i < outcomes_.size(); ++i)
                overlay_.committed();
        }
        outcomes_.clear();
    }

    /// `most`: as many as wait now. Who comes while they are decided has his turn among them, but
    /// makes the batch no larger: the disk would stand idle meanwhile.
    void decide_batch(std::size_t most) {
        most = std::min(most, options_.batch_submissions_max);
        batch_ = {};
        auto now = steady::now();
        const auto until = now + options_.batch_time_max;
        do {
            std::unique_ptr<submission> next = take();
            if (!next) break;
            const tenant_no whose = next->tenant;
            const auto begun = now;
            if (const auto over = cannot_go_on(*next, now)) {
                next->complete(*over, {});
            } else {
                decide_one(std::move(next));
            }
            now = steady::now();
            if (now - begun > slow_turn) give_back(whose);
        } while (batch_.work.size() < most && batch_.bytes < options_.batch_bytes_max &&
                 now < until);
        const std::size_t count = batch_.work.size();
        if (count == 0 && !batch_.has_parts) return;
        if (count > 0) batch_sizes_.observe(count);
        batch_.content.rows = overlay_.end_batch();
        {
            const std::lock_guard lock(mutex_);
            ++in_flight_;
            if (!batch_.content.records.empty() || !batch_.content.notes.empty()) {
                ++figures_.batches;
            }
            figures_.events += batch_.content.records.size();
            figures_.submissions += count;
        }
        auto work =
            std::make_shared<std::vector<std::unique_ptr<submission>>>(std::move(batch_.work));
        log_.append(std::move(batch_.content), [this, work](commit_outcome outcome, position last) {
            finish(*work, outcome, last);
        });
    }

    /// What it is told if it must not have its turn.
    std::optional<submission_outcome> cannot_go_on(const submission& next, steady::time_point now) {
        if (next.begun != 0) {
            if (!rows_.stopped() && next.begun == history_) return std::nullopt;
            return submission_outcome::unknown;
        }
        waited_.observe(now - next.queued);
        if (rows_.stopped()) return submission_outcome::stopped;
        if (next.deadline && *next.deadline < now) return submission_outcome::expired;
        return std::nullopt;
    }

    /// There is more to do: it is next of its tenant, and its tenant the last of all.
    void put_back(std::unique_ptr<submission> next) {
        const tenant_no whose = next->tenant;
        next->begun = history_;
        batch_.has_parts = true;
        give_back(whose);
        const std::lock_guard lock(mutex_);
        queue_.push_front(std::move(next));
    }

    /// What was taken of this tenant is queued again, where it stood; but who goes first stays.
    void give_back(tenant_no whose) {
        const std::lock_guard lock(mutex_);
        for (auto behind = taken_.rbegin(); behind != taken_.rend(); ++behind) {
            if ((*behind)->tenant != whose || (*behind)->goes_first) continue;
            queue_.push_front(std::move(*behind));
        }
        std::erase(taken_, nullptr);
        taken_waiting_ = taken_.size();
    }

    void decide_one(std::unique_ptr<submission> next) {
        turn_records_.clear();
        turn_changed_keys_ = false;
        const std::size_t notes_before = batch_.content.notes.size();
        bool keep = false;
        try {
            keep = next->decide(*this);
        } catch (const std::exception& failure) {
            // A read that failed, or a fault of ours: this one is taken back, the others go on.
            base::log_error("a turn was taken back",
                            {{"reason", std::string_view(failure.what())}});
            take_back();
            // Its notes too: it is told at once, and nothing of it may come after that.
            batch_.content.notes.resize(notes_before);
            next->complete(
                next->begun != 0 ? submission_outcome::unknown : submission_outcome::voided, {});
            return;
        }
        if (keep) {
            overlay_.accept();
            for (record_draft& draft : turn_records_) {
                batch_.bytes += draft.bytes.size();
                batch_.content.records.push_back(std::move(draft));
            }
            if (next->unfinished()) return put_back(std::move(next));
        } else {
            take_back();
        }
        batch_.work.push_back(std::move(next));
    }

    void take_back() {
        overlay_.reject();
        // The key ring may have cached a key that this turn made, under a number that a later turn
        // gives to another key. What would be sealed with it could never be opened again.
        if (turn_changed_keys_) keys_.forget();
    }

    /// In the log's thread: the fate of one batch is known.
    void finish(std::vector<std::unique_ptr<submission>>& work, commit_outcome outcome,
                position last) {
        submission_outcome said = submission_outcome::done;
        if (outcome == commit_outcome::voided) said = submission_outcome::voided;
        if (outcome == commit_outcome::unknown) said = submission_outcome::unknown;
        for (const auto& s : work) {
            // Of parts, an earlier one may well be in the log.
            const bool sure = s->begun == 0 || said == submission_outcome::done;
            s->complete(sure ? said : submission_outcome::unknown, last);
        }
        if (after_batch_) after_batch_();
        work.clear();
        // Told under the lock: once the writer's thread sees nothing in flight, this object may go.
        const std::lock_guard lock(mutex_);
        outcomes_.push_back(outcome);
        --in_flight_;
        settled_.notify_all();
    }
};

writer::writer(store& rows, append_log& log, keyring& keys, writer_options options,
               std::function<void()> after_batch)
    : impl_(std::make_unique<impl>(rows, log, keys, options, std::move(after_batch))) {}

writer::~writer() {
    stop();
}

bool writer::submit(std::unique_ptr<submission> work, queue_class room) {
    work->queued = steady::now();
    {
        const std::lock_guard lock(impl_->mutex_);
        const std::size_t places =
            impl_->options_.queue_max +
            (room == queue_class::ordinary ? 0 : impl_->options_.queue_reserve);
        if (impl_->stopping_ || impl_->queue_.size() + impl_->taken_waiting_ >= places) {
            ++impl_->figures_.refused_full;
            return false;
        }
        work->goes_first = room == queue_class::first;
        if (work->goes_first) {
            impl_->queue_.push_first(std::move(work));
        } else {
            impl_->queue_.push(std::move(work));
        }
        if (impl_->queue_.size() > 1) return true; // the writer was told already
    }
    impl_->work_came_.notify_one();
    return true;
}

bool writer::run_alone(const std::function<void()>& work) {
    std::unique_lock lock(impl_->mutex_);
    if (impl_->stopping_) return false;
    impl_->alone_.push_back(&work);
    impl_->work_came_.notify_one();
    impl_->settled_.wait(
        lock, [&] { return std::erase(impl_->done_alone_, &work) > 0 || impl_->finished_; });
    return true;
}

void writer::stop() {
    {
        const std::lock_guard lock(impl_->mutex_);
        impl_->stopping_ = true;
    }
    impl_->work_came_.notify_one();
    if (impl_->thread_.joinable()) impl_->thread_.join();
}

writer_figures writer::figures() const {
    const std::lock_guard lock(impl_->mutex_);
    writer_figures f = impl_->figures_;
    f.queue_depth = impl_->queue_.size() + impl_->taken_waiting_;
    f.queue_max = impl_->options_.queue_max;
    f.waited_us = impl_->waited_.read();
    f.batch_size = impl_->batch_sizes_.read();
    return f;
}

} // namespace rollcall::eventlog
