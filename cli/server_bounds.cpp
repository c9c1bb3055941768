#include "cli/server_bounds.hpp"

#include <algorithm>
#include <thread>

namespace rollcall::cli {

unsigned threads_of(const server_options& options) {
    return options.threads > 0 ? options.threads
                               : std::max(1u, std::thread::hardware_concurrency());
}

gateway::limits limits_of(const server_options& options) {
    gateway::limits bounds;
    const auto rate = options.tenant_requests_per_second.value_or(
        bounds.tenant_requests_per_thread * threads_of(options));
    const auto burst = rate * static_cast<std::uint64_t>(bounds.tenant_burst.count());
    bounds.tenant_requests =
        gateway::pace_terms::per_second(rate, options.tenant_requests_burst.value_or(burst));
    if (!options.compress) bounds.packed_bytes_min = 0;
    return bounds;
}

projections::desk_options desk_options_of(const server_options& options) {
    projections::desk_options bounds;
    const std::size_t quarter = std::min(options.queue_max, options.connections_max) / 4;
    bounds.tenant_waiting_max = std::clamp(quarter, std::size_t{1}, bounds.tenant_waiting_max);
    return bounds;
}

} // namespace rollcall::cli
