// Calls a function again and again, with a pause between, on a thread of its own, until it is
// destroyed. A call under way is waited for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace rollcall::cli {

class ticker {
  public:
    ticker(std::chrono::milliseconds pause, std::function<void()> act)
        : thread_([this, pause, act = std::move(act)] {
              std::unique_lock lock(mutex_);
              while (!woken_.wait_for(lock, pause, [this] { return ending_; })) {
                  lock.unlock();
                  act();
                  lock.lock();
              }
          }) {}

    ticker(const ticker&) = delete;
    ticker& operator=(const ticker&) = delete;

    ~ticker() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        woken_.notify_one();
        thread_.join();
    }

  private:
    std::mutex mutex_;
    std::condition_variable woken_;
    bool ending_ = false;
    std::thread thread_; ///< last: it uses the others from its first moment
};

} // namespace rollcall::cli
