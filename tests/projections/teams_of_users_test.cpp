// The walk along the teams of users says what asking for each of them says, in whatever order.
#include "projections/rows.hpp"
#include "projections/teams_of_users.hpp"
#include "tests/projections/server.hpp"

#include <algorithm>
#include <random>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(teams_of_users_test)

namespace {

/// Two tenants; in the first, users of whom some are in teams. Ids are small numbers.
class crowd : public server {
  public:
    static constexpr std::uint8_t many = 60;
    tenant_no acme = make_tenant("acme");
    tenant_no bold = make_tenant("bold");

    crowd() {
        for (std::uint8_t i = 1; i <= many; ++i)
            run(by_provider(acme, create_user{id_of(i), wish_for("u" + std::to_string(i))}));
        run(by_provider(bold, create_user{id_of(200), wish_for("ann")}));
        make_team(bold, 201, {200});
    }

    void make_team(tenant_no tenant, std::uint8_t id, const std::vector<std::uint8_t>& members) {
        std::vector<subject_id> ids;
        for (const std::uint8_t member : members)
            ids.push_back(id_of(member));
        run(by_provider(
            tenant, create_team{id_of(id), team_named("t" + std::to_string(id)), std::move(ids)}));
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_walk_says_what_asking_says) {
    crowd s;
    s.make_team(s.acme, 101, {5, 6, 7, 20, 41, 42, 60});
    s.make_team(s.acme, 102, {6, 20, 60});
    const unsigned seed = std::random_device()();
    std::mt19937 random(seed);
    std::vector<subject_id> all;
    for (std::uint8_t i = 1; i <= crowd::many; ++i)
        all.push_back(id_of(i));
    all.push_back(id_of(200)); // another tenant's
    all.push_back(id_of(250)); // nobody

    struct order {
        const char* name;
        std::function<void(std::vector<subject_id>&)> put;
    };

    const order orders[] = {
        {"by id", [](auto&) {}},
        {"backwards", [](auto& ids) { std::reverse(ids.begin(), ids.end()); }},
        {"every third",
         [](auto& ids) {
             std::vector<subject_id> some;
             for (std::size_t i = 2; i < ids.size(); i += 3)
                 some.push_back(ids[i]);
             ids = some;
         }},
        {"each twice",
         [](auto& ids) {
             ids.insert(ids.end(), ids.begin(), ids.end());
             std::sort(ids.begin(), ids.end());
         }},
        {"the last first", [](auto& ids) { std::rotate(ids.begin(), ids.end() - 3, ids.end()); }},
        {"shuffled", [&](auto& ids) { std::shuffle(ids.begin(), ids.end(), random); }},
    };
    for (const order& o : orders) {
        BOOST_TEST_CONTEXT(o.name << ", seed " << seed) {
            auto ids = all;
            o.put(ids);
            teams_of_users walk = s.views().teams_of_many(s.acme);
            for (const subject_id& id : ids)
                BOOST_TEST((walk.of(id) == s.views().teams_of(s.acme, id)), id.text());
        }
    }
    const std::vector<subject_id> both{id_of(101), id_of(102)};
    BOOST_TEST((s.views().teams_of_many(s.acme).of(id_of(60)) == both));
}

BOOST_AUTO_TEST_CASE(a_walk_sees_one_view) {
    crowd s;
    s.make_team(s.acme, 101, {5, 6});
    teams_of_users before = s.views().teams_of_many(s.acme);
    s.run(by_provider(s.acme, delete_team{id_of(101), {}}));
    s.make_team(s.acme, 102, {7});
    BOOST_TEST((before.of(id_of(5)) == std::vector<subject_id>{id_of(101)}));
    BOOST_TEST((before.of(id_of(6)) == std::vector<subject_id>{id_of(101)}));
    BOOST_TEST(before.of(id_of(7)).empty());
    teams_of_users now = s.views().teams_of_many(s.acme);
    BOOST_TEST(now.of(id_of(5)).empty());
    BOOST_TEST((now.of(id_of(7)) == std::vector<subject_id>{id_of(102)}));
}

BOOST_AUTO_TEST_CASE(nobody_is_in_a_team_that_has_no_members) {
    crowd s;
    s.make_team(s.acme, 101, {});
    teams_of_users walk = s.views().teams_of_many(s.acme);
    for (std::uint8_t i = 1; i <= crowd::many; ++i)
        BOOST_TEST(walk.of(id_of(i)).empty());
    BOOST_TEST(s.views().teams_of_many(tenant_no{99}).of(id_of(1)).empty());
}

BOOST_AUTO_TEST_CASE(a_damaged_list_of_teams_is_no_answer) {
    crowd s;
    s.make_team(s.acme, 101, {5});
    BOOST_REQUIRE(
        s.log()
            .write_unsynced({{table::state, key_of::teams_of(s.acme, id_of(5)), std::string("x")}})
            .has_value());
    teams_of_users walk = s.views().teams_of_many(s.acme);
    BOOST_TEST(walk.of(id_of(4)).empty());
    BOOST_CHECK_THROW(walk.of(id_of(5)), storage_failure);
}

BOOST_AUTO_TEST_SUITE_END()
