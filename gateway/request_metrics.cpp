#include "gateway/request_metrics.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace rollcall::gateway {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

/// A number that threads get one after another, so that they spread over the shards.
std::size_t thread_number() {
    static std::atomic<std::size_t> next{0};
    static thread_local const std::size_t mine = next.fetch_add(1, relaxed);
    return mine;
}

} // namespace

std::uint64_t route_figures::requests() const {
    return std::accumulate(by_class.begin(), by_class.end(), std::uint64_t{0});
}

request_metrics::request_metrics(std::size_t routes) : routes_(routes) {
    for (auto& shard : cells_) {
        shard = std::make_unique<cell[]>(routes);
    }
}

request_metrics::~request_metrics() = default;

void request_metrics::record(std::size_t route, unsigned status, std::chrono::nanoseconds took) {
    assert(route < routes_ && status / 100 < 6);
    cell& mine = cells_[thread_number() % shards][route];
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count() / 1'000, 0));
    const auto bucket = static_cast<std::size_t>(
        std::lower_bound(latency_bounds_us.begin(), latency_bounds_us.end(), us) -
        latency_bounds_us.begin());
    mine.by_class[status / 100].fetch_add(1, relaxed);
    mine.took[bucket].fetch_add(1, relaxed);
    mine.took_us.fetch_add(us, relaxed);
}

std::vector<route_figures> request_metrics::read() const {
    std::vector<route_figures> sums(routes_);
    for (const auto& shard : cells_) {
        for (std::size_t r = 0; r < routes_; ++r) {
            for (std::size_t i = 0; i < sums[r].by_class.size(); ++i) {
                sums[r].by_class[i] += shard[r].by_class[i].load(relaxed);
            }
            for (std::size_t i = 0; i < sums[r].took.size(); ++i) {
                sums[r].took[i] += shard[r].took[i].load(relaxed);
            }
            sums[r].took_us += shard[r].took_us.load(relaxed);
        }
    }
    return sums;
}

} // namespace rollcall::gateway
