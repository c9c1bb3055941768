// Lists against a map as the judge, budgets at the limit and one past it, and pages while users
// come and go.
#include "gateway/user_list.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <thread>

namespace rollcall::test {
namespace {

/// A user made without HTTP: lists are what is tested here.
projections::subject_id add_user(running_server& server, eventlog::tenant_no tenant,
                                 const std::string& name, const std::string& email) {
    projections::create_user body;
    body.new_id = base::uuid::make_v7(base::now().unix_ms);
    auto wish = gateway::read_creation(
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
        R"("userName":")" +
        name + R"(","externalId":"ext-)" + name + R"(","emails":[{"value":")" + email + R"("}]})");
    BOOST_REQUIRE(wish.has_value());
    body.wish = std::move(*wish);
    return server.run(tenant, std::move(body)).user->id;
}

http::answer get(running_server& server, const test_key& key, const std::string& target) {
    http::client client = server.client();
    auto answer = client.send("GET", target, with_key(key));
    BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return std::move(*answer);
}

BOOST_AUTO_TEST_SUITE(user_list_test)

BOOST_AUTO_TEST_CASE(pages_agree_with_a_map) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    std::vector<std::string> names; // in order of creation
    for (int i = 0; i < 45; ++i) {
        const std::string name = "user" + std::to_string(i) + "@x";
        const auto id = add_user(server, tenant, name, "shared@x");
        if (i % 7 == 3) {
            server.run(tenant, projections::delete_user{id, {}});
        } else {
            names.push_back(name);
        }
    }
    const unsigned seed = std::random_device()();
    BOOST_TEST_MESSAGE("seed " << seed);
    std::mt19937 random(seed);
    // The listing, an index that many share (past what is looked at inline), and a scan.
    const char* filters[] = {"", "&filter=emails+eq+%22shared@x%22",
                             "&filter=userName+co+%22user%22"};
    for (int round = 0; round < 40; ++round) {
        const char* filter = filters[round % 3];
        const std::size_t start = random() % 50 + 1;
        const std::size_t count = random() % 20;
        BOOST_TEST_CONTEXT("seed " << seed << " start " << start << " count " << count << filter) {
            const auto answer = get(server, key,
                                    "/scim/v2/Users?startIndex=" + std::to_string(start) +
                                        "&count=" + std::to_string(count) + filter);
            BOOST_TEST(answer.status == 200u);
            BOOST_TEST(json_at(answer.body, "/totalResults") == std::to_string(names.size()));
            std::size_t expected = 0;
            for (std::size_t i = start - 1; i < names.size() && expected < count; ++i, ++expected) {
                BOOST_TEST(json_at(answer.body, "/Resources/" + std::to_string(expected) +
                                                    "/userName") == names[i]);
            }
            BOOST_TEST(json_at(answer.body, "/itemsPerPage") == std::to_string(expected));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_page_holds_at_most_page_max) {
    server_choices choices;
    choices.bounds.page_default = 2;
    choices.bounds.page_max = 3;
    running_server server(choices);
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    for (int i = 0; i < 5; ++i) {
        add_user(server, tenant, "u" + std::to_string(i), "e@x");
    }

    struct row {
        const char* query;
        const char* items;
    };

    const row rows[] = {{"", "2"}, {"?count=3", "3"}, {"?count=4", "3"}, {"?count=1", "1"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.query) {
            const auto answer = get(server, key, std::string("/scim/v2/Users") + r.query);
            BOOST_TEST(json_at(answer.body, "/itemsPerPage") == r.items);
            BOOST_TEST(json_at(answer.body, "/totalResults") == "5");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_budget_ends_in_too_many_and_never_in_a_wrong_total) {
    server_choices choices;
    choices.bounds.examined_users_max = 4;
    choices.bounds.inline_candidates_max = 2;
    running_server server(choices);
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);

    struct row {
        const char* filter;
        unsigned at_limit;
        unsigned past_limit;
    };

    const row rows[] = {
        {"userName+sw+%22u%22", 200, 400},
        {"emails+eq+%22e@x%22", 200, 400},
        {"userName+eq+%22u1%22", 200, 200},
        {"externalId+eq+%22ext-u1%22", 200, 200},
        {"emails+eq+%22e@x%22+and+userName+eq+%22u1%22", 200, 200},
    };
    for (int users = 1; users <= 5; ++users) {
        add_user(server, tenant, "u" + std::to_string(users), "e@x");
        if (users < 4) continue;
        for (const row& r : rows) {
            BOOST_TEST_CONTEXT(users << " users, " << r.filter) {
                const auto answer =
                    get(server, key, std::string("/scim/v2/Users?filter=") + r.filter);
                BOOST_TEST(answer.status == (users == 4 ? r.at_limit : r.past_limit));
                if (answer.status == 400) {
                    BOOST_TEST(json_at(answer.body, "/scimType") == "tooMany");
                }
            }
        }
    }
    // Without a filter nothing needs to be examined.
    BOOST_TEST(json_at(get(server, key, "/scim/v2/Users").body, "/totalResults") == "5");
}

BOOST_AUTO_TEST_CASE(time_is_a_budget_too) {
    server_choices choices;
    choices.bounds.examine_time_max = std::chrono::milliseconds(-1);
    running_server server(choices);
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    add_user(server, tenant, "u", "e@x");
    BOOST_TEST(get(server, key, "/scim/v2/Users?filter=title+pr").status == 400u);
    BOOST_TEST(get(server, key, "/scim/v2/Users?filter=userName+eq+%22u%22").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_full_list_queue_is_429) {
    server_choices choices;
    choices.bounds.list_queue_max = 0;
    running_server server(choices);
    const test_key key = server.create_key(server.create_tenant("acme"));
    const auto answer = get(server, key, "/scim/v2/Users");
    BOOST_TEST(answer.status == 429u);
    BOOST_TEST(answer.header("Retry-After") == "2");
    BOOST_TEST(get(server, key, "/scim/v2/Users?filter=userName+eq+%22u%22").status == 200u);
}

BOOST_AUTO_TEST_CASE(users_who_stay_are_seen_once_while_others_come_and_go) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    for (int i = 0; i < 30; ++i) {
        add_user(server, tenant, "stay" + std::to_string(i), "e@x");
    }
    // By plain requests, because only one thread may use the macros of the test framework.
    const std::jthread coming([&](const std::stop_token& stop) {
        http::client client = server.client();
        for (int i = 0; !stop.stop_requested(); ++i) {
            const std::string body = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
                                     R"("userName":"new)" +
                                     std::to_string(i) + R"("})";
            static_cast<void>(client.send("POST", "/scim/v2/Users", with_key(key, true), body));
        }
    });
    for (int round = 0; round < 10; ++round) {
        std::map<std::string, int> seen;
        std::size_t total = 1;
        for (std::size_t start = 1; start <= total; start += 7) {
            const auto answer =
                get(server, key, "/scim/v2/Users?count=7&startIndex=" + std::to_string(start));
            BOOST_REQUIRE(answer.status == 200u);
            total = std::stoull(json_at(answer.body, "/totalResults"));
            const auto items = std::stoull(json_at(answer.body, "/itemsPerPage"));
            BOOST_TEST(start - 1 + items <= total);
            for (std::size_t i = 0; i < items; ++i) {
                ++seen[json_at(answer.body, "/Resources/" + std::to_string(i) + "/userName")];
            }
            if (start > 30) break; // all who stay were made first
        }
        for (int i = 0; i < 30; ++i) {
            BOOST_TEST(seen["stay" + std::to_string(i)] == 1);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
