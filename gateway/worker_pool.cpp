#include "gateway/worker_pool.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::gateway {

worker_pool::worker_pool(unsigned threads, std::size_t queue_max)
    : queue_max_(queue_max), heavy_max_(std::max(1U, threads - 1)) {
    assert(threads > 0);
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

worker_pool::~worker_pool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_all();
    for (std::thread& each : threads_) {
        each.join();
    }
}

std::size_t worker_pool::waiting() const {
    const std::lock_guard lock(mutex_);
    return light_.size() + heavy_.size();
}

bool worker_pool::may_begin_heavy() const {
    return !heavy_.empty() && heavy_running_ < heavy_max_;
}

void worker_pool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        arrived_.wait(lock, [this] { return stopping_ || !light_.empty() || may_begin_heavy(); });
        if (stopping_) return;
        const bool heavy = light_.empty();
        auto& queue = heavy ? heavy_ : light_;
        std::unique_ptr<any_job> next = std::move(queue.front());
        queue.pop_front();
        heavy_running_ += heavy ? 1U : 0U;
        lock.unlock();
        next->run();
        next.reset();
        lock.lock();
        heavy_running_ -= heavy ? 1U : 0U;
        // A worker that was woken for heavy work and found too much of it running sleeps again;
        // this one comes by here and takes what still waits.
    }
}

} // namespace rollcall::gateway
