// A plain map is the judge: random commands against the real thing on disk and against a model of
// twenty lines, closed and opened again in the middle; then everything that can be asked is
// compared, and a rebuild must find the same rows, byte for byte.
#include "projections/rebuild.hpp"
#include "tests/projections/server.hpp"

#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <map>
#include <set>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(property_test)

namespace {

enum class step_kind : std::uint8_t {
    create,
    rename,
    deactivate,
    reactivate,
    remove,
    erase,
    make_team,
    rename_team,
    join,
    leave,
    replace,
    remove_team,
    suspend,
    resume,
    reopen
};

struct step {
    step_kind kind{};
    std::uint8_t who = 0;         ///< picks one of the users ever made
    std::uint8_t name = 0;        ///< picks a name
    std::uint8_t external_id = 0; ///< 0: none
    std::uint8_t team = 0;        ///< picks one of the teams ever made
    std::uint16_t crowd = 0;      ///< a bit for each user ever made, beside `who`
};

void showValue(const step& s, std::ostream& out) {
    constexpr const char* names[] = {"create",  "rename", "deactivate", "reactivate",
                                     "remove",  "erase",  "make team",  "rename team",
                                     "join",    "leave",  "replace",    "remove team",
                                     "suspend", "resume", "reopen"};
    out << names[static_cast<int>(s.kind)] << " who=" << int{s.who} << " name=" << int{s.name}
        << " ext=" << int{s.external_id} << " team=" << int{s.team} << " crowd=" << s.crowd;
}

rc::Gen<step> any_step() {
    return rc::gen::build<step>(
        rc::gen::set(&step::kind, rc::gen::weightedElement<step_kind>({{32, step_kind::create},
                                                                       {16, step_kind::rename},
                                                                       {16, step_kind::deactivate},
                                                                       {16, step_kind::reactivate},
                                                                       {8, step_kind::remove},
                                                                       {4, step_kind::erase},
                                                                       {8, step_kind::make_team},
                                                                       {4, step_kind::rename_team},
                                                                       {16, step_kind::join},
                                                                       {8, step_kind::leave},
                                                                       {6, step_kind::replace},
                                                                       {3, step_kind::remove_team},
                                                                       {8, step_kind::suspend},
                                                                       {8, step_kind::resume},
                                                                       {1, step_kind::reopen}})),
        rc::gen::set(&step::who, rc::gen::inRange<std::uint8_t>(0, 12)),
        rc::gen::set(&step::name, rc::gen::inRange<std::uint8_t>(0, 6)),
        rc::gen::set(&step::external_id, rc::gen::inRange<std::uint8_t>(0, 3)),
        rc::gen::set(&step::team, rc::gen::inRange<std::uint8_t>(0, 4)),
        rc::gen::set(&step::crowd, rc::gen::inRange<std::uint16_t>(0, 1 << 12)));
}

/// What the rules say, without rows, hashes or a log.
class model {
  public:
    struct person {
        subject_id id;
        std::string name;
        std::optional<std::string> external_id;
        bool active = true;
        bool suspended = false; ///< by an admin
        bool living = true;
        bool erased = false;
    };

    struct group {
        subject_id id;
        std::string name;
        bool living = true;
        std::set<subject_id> members;
    };

    explicit model(std::size_t seats) : seats_(seats) {}

    std::vector<person> people; ///< in order of creation
    std::vector<group> groups;  ///< likewise

    std::string create(const subject_id& id, const std::string& name,
                       const std::optional<std::string>& external_id) {
        if (person* holder = named(name)) {
            if (holder->active) return "name_taken";
            if (holder->external_id && external_id && holder->external_id != external_id) {
                return "other_person";
            }
            if (!holder->suspended && used() >= seats_) return "seat_limit";
            holder->active = true;
            if (!holder->external_id || !external_id) leave_all(holder->id);
            holder->external_id = external_id;
            return "accepted";
        }
        if (used() >= seats_) return "seat_limit";
        people.push_back({id, name, external_id});
        return "accepted";
    }

    std::string rename(person& p, const std::string& name) {
        if (!p.living) return "not_found";
        const person* holder = named(name);
        if (holder != nullptr && holder != &p) return "name_taken";
        p.name = name;
        return "accepted";
    }

    std::string set_active(person& p, bool active) {
        if (!p.living) return "not_found";
        if (active && !p.active && !p.suspended && used() >= seats_) return "seat_limit";
        p.active = active;
        return "accepted";
    }

    static std::string suspend(person& p) {
        if (!p.living) return "not_found";
        if (!p.suspended && !p.active) return "not_active";
        p.suspended = true;
        return "accepted";
    }

    std::string resume(person& p) {
        if (!p.living) return "not_found";
        if (p.suspended && !p.active) return "not_active";
        if (p.suspended && used() >= seats_) return "seat_limit";
        p.suspended = false;
        return "accepted";
    }

    std::string remove(person& p) {
        if (!p.living) return "not_found";
        p.living = false;
        leave_all(p.id);
        return "accepted";
    }

    std::string erase(person& p) {
        if (p.erased) return "not_found";
        p.living = false;
        leave_all(p.id);
        p.erased = true;
        return "accepted";
    }

    std::string make_team(const subject_id& id, const std::string& name,
                          const std::vector<subject_id>& members) {
        if (team_named(name) != nullptr) return "name_taken";
        if (!all_live(members)) return "unknown_member";
        groups.push_back({id, name, true, {members.begin(), members.end()}});
        return "accepted";
    }

    std::string rename_team(group& g, const std::string& name) {
        if (!g.living) return "not_found";
        const group* holder = team_named(name);
        if (holder != nullptr && holder != &g) return "name_taken";
        g.name = name;
        return "accepted";
    }

    std::string change_members(group& g, const member_change& change) {
        if (!g.living) return "not_found";
        if (!all_live(change.add)) return "unknown_member";
        if (change.only_added) g.members.clear();
        g.members.insert(change.add.begin(), change.add.end());
        for (const subject_id& id : change.remove)
            g.members.erase(id);
        return "accepted";
    }

    static std::string remove_team(group& g) {
        if (!g.living) return "not_found";
        g.living = false;
        g.members.clear();
        return "accepted";
    }

    [[nodiscard]] std::size_t used() const {
        return static_cast<std::size_t>(
            std::count_if(people.begin(), people.end(),
                          [](const person& p) { return p.living && p.active && !p.suspended; }));
    }

    person* named(const std::string& name) {
        const auto found = std::find_if(people.begin(), people.end(), [&](const person& p) {
            return p.living && p.name == name;
        });
        return found == people.end() ? nullptr : &*found;
    }

    group* team_named(const std::string& name) {
        const auto found = std::find_if(groups.begin(), groups.end(),
                                        [&](const group& g) { return g.living && g.name == name; });
        return found == groups.end() ? nullptr : &*found;
    }

    /// Those whose bit is set, sorted.
    [[nodiscard]] std::vector<subject_id> crowd(std::uint16_t bits) const {
        std::vector<subject_id> ids;
        for (std::size_t i = 0; i < people.size() && i < 12; ++i) {
            if ((bits >> i & 1) != 0) ids.push_back(people[i].id);
        }
        std::sort(ids.begin(), ids.end());
        return ids;
    }

  private:
    /// Members already count as living: who is not, is no member.
    [[nodiscard]] bool all_live(const std::vector<subject_id>& ids) const {
        return std::all_of(ids.begin(), ids.end(), [this](const subject_id& id) {
            return std::any_of(people.begin(), people.end(),
                               [&id](const person& p) { return p.id == id && p.living; });
        });
    }

    void leave_all(const subject_id& id) {
        for (group& g : groups)
            g.members.erase(id);
    }

    std::size_t seats_;
};

std::string code_of(const answer& a) {
    return a ? "accepted" : std::string(refusal_name(a.error().code));
}

/// Renames, and nothing else.
evaluate_user rename_to(const std::string& name) {
    return [name](const user_state& current) {
        user_wish wish;
        wish.content = current.content;
        if (wish.content.user_name_key != name) wish.changed = {"userName"};
        wish.content.user_name = name;
        wish.content.user_name_key = name;
        wish.active = current.core.active;
        return wish;
    };
}

/// True if the step is about a team.
bool take_team_step(server& s, model& judge, tenant_no tenant, const step& next) {
    const std::string name = "team" + std::to_string(next.name % 3);
    if (next.kind == step_kind::make_team) {
        // Not always living: a team can only be made of people who are there.
        const auto members = judge.crowd(next.crowd & static_cast<std::uint16_t>(next.who));
        const subject_id id = base::uuid::make_v7(base::now().unix_ms);
        const auto told = s.ask(by_provider(tenant, create_team{id, team_named(name), members}));
        RC_ASSERT(code_of(told) == judge.make_team(id, name, members));
        return true;
    }
    change_team change;
    switch (next.kind) {
    case step_kind::rename_team:
    case step_kind::remove_team: break;
    case step_kind::join:
        change.members.add = judge.crowd(static_cast<std::uint16_t>(1u << next.who));
        break;
    case step_kind::leave: change.members.remove = judge.crowd(next.crowd); break;
    case step_kind::replace:
        change.members.only_added = true;
        change.members.add = judge.crowd(next.crowd);
        break;
    default: return false;
    }
    if (judge.groups.empty()) return true;
    model::group& team = judge.groups[next.team % judge.groups.size()];
    change.id = team.id;
    if (next.kind == step_kind::remove_team) {
        RC_ASSERT(code_of(s.ask(by_provider(tenant, delete_team{team.id, {}}))) ==
                  model::remove_team(team));
    } else if (next.kind == step_kind::rename_team) {
        change.evaluate = [&name](const team_state&) { return team_named(name); };
        RC_ASSERT(code_of(s.ask(by_provider(tenant, change))) == judge.rename_team(team, name));
    } else {
        RC_ASSERT(code_of(s.ask(by_provider(tenant, change))) ==
                  judge.change_members(team, change.members));
    }
    return true;
}

void take_step(server& s, model& judge, tenant_no tenant, const step& next) {
    if (next.kind == step_kind::reopen) {
        s.reopen();
        return;
    }
    if (take_team_step(s, judge, tenant, next)) return;
    const std::string name = "name" + std::to_string(next.name);
    if (next.kind == step_kind::create) {
        std::optional<std::string> external_id;
        if (next.external_id != 0) external_id = "e" + std::to_string(next.external_id);
        const subject_id id = base::uuid::make_v7(base::now().unix_ms);
        const auto told =
            s.ask(by_provider(tenant, create_user{id, wish_for(name, true, external_id)}));
        RC_ASSERT(code_of(told) == judge.create(id, name, external_id));
        return;
    }
    if (judge.people.empty()) return;
    model::person& who = judge.people[next.who % judge.people.size()];
    switch (next.kind) {
    case step_kind::rename:
        RC_ASSERT(code_of(s.ask(
                      by_provider(tenant, change_user{who.id, {}, rename_to(name), {}, false}))) ==
                  judge.rename(who, name));
        break;
    case step_kind::deactivate:
        RC_ASSERT(code_of(s.ask(
                      by_provider(tenant, change_user{who.id, {}, set_active(false), {}, true}))) ==
                  judge.set_active(who, false));
        break;
    case step_kind::reactivate:
        RC_ASSERT(code_of(s.ask(
                      by_provider(tenant, change_user{who.id, {}, set_active(true), {}, false}))) ==
                  judge.set_active(who, true));
        break;
    case step_kind::suspend:
        RC_ASSERT(code_of(s.ask(by_operator(tenant, suspend_user{who.id}))) == model::suspend(who));
        break;
    case step_kind::resume:
        RC_ASSERT(code_of(s.ask(by_operator(tenant, resume_user{who.id}))) == judge.resume(who));
        break;
    case step_kind::remove:
        RC_ASSERT(code_of(s.ask(by_provider(tenant, delete_user{who.id, {}}))) ==
                  judge.remove(who));
        break;
    case step_kind::erase:
        RC_ASSERT(code_of(s.ask(by_operator(tenant, erase_user{who.id}))) == judge.erase(who));
        break;
    default: break;
    }
}

void compare_teams(const directory& views, const model& judge, tenant_no tenant) {
    std::map<subject_id, std::vector<subject_id>> teams_of;
    std::size_t memberships = 0;
    std::vector<const model::group*> living;
    for (const model::group& g : judge.groups) {
        const auto team = views.team(tenant, g.id);
        RC_ASSERT(team.has_value() == g.living);
        std::vector<subject_id> seen;
        const auto walk = views.members(tenant, g.id);
        for (subject_id member; walk->next(member);)
            seen.push_back(member);
        RC_ASSERT(std::equal(seen.begin(), seen.end(), g.members.begin(), g.members.end()));
        for (const model::person& p : judge.people)
            RC_ASSERT(views.is_member(tenant, g.id, p.id) == g.members.contains(p.id));
        if (!g.living) continue;
        living.push_back(&g);
        RC_ASSERT(team->core.members == g.members.size());
        RC_ASSERT(views.find(tenant, directory::lookup::team_name, g.name, 2) ==
                  std::vector<subject_id>{g.id});
        memberships += g.members.size();
        for (const subject_id& id : g.members)
            teams_of[id].push_back(g.id);
    }
    RC_ASSERT(views.counters(tenant).teams == living.size());
    RC_ASSERT(views.counters(tenant).memberships == memberships);
    for (const model::person& p : judge.people) {
        auto expected = teams_of[p.id];
        std::sort(expected.begin(), expected.end());
        RC_ASSERT(views.teams_of(tenant, p.id) == expected);
    }
    std::size_t place = 0;
    views.list_teams(tenant, 0, [&](const team_view& team) {
        RC_ASSERT(place < living.size());
        RC_ASSERT(team.id == living[place]->id);
        RC_ASSERT(team.name == living[place]->name);
        ++place;
        return true;
    });
    RC_ASSERT(place == living.size());
}

void compare(const directory& views, model& judge, tenant_no tenant) {
    std::vector<model::person> living;
    std::copy_if(judge.people.begin(), judge.people.end(), std::back_inserter(living),
                 [](const model::person& p) { return p.living; });
    RC_ASSERT(views.counters(tenant).users == living.size());
    RC_ASSERT(seats_used({}, views.counters(tenant).by_status) == judge.used());
    std::size_t place = 0;
    views.list(tenant, 0, [&](const user_view& user) {
        RC_ASSERT(place < living.size());
        RC_ASSERT(user.id == living[place].id);
        RC_ASSERT(user.user_name == living[place].name);
        RC_ASSERT(user.core.active == living[place].active);
        RC_ASSERT(user.core.suspended.any() == living[place].suspended);
        ++place;
        return true;
    });
    RC_ASSERT(place == living.size());
    for (int i = 0; i < 6; ++i) {
        const std::string name = "name" + std::to_string(i);
        const auto found = views.find(tenant, directory::lookup::user_name, name, 2);
        const model::person* holder = judge.named(name);
        RC_ASSERT(found.size() == (holder != nullptr ? 1u : 0u));
        if (holder != nullptr) RC_ASSERT(found[0] == holder->id);
    }
    for (int i = 1; i < 3; ++i) {
        const std::string external_id = "e" + std::to_string(i);
        std::vector<subject_id> expected;
        for (const model::person& p : living) {
            if (p.external_id == external_id) expected.push_back(p.id);
        }
        RC_ASSERT(views.find(tenant, directory::lookup::external_id, external_id, 99) == expected);
    }
    compare_teams(views, judge, tenant);
}

} // namespace

RC_BOOST_PROP(state_is_the_fold_of_events, ()) {
    // One server for all runs, a tenant for each: the log that is rebuilt grows.
    static server s;
    static int run = 0;
    const tenant_no tenant = s.make_tenant("t" + std::to_string(run++), 4);
    model judge(4);
    for (const step& next : *rc::gen::container<std::vector<step>>(any_step())) {
        take_step(s, judge, tenant, next);
    }
    compare(s.views(), judge, tenant);
    if (run % 10 != 0) return;

    s.reopen();
    compare(s.views(), judge, tenant);
    const auto hashes = check_state_hashes(s.log(), &s.queue(), {});
    RC_ASSERT(hashes.has_value());
    RC_ASSERT(hashes->differ.empty());
    rebuild_options options;
    options.entries_max = *rc::gen::inRange<std::size_t>(50, 500);
    options.verify_only = *rc::gen::arbitrary<bool>();
    const auto rebuilt = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), options);
    RC_ASSERT(rebuilt.has_value());
    RC_ASSERT(rebuilt->differences == 0u);
    RC_ASSERT(rebuilt->rows > 0u);
    RC_ASSERT(rebuilt->flipped == !options.verify_only);
    compare(s.views(), judge, tenant);
}

BOOST_AUTO_TEST_SUITE_END()
