// A few threads for work that may take long, such as lists and scans: never an I/O thread. The
// queue is bounded; a full one is an answer for the client, not growth.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace rollcall::gateway {

/// Light: some reads. Heavy: as long as a budget allows.
enum class job_weight : std::uint8_t { light, heavy };

class worker_pool {
  public:
    /// @pre threads > 0
    worker_pool(unsigned threads, std::size_t queue_max);
    /// Drops what waits, finishes what runs.
    ~worker_pool();

    worker_pool(const worker_pool&) = delete;
    worker_pool& operator=(const worker_pool&) = delete;

    /// Queues `work`, a movable `void()` that must not throw. False, with `work` untouched, if the
    /// queue is full or the pool is stopping.
    template <class F>
    [[nodiscard]] bool post(F& work, job_weight weight) {
        const std::lock_guard lock(mutex_);
        if (stopping_ || light_.size() + heavy_.size() >= queue_max_) return false;
        auto& queue = weight == job_weight::light ? light_ : heavy_;
        queue.push_back(std::make_unique<job<F>>(std::move(work)));
        arrived_.notify_one();
        return true;
    }

    [[nodiscard]] std::size_t waiting() const;

  private:
    struct any_job {
        virtual ~any_job() = default;
        virtual void run() noexcept = 0;
    };

    template <class F>
    struct job final : any_job {
        explicit job(F f) : body(std::move(f)) {}

        void run() noexcept override { body(); }

        F body;
    };

    void work();
    [[nodiscard]] bool may_begin_heavy() const;

    const std::size_t queue_max_;
    const unsigned heavy_max_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::unique_ptr<any_job>> light_;
    std::deque<std::unique_ptr<any_job>> heavy_;
    unsigned heavy_running_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace rollcall::gateway
