// What an event about a team does to the rows.
#include "eventlog/error.hpp"
#include "projections/rows.hpp"
#include "tests/projections/random_life.hpp"

#include <rapidcheck/boost_test.h>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(project_team_test)

namespace {

struct sales_team : world {
    tenant_no acme = make_tenant("acme");
    user_state jane = make_user(acme, 1, wish_for("jane"));
    user_state joe = make_user(acme, 2, wish_for("joe"));
    team_state sales = make_team(acme, 3, "sales", {jane.id});

    base::result<entities> project_fact(const subject_id& subject, const event_body& body) {
        const tenant_seq seq{seqs[acme].value + 1};
        return project(rows, keys, {acme, seq, now, subject, {}}, body, std::nullopt);
    }

    [[nodiscard]] std::optional<subject_id> named(const std::string& name) {
        return *read_team_named(rows, keys, acme, name);
    }
};

} // namespace

RC_BOOST_PROP(rows_never_contradict_each_other, (std::uint32_t seed)) {
    world w;
    const tenant_no tenants[] = {w.make_tenant("acme"), w.make_tenant("bold")};
    random_life life(seed);
    for (int i = 0; i < 80; ++i) {
        w.now.unix_ms += 10;
        const auto decided = w.ask(life.next(w.now));
        RC_ASSERT(decided.has_value());
        w.carry_out(*decided);
        if (i % 16 != 15) continue;
        for (const tenant_no tenant : tenants)
            RC_ASSERT(contradiction_in(w.rows, w.keys, tenant) == "");
    }
}

BOOST_AUTO_TEST_CASE(the_judge_of_the_rows_sees_each_contradiction) {
    struct damage {
        const char* name;
        std::string (*key)(const sales_team&);
        table where;
        std::optional<std::string> value;
    };

    const damage rows[] = {
        {"a member too few",
         [](const sales_team& w) { return key_of::member(w.acme, w.sales.id, w.jane.id); },
         table::links, std::nullopt},
        {"a member too many",
         [](const sales_team& w) { return key_of::member(w.acme, w.sales.id, w.joe.id); },
         table::links, encode_since({1})},
        {"since another event",
         [](const sales_team& w) { return key_of::member(w.acme, w.sales.id, w.jane.id); },
         table::links, encode_since({1})},
        {"no list of teams",
         [](const sales_team& w) { return key_of::teams_of(w.acme, w.jane.id); }, table::state,
         std::nullopt},
        {"a list of teams too many",
         [](const sales_team& w) { return key_of::teams_of(w.acme, w.joe.id); }, table::state,
         encode_teams_of({id_of(3)})},
        {"no place",
         [](const sales_team& w) { return key_of::place(listing_kind::teams, w.acme, 1); },
         table::state, std::nullopt},
        {"no block",
         [](const sales_team& w) { return key_of::block(listing_kind::teams, w.acme, 0); },
         table::state, std::nullopt},
    };
    for (const damage& d : rows) {
        BOOST_TEST_CONTEXT(d.name) {
            sales_team w;
            BOOST_TEST(contradiction_in(w.rows, w.keys, w.acme) == "");
            if (d.value) {
                w.rows.put(d.where, d.key(w), *d.value);
            } else {
                w.rows.erase(d.where, d.key(w));
            }
            BOOST_TEST(contradiction_in(w.rows, w.keys, w.acme) != "");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_rename_moves_the_look_ups_and_nothing_else) {
    sales_team w;
    team_wish wish = team_named("sellers", "g-1");
    const evaluate_team become = [&wish](const team_state&) { return wish; };
    const auto now = w.run(by_operator(w.acme, change_team{w.sales.id, {}, become, {}, {}})).team;
    BOOST_REQUIRE(now.has_value());
    BOOST_TEST((now->content == wish.content));
    BOOST_TEST(now->core.ordinal == w.sales.core.ordinal);
    BOOST_TEST(now->core.members == 1u);
    BOOST_TEST((!w.named("sales") && w.named("sellers") == w.sales.id));
    BOOST_TEST(contradiction_in(w.rows, w.keys, w.acme) == "");
    wish = team_named("sellers");
    w.run(by_operator(w.acme, change_team{w.sales.id, {}, become, {}, {}}));
    BOOST_TEST(contradiction_in(w.rows, w.keys, w.acme) == "");
}

BOOST_AUTO_TEST_CASE(who_joins_changes_the_version_of_the_team_and_not_his_own) {
    sales_team w;
    const team_state before = *read_team(w.rows, w.acme, w.sales.id);
    const auto now = w.run(
        by_operator(w.acme, change_team{w.sales.id, {}, nullptr, {}, {false, {w.joe.id}, {}}}));
    BOOST_TEST(now.team->core.version.value == before.core.version.value + 1);
    BOOST_TEST((now.team->core.modified == w.now));
    BOOST_TEST((now.team->core.sealed_hash == before.core.sealed_hash));
    BOOST_TEST((now.team->content == before.content));
    BOOST_TEST((read_user(w.rows, w.acme, w.joe.id) == w.joe));
    BOOST_TEST((read_member(w.rows, w.acme, w.sales.id, w.joe.id) == now.team->core.version));
}

BOOST_AUTO_TEST_CASE(what_does_not_follow_stops_the_projection) {
    struct wrong_case {
        const char* name;
        subject_id subject;
        event_body body;
    };

    const wrong_case cases[] = {
        {"somebody leaves who was not there", id_of(3), members_changed{{}, {id_of(2)}}},
        {"more leave than are there", id_of(3), members_changed{{}, {id_of(1), id_of(2)}}},
        {"of no team", id_of(9), members_changed{{id_of(2)}, {}}},
        {"a team that is not there", id_of(9), team_deleted{}},
        {"a team with members", id_of(3), team_deleted{}},
        {"a team twice", id_of(3), team_created{}},
    };
    for (const wrong_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            sales_team w;
            const auto now = w.project_fact(c.subject, c.body);
            BOOST_REQUIRE(!now.has_value());
            BOOST_TEST((now.error().code == log_errc::out_of_order));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
