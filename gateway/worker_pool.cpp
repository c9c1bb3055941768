#include "gateway/worker_pool.hpp"

#include <cassert>

namespace rollcall::gateway {

worker_pool::worker_pool(unsigned threads, std::size_t queue_max) : queue_max_(queue_max) {
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
    return queue_.size();
}

void worker_pool::work() {
    for (;;) {
        std::unique_ptr<any_job> next;
        {
            std::unique_lock lock(mutex_);
            arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_) return;
            next = std::move(queue_.front());
            queue_.pop_front();
        }
        next->run();
    }
}

} // namespace rollcall::gateway
