// Plans and seats as an operator and an identity provider meet them: a whole server, real sockets.
#include "cli/json_view.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

namespace rollcall::cli {
namespace {

const std::string user_schema = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"])";

std::string person(const std::string& name, bool active = true) {
    return "{" + user_schema + R"(,"userName":")" + name + R"(","externalId":")" + name +
           R"(","active":)" + (active ? "true}" : "false}");
}

const std::string reactivate = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                               R"("Operations":[{"op":"replace","path":"active","value":true}]})";
const std::string deactivate = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                               R"("Operations":[{"op":"replace","path":"active","value":false}]})";

/// A tenant on a plan of three seats.
struct shop {
    shop() {
        house.must("POST", "/plans", R"({"id":"team","seats":3})");
        key = house.make_tenant("acme");
        house.must("PATCH", "/tenants/acme", R"({"plan":"team"})");
    }

    std::string used() { return json_view(house.must("GET", "/tenants/acme/seats"))->text("used"); }

    std::string status(const std::string& who) {
        return json_view(house.must("GET", "/tenants/acme/users/" + who))->text("status");
    }

    served house;
    std::string key;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(plans_test, shop)

BOOST_AUTO_TEST_CASE(what_a_catalogue_answers) {
    struct row {
        const char* name;
        const char* method;
        const char* target;
        const char* body;
        unsigned status;
        const char* said;
    };

    const row rows[] = {
        {"there already", "POST", "/plans", R"({"id":"team","seats":1})", 409, "already"},
        {"default", "POST", "/plans", R"({"id":"default","seats":1})", 409, "already"},
        {"no name", "POST", "/plans", R"({"seats":1})", 400, "id"},
        {"a name with a blank", "POST", "/plans", R"({"id":"a b","seats":1})", 400, "a-z"},
        {"seats in words", "POST", "/plans", R"({"id":"x","seats":"many"})", 400, "seats"},
        {"an unknown status", "POST", "/plans", R"({"id":"x","seat_states":["gone"]})", 400,
         "no status 'gone'"},
        {"an unknown policy", "POST", "/plans", R"({"id":"x","on_downgrade":"cry"})", 400,
         "known: block_new, grace, suspend_newest"},
        {"grace without days", "POST", "/plans", R"({"id":"x","on_downgrade":"grace"})", 400,
         "days"},
        {"days too many", "POST", "/plans", R"({"id":"x","grace_days":4294967296})", 400,
         "grace_days"},
        {"a misspelt member", "POST", "/plans", R"({"id":"x","seat":1})", 400, "seat"},
        {"an unknown plan", "GET", "/plans/gold", "", 404, "no plan 'gold'"},
        {"a change of an unknown plan", "PATCH", "/plans/gold", R"({"seats":1})", 404, "gold"},
        {"a change of default", "PATCH", "/plans/default", R"({"seats":1})", 400, "default"},
        {"a tenant on an unknown plan", "PATCH", "/tenants/acme", R"({"plan":"gold"})", 400,
         "known: default, team"},
        {"a new one on an unknown plan", "POST", "/tenants", R"({"id":"b","plan":"gold"})", 400,
         "known: default, team"},
        {"default is there", "GET", "/plans/default", "", 200, "block_new"},
        {"all of them", "GET", "/plans", "", 200, "team"},
        {"another limit", "PATCH", "/plans/team", R"({"seats":"unlimited"})", 200, "null"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = house.ask(r.method, r.target, r.body);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == r.status);
            BOOST_TEST(answer.body.find(r.said) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_provider_reads_which_limit_is_reached) {
    for (const char* name : {"a", "b", "c"})
        house.make_user(key, name);
    const auto refused = house.scim("POST", "/Users", key, person("d"));
    BOOST_TEST(refused.status == 403u);
    BOOST_TEST(refused.body.find("user limit of 3 reached (plan team)") != std::string::npos);
    const json_view seats(house.must("GET", "/tenants/acme/seats"));
    BOOST_TEST(seats->text("limit") == "3");
    BOOST_TEST(seats->items("refused").size() == 1u);
}

// One free seat and a thousand who want it at the same time: by creates, and by creates and
// reactivations in turn.
BOOST_AUTO_TEST_CASE(the_last_seat_is_given_once) {
    constexpr std::size_t clients = 20;
    constexpr std::size_t each = 50;
    for (const bool mixed : {false, true}) {
        shop s;
        s.house.make_user(s.key, "a");
        s.house.make_user(s.key, "b");
        std::vector<std::string> sleepers;
        for (std::size_t i = 0; i < clients; ++i) {
            const auto made =
                s.house.scim("POST", "/Users", s.key, person("sleeper" + std::to_string(i), false));
            sleepers.emplace_back(json_view(made.body)->text("id"));
        }
        std::atomic<int> granted{0};
        std::atomic<int> refused{0};
        std::vector<std::thread> all;
        for (std::size_t client = 0; client < clients; ++client) {
            all.emplace_back([&, client] {
                for (std::size_t i = 0; i < each; ++i) {
                    const std::string name = std::to_string(client) + "-" + std::to_string(i);
                    const auto answer =
                        mixed && i % 10 == 5
                            ? s.house.scim("PATCH", "/Users/" + sleepers[client], s.key, reactivate)
                            : s.house.scim("POST", "/Users", s.key, person(name));
                    if (answer.status / 100 == 2) ++granted;
                    if (answer.status == 403u) ++refused;
                }
            });
        }
        for (std::thread& one : all)
            one.join();
        BOOST_TEST(granted + refused == static_cast<int>(clients * each));
        // Who got it by a PATCH may repeat that: it changes nothing, and is no second seat.
        if (!mixed) BOOST_TEST(granted == 1);
        BOOST_TEST(granted >= 1);
        BOOST_TEST(s.used() == "3");
        const json_view page(s.house.must("GET", "/tenants/acme/users?status=active"));
        BOOST_TEST(page->items("users").size() == 3u);
    }
}

BOOST_AUTO_TEST_CASE(a_plan_without_provisioning_still_lets_people_go) {
    const std::string jane = house.make_user(key, "jane");
    const std::string joe = house.make_user(key, "joe");
    house.must("POST", "/plans", R"({"id":"basic","seats":9,"scim":false})");
    house.must("PATCH", "/tenants/acme", R"({"plan":"basic"})");

    struct row {
        const char* name;
        const char* method;
        std::string target;
        std::string body;
        unsigned status;
    };

    const row rows[] = {
        {"list", "GET", "/Users", "", 403},
        {"read", "GET", "/Users/" + jane, "", 200},
        {"create", "POST", "/Users", person("new"), 403},
        {"a body that cannot be read", "POST", "/Users", "{", 403},
        {"reactivate", "PATCH", "/Users/" + jane, reactivate, 403},
        {"deactivate", "PATCH", "/Users/" + jane, deactivate, 200},
        {"delete", "DELETE", "/Users/" + joe, "", 204},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = house.scim(r.method, r.target, key, r.body);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == r.status);
            if (r.status != 403) continue;
            BOOST_TEST(answer.body.find("plan basic") != std::string::npos);
        }
    }
    BOOST_TEST(status("jane") == "deactivated");
}

BOOST_AUTO_TEST_CASE(a_dry_run_says_who_would_go_and_changes_nothing) {
    for (const char* name : {"a", "b", "c"})
        house.make_user(key, name);
    house.must("POST", "/plans", R"({"id":"one","seats":1,"on_downgrade":"suspend_newest"})");
    house.must("POST", "/plans", R"({"id":"soft","seats":1})");
    const std::string before(house.ask("GET", "/log?last=1").header("X-Next-Position"));

    struct row {
        const char* wish;
        const char* too_many;
        std::vector<std::string> who;
    };

    const row rows[] = {{R"({"plan":"one","dry_run":true})", "2", {"c", "b"}},
                        {R"({"plan":"soft","dry_run":true})", "2", {}},
                        {R"({"plan":"default","dry_run":true})", "0", {}},
                        {R"({"plan":"one","seats":0,"dry_run":true})", "3", {"c", "b", "a"}}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.wish) {
            const json_view said(house.must("PATCH", "/tenants/acme", r.wish));
            BOOST_TEST(said->text("too_many") == r.too_many);
            std::vector<std::string> who;
            for (const json_item& one : said->items("would_be_suspended"))
                who.push_back(one.text("userName"));
            BOOST_TEST(who == r.who, boost::test_tools::per_element());
        }
    }
    BOOST_TEST(house.ask("GET", "/log?last=1").header("X-Next-Position") == before);
    BOOST_TEST(house.ask("PATCH", "/tenants/acme", R"({"plan":"gold","dry_run":true})").status ==
               400u);
}

BOOST_AUTO_TEST_CASE(an_admin_suspends_beside_the_providers_wish) {
    const std::string jane = house.make_user(key, "jane");
    const auto before = house.scim("GET", "/Users/" + jane, key);
    const json_view suspended(house.must("POST", "/tenants/acme/users/jane/suspension"));
    BOOST_TEST(suspended->text("status") == "suspended");
    BOOST_TEST(!suspended->flag("holds_seat"));
    BOOST_TEST(suspended->object("suspended").items("reasons").size() == 1u);
    BOOST_TEST(used() == "0");
    const auto seen = house.scim("GET", "/Users/" + jane, key);
    BOOST_TEST(json_view(seen.body)->flag("active"));
    const std::string since = suspended->object("suspended").text("since");
    BOOST_TEST(seen.body.find(R"({"status":"suspended","statusReason":"admin","statusSince":")" +
                              since + R"("})") != std::string::npos);
    const auto found =
        house.scim("GET",
                   "/Users?filter=statusReason%20eq%20%22admin%22%20and%20statusSince%20ge%20%22" +
                       since + "%22",
                   key);
    BOOST_TEST(json_view(found.body)->text("totalResults") == "1");
    BOOST_TEST(seen.header("ETag") != before.header("ETag"));
    // A provider's off and on is no way around it.
    house.scim("PATCH", "/Users/" + jane, key, deactivate);
    BOOST_TEST(status("jane") == "deactivated");
    BOOST_TEST(house.scim("GET", "/Users/" + jane, key).body.find("statusReason") ==
               std::string::npos);
    BOOST_TEST(house.ask("DELETE", "/tenants/acme/users/jane/suspension").status == 409u);
    house.scim("PATCH", "/Users/" + jane, key, reactivate);
    BOOST_TEST(status("jane") == "suspended");
    house.must("DELETE", "/tenants/acme/users/jane/suspension");
    BOOST_TEST(status("jane") == "active");
    BOOST_TEST(house.scim("DELETE", "/Users/" + jane, key).status == 204u);
    house.restart();
    BOOST_TEST(used() == "0");
}

BOOST_AUTO_TEST_CASE(a_repeated_suspension_gets_the_same_answer) {
    house.make_user(key, "jane");
    const auto ask = [&] {
        return house.send("POST", "/tenants/acme/users/jane/suspension", {{"Idempotency-Key", "s"}},
                          "");
    };
    const auto first = ask();
    house.must("DELETE", "/tenants/acme/users/jane/suspension");
    const auto again = ask();
    BOOST_TEST(first.status == 200u);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(status("jane") == "active");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
