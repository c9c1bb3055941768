#include "gateway/team_list.hpp"

#include "gateway/patience.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/resource.hpp"

#include <algorithm>

namespace rollcall::gateway {
namespace {

using projections::subject_id;
using projections::team_state;
using lookup = projections::directory::lookup;

std::size_t weight(const team_state& team) {
    return team.content.document.size() + team.content.name.size();
}

/// What an answer needs of it.
team_state state_of(const projections::team_view& view) {
    team_state team{view.id, view.core, {}};
    team.content.name = view.name;
    team.content.document = view.document;
    return team;
}

} // namespace

scim::computed computed_of(const projections::team_state& team, std::string_view id,
                           std::string_view base_url) {
    scim::computed facts;
    facts.id = id;
    facts.created = team.core.created;
    facts.last_modified = team.core.modified;
    facts.version = team.core.version.value;
    facts.base_url = base_url;
    return facts;
}

/// Counts hits and keeps those of the page.
class team_list::page_builder {
  public:
    page_builder(const projections::directory& directory, const resource_query& asked,
                 std::size_t bytes_max)
        : directory_(directory), asked_(asked), bytes_max_(bytes_max) {}

    /// One more team to look at.
    void offer(team_state team) {
        if (!satisfies(team)) return;
        ++found.total;
        if (found.total >= asked_.page.start_index) keep(std::move(team));
    }

    /// The next team of the page, unless it is full.
    void keep(team_state team) {
        if (full()) return;
        const std::size_t bytes = weight(team);
        if (found.bytes + bytes > bytes_max_ && !found.page.empty()) {
            ended_ = true; // a page has no gaps: what comes behind it is not on it either
            return;
        }
        found.bytes += bytes;
        found.page.push_back(std::move(team));
    }

    [[nodiscard]] bool full() const { return ended_ || found.page.size() >= asked_.page.count; }

    found_teams found;

  private:
    [[nodiscard]] bool satisfies(const team_state& team) const {
        if (!asked_.plan.filter) return true;
        const auto resource =
            scim::resource::from_document(scim::group_type(), team.content.document);
        if (!resource) {
            throw eventlog::storage_failure("the stored attributes of team " + team.id.text() +
                                            " cannot be read");
        }
        const std::string id = team.id.text();
        scim::computed facts = computed_of(team, id, asked_.base_url);
        facts.member_count = team.core.members;
        facts.has_member = [this, &team](std::string_view text) {
            const auto user = id_of(text);
            return user && directory_.is_member(asked_.tenant, team.id, *user);
        };
        return scim::matches(*asked_.plan.filter, *resource, facts);
    }

    const projections::directory& directory_;
    const resource_query& asked_;
    const std::size_t bytes_max_;
    bool ended_ = false;
};

std::optional<found_teams> team_list::find_quickly(const resource_query& asked) const {
    const query_plan& plan = asked.plan;
    if (plan.how == query_plan::kind::nothing) return found_teams();
    if (plan.how != query_plan::kind::look_up) return std::nullopt;
    if (plan.comparisons > bounds_.inline_comparisons_max) return std::nullopt;
    const auto ids = candidates(asked, bounds_.inline_candidates_max + 1);
    if (ids.size() > bounds_.inline_candidates_max) return std::nullopt;
    page_builder page(directory_, asked, bounds_.page_bytes_max);
    std::size_t bytes = 0;
    for (const subject_id& id : ids) {
        auto team = directory_.team(asked.tenant, id);
        if (!team) continue;
        bytes += weight(*team);
        if (bytes > bounds_.inline_bytes_max) return std::nullopt;
        page.offer(std::move(*team));
    }
    return std::move(page.found);
}

scim::result<found_teams> team_list::find(const resource_query& asked,
                                          const std::function<bool()>& stop) const {
    page_builder page(directory_, asked, bounds_.page_bytes_max);
    patience left(bounds_, stop);
    switch (asked.plan.how) {
    case query_plan::kind::nothing: break;
    case query_plan::kind::page: list(asked, page); break;
    case query_plan::kind::look_up: {
        const auto most = static_cast<std::size_t>(bounds_.examined_users_max);
        for (const subject_id& id : candidates(asked, most)) {
            if (!left.one_more()) break;
            if (auto team = directory_.team(asked.tenant, id)) page.offer(std::move(*team));
        }
        break;
    }
    case query_plan::kind::scan:
        directory_.list_teams(asked.tenant, 0, [&](const projections::team_view& view) {
            if (!left.one_more()) return false;
            page.offer(state_of(view));
            return true;
        });
        break;
    }
    if (auto told = left.outcome("This filter has no index to use, and there are too many groups "
                                 "to look at all of them. Add an eq condition on displayName, "
                                 "externalId, members.value or id, joined with and.");
        !told) {
        return tl::unexpected(told.error());
    }
    return std::move(page.found);
}

std::vector<subject_id> team_list::candidates(const resource_query& asked, std::size_t most) const {
    const scim::exact_lookup& by = asked.plan.by;
    switch (by.field) {
    case scim::lookup_field::id:
        if (const auto id = id_of(by.key)) return {*id};
        return {};
    case scim::lookup_field::member: {
        const auto user = id_of(by.key);
        if (!user) return {};
        auto teams = directory_.teams_of(asked.tenant, *user);
        teams.resize(std::min(teams.size(), most));
        return teams;
    }
    case scim::lookup_field::team_name:
        return directory_.find(asked.tenant, lookup::team_name, by.key, most);
    case scim::lookup_field::external_id:
        return directory_.find(asked.tenant, lookup::team_external_id, by.key, most);
    case scim::lookup_field::user_name:
    case scim::lookup_field::email: break; // of users only
    }
    return {};
}

void team_list::list(const resource_query& asked, page_builder& page) const {
    const std::uint64_t first = asked.page.start_index - 1;
    // Before the walk: teams made meanwhile may then show up, and the total is raised to them.
    std::uint64_t total = directory_.counters(asked.tenant).teams;
    if (asked.page.count > 0 && first < total) {
        directory_.list_teams(asked.tenant, first, [&](const projections::team_view& view) {
            page.keep(state_of(view));
            return !page.full();
        });
    }
    total = std::max(total, first + page.found.page.size());
    page.found.total = total;
}

} // namespace rollcall::gateway
