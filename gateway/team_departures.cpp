#include "gateway/team_departures.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace rollcall::gateway {
namespace {

using projections::change_team;
using projections::subject_id;
using projections::team_state;

/// Clients that change members send the name along, mostly the same one.
bool keeps_attributes(const change_team& change, const team_state& current) {
    if (!change.evaluate) return true;
    const auto wish = change.evaluate(current);
    return wish && wish->changed.empty();
}

/// Who is in the team and not in the list; nothing if somebody in the list is not in the team.
std::optional<std::vector<subject_id>> missing_from(const std::vector<subject_id>& listed,
                                                    projections::member_walk& walk) {
    std::vector<subject_id> leaving;
    std::size_t staying = 0;
    for (subject_id member; walk.next(member);) {
        if (std::binary_search(listed.begin(), listed.end(), member)) {
            ++staying;
        } else {
            leaving.push_back(member);
        }
    }
    if (staying < listed.size()) return std::nullopt;
    return leaving;
}

} // namespace

bool take_departures(const projections::directory& directory, projections::tenant_no tenant,
                     const team_state& current, change_team& change, std::uint64_t members_max) {
    if (!keeps_attributes(change, current)) return false;
    projections::member_change& members = change.members;
    if (members.only_added && !members.add.empty()) {
        const auto walk = directory.members(tenant, current.id);
        if (!walk->team() || walk->team()->core.members > members_max) return false;
        auto leaving = missing_from(members.add, *walk);
        if (!leaving || leaving->empty()) return false;
        members = {false, {}, std::move(*leaving)};
    }
    if (members.empty() || !members.add.empty()) return false;
    change.evaluate = nullptr;
    return true;
}

} // namespace rollcall::gateway
