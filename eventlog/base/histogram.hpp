// How often values fell into which bucket: for durations and sizes that /metrics shows. Counting is
// two relaxed additions and a search among a few bounds, without a lock, from any thread; reading
// may happen at any time and sees each count once it is made.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace rollcall::base {

/// What was counted up to now.
struct histogram_figures {
    std::span<const std::uint64_t> bounds; ///< upper bounds, inclusive, ascending
    std::vector<std::uint64_t> counts;     ///< of each bucket, not cumulative; one more than bounds
    std::uint64_t sum = 0;                 ///< of all values

    [[nodiscard]] std::uint64_t count() const {
        return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    }
};

/// `Bounds` is an ascending std::array of upper bounds with static storage.
template <const auto& Bounds>
class histogram {
  public:
    void observe(std::uint64_t value) noexcept {
        const auto bucket = static_cast<std::size_t>(
            std::lower_bound(Bounds.begin(), Bounds.end(), value) - Bounds.begin());
        counts_[bucket].fetch_add(1, std::memory_order_relaxed);
        sum_.fetch_add(value, std::memory_order_relaxed);
    }

    /// A duration in whole microseconds; one that is negative counts as none.
    void observe(std::chrono::nanoseconds took) noexcept {
        const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
        observe(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
    }

    [[nodiscard]] histogram_figures read() const {
        histogram_figures now{Bounds, {}, sum_.load(std::memory_order_relaxed)};
        now.counts.reserve(counts_.size());
        for (const auto& count : counts_)
            now.counts.push_back(count.load(std::memory_order_relaxed));
        return now;
    }

  private:
    std::array<std::atomic<std::uint64_t>, Bounds.size() + 1> counts_{};
    std::atomic<std::uint64_t> sum_{0};
};

/// Bounds for what a disk or a queue makes one wait, in microseconds: 50 µs to 10 s.
inline constexpr std::array<std::uint64_t, 17> wait_bounds_us{
    50,     100,     250,     500,     1'000,     2'500,     5'000,     10'000,    25'000,
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

} // namespace rollcall::base
