#include "eventlog/error.hpp"
#include "projections/project_parts.hpp"
#include "projections/read.hpp"
#include "projections/state_hash.hpp"

#include <algorithm>

namespace rollcall::projections {
namespace {

using namespace eventlog;

void change_lookups(row_editor& rows, const secret_key& secret, tenant_no tenant,
                    const subject_id& id, std::uint64_t ordinal, const team_content& before,
                    const team_content& now) {
    change_unique(rows, secret, lookup_kind::team_name, tenant, id, before.name_key, now.name_key);
    change_shared(rows, secret, lookup_kind::team_external_id, tenant, id, ordinal,
                  before.external_id, now.external_id);
}

/// Keeps the list of a user's teams, which is sorted.
void list_team(row_editor& rows, tenant_no tenant, const subject_id& team, const subject_id& user,
               bool joins) {
    auto teams = read_teams_of(rows, tenant, user);
    const auto at = std::lower_bound(teams.begin(), teams.end(), team);
    if (joins) {
        teams.insert(at, team);
    } else if (at != teams.end() && *at == team) {
        teams.erase(at);
    }
    const std::string key = key_of::teams_of(tenant, user);
    if (teams.empty()) {
        rows.erase(table::state, key);
    } else {
        rows.put(table::state, key, encode_teams_of(teams));
    }
}

base::result<void> change_members(row_editor& rows, const event_header& header,
                                  const members_changed& fact, tenant_counters& counters) {
    const subject_id& team = header.subject;
    for (const subject_id& user : fact.added) {
        rows.put(table::links, key_of::member(header.tenant, team, user), encode_since(header.seq));
        list_team(rows, header.tenant, team, user, true);
        add(counters.state_hash, hash_of(membership{team, user, header.seq}));
        ++counters.memberships;
    }
    for (const subject_id& user : fact.removed) {
        const auto since = read_member(rows, header.tenant, team, user);
        if (!since) {
            return base::fail(log_errc::out_of_order,
                              "event " + std::to_string(header.seq.value) + " of tenant number " +
                                  std::to_string(header.tenant.value) + " removes " + user.text() +
                                  " from a team that he is not in");
        }
        rows.erase(table::links, key_of::member(header.tenant, team, user));
        list_team(rows, header.tenant, team, user, false);
        subtract(counters.state_hash, hash_of(membership{team, user, *since}));
        --counters.memberships;
    }
    return {};
}

/// The team after the event; nothing if it is gone.
std::optional<team_state> team_after(const event_header& header, const event_body& body,
                                     const std::optional<team_core>& core,
                                     const std::optional<team_state>& before) {
    if (!core) return std::nullopt;
    const team_content* content = team_content_of(body);
    return team_state{header.subject, *core, content != nullptr ? *content : before->content};
}

} // namespace

base::result<entities> project_team(row_editor& rows, keyring& keys, const event_header& header,
                                    const event_body& body) {
    const tenant_no tenant = header.tenant;
    const auto before = read_team(rows, tenant, header.subject);
    const auto core = after(before ? std::optional(before->core) : std::nullopt, header, body);
    if (!core) return tl::unexpected(core.error());
    std::optional<team_state> now = team_after(header, body, *core, before);

    tenant_counters counters = read_counters(rows, tenant);
    if (const auto* moved = std::get_if<members_changed>(&body)) {
        if (auto changed = change_members(rows, header, *moved, counters); !changed) {
            return tl::unexpected(changed.error());
        }
    }
    const std::uint64_t ordinal = now ? now->core.ordinal : before->core.ordinal;
    const std::string place = key_of::place(listing_kind::teams, tenant, ordinal);
    if (now) {
        rows.put(table::state, key_of::team(tenant, now->id), encode(now->core, now->content));
        if (!before) rows.put(table::state, place, encode(now->id));
    } else {
        rows.erase(table::state, key_of::team(tenant, header.subject));
        rows.erase(table::state, place);
    }
    if (!before || !now) {
        count_place(rows, listing_kind::teams, tenant, ordinal, now.has_value());
    }
    if (!before || !now || before->content != now->content) {
        const auto secret = keys.lookup_secret(rows, tenant);
        if (!secret) return tl::unexpected(secret.error());
        change_lookups(rows, *secret, tenant, header.subject, ordinal,
                       before ? before->content : team_content{},
                       now ? now->content : team_content{});
    }
    if (before) {
        --counters.teams;
        subtract(counters.state_hash, hash_of(header.subject, before->core));
    }
    if (now) {
        ++counters.teams;
        add(counters.state_hash, hash_of(header.subject, now->core));
    }
    counters.last_team_ordinal = std::max(counters.last_team_ordinal, ordinal);
    rows.put(table::state, key_of::counters(tenant), encode(counters));
    return entities{{}, {}, {}, std::move(now), {}, {}};
}

void put_rows(row_editor& rows, const secret_key& lookup_secret, tenant_no tenant,
              const team_state& team) {
    rows.put(table::state, key_of::team(tenant, team.id), encode(team.core, team.content));
    rows.put(table::state, key_of::place(listing_kind::teams, tenant, team.core.ordinal),
             encode(team.id));
    change_lookups(rows, lookup_secret, tenant, team.id, team.core.ordinal, {}, team.content);
}

} // namespace rollcall::projections
