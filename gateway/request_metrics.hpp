// How many requests each route answered, with what class of status, and how long they took. Threads
// count into shards of their own, so the hot path is three uncontended additions; a snapshot adds
// the shards up and may be taken at any time.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rollcall::gateway {

/// Upper bounds of the latency histogram in microseconds; one more bucket holds what is slower.
inline constexpr std::array<std::uint64_t, 15> latency_bounds_us{
    50,     100,     250,     500,       1'000,     2'500,      5'000,     10'000,
    25'000, 100'000, 250'000, 1'000'000, 2'500'000, 10'000'000, 30'000'000};

struct route_figures {
    std::array<std::uint64_t, 6> by_class{};                        ///< index 2 is 2xx
    std::array<std::uint64_t, latency_bounds_us.size() + 1> took{}; ///< not cumulative
    std::uint64_t took_us = 0;                                      ///< all together

    [[nodiscard]] std::uint64_t requests() const;
};

class request_metrics {
  public:
    explicit request_metrics(std::size_t routes);
    ~request_metrics();

    /// @pre route < routes
    void record(std::size_t route, unsigned status, std::chrono::nanoseconds took);

    [[nodiscard]] std::vector<route_figures> read() const;

  private:
    static constexpr std::size_t shards = 16;

    struct cell {
        std::array<std::atomic<std::uint64_t>, 6> by_class{};
        std::array<std::atomic<std::uint64_t>, latency_bounds_us.size() + 1> took{};
        std::atomic<std::uint64_t> took_us{0};
    };

    const std::size_t routes_;
    std::array<std::unique_ptr<cell[]>, shards> cells_; // each shard is an allocation of its own
};

} // namespace rollcall::gateway
