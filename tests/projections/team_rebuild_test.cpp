// Rebuilds of a directory with teams.
#include "projections/rebuild.hpp"
#include "projections/rows.hpp"
#include "projections/store_rows.hpp"
#include "tests/projections/random_life.hpp"
#include "tests/projections/server.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(team_rebuild_test)

namespace {

/// Two tenants with users, and teams in every condition.
class teamed_server : public server {
  public:
    tenant_no acme = make_tenant("acme");
    tenant_no bold = make_tenant("bold");
    user_state jane = make_user(acme, wish_for("jane"));
    user_state joe = make_user(acme, wish_for("joe"));
    team_state sales = make_team(acme, 1, "sales", {jane.id, joe.id});
    team_state empty = make_team(acme, 2, "empty", {});
    team_state other = make_team(bold, 3, "sales", {make_user(bold, wish_for("ann")).id});

    teamed_server() {
        const team_state gone = make_team(acme, 4, "gone", {jane.id});
        run(by_operator(acme, delete_team{gone.id, {}}));
        const evaluate_team become = [](const team_state&) { return team_named("sellers", "g-1"); };
        run(by_operator(acme, change_team{sales.id, {}, become, {}, {}}));
        const user_state left = make_user(acme, wish_for("left"));
        run(by_operator(acme, change_team{sales.id, {}, nullptr, {}, {false, {left.id}, {}}}));
        run(by_operator(acme, delete_user{left.id, {}}));
        const user_state ghost = make_user(acme, wish_for("ghost"));
        run(by_operator(acme, change_team{sales.id, {}, nullptr, {}, {false, {ghost.id}, {}}}));
        run(by_operator(acme, erase_user{ghost.id}));
    }

    team_state make_team(tenant_no tenant, std::uint8_t id, const std::string& name,
                         std::vector<subject_id> members) {
        std::sort(members.begin(), members.end());
        return *run(by_operator(tenant, create_team{id_of(id), team_named(name), members})).team;
    }

    base::result<rebuild_report> rebuild_all(rebuild_options options = {}) {
        return rebuild(log(), keys(), &queue(), &views(), options);
    }

    base::result<rebuild_report> verify() {
        rebuild_options options;
        options.verify_only = true;
        return rebuild_all(options);
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(teams_are_made_again_byte_for_byte_however_little_memory) {
    teamed_server s;
    for (const std::size_t entries_max : {1u, 2u, 3u, 5u, 100u}) {
        BOOST_TEST_CONTEXT(entries_max << " entries at a time") {
            rebuild_options options;
            options.entries_max = entries_max;
            options.batch_rows_max = entries_max;
            const auto report = s.rebuild_all(options);
            BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
            BOOST_TEST(report->differences == 0u);
            BOOST_TEST((report->passes > 1) == (entries_max < 9));
            BOOST_TEST(report->flipped);
        }
    }
    s.reopen();
    BOOST_TEST(s.views().team(s.acme, s.sales.id)->content.name == "sellers");
    BOOST_TEST(s.views().team(s.acme, s.sales.id)->core.members == 2u);
    BOOST_TEST((s.views().teams_of(s.acme, s.jane.id) == std::vector<subject_id>{s.sales.id}));
    s.run(by_operator(s.acme, delete_team{s.sales.id, {}}));
    BOOST_TEST(s.verify()->differences == 0u);
}

BOOST_AUTO_TEST_CASE(damage_to_a_row_of_a_team_is_found_and_healed) {
    teamed_server s;
    const auto secret = s.keys().lookup_secret(store_rows(s.log()), s.acme);
    const std::string name = key_of::unique(lookup_kind::team_name, s.acme,
                                            lookup_of(*secret, lookup_kind::team_name, "sellers"));
    const std::string external_id =
        key_of::shared(lookup_kind::team_external_id, s.acme,
                       lookup_of(*secret, lookup_kind::team_external_id, "g-1"), 1);
    const std::string member = key_of::member(s.acme, s.sales.id, s.jane.id);
    tenant_counters counters = s.views().counters(s.acme);
    ++counters.memberships;

    struct damage_case {
        const char* name;
        table where;
        std::string key;
        std::optional<std::string> value;
        row_difference::kind what;
        bool hash_differs;
    };

    using kind = row_difference::kind;
    const damage_case cases[] = {
        {"a team is missing", table::state, key_of::team(s.acme, s.sales.id), std::nullopt,
         kind::missing_live, false},
        {"a team is other", table::state, key_of::team(s.acme, s.sales.id), "x", kind::other_value,
         false},
        {"a team too many", table::state, key_of::team(s.acme, id_of(0xfe)), "x",
         kind::surplus_live, false},
        {"a deleted team", table::state, key_of::team(s.acme, id_of(4)), "x", kind::surplus_live,
         false},
        {"a list of teams is missing", table::state, key_of::teams_of(s.acme, s.jane.id),
         std::nullopt, kind::missing_live, false},
        {"a list of teams is short", table::state, key_of::teams_of(s.acme, s.jane.id),
         encode_teams_of({}), kind::other_value, false},
        {"a list of teams too many", table::state, key_of::teams_of(s.acme, id_of(0xfe)), "x",
         kind::surplus_live, false},
        {"a place is missing", table::state, key_of::place(listing_kind::teams, s.acme, 1),
         std::nullopt, kind::missing_live, false},
        {"a block is other", table::state, key_of::block(listing_kind::teams, s.acme, 0),
         encode_count(9), kind::other_value, false},
        {"a name is missing", table::index, name, std::nullopt, kind::missing_live, false},
        {"an external id is another's", table::index, external_id, encode(id_of(2)),
         kind::other_value, false},
        {"a member is missing", table::links, member, std::nullopt, kind::missing_live, false},
        {"a member since another event", table::links, member, encode_since({1}), kind::other_value,
         false},
        {"a member too many", table::links, key_of::member(s.acme, s.sales.id, id_of(0xfe)),
         encode_since({1}), kind::surplus_live, false},
        {"a membership too many in the counters", table::state, key_of::counters(s.acme),
         encode(counters), kind::other_value, true},
    };
    for (const damage_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            BOOST_REQUIRE(s.log().write_unsynced({{c.where, c.key, c.value}}).has_value());
            const auto found = s.verify();
            BOOST_REQUIRE_MESSAGE(found.has_value(), found.error().message);
            BOOST_TEST(found->differences == 1u);
            BOOST_REQUIRE(found->first_difference.has_value());
            BOOST_TEST((found->first_difference->what == c.what));
            BOOST_TEST((found->first_difference->where == c.where));
            BOOST_TEST((found->first_difference->tenant == s.acme));
            const auto hashes = check_state_hashes(s.log(), &s.queue(), {});
            BOOST_TEST(hashes->differ.size() == (c.hash_differs ? 1u : 0u));
            BOOST_TEST(s.rebuild_all()->differences == 1u);
            BOOST_TEST(s.verify()->differences == 0u);
        }
    }
}

BOOST_AUTO_TEST_CASE(teams_change_while_they_are_made_again) {
    server s;
    BOOST_REQUIRE((s.make_tenant("acme") == tenant_no{1} && s.make_tenant("bold") == tenant_no{2}));
    std::atomic<bool> stop{false};
    std::atomic<int> refused{0};
    std::atomic<int> accepted{0};
    std::thread traffic([&] {
        random_life life(20'261'122);
        for (base::moment now = base::now(); !stop; ++now.unix_ms)
            ++(s.ask(life.next(now)) ? accepted : refused);
    });
    for (int round = 0; round < 6; ++round) {
        while (accepted < round * 50)
            std::this_thread::yield();
        rebuild_options options;
        options.verify_only = round % 2 == 0;
        options.batch_rows_max = 7;
        options.entries_max = round < 3 ? 20 : 100'000;
        const auto report = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), options);
        BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
        BOOST_TEST(report->differences == 0u,
                   "the first of " << report->differences << " rows that differ is "
                                   << (report->first_difference ? report->first_difference->key
                                                                : std::string()));
        const auto hashes = check_state_hashes(s.log(), &s.queue(), {});
        BOOST_REQUIRE(hashes.has_value());
        BOOST_TEST(hashes->differ.empty());
    }
    stop = true;
    traffic.join();
    BOOST_TEST(refused == 0);
}

BOOST_AUTO_TEST_SUITE_END()
