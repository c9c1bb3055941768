#include "projections/large_changes.hpp"

#include "projections/decide.hpp"

namespace rollcall::projections {

bool large_changes::enter(eventlog::tenant_no tenant) {
    const std::lock_guard lock(mutex_);
    std::size_t& count = under_way_[tenant];
    if (count >= each_max_) return false;
    ++count;
    return true;
}

void large_changes::leave(eventlog::tenant_no tenant) {
    const std::lock_guard lock(mutex_);
    const auto at = under_way_.find(tenant);
    if (--at->second == 0) under_way_.erase(at);
}

bool may_be_large(const directory& views, const command& asked) {
    const auto members = [&](const subject_id& id) {
        const auto team = views.team(asked.tenant, id);
        return team ? team->core.members : 0;
    };
    std::uint64_t people = 0;
    if (const auto* change = std::get_if<change_team>(&asked.body)) {
        people = change->members.add.size() + change->members.remove.size();
        if (change->members.only_added) people += members(change->id);
    } else if (const auto* remove = std::get_if<delete_team>(&asked.body)) {
        people = members(remove->id);
    }
    return people > members_per_turn_max;
}

} // namespace rollcall::projections
