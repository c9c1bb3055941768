// How long each operation took, as a histogram with buckets 3 % wide: recording costs a few
// nanoseconds and no allocation, whatever the number of operations.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rollcall::bench {

class latency_histogram {
  public:
    void record(std::chrono::nanoseconds took);

    latency_histogram& operator+=(const latency_histogram& other);

    [[nodiscard]] std::uint64_t count() const { return count_; }

    /// The duration in microseconds that `share` (0 to 1) of the operations did not exceed; 0 when
    /// nothing was recorded.
    [[nodiscard]] double microseconds(double share) const;

  private:
    static constexpr std::size_t steps = 32; ///< buckets for each doubling
    static constexpr std::size_t buckets = steps * 48;

    std::array<std::uint64_t, buckets> seen_{};
    std::uint64_t count_ = 0;
};

} // namespace rollcall::bench
