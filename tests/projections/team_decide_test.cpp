// The rules about teams and who is in them.
#include "projections/decide.hpp"
#include "projections/rows.hpp"
#include "tests/projections/world.hpp"

#include <algorithm>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(team_decide_test)

namespace {

/// Ids in order.
std::vector<subject_id> ids(std::vector<std::uint8_t> numbers) {
    std::sort(numbers.begin(), numbers.end());
    std::vector<subject_id> all;
    for (const std::uint8_t n : numbers)
        all.push_back(id_of(n));
    return all;
}

evaluate_team become(team_wish wish) {
    return [wish = std::move(wish)](const team_state&) { return wish; };
}

evaluate_team renamed(const std::string& name) {
    return become(team_named(name));
}

change_team join(const subject_id& team, std::vector<std::uint8_t> who) {
    return {team, {}, nullptr, {}, {false, ids(std::move(who)), {}}};
}

change_team leave(const subject_id& team, std::vector<std::uint8_t> who) {
    return {team, {}, nullptr, {}, {false, {}, ids(std::move(who))}};
}

/// The members become these.
change_team replace(const subject_id& team, std::vector<std::uint8_t> who) {
    return {team, {}, nullptr, {}, {true, ids(std::move(who)), {}}};
}

change_team on_version(change_team c, std::uint64_t version) {
    c.if_match = {version_condition::kind::one_of, {version}};
    return c;
}

/// Tenants, users and teams that the cases below speak of.
class clubs : public world {
  public:
    tenant_no acme = make_tenant("acme");
    tenant_no bold = make_tenant("bold");
    tenant_no closed = make_tenant("closed"); // provisioning switched off
    tenant_no gone = make_tenant("gone");     // deleted

    user_state jane = make_user(acme, 1, wish_for("jane", true, "e-1"));
    user_state joe = make_user(acme, 2, wish_for("joe"));
    user_state idle = make_user(acme, 3, wish_for("idle", false, "e-3"));
    user_state left = make_user(acme, 4, wish_for("left"));   // deleted below
    user_state ghost = make_user(acme, 5, wish_for("ghost")); // erased below
    user_state ann = make_user(bold, 11, wish_for("ann"));
    user_state cara = make_user(closed, 21, wish_for("cara"));
    user_state carl = make_user(closed, 22, wish_for("carl"));
    user_state eve = make_user(gone, 31, wish_for("eve"));

    team_state sales = make_team(acme, 101, "sales", ids({1, 2, 3}));
    team_state empty = make_team(acme, 102, "empty");
    team_state past = make_team(acme, 103, "past", ids({1})); // deleted below
    team_state other = make_team(bold, 111, "sales", ids({11}));
    team_state quiet = make_team(closed, 121, "quiet", ids({21}));
    team_state lost = make_team(gone, 131, "lost", ids({31}));

    clubs() {
        run(by_operator(acme, delete_user{left.id, {}}));
        run(by_operator(acme, erase_user{ghost.id}));
        run(by_operator(acme, delete_team{past.id, {}}));
        set_tenant off_switch;
        off_switch.scim_enabled = false;
        run(by_operator(closed, off_switch));
        run(by_operator(gone, delete_tenant{}));
    }
};

using ask = command (*)(const clubs&);

struct refused_case {
    const char* name;
    refusal_code code;
    ask asked;
};

const refused_case refused_cases[] = {
    {"create: unknown tenant", refusal_code::not_found,
     [](const clubs&) {
         return by_provider(tenant_no{99}, create_team{id_of(9), team_named("new"), {}});
     }},
    {"create: deleted tenant", refusal_code::tenant_deleted,
     [](const clubs& t) {
         return by_provider(t.gone, create_team{id_of(9), team_named("new"), {}});
     }},
    {"create: provisioning off", refusal_code::scim_disabled,
     [](const clubs& t) {
         return by_provider(t.closed, create_team{id_of(9), team_named("new"), {}});
     }},
    {"create: no name", refusal_code::invalid,
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named(""), {}});
     }},
    {"create: nil id", refusal_code::invalid,
     [](const clubs& t) {
         return by_provider(t.acme, create_team{{}, team_named("new"), {}});
     }},
    {"create: id of a living team", refusal_code::invalid,
     [](const clubs& t) {
         return by_provider(t.acme, create_team{t.empty.id, team_named("new"), {}});
     }},
    {"create: id of a deleted team", refusal_code::invalid,
     [](const clubs& t) {
         return by_provider(t.acme, create_team{t.past.id, team_named("new"), {}});
     }},
    {"create: id of a user", refusal_code::invalid,
     [](const clubs& t) {
         return by_provider(t.acme, create_team{t.jane.id, team_named("new"), {}});
     }},
    {"create: name taken", refusal_code::name_taken,
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named("sales"), {}});
     }},
    {"create: content one byte too heavy", refusal_code::invalid,
     [](const clubs& t) {
         team_wish wish = team_named("new");
         wish.content.document.assign(user_content_bytes_max - 5, 'd');
         return by_provider(t.acme, create_team{id_of(9), wish, {}});
     }},
    {"create: names of changes one byte too heavy", refusal_code::invalid,
     [](const clubs& t) {
         team_wish wish = team_named("new");
         wish.changed = {std::string(changed_names_bytes_max + 1, 'c')};
         return by_provider(t.acme, create_team{id_of(9), wish, {}});
     }},
    {"create: an unknown member", refusal_code::unknown_member,
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named("new"), ids({1, 77})});
     }},
    {"create: itself as a member", refusal_code::unknown_member,
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named("new"), ids({9})});
     }},
    {"user: id of a team", refusal_code::invalid,
     [](const clubs& t) {
         return by_provider(t.acme, create_user{t.sales.id, wish_for("new")});
     }},

    {"change: unknown team", refusal_code::not_found,
     [](const clubs& t) { return by_provider(t.acme, join(id_of(9), {1})); }},
    {"change: a user's id", refusal_code::not_found,
     [](const clubs& t) { return by_provider(t.acme, join(t.jane.id, {2})); }},
    {"change: team of another tenant", refusal_code::not_found,
     [](const clubs& t) { return by_provider(t.acme, join(t.other.id, {1})); }},
    {"change: deleted team", refusal_code::not_found,
     [](const clubs& t) { return by_provider(t.acme, join(t.past.id, {1})); }},
    {"change: deleted tenant", refusal_code::tenant_deleted,
     [](const clubs& t) { return by_provider(t.gone, leave(t.lost.id, {31})); }},
    {"change: old version", refusal_code::precondition_failed,
     [](const clubs& t) {
         return by_provider(t.acme,
                            on_version(join(t.empty.id, {1}), t.empty.core.version.value - 1));
     }},
    {"change: version of before the last one joined", refusal_code::precondition_failed,
     [](const clubs& t) {
         return by_provider(t.acme,
                            on_version(leave(t.sales.id, {1}), t.sales.core.created_seq.value));
     }},
    {"change: name of another team", refusal_code::name_taken,
     [](const clubs& t) {
         return by_provider(t.acme, change_team{t.empty.id, {}, renamed("sales"), {}, {}});
     }},
    {"change: name taken away", refusal_code::invalid,
     [](const clubs& t) {
         return by_provider(t.acme, change_team{t.empty.id, {}, renamed(""), {}, {}});
     }},
    {"change: content too heavy", refusal_code::invalid,
     [](const clubs& t) {
         team_wish wish = team_named("empty");
         wish.content.document.assign(user_content_bytes_max, 'd');
         return by_provider(t.acme, change_team{t.empty.id, {}, become(wish), {}, {}});
     }},
    {"change: evaluation refuses", refusal_code::invalid,
     [](const clubs& t) {
         change_team c = join(t.empty.id, {1});
         c.evaluate = [](const team_state&) -> base::result<team_wish, refusal> {
             return tl::unexpected(refusal{refusal_code::invalid, "no", 7});
         };
         return by_provider(t.acme, c);
     }},
    {"change: rename with provisioning off", refusal_code::scim_disabled,
     [](const clubs& t) {
         return by_provider(t.closed, change_team{t.quiet.id, {}, renamed("loud"), {}, {}});
     }},
    {"change: rename and take out with provisioning off", refusal_code::scim_disabled,
     [](const clubs& t) {
         change_team c = leave(t.quiet.id, {21});
         c.evaluate = renamed("loud");
         return by_provider(t.closed, c);
     }},

    {"join: nobody's id", refusal_code::unknown_member,
     [](const clubs& t) { return by_provider(t.acme, join(t.empty.id, {77})); }},
    {"join: another tenant's user", refusal_code::unknown_member,
     [](const clubs& t) { return by_provider(t.acme, join(t.empty.id, {11})); }},
    {"join: deleted user", refusal_code::unknown_member,
     [](const clubs& t) { return by_provider(t.acme, join(t.empty.id, {4})); }},
    {"join: erased user", refusal_code::unknown_member,
     [](const clubs& t) { return by_provider(t.acme, join(t.empty.id, {5})); }},
    {"join: a team", refusal_code::unknown_member,
     [](const clubs& t) { return by_provider(t.acme, join(t.empty.id, {101})); }},
    {"join: the team itself", refusal_code::unknown_member,
     [](const clubs& t) { return by_provider(t.acme, join(t.empty.id, {102})); }},
    {"join: one of two unknown", refusal_code::unknown_member,
     [](const clubs& t) {
         return by_provider(t.acme, join(t.empty.id, {1, 77}));
     }},
    {"join: provisioning off", refusal_code::scim_disabled,
     [](const clubs& t) { return by_provider(t.closed, join(t.quiet.id, {22})); }},
    {"join one, leave one: provisioning off", refusal_code::scim_disabled,
     [](const clubs& t) {
         change_team c = join(t.quiet.id, {22});
         c.members.remove = ids({21});
         return by_provider(t.closed, c);
     }},
    {"replace: provisioning off", refusal_code::scim_disabled,
     [](const clubs& t) { return by_provider(t.closed, replace(t.quiet.id, {22})); }},
    {"replace: one of them unknown", refusal_code::unknown_member,
     [](const clubs& t) {
         return by_provider(t.acme, replace(t.sales.id, {1, 77}));
     }},
    {"rename to what is free and join a stranger", refusal_code::unknown_member,
     [](const clubs& t) {
         change_team c = join(t.empty.id, {77});
         c.evaluate = renamed("free");
         return by_provider(t.acme, c);
     }},

    {"delete: unknown team", refusal_code::not_found,
     [](const clubs& t) {
         return by_provider(t.acme, delete_team{id_of(9), {}});
     }},
    {"delete: twice", refusal_code::not_found,
     [](const clubs& t) {
         return by_provider(t.acme, delete_team{t.past.id, {}});
     }},
    {"delete: team of another tenant", refusal_code::not_found,
     [](const clubs& t) {
         return by_provider(t.acme, delete_team{t.other.id, {}});
     }},
    {"delete: a user's id", refusal_code::not_found,
     [](const clubs& t) {
         return by_provider(t.acme, delete_team{t.jane.id, {}});
     }},
    {"delete: old version", refusal_code::precondition_failed,
     [](const clubs& t) {
         return by_provider(t.acme,
                            delete_team{t.sales.id, {version_condition::kind::one_of, {1}}});
     }},
    {"delete: deleted tenant", refusal_code::tenant_deleted,
     [](const clubs& t) {
         return by_provider(t.gone, delete_team{t.lost.id, {}});
     }},
    {"delete user: a team's id", refusal_code::not_found,
     [](const clubs& t) {
         return by_provider(t.acme, delete_user{t.sales.id, {}});
     }},
    {"erase user: a team's id", refusal_code::not_found,
     [](const clubs& t) { return by_operator(t.acme, erase_user{t.sales.id}); }},
};

} // namespace

BOOST_AUTO_TEST_CASE(what_is_refused) {
    clubs t;
    const auto before = t.rows.rows;
    for (const refused_case& c : refused_cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto decided = t.ask(c.asked(t));
            BOOST_REQUIRE(!decided.has_value());
            BOOST_TEST(refusal_name(decided.error().code) == refusal_name(c.code));
            BOOST_TEST(!decided.error().message.empty());
        }
    }
    BOOST_TEST((t.rows.rows == before));
}

namespace {

/// What the events say, for comparison: `+1 2 -3 @101` for members, else the type's name.
std::string told(const decision& d) {
    std::string all;
    for (const event& fact : d.events) {
        if (!all.empty()) all += ", ";
        const auto* moved = std::get_if<members_changed>(&fact.body);
        if (moved == nullptr) {
            all += event_type_name(type_of(fact.body));
            continue;
        }
        const auto list = [&](char sign, const std::vector<subject_id>& who) {
            for (const subject_id& id : who)
                all += sign + std::to_string(id.bytes[0]) + " ";
        };
        list('+', moved->added);
        list('-', moved->removed);
        all += "@" + std::to_string(fact.subject.bytes[0]);
    }
    return all;
}

struct accepted_case {
    const char* name;
    const char* events;
    ask asked;
};

const accepted_case accepted_cases[] = {
    {"create: empty", "team_created",
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named("new"), {}});
     }},
    {"create: with members, one of them inactive", "team_created, +1 +3 @9",
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named("new"), ids({1, 3})});
     }},
    {"create: name of a deleted team", "team_created",
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named("past"), {}});
     }},
    {"create: name of another tenant's team", "team_created",
     [](const clubs& t) {
         return by_provider(t.bold, create_team{id_of(9), team_named("empty"), {}});
     }},
    {"create: name of a user", "team_created",
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named("jane"), {}});
     }},
    {"create: external id of another team", "team_created",
     [](const clubs& t) {
         return by_provider(t.acme, create_team{id_of(9), team_named("new", "e-1"), {}});
     }},
    {"create: content as heavy as allowed", "team_created",
     [](const clubs& t) {
         team_wish wish = team_named("new");
         wish.content.document.assign(user_content_bytes_max - 6, 'd');
         return by_provider(t.acme, create_team{id_of(9), wish, {}});
     }},
    {"create: by an operator, provisioning off", "team_created",
     [](const clubs& t) {
         return by_operator(t.closed, create_team{id_of(9), team_named("new"), {}});
     }},

    {"rename", "team_changed",
     [](const clubs& t) {
         return by_provider(t.acme, change_team{t.sales.id, {}, renamed("sellers"), {}, {}});
     }},
    {"rename to the same", "team_changed",
     [](const clubs& t) {
         return by_provider(t.acme, change_team{t.sales.id, {}, renamed("sales"), {}, {}});
     }},
    {"change: on the current version", "team_changed",
     [](const clubs& t) {
         change_team c{t.sales.id, {}, renamed("sellers"), {}, {}};
         return by_provider(t.acme, on_version(c, t.sales.core.version.value));
     }},
    {"change: nothing", "",
     [](const clubs& t) {
         return by_provider(t.acme, change_team{t.sales.id, {}, nullptr, {}, {}});
     }},
    {"change: an evaluation without a change", "",
     [](const clubs& t) {
         team_wish same{t.sales.content, {}};
         return by_provider(t.acme, change_team{t.sales.id, {}, become(same), {}, {}});
     }},
    {"rename and join", "team_changed, +1 @102",
     [](const clubs& t) {
         change_team c = join(t.empty.id, {1});
         c.evaluate = renamed("full");
         return by_provider(t.acme, c);
     }},

    {"join", "+1 +3 @102",
     [](const clubs& t) {
         return by_provider(t.acme, join(t.empty.id, {1, 3}));
     }},
    {"join: members already", "",
     [](const clubs& t) {
         return by_provider(t.acme, join(t.sales.id, {1, 2}));
     }},
    {"leave", "-1 -2 @101",
     [](const clubs& t) {
         return by_provider(t.acme, leave(t.sales.id, {1, 2}));
     }},
    {"leave: no members", "",
     [](const clubs& t) {
         return by_provider(t.acme, leave(t.empty.id, {1, 2}));
     }},
    {"leave: nobody's, another tenant's and a team's id", "",
     [](const clubs& t) {
         return by_provider(t.acme, leave(t.sales.id, {77, 11, 102}));
     }},
    {"leave: one who is in it and one who is not", "-1 @101",
     [](const clubs& t) {
         return by_provider(t.acme, leave(t.sales.id, {1, 77}));
     }},
    {"leave: provisioning off", "-21 @121",
     [](const clubs& t) { return by_provider(t.closed, leave(t.quiet.id, {21})); }},
    {"replace by nobody: provisioning off", "-21 @121",
     [](const clubs& t) { return by_provider(t.closed, replace(t.quiet.id, {})); }},
    {"replace", "-2 -3 @101",
     [](const clubs& t) { return by_provider(t.acme, replace(t.sales.id, {1})); }},
    {"replace by the same", "",
     [](const clubs& t) {
         return by_provider(t.acme, replace(t.sales.id, {1, 2, 3}));
     }},
    {"replace in an empty team", "+1 @102",
     [](const clubs& t) { return by_provider(t.acme, replace(t.empty.id, {1})); }},
    {"replace by nobody", "-1 -2 -3 @101",
     [](const clubs& t) { return by_provider(t.acme, replace(t.sales.id, {})); }},

    {"delete: empty", "team_deleted",
     [](const clubs& t) {
         return by_provider(t.acme, delete_team{t.empty.id, {}});
     }},
    {"delete: with members", "-1 -2 -3 @101, team_deleted",
     [](const clubs& t) {
         return by_provider(t.acme, delete_team{t.sales.id, {version_condition::kind::any, {}}});
     }},
    {"delete: provisioning off", "-21 @121, team_deleted",
     [](const clubs& t) {
         return by_provider(t.closed, delete_team{t.quiet.id, {}});
     }},

    {"delete user: in a team", "-1 @101, user_deleted",
     [](const clubs& t) {
         return by_provider(t.acme, delete_user{t.jane.id, {}});
     }},
    {"delete user: provisioning off", "-21 @121, user_deleted",
     [](const clubs& t) {
         return by_provider(t.closed, delete_user{t.cara.id, {}});
     }},
    {"erase user: in a team", "-1 @101, user_erased",
     [](const clubs& t) { return by_operator(t.acme, erase_user{t.jane.id}); }},
    {"erase user: in a team of a deleted tenant", "-31 @131, user_erased",
     [](const clubs& t) { return by_operator(t.gone, erase_user{t.eve.id}); }},
    {"erase user: deleted before", "user_erased",
     [](const clubs& t) { return by_operator(t.acme, erase_user{t.left.id}); }},
    {"deactivate: stays in his teams", "user_deactivated",
     [](const clubs& t) {
         return by_provider(t.acme, change_user{t.jane.id, {}, set_active(false), {}, true});
     }},
    {"restore: surely the same person", "user_restored",
     [](const clubs& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("idle", true, "e-3")});
     }},
    {"restore: perhaps another person", "-3 @101, user_restored",
     [](const clubs& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("idle")});
     }},
};

} // namespace

BOOST_AUTO_TEST_CASE(what_is_accepted) {
    for (const accepted_case& c : accepted_cases) {
        BOOST_TEST_CONTEXT(c.name) {
            clubs t;
            const auto decided = t.ask(c.asked(t));
            BOOST_REQUIRE_MESSAGE(decided.has_value(), decided.error().message);
            BOOST_TEST(told(*decided) == c.events);
            BOOST_TEST((decided->what == done::kind::unchanged) == decided->events.empty());
            t.carry_out(*decided);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_user_in_three_teams_leaves_each_before_he_is_deleted) {
    clubs t;
    t.make_team(t.acme, 104, "third", ids({1, 2}));
    t.make_team(t.acme, 105, "fourth", ids({1}));
    const auto decided = t.ask(by_provider(t.acme, delete_user{t.jane.id, {}}));
    BOOST_REQUIRE(decided.has_value());
    BOOST_TEST(told(*decided) == "-1 @101, -1 @104, -1 @105, user_deleted");
    BOOST_TEST((decided->what == done::kind::deleted));
    BOOST_TEST((decided->events.back().subject == t.jane.id));
    t.carry_out(*decided);
    BOOST_TEST(read_teams_of(t.rows, t.acme, t.jane.id).empty());
    BOOST_TEST(read_team(t.rows, t.acme, id_of(104))->core.members == 1u);
    BOOST_TEST(t.counters(t.acme).memberships == 3u);
}

BOOST_AUTO_TEST_CASE(as_many_as_a_turn_moves_are_one_event_and_one_more_makes_two) {
    clubs t;
    std::vector<subject_id> crowd;
    for (std::size_t i = 0; i <= members_per_event_max; ++i) {
        subject_id id = id_of(0xee);
        id.bytes[14] = static_cast<std::uint8_t>(i >> 8);
        id.bytes[15] = static_cast<std::uint8_t>(i);
        crowd.push_back(id);
        // As a user as far as joining looks at him.
        t.rows.put(table::state, key_of::user(t.acme, id), "");
    }
    const std::vector<subject_id> most(crowd.begin(), crowd.begin() + members_per_turn_max);
    const std::vector<subject_id> more(crowd.begin(), crowd.begin() + members_per_turn_max + 1);

    struct crowd_case {
        const char* name;
        member_change change;
        std::vector<std::pair<std::size_t, std::size_t>> parts; ///< joining, leaving
    };

    const crowd_case cases[] = {
        {"at the limit", {false, most, {}}, {{1'000, 0}}},
        {"one past it", {false, more, {}}, {{1'000, 0}, {1, 0}}},
        {"joining and leaving count together", {true, most, {}}, {{997, 3}, {3, 0}}},
    };
    for (const crowd_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto decided =
                t.ask(by_provider(t.acme, change_team{t.sales.id, {}, nullptr, {}, c.change}));
            BOOST_REQUIRE_MESSAGE(decided.has_value(), decided.error().message);
            std::vector<std::pair<std::size_t, std::size_t>> parts;
            std::vector<subject_id> joined;
            for (const event& fact : decided->events) {
                const auto& moved = std::get<members_changed>(fact.body);
                parts.emplace_back(moved.added.size(), moved.removed.size());
                joined.insert(joined.end(), moved.added.begin(), moved.added.end());
                BOOST_TEST(std::is_sorted(moved.added.begin(), moved.added.end()));
                BOOST_TEST(std::is_sorted(moved.removed.begin(), moved.removed.end()));
            }
            BOOST_TEST((parts == c.parts));
            BOOST_TEST((joined == c.change.add));
        }
    }
    // A new team comes whole, in one turn, so its events are as large as they may be.
    const auto created =
        t.ask(by_provider(t.acme, create_team{id_of(9), team_named("crowd"), crowd}));
    BOOST_REQUIRE(created.has_value());
    BOOST_TEST(created->events.size() == 3u);
    BOOST_TEST(!created->in_parts);
    BOOST_TEST((created->what == done::kind::created));
}

BOOST_AUTO_TEST_CASE(what_is_looked_up_in_several_turns_comes_to_the_same) {
    clubs t;
    constexpr std::size_t size = 2 * lookups_per_turn_max;
    const auto numbered = [](std::uint8_t kind, std::size_t i) {
        subject_id id = id_of(kind);
        id.bytes[14] = static_cast<std::uint8_t>(i >> 8);
        id.bytes[15] = static_cast<std::uint8_t>(i);
        return id;
    };
    std::vector<subject_id> in;
    std::vector<subject_id> out;
    for (std::size_t i = 0; i < size; ++i) {
        in.push_back(numbered(0xed, i));
        out.push_back(numbered(0xee, i));
        t.rows.put(table::state, key_of::user(t.acme, out.back()), "");
        t.rows.put(table::links, key_of::member(t.acme, t.empty.id, in.back()), encode_since({1}));
    }
    const auto size_is = [&](std::uint64_t members) {
        team_state team = *read_team(t.rows, t.acme, t.empty.id);
        team.core.members = members;
        t.rows.put(table::state, key_of::team(t.acme, team.id), encode(team.core, team.content));
    };
    const auto first = [](const std::vector<subject_id>& of, std::size_t count) {
        return std::vector<subject_id>(of.begin(), of.begin() + static_cast<std::ptrdiff_t>(count));
    };
    const auto change = [&](const subject_id& team, member_change members) {
        return change_team{team, {}, nullptr, {}, std::move(members)};
    };
    auto stranger = out;
    stranger.back() = id_of(0xef);
    auto team_among = out;
    team_among.front() = t.sales.id;
    constexpr std::size_t turn = lookups_per_turn_max;

    struct turns_case {
        const char* name;
        std::uint64_t members; ///< as the team says
        command_body asked;
        std::size_t turns;
        std::string_view code;
    };

    const turns_case cases[] = {
        {"as many join as a turn looks up", size, change(t.empty.id, {false, first(out, turn), {}}),
         1, ""},
        {"one more joins", size, change(t.empty.id, {false, first(out, turn + 1), {}}), 2, ""},
        {"one more was in it before", size, change(t.empty.id, {false, first(in, turn + 1), {}}), 2,
         ""},
        {"as many leave", size, change(t.empty.id, {false, {}, first(in, turn)}), 1, ""},
        {"one more leaves", size, change(t.empty.id, {false, {}, first(in, turn + 1)}), 2, ""},
        {"together one more", size, change(t.empty.id, {false, first(out, turn), {in[0]}}), 2, ""},
        {"all leave", size, change(t.empty.id, {true, {}, {}}), 2, ""},
        {"others take their places", size, change(t.empty.id, {true, out, {}}), 3, ""},
        {"the last is unknown", size, change(t.empty.id, {false, stranger, {}}), 2,
         "unknown_member"},
        {"the first is a team", size, change(t.empty.id, {true, team_among, {}}), 1,
         "unknown_member"},
        {"too many in the end", team_members_max - size + 1, change(t.empty.id, {false, out, {}}),
         2, "invalid"},
        {"the team is deleted", size, delete_team{t.empty.id, {}}, 2, ""},
        {"it is deleted and one is missing", size + 1, delete_team{t.empty.id, {}}, 1, "internal"},
        {"emptied, and one too many", size - 1, change(t.empty.id, {true, {}, {}}), 1, "internal"},
        {"a new team", size, create_team{id_of(9), team_named("crowd"), out}, 2, ""},
        {"a new team with somebody unknown", size,
         create_team{id_of(9), team_named("crowd"), stranger}, 2, "unknown_member"},
    };
    for (const turns_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            size_is(c.members);
            const command asked = by_provider(t.acme, c.asked);
            member_moves so_far;
            std::size_t turns = 1;
            auto decided = decide(t.rows, t.rows, t.keys, asked, t.now, so_far);
            for (; decided && decided->undecided && turns < 100; ++turns) {
                BOOST_TEST(decided->events.empty());
                decided = decide(t.rows, t.rows, t.keys, asked, t.now, so_far);
            }
            BOOST_TEST(turns == c.turns);
            BOOST_TEST((decided ? "" : refusal_name(decided.error().code)) == c.code);
            const auto at_once = t.ask(asked);
            BOOST_REQUIRE(decided.has_value() == at_once.has_value());
            if (!decided) {
                BOOST_TEST(decided.error().message == at_once.error().message);
                continue;
            }
            BOOST_TEST((decided->events == at_once->events));
            std::size_t moved = 0;
            for (const event& fact : decided->events) {
                if (const auto* part = std::get_if<members_changed>(&fact.body)) {
                    moved += part->added.size() + part->removed.size();
                }
            }
            BOOST_TEST(moved == so_far.join.size() + so_far.leave.size());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_team_takes_members_up_to_its_limit) {
    struct size_case {
        const char* name;
        std::uint64_t members; ///< as the team says
        member_change change;
        bool accepted;
    };

    const size_case cases[] = {
        {"one place left", team_members_max - 1, {false, ids({1}), {}}, true},
        {"one place left, two come", team_members_max - 1, {false, ids({1, 2}), {}}, false},
        {"full", team_members_max, {false, ids({1}), {}}, false},
        {"full, somebody who is in it", team_members_max, {false, ids({3}), {}}, true},
        {"full, one goes and one comes", team_members_max, {false, ids({1}), ids({3})}, true},
        {"more than full, one goes", team_members_max + 1, {false, {}, ids({3})}, true},
        {"more than full, one goes and one comes",
         team_members_max + 1,
         {false, ids({1}), ids({3})},
         false},
    };
    for (const size_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            clubs t;
            t.run(by_operator(t.acme, join(t.empty.id, {3})));
            team_state big = *read_team(t.rows, t.acme, t.empty.id);
            big.core.members = c.members;
            t.rows.put(table::state, key_of::team(t.acme, big.id), encode(big.core, big.content));
            const auto decided =
                t.ask(by_provider(t.acme, change_team{big.id, {}, nullptr, {}, c.change}));
            BOOST_TEST(decided.has_value() == c.accepted);
            if (!decided) BOOST_TEST((decided.error().code == refusal_code::invalid));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_user_is_in_as_many_teams_as_he_may) {
    for (const bool full : {false, true}) {
        BOOST_TEST_CONTEXT((full ? "at the limit" : "one below it")) {
            clubs t;
            std::vector<subject_id> teams;
            for (std::size_t i = 0; i < user_teams_max - (full ? 0 : 1); ++i) {
                subject_id id = id_of(0xdd);
                id.bytes[14] = static_cast<std::uint8_t>(i >> 8);
                id.bytes[15] = static_cast<std::uint8_t>(i);
                teams.push_back(id);
            }
            t.rows.put(table::state, key_of::teams_of(t.acme, t.jane.id), encode_teams_of(teams));
            const auto decided = t.ask(by_provider(t.acme, join(t.empty.id, {1})));
            BOOST_TEST(decided.has_value() == !full);
            if (!decided) BOOST_TEST((decided.error().code == refusal_code::invalid));
            BOOST_TEST(t.ask(by_provider(t.acme, join(t.empty.id, {2}))).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(members_that_cannot_all_be_found_are_not_taken_for_gone) {
    const ask all_members[] = {
        [](const clubs& t) { return by_provider(t.acme, replace(t.sales.id, {1})); },
        [](const clubs& t) { return by_provider(t.acme, replace(t.sales.id, {})); },
        [](const clubs& t) {
            return by_provider(t.acme, delete_team{t.sales.id, {}});
        },
    };
    for (const ask& asked : all_members) {
        clubs t;
        t.rows.erase(table::links, key_of::member(t.acme, t.sales.id, id_of(2)));
        const auto fewer = t.ask(asked(t));
        BOOST_REQUIRE(!fewer.has_value());
        BOOST_TEST((fewer.error().code == refusal_code::internal));
        BOOST_TEST(fewer.error().message.find("rebuild") != std::string::npos);
        for (const std::uint8_t surplus : {std::uint8_t{2}, std::uint8_t{4}})
            t.rows.put(table::links, key_of::member(t.acme, t.sales.id, id_of(surplus)),
                       encode_since({1}));
        const auto more = t.ask(asked(t));
        BOOST_REQUIRE(!more.has_value());
        BOOST_TEST((more.error().code == refusal_code::internal));
    }
}

BOOST_AUTO_TEST_CASE(an_evaluation_made_ahead_counts_only_on_its_version) {
    clubs t;
    int evaluated = 0;
    change_team c{t.sales.id,
                  {},
                  [&evaluated](const team_state& current) {
                      ++evaluated;
                      team_wish wish{current.content, {"displayName"}};
                      wish.content.name = "again";
                      return wish;
                  },
                  change_team::prepared{t.sales.core.version, team_named("ahead")},
                  {}};
    const auto fresh = t.ask(by_provider(t.acme, c));
    BOOST_REQUIRE(fresh.has_value());
    BOOST_TEST(evaluated == 0);
    BOOST_TEST(team_content_of(fresh->events.back().body)->name == "ahead");

    t.run(by_provider(t.acme, leave(t.sales.id, {1}))); // the version counts members too
    const auto outdated = t.ask(by_provider(t.acme, c));
    BOOST_REQUIRE(outdated.has_value());
    BOOST_TEST(evaluated == 1);
    BOOST_TEST(team_content_of(outdated->events.back().body)->name == "again");
    BOOST_TEST(team_facts_of(outdated->events.back().body)->ordinal == t.sales.core.ordinal);
}

BOOST_AUTO_TEST_CASE(what_always_works) {
    const clubs t;

    struct always_case {
        const char* name;
        bool always;
        command_body body;
    };

    change_team mixed = join(t.sales.id, {4});
    mixed.members.remove = ids({1});
    change_team with_name = leave(t.sales.id, {1});
    with_name.evaluate = renamed("x");
    const always_case cases[] = {
        {"delete", true, delete_team{t.sales.id, {}}},
        {"leave", true, leave(t.sales.id, {1})},
        {"replace by nobody", true, replace(t.sales.id, {})},
        {"create", false, create_team{id_of(9), team_named("new"), {}}},
        {"join", false, join(t.sales.id, {1})},
        {"join and leave", false, mixed},
        {"leave and rename", false, with_name},
        {"replace by somebody", false, replace(t.sales.id, {1})},
        {"nothing", false, change_team{t.sales.id, {}, nullptr, {}, {}}},
    };
    for (const always_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        BOOST_TEST(deprovisions(by_provider(t.acme, c.body)) == c.always);
    }
}

BOOST_AUTO_TEST_SUITE_END()
