#include "tests/support/scripted_log.hpp"

#include <cassert>
#include <chrono>

namespace rollcall::support {

using namespace eventlog;

void scripted_log::append(log_batch batch, std::function<void(commit_outcome, position)> done) {
    std::unique_lock lock(mutex_);
    if (!failed_ && !at_once_) {
        held_.push_back({std::move(batch), std::move(done)});
        changed_.notify_all();
        return;
    }
    const auto outcome = failed_ ? commit_outcome::voided : commit_outcome::committed;
    lock.unlock();
    const std::lock_guard telling(telling_);
    finish({std::move(batch), std::move(done)}, outcome);
}

void scripted_log::restart() {
    const std::lock_guard lock(mutex_);
    assert(held_.empty());
    failed_ = false;
}

std::optional<chain_head> scripted_log::chain(tenant_no tenant) const {
    return rows_.chain(tenant);
}

bool scripted_log::wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return held_.size() >= count; });
}

std::size_t scripted_log::in_flight() const {
    const std::lock_guard lock(mutex_);
    return held_.size();
}

log_batch scripted_log::oldest() const {
    const std::lock_guard lock(mutex_);
    assert(!held_.empty());
    return held_.front().batch;
}

void scripted_log::settle(commit_outcome outcome) {
    const std::lock_guard telling(telling_);
    std::unique_lock lock(mutex_);
    assert(!held_.empty());
    waiting w = std::move(held_.front());
    held_.pop_front();
    lock.unlock();
    finish(std::move(w), outcome);
}

void scripted_log::fail_all(commit_outcome first) {
    const std::lock_guard telling(telling_);
    std::unique_lock lock(mutex_);
    failed_ = true;
    std::deque<waiting> failed = std::move(held_);
    held_.clear();
    lock.unlock();
    for (commit_outcome outcome = first; !failed.empty(); outcome = commit_outcome::voided) {
        finish(std::move(failed.front()), outcome);
        failed.pop_front();
    }
}

void scripted_log::commit_everything() {
    const std::lock_guard telling(telling_);
    std::unique_lock lock(mutex_);
    at_once_ = true;
    std::deque<waiting> held = std::move(held_);
    held_.clear();
    lock.unlock();
    for (waiting& w : held)
        finish(std::move(w), commit_outcome::committed);
}

void scripted_log::finish(waiting w, commit_outcome outcome) {
    position last;
    if (outcome == commit_outcome::committed && !w.batch.empty()) {
        const auto at = rows_.commit(w.batch.records, w.batch.rows);
        assert(at);
        last = *at;
    }
    w.done(outcome, last);
}

} // namespace rollcall::support
