#include "eventlog/embedded_log.hpp"

#include "eventlog/base/log.hpp"
#include "eventlog/error.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace rollcall::eventlog {
namespace {

using steady = std::chrono::steady_clock;

/// A batch that took longer is told in the log: everybody who writes has waited for it.
constexpr std::chrono::seconds quiet_commit_max{1};

} // namespace

struct embedded_log::impl {
    struct waiting {
        log_batch batch;
        std::function<void(commit_outcome, position)> done;
    };

    store& rows;
    log_signal& signal;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<waiting> queue; // bounded by the writer's in_flight_max
    bool closing = false;
    base::histogram<base::wait_bounds_us> commit_times;
    std::atomic<steady::rep> committing_since{0}; // of the clock; 0: nothing is written
    std::thread thread;

    impl(store& s, log_signal& g) : rows(s), signal(g), thread([this] { run(); }) {}

    void run() {
        for (;;) {
            waiting next;
            {
                std::unique_lock lock(mutex);
                changed.wait(lock, [this] { return closing || !queue.empty(); });
                if (queue.empty()) return;
                next = std::move(queue.front());
                queue.pop_front();
            }
            commit(next);
        }
    }

    void commit(waiting& w) {
        log_batch& batch = w.batch;
        if (batch.empty()) {
            // Losing a note is allowed; a store that has stopped is told by the next real batch.
            if (!batch.notes.empty()) static_cast<void>(rows.write_unsynced(batch.notes));
            w.done(rows.stopped() ? commit_outcome::voided : commit_outcome::committed, {});
            return;
        }
        for (row_change& note : batch.notes)
            batch.rows.push_back(std::move(note));
        const std::size_t events = batch.records.size();
        const auto began = steady::now();
        committing_since = began.time_since_epoch().count();
        const auto at = rows.commit(batch.records, batch.rows);
        const auto took = steady::now() - began;
        committing_since = 0;
        commit_times.observe(took);
        if (took > quiet_commit_max) tell_slow(took, events);
        if (at) {
            // In this order: who is woken finds in the projections what he was woken for.
            w.done(commit_outcome::committed, *at);
            signal.advance(*at);
        } else if (at.error().code == log_errc::stopped) {
            w.done(commit_outcome::voided, {});
        } else {
            w.done(commit_outcome::unknown, {});
        }
    }

    static void tell_slow(steady::duration took, std::size_t events) {
        base::log_warn("The disk took long to make a batch durable.",
                       {{"ms", std::chrono::duration<double, std::milli>(took).count()},
                        {"events", std::uint64_t{events}}});
    }
};

embedded_log::embedded_log(store& rows, log_signal& signal)
    : impl_(std::make_unique<impl>(rows, signal)) {
    signal.advance(rows.head());
}

embedded_log::~embedded_log() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->closing = true;
    }
    impl_->changed.notify_one();
    impl_->thread.join();
}

void embedded_log::append(log_batch batch, std::function<void(commit_outcome, position)> done) {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->queue.push_back({std::move(batch), std::move(done)});
    }
    impl_->changed.notify_one();
}

base::histogram_figures embedded_log::commit_times() const {
    return impl_->commit_times.read();
}

std::chrono::nanoseconds embedded_log::committing() const {
    const steady::rep since = impl_->committing_since;
    return since == 0 ? steady::duration::zero()
                      : steady::now().time_since_epoch() - steady::duration(since);
}

std::optional<chain_head> embedded_log::chain(tenant_no tenant) const {
    return impl_->rows.chain(tenant);
}

} // namespace rollcall::eventlog
