#include "projections/seat_holders.hpp"

#include <algorithm>

namespace rollcall::projections {
namespace {

constexpr std::uint64_t users_per_step = 1'024;

} // namespace

std::vector<subject_id> newest_holders(const directory& views, tenant_no tenant,
                                       const eventlog::plan_terms& terms, std::size_t most) {
    std::vector<subject_id> found;
    for (std::uint64_t end = views.counters(tenant).users; end > 0 && found.size() < most;) {
        const std::uint64_t first = end - std::min(end, users_per_step);
        std::vector<subject_id> part;
        std::uint64_t left = end - first;
        views.list(tenant, first, [&](const user_view& user) {
            if (left-- == 0) return false;
            if (holds_seat(terms, user.core.status())) part.push_back(user.id);
            return true;
        });
        found.insert(found.end(), part.rbegin(), part.rend());
        end = first;
    }
    if (found.size() > most) found.resize(most);
    return found;
}

} // namespace rollcall::projections
