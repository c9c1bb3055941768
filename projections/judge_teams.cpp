#include "projections/judge.hpp"
#include "projections/read.hpp"
#include "projections/rows.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::projections {

using namespace eventlog;

namespace {

std::size_t weight(const team_content& content) {
    return content.name.size() + content.name_key.size() + content.document.size() +
           (content.external_id ? content.external_id->size() : 0);
}

decision undecided() {
    decision d;
    d.undecided = true;
    return d;
}

bool holds(const std::vector<subject_id>& sorted, const subject_id& id) {
    return std::binary_search(sorted.begin(), sorted.end(), id);
}

} // namespace

judge::outcome judge::operator()(const create_team& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (auto allowed = provisioning_allowed(*tenant); !allowed) {
        return tl::unexpected(allowed.error());
    }
    if (auto fits = team_fits(c.wish); !fits) return tl::unexpected(fits.error());
    if (auto free = team_name_free(tenant->number, c.wish.content.name_key); !free) {
        return tl::unexpected(free.error());
    }
    // A deleted team keeps its key, and its id with it.
    if (c.new_id.is_nil() || keyring::has_subject(rows_, tenant->number, c.new_id)) {
        return refuse(refusal_code::invalid,
                      "The id " + c.new_id.text() + " is or was another one's.");
    }
    std::size_t lookups = lookups_per_turn_max;
    const auto joining = who_joins(c.new_id, c.members, lookups);
    if (!joining) return tl::unexpected(joining.error());
    if (!*joining) return undecided();
    if (auto fits = size_fits(0); !fits) return tl::unexpected(fits.error());
    team_created fact;
    fact.facts.ordinal = read_counters(rows_, tenant->number).last_team_ordinal + 1;
    fact.facts.changed = c.wish.changed;
    fact.content = c.wish.content;
    decision d = record(done::kind::created, tenant->number, c.new_id, std::move(fact));
    // All of it or nothing: a repeat would find the name taken, and not fill up what is missing.
    add_moves(d, c.new_id, members_per_event_max);
    return d;
}

judge::outcome judge::operator()(const change_team& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (auto allowed = provisioning_allowed(*tenant); !allowed && !deprovisions(asked_)) {
        return tl::unexpected(allowed.error());
    }
    const auto current = present_team(c.id);
    if (!current) return tl::unexpected(current.error());
    if (!c.if_match.holds(current->core.version.value)) {
        return refuse_version("team", current->core.version);
    }
    base::result<team_wish, refusal> wish = team_wish{current->content, {}};
    if (c.ahead && c.ahead->version == current->core.version) {
        wish = c.ahead->wish;
    } else if (c.evaluate) {
        wish = c.evaluate(*current);
    } else {
        assert(!c.ahead); // what was evaluated ahead on another version would be lost
    }
    if (!wish) return tl::unexpected(wish.error());
    const auto moving = look_up(c.id, current->core.members, c.members);
    if (!moving) return tl::unexpected(moving.error());
    if (!*moving) return undecided();

    decision d;
    if (!wish->changed.empty()) {
        if (auto fits = team_fits(*wish); !fits) return tl::unexpected(fits.error());
        if (wish->content.name_key != current->content.name_key) {
            if (auto free = team_name_free(tenant->number, wish->content.name_key); !free) {
                return tl::unexpected(free.error());
            }
        }
        team_changed fact;
        fact.facts.ordinal = current->core.ordinal;
        fact.facts.changed = std::move(wish->changed);
        fact.content = std::move(wish->content);
        d = record(done::kind::changed, tenant->number, c.id, std::move(fact));
    }
    add_moves(d, c.id, members_per_turn_max);
    d.in_parts = true;
    d.what = d.events.empty() ? done::kind::unchanged : done::kind::changed;
    d.team = *current;
    return d;
}

judge::outcome judge::operator()(const delete_team& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    const auto current = present_team(c.id);
    if (!current) return tl::unexpected(current.error());
    if (!c.if_match.holds(current->core.version.value)) {
        return refuse_version("team", current->core.version);
    }
    if (!moves_.members_seen) {
        if (auto all = all_but({}, c.id, current->core.members); !all) {
            return tl::unexpected(all.error());
        }
        if (moves_.leave.size() > lookups_per_turn_max) return undecided();
    }
    decision left;
    add_moves(left, c.id, members_per_turn_max);
    left.in_parts = true;
    return record(done::kind::deleted, tenant->number, c.id, team_deleted{}, std::move(left));
}

base::result<team_state, refusal> judge::present_team(const subject_id& id) const {
    auto team = read_team(rows_, asked_.tenant, id);
    if (!team) return refuse(refusal_code::not_found, "This tenant has no team " + id.text() + ".");
    return std::move(*team);
}

base::result<void, refusal> judge::team_fits(const team_wish& wish) const {
    if (weight(wish.content) > user_content_bytes_max) {
        return refuse(refusal_code::invalid, "The team's attributes may have at most " +
                                                 std::to_string(user_content_bytes_max) +
                                                 " bytes together.");
    }
    if (projections::weight(wish.changed) > changed_names_bytes_max) {
        return refuse(refusal_code::invalid,
                      "The names of the changed attributes may have at most " +
                          std::to_string(changed_names_bytes_max) + " bytes together.");
    }
    if (wish.content.name.find_first_not_of(" \t\r\n") == std::string::npos ||
        wish.content.name_key.empty()) {
        return refuse(refusal_code::invalid, "A team needs a name.");
    }
    // It is repeated at each of its members.
    if (wish.content.name.size() > label_bytes_max) {
        return refuse(refusal_code::invalid, "The name of a team may have at most " +
                                                 std::to_string(label_bytes_max) + " bytes.");
    }
    return {};
}

base::result<void, refusal> judge::team_name_free(tenant_no tenant,
                                                  std::string_view name_key) const {
    const auto holder = read_team_named(rows_, keys_, tenant, name_key);
    if (!holder) return refuse(holder.error());
    if (!*holder) return {};
    return refuse(refusal_code::name_taken, "The name is in use by team " + (*holder)->text() +
                                                " of this tenant. Choose another, or update that "
                                                "team.");
}

base::result<bool, refusal> judge::look_up(const subject_id& team, std::uint64_t members,
                                           const member_change& change) const {
    std::size_t lookups = lookups_per_turn_max;
    const auto joining = who_joins(team, change.add, lookups);
    if (!joining || !*joining) return joining;
    if (change.only_added && !moves_.members_seen) {
        // One walk, which costs a tenth of as many lookups.
        if (auto rest = all_but(change.add, team, members); !rest) {
            return tl::unexpected(rest.error());
        }
        if (members > lookups) return false;
    }
    while (moves_.removed_seen < change.remove.size()) {
        if (lookups-- == 0) return false;
        const subject_id& user = change.remove[moves_.removed_seen++];
        if (read_member(rows_, asked_.tenant, team, user)) moves_.leave.push_back(user);
    }
    if (auto fits = size_fits(members); !fits) return tl::unexpected(fits.error());
    return true;
}

base::result<bool, refusal> judge::who_joins(const subject_id& team,
                                             const std::vector<subject_id>& wanted,
                                             std::size_t& lookups) const {
    while (moves_.added_seen < wanted.size()) {
        if (lookups == 0) return false;
        --lookups;
        const subject_id& user = wanted[moves_.added_seen++];
        if (read_member(rows_, asked_.tenant, team, user)) continue;
        if (auto may = may_join(user); !may) return tl::unexpected(may.error());
        moves_.join.push_back(user);
    }
    return true;
}

/// All who are not wanted leave. They are counted, and are as many as the team says that it has: a
/// row that cannot be read must not let somebody be forgotten, and keep him in the team or its list
/// for ever.
base::result<void, refusal> judge::all_but(const std::vector<subject_id>& wanted,
                                           const subject_id& team, std::uint64_t members) const {
    std::uint64_t found = 0;
    links_.walk_links(key_of::all_members(asked_.tenant, team),
                      [&](std::string_view key, std::string_view) {
                          ++found;
                          const subject_id user = user_of_member_key(key);
                          if (!holds(wanted, user)) moves_.leave.push_back(user);
                          return true;
                      });
    moves_.members_seen = true;
    if (found == members) return {};
    return refuse(refusal_code::internal,
                  "Team " + team.text() + " has " + std::to_string(members) + " members, but " +
                      std::to_string(found) +
                      " are found. Nothing was done; `rollcall rebuild` makes the rows again.");
}

base::result<void, refusal> judge::size_fits(std::uint64_t members) const {
    if (moves_.join.empty() ||
        members + moves_.join.size() - moves_.leave.size() <= team_members_max) {
        return {};
    }
    return refuse(refusal_code::invalid,
                  "A team may have at most " + std::to_string(team_members_max) + " members.");
}

base::result<void, refusal> judge::may_join(const subject_id& user) const {
    std::string row;
    if (!rows_.get(table::state, key_of::user(asked_.tenant, user), row)) {
        if (read_team(rows_, asked_.tenant, user)) {
            return refuse(refusal_code::unknown_member,
                          "The member " + user.text() +
                              " is a team. Teams hold users only: push the users of that team "
                              "instead.");
        }
        return refuse(refusal_code::unknown_member,
                      "The member " + user.text() +
                          " is not a user of this tenant. Push the user first, then the "
                          "membership.");
    }
    if (read_teams_of(rows_, asked_.tenant, user).size() >= user_teams_max) {
        return refuse(refusal_code::invalid, "User " + user.text() + " is in " +
                                                 std::to_string(user_teams_max) +
                                                 " teams already, and may not be in more.");
    }
    return {};
}

/// Adds the facts about these moves to the decision's.
void judge::add_moves(decision& d, const subject_id& team, std::size_t people_per_event) const {
    auto join = moves_.join.cbegin();
    auto leave = moves_.leave.cbegin();
    const auto take = [](auto& from, auto end, std::size_t most, std::vector<subject_id>& to) {
        const auto count = std::min(static_cast<std::ptrdiff_t>(most), end - from);
        to.assign(from, from + count);
        from += count;
        return static_cast<std::size_t>(count);
    };
    while (join != moves_.join.cend() || leave != moves_.leave.cend()) {
        members_changed part;
        const std::size_t leaving =
            take(leave, moves_.leave.cend(), people_per_event, part.removed);
        take(join, moves_.join.cend(), people_per_event - leaving, part.added);
        d.events.push_back(fact(asked_.tenant, team, std::move(part)));
    }
}

/// A decision that takes the user out of every team, and does nothing else yet.
decision judge::leave_all_teams(const subject_id& user) const {
    decision d;
    for (const subject_id& team : read_teams_of(rows_, asked_.tenant, user)) {
        d.events.push_back(fact(asked_.tenant, team, members_changed{{}, {user}}));
    }
    return d;
}

} // namespace rollcall::projections
