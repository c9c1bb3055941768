#include "projections/large_changes.hpp"

#include "projections/decide.hpp"

namespace rollcall::projections {

bool large_changes::enter(eventlog::tenant_no tenant) {
    return under_way_.enter(tenant, each_max_);
}

void large_changes::leave(eventlog::tenant_no tenant) {
    under_way_.leave(tenant);
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
