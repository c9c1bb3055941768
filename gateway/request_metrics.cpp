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

std::size_t place_of_status(unsigned status) {
    const auto at = std::lower_bound(counted_statuses.begin(), counted_statuses.end(), status);
    const bool known = at != counted_statuses.end() && *at == status;
    return known ? static_cast<std::size_t>(at - counted_statuses.begin())
                 : counted_statuses.size();
}

std::uint64_t route_figures::requests() const {
    return std::accumulate(by_status.begin(), by_status.end(), std::uint64_t{0});
}

request_metrics::request_metrics(std::size_t routes) : routes_(routes) {
    for (auto& shard : cells_) {
        shard = std::make_unique<cell[]>(routes);
    }
}

request_metrics::~request_metrics() = default;

void request_metrics::record(std::size_t route, unsigned status, std::chrono::nanoseconds took) {
    assert(route < routes_);
    cell& mine = cells_[thread_number() % shards][route];
    mine.by_status[place_of_status(status)].fetch_add(1, relaxed);
    mine.took.observe(took);
}

void request_metrics::record_refused(std::size_t route, unsigned status) {
    assert(route < routes_);
    cells_[thread_number() % shards][route].by_status[place_of_status(status)].fetch_add(1,
                                                                                         relaxed);
}

std::vector<route_figures> request_metrics::read() const {
    std::vector<route_figures> sums(routes_);
    for (std::size_t r = 0; r < routes_; ++r) {
        base::histogram_figures& took = sums[r].took_us;
        for (const auto& shard : cells_) {
            for (std::size_t i = 0; i < sums[r].by_status.size(); ++i) {
                sums[r].by_status[i] += shard[r].by_status[i].load(relaxed);
            }
            const base::histogram_figures part = shard[r].took.read();
            took.bounds = part.bounds;
            took.counts.resize(part.counts.size());
            for (std::size_t i = 0; i < part.counts.size(); ++i) {
                took.counts[i] += part.counts[i];
            }
            took.sum += part.sum;
        }
    }
    return sums;
}

} // namespace rollcall::gateway
