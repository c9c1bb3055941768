#include "projections/waiting_commands.hpp"

#include "projections/decide.hpp"

namespace rollcall::projections {

using eventlog::actor_kind;

bool waiting_commands::is_counted(const command& asked) {
    return asked.by.kind == actor_kind::key || asked.by.kind == actor_kind::admin;
}

std::size_t waiting_commands::most_for(const command& asked) const {
    const std::size_t half = each_max_ - each_max_ / 2;
    if (asked.by.kind == actor_kind::admin) return each_max_ + 2 * half;
    return deprovisions(asked) ? each_max_ + half : each_max_;
}

bool waiting_commands::enter(const command& asked) {
    return waiting_.enter(asked.tenant, most_for(asked));
}

void waiting_commands::leave(eventlog::tenant_no tenant) {
    waiting_.leave(tenant);
}

std::optional<std::uint64_t> waiting_commands::count_refused() {
    return refused_.count(std::chrono::steady_clock::now());
}

} // namespace rollcall::projections
