// How many requests each route answered, with which status, and how long they took. Threads
// count into shards of their own, so the hot path is three uncontended additions; a snapshot adds
// the shards up and may be taken at any time.
#pragma once

#include "eventlog/base/histogram.hpp"

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

/// The statuses that are counted one by one; one place more counts every other.
inline constexpr std::array<std::uint16_t, 32> counted_statuses{
    200, 201, 202, 204, 302, 304, 307, 308, 400, 401, 403, 404, 405, 406, 408, 409,
    410, 412, 413, 414, 415, 417, 422, 428, 429, 431, 500, 501, 502, 503, 504, 507};

/// The place of a status among those counted.
std::size_t place_of_status(unsigned status);

struct route_figures {
    std::array<std::uint64_t, counted_statuses.size() + 1> by_status{};
    base::histogram_figures took_us;

    [[nodiscard]] std::uint64_t requests() const;
};

class request_metrics {
  public:
    explicit request_metrics(std::size_t routes);
    ~request_metrics();

    /// @pre route < routes
    void record(std::size_t route, unsigned status, std::chrono::nanoseconds took);

    /// The same for a request that no route answered: nothing is known of how long that takes.
    /// @pre route < routes
    void record_refused(std::size_t route, unsigned status);

    [[nodiscard]] std::vector<route_figures> read() const;

  private:
    static constexpr std::size_t shards = 16;

    struct cell {
        std::array<std::atomic<std::uint64_t>, counted_statuses.size() + 1> by_status{};
        base::histogram<latency_bounds_us> took;
    };

    const std::size_t routes_;
    std::array<std::unique_ptr<cell[]>, shards> cells_; // each shard is an allocation of its own
};

} // namespace rollcall::gateway
