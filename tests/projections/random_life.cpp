#include "tests/projections/random_life.hpp"

#include "projections/rows.hpp"
#include "projections/state_hash.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace rollcall::projections::test {

std::string random_life::new_name() {
    return "n" + std::to_string(named_++);
}

std::vector<subject_id> random_life::some(const std::vector<subject_id>& all) {
    std::vector<subject_id> few;
    for (const subject_id& id : all) {
        if (random_() % 3 == 0) few.push_back(id);
    }
    std::sort(few.begin(), few.end());
    return few;
}

subject_id random_life::take(std::vector<subject_id>& from) {
    const std::size_t at = random_() % from.size();
    const subject_id id = from[at];
    from.erase(from.begin() + static_cast<std::ptrdiff_t>(at));
    return id;
}

command random_life::create(tenant_no tenant, part& of, base::moment now) {
    const subject_id id = base::uuid::make_v7(now.unix_ms);
    std::optional<std::string> external_id;
    if (random_() % 2 == 0) external_id = "e" + std::to_string(random_() % 5);
    if (random_() % 3 == 0) {
        of.teams.push_back(id);
        return by_operator(tenant,
                           create_team{id, team_named(new_name(), external_id), some(of.users)});
    }
    of.users.push_back(id);
    return by_operator(tenant,
                       create_user{id, wish_for(new_name(), random_() % 3 != 0, external_id)});
}

command random_life::about_user(tenant_no tenant, part& of, base::moment now) {
    if (of.users.empty()) return create(tenant, of, now);
    switch (random_() % 6) {
    case 0: return by_operator(tenant, delete_user{take(of.users), {}});
    case 1: return by_operator(tenant, erase_user{take(of.users)});
    default: break;
    }
    const subject_id id = of.users[random_() % of.users.size()];
    return by_operator(tenant, change_user{id, {}, set_active(random_() % 2 == 0), {}, true});
}

command random_life::about_team(tenant_no tenant, part& of) {
    if (random_() % 6 == 0) return by_operator(tenant, delete_team{take(of.teams), {}});
    change_team c{of.teams[random_() % of.teams.size()], {}, nullptr, {}, {}};
    if (random_() % 3 == 0) {
        team_wish wish = team_named(new_name());
        if (random_() % 2 == 0) wish.content.external_id = "e" + std::to_string(random_() % 5);
        c.evaluate = [wish](const team_state&) { return wish; };
    }
    c.members.only_added = random_() % 4 == 0;
    c.members.add = some(of.users);
    if (!c.members.only_added) {
        const auto leaving = some(of.users);
        std::set_difference(leaving.begin(), leaving.end(), c.members.add.begin(),
                            c.members.add.end(), std::back_inserter(c.members.remove));
    }
    return by_operator(tenant, c);
}

command random_life::next(base::moment now) {
    const std::size_t which = random_() % 2;
    const tenant_no tenant{static_cast<std::uint32_t>(which + 1)};
    part& of = parts_[which];
    const auto choice = random_() % 10;
    if (choice < 4) return create(tenant, of, now);
    if (choice < 7 || of.teams.empty()) return about_user(tenant, of, now);
    return about_team(tenant, of);
}

namespace {

/// The keys in a table that begin so, and what stands there.
std::map<std::string, std::string> begin_with(const memory_rows& rows, table t,
                                              const std::string& prefix) {
    std::map<std::string, std::string> found;
    for (const auto& [place, value] : rows.rows) {
        if (place.first == t && place.second.starts_with(prefix)) found[place.second] = value;
    }
    return found;
}

/// The id at the end of a key.
subject_id last_id(const std::string& key) {
    subject_id id;
    std::copy(key.end() - 16, key.end(), reinterpret_cast<char*>(id.bytes.data()));
    return id;
}

class inspection {
  public:
    inspection(const memory_rows& rows, keyring& keys, tenant_no tenant)
        : rows_(rows), secret_(*keys.lookup_secret(rows, tenant)), tenant_(tenant) {}

    std::string run() {
        add(sum_, hash_of(*read_tenant(rows_, tenant_)));
        for (const auto& [key, row] :
             begin_with(rows_, table::state, key_of::all_bearer_keys(tenant_)))
            add(sum_, hash_of(decode_key(tenant_, last_id(key), row)));
        for (const auto& [key, row] : begin_with(rows_, table::state, key_of::all_users(tenant_)))
            look_at(decode_user(last_id(key), row));
        for (const auto& [key, row] : begin_with(rows_, table::state, key_of::all_teams(tenant_)))
            look_at(decode_team(last_id(key), row));
        look_at_members();
        look_at_lists();
        look_at_counters();
        for (const lookup_kind kind : {lookup_kind::team_name, lookup_kind::team_external_id,
                                       lookup_kind::user_name, lookup_kind::external_id}) {
            std::string prefix = key_of::all_users(tenant_);
            prefix[0] = static_cast<char>(kind);
            expect(begin_with(rows_, table::index, prefix).size() == lookups_[kind],
                   "look-ups of nobody");
        }
        return wrong_;
    }

  private:
    void expect(bool holds, const std::string& what) {
        if (!holds && wrong_.empty()) wrong_ = what;
    }

    [[nodiscard]] std::string at(table t, const std::string& key) const {
        std::string value;
        return rows_.get(t, key, value) ? value : "-";
    }

    void look_up(lookup_kind kind, const subject_id& id, const std::string& key) {
        ++lookups_[kind];
        expect(at(table::index, key) == encode(id), "a look-up of " + id.text());
    }

    void look_at(const user_state& user) {
        users_.insert(user.id);
        add(sum_, hash_of(user.id, user.core));
        const auto& content = user.content;
        look_up(lookup_kind::user_name, user.id,
                key_of::unique(lookup_kind::user_name, tenant_,
                               lookup_of(secret_, lookup_kind::user_name, content.user_name_key)));
        if (!content.external_id) return;
        look_up(lookup_kind::external_id, user.id,
                key_of::shared(lookup_kind::external_id, tenant_,
                               lookup_of(secret_, lookup_kind::external_id, *content.external_id),
                               user.core.ordinal));
    }

    void look_at(const team_state& team) {
        ++teams_;
        members_ += team.core.members;
        last_ordinal_ = std::max(last_ordinal_, team.core.ordinal);
        ++blocks_[team.core.ordinal / places_per_block];
        add(sum_, hash_of(team.id, team.core));
        const auto& content = team.content;
        look_up(lookup_kind::team_name, team.id,
                key_of::unique(lookup_kind::team_name, tenant_,
                               lookup_of(secret_, lookup_kind::team_name, content.name_key)));
        if (content.external_id) {
            look_up(lookup_kind::team_external_id, team.id,
                    key_of::shared(
                        lookup_kind::team_external_id, tenant_,
                        lookup_of(secret_, lookup_kind::team_external_id, *content.external_id),
                        team.core.ordinal));
        }
        const std::string place = key_of::place(listing_kind::teams, tenant_, team.core.ordinal);
        expect(at(table::state, place) == encode(team.id), "the place of a team");
        const auto rows = begin_with(rows_, table::links, key_of::all_members(tenant_, team.id));
        expect(rows.size() == team.core.members, "the count of a team's members");
        for (const auto& [key, since] : rows) {
            const subject_id user = user_of_member_key(key);
            teams_of_[user].push_back(team.id);
            expect(decode_since(since).value > 0, "since when somebody is a member");
            add(sum_, hash_of(membership{team.id, user, decode_since(since)}));
        }
    }

    void look_at_members() {
        std::string prefix = key_of::all_teams(tenant_);
        prefix[0] = 'J';
        expect(begin_with(rows_, table::links, prefix).size() == members_, "a member of no team");
        prefix[0] = 'W';
        const auto rows = begin_with(rows_, table::state, prefix);
        expect(rows.size() == teams_of_.size(), "a list of teams for nobody");
        for (auto& [user, teams] : teams_of_) {
            expect(users_.contains(user), "a member who does not live");
            std::sort(teams.begin(), teams.end());
            expect(at(table::state, key_of::teams_of(tenant_, user)) == encode_teams_of(teams),
                   "the list of a user's teams");
        }
    }

    void look_at_lists() {
        expect(begin_with(rows_, table::state, key_of::all_places(listing_kind::teams, tenant_))
                       .size() == teams_,
               "a place of no team");
        const auto rows =
            begin_with(rows_, table::state, key_of::all_blocks(listing_kind::teams, tenant_));
        expect(rows.size() == blocks_.size(), "a block of no team");
        for (const auto& [number, count] : blocks_) {
            const std::string key = key_of::block(listing_kind::teams, tenant_, number);
            expect(at(table::state, key) == encode_count(count), "the count of a block");
        }
    }

    void look_at_counters() {
        const tenant_counters counters = read_counters(rows_, tenant_);
        expect(counters.users == users_.size(), "the count of users");
        expect(counters.teams == teams_, "the count of teams");
        expect(counters.memberships == members_, "the count of memberships");
        expect(counters.last_team_ordinal >= last_ordinal_, "the last ordinal of a team");
        expect(counters.state_hash == sum_, "the state hash");
    }

    const memory_rows& rows_;
    secret_key secret_;
    tenant_no tenant_;
    std::string wrong_;
    digest sum_{};
    std::set<subject_id> users_;
    std::uint64_t teams_ = 0;
    std::uint64_t members_ = 0;
    std::uint64_t last_ordinal_ = 0;
    std::map<std::uint64_t, std::uint32_t> blocks_;
    std::map<subject_id, std::vector<subject_id>> teams_of_;
    std::map<lookup_kind, std::size_t> lookups_;
};

} // namespace

std::string contradiction_in(const memory_rows& rows, keyring& keys, tenant_no tenant) {
    return inspection(rows, keys, tenant).run();
}

} // namespace rollcall::projections::test
