// When to tell an operator of something that happens again and again: the first time, and then once
// in a while with the number of times since, so that whoever causes it cannot fill a log.
// Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace rollcall::base {

class rare_note {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::nanoseconds pause = std::chrono::minutes(1);

    /// Counts one more, at `now`. Set if it is time to tell: how many there were since it was told
    /// last, with this one.
    std::optional<std::uint64_t> count(time_point now) {
        untold_.fetch_add(1, std::memory_order_relaxed);
        const std::int64_t present = std::chrono::nanoseconds(now.time_since_epoch()).count();
        std::int64_t told = told_at_.load(std::memory_order_relaxed);
        if (told != never && present - told < pause.count()) return std::nullopt;
        if (!told_at_.compare_exchange_strong(told, present, std::memory_order_relaxed)) {
            return std::nullopt;
        }
        return untold_.exchange(0, std::memory_order_relaxed);
    }

  private:
    static constexpr std::int64_t never = INT64_MIN;

    std::atomic<std::uint64_t> untold_{0};
    std::atomic<std::int64_t> told_at_{never}; // ns of the clock
};

} // namespace rollcall::base
