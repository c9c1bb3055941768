// Lists against a map as the judge, budgets at the limit and one past it, and pages while users
// come and go.
#include "gateway/user_list.hpp"
#include "gateway/user_wishes.hpp"
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

BOOST_AUTO_TEST_CASE(what_is_not_a_matter_of_a_few_reads_goes_to_a_worker) {
    server_choices choices;
    choices.bounds.list_queue_max = 0; // so that it is seen: 429
    running_server server(choices);
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    std::string kept;
    projections::user_view ann;
    const auto id = add_user(server, tenant, "ann", "e@x");
    BOOST_REQUIRE(server.directory().user(tenant, id, kept, ann));
    const std::size_t bytes = ann.document.size();
    add_user(server, tenant, "bob", "e@x");

    struct row {
        const char* filter;
        std::size_t inline_bytes_max;
        unsigned status;
    };

    const row rows[] = {
        {"userName+eq+%22ann%22", bytes, 200},
        {"userName+eq+%22ann%22", bytes - 1, 429},
        {"userName+eq+%22nobody%22", 0, 200},
        {"userName+eq+%22%22", 0, 200},
        {"emails+eq+%22e@x%22", 2 * bytes, 200},
        {"emails+eq+%22e@x%22", 2 * bytes - 1, 429},
        {"userName+eq+%22ann%22+and+active+eq+true", bytes, 200},
        {"emails%5Btype+eq+%22work%22+and+value+eq+%22e@x%22%5D", 2 * bytes, 200},
        {"userName+eq+%22ann%22+and+active+eq+true+and+title+pr", bytes, 429},
        {"userName+eq+%22ann%22+and+(title+pr+or+title+co+%22x%22)", bytes, 429},
        {"title+pr", bytes, 429},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.filter << " within " << r.inline_bytes_max) {
            choices.bounds.inline_bytes_max = r.inline_bytes_max;
            server.restart(choices);
            const auto answer = get(server, key, std::string("/scim/v2/Users?filter=") + r.filter);
            BOOST_TEST(answer.status == r.status);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_page_ends_before_the_user_who_would_pass_its_bytes) {
    server_choices choices;
    running_server server(choices);
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    std::size_t bytes = 0; // of two users
    for (int i = 0; i < 5; ++i) {
        const auto id = add_user(server, tenant, "u" + std::to_string(i), "e@x");
        if (i < 2) bytes += get(server, key, "/scim/v2/Users/" + id.text()).body.size();
    }

    struct row {
        const char* name;
        std::size_t bytes_max;
        std::size_t items;
    };

    const row rows[] = {
        {"two fit", bytes, 2}, {"one byte less", bytes - 1, 1}, {"one always", 0, 1}};
    // The listing; an index with more candidates than are looked at inline; a scan.
    const char* filters[] = {"", "&filter=emails+eq+%22e@x%22", "&filter=userName+co+%22u%22"};
    choices.bounds.inline_candidates_max = 1;
    for (const row& r : rows) {
        choices.bounds.page_bytes_max = r.bytes_max;
        server.restart(choices);
        for (const char* filter : filters) {
            BOOST_TEST_CONTEXT(r.name << filter) {
                std::size_t seen = 0;
                while (seen < 5) {
                    const auto answer = get(
                        server, key,
                        "/scim/v2/Users?count=4&startIndex=" + std::to_string(seen + 1) + filter);
                    BOOST_REQUIRE(answer.status == 200u);
                    BOOST_TEST(json_at(answer.body, "/totalResults") == "5");
                    const auto items = std::stoull(json_at(answer.body, "/itemsPerPage"));
                    BOOST_TEST(items == std::min(r.items, 5 - seen));
                    for (std::size_t i = 0; i < items; ++i, ++seen) {
                        BOOST_TEST(
                            json_at(answer.body, "/Resources/" + std::to_string(i) + "/userName") ==
                            "u" + std::to_string(seen));
                    }
                    BOOST_REQUIRE(items > 0u);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_flag_and_the_clock_are_looked_at_before_each_user) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    for (int i = 0; i < 5; ++i) {
        add_user(server, tenant, "u" + std::to_string(i), "e@x");
    }

    struct row {
        const char* name;
        const char* filter;
        int stopped_at; ///< the call at which the flag is set
        int delayed_at; ///< the call that takes longer than there is time
        int calls;
        int status;
    };

    const row rows[] = {
        {"a scan to its end", "title pr", 0, 0, 5, 200},
        {"a look-up to its end", R"(emails eq "e@x")", 0, 0, 5, 200},
        {"a scan is stopped", "title pr", 3, 0, 3, 503},
        {"a look-up is stopped", R"(emails eq "e@x")", 1, 0, 1, 503},
        {"a scan is out of time", "title pr", 0, 2, 2, 400},
        {"a look-up is out of time", R"(emails eq "e@x")", 0, 4, 4, 400},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            gateway::limits bounds;
            if (r.delayed_at == 0) {
                bounds.examine_time_max = std::chrono::hours(1);
            } else {
                bounds.examine_time_max = std::chrono::milliseconds(500);
            }
            const gateway::user_list lister(server.directory(), bounds);
            gateway::resource_query asked;
            asked.tenant = tenant;
            asked.plan = gateway::plan_query(*scim::parse_filter(scim::user_type(), r.filter));
            asked.page.count = 10;
            int calls = 0;
            const auto began = std::chrono::steady_clock::now();
            const auto stop = [&] {
                ++calls;
                while (calls == r.delayed_at &&
                       std::chrono::steady_clock::now() < began + 2 * bounds.examine_time_max) {}
                return calls == r.stopped_at;
            };
            std::string out;
            const auto done = lister.run(asked, stop, out);
            BOOST_TEST((done ? 200 : done.error().status) == r.status);
            BOOST_TEST(calls == r.calls);
            BOOST_TEST(out.empty() == !done.has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(who_has_waited_too_long_is_told_to_come_again) {
    server_choices choices;
    choices.bounds.list_wait_max = std::chrono::milliseconds(-1);
    running_server server(choices);
    const test_key key = server.create_key(server.create_tenant("acme"));
    for (const char* target : {"/scim/v2/Users", "/scim/v2/Users?filter=title+pr"}) {
        const auto answer = get(server, key, target);
        BOOST_TEST(answer.status == 429u);
        BOOST_TEST(answer.header("Retry-After") == "2");
    }
    // Whoever waits as long as he may, and is then served as long as that may take, has an answer
    // before it is said that the outcome is unknown.
    const gateway::limits standard;
    const http::limits outer;
    BOOST_TEST((standard.list_wait_max + standard.examine_time_max + outer.deadline_tick <
                outer.handling_time_max));
}

BOOST_AUTO_TEST_CASE(one_tenants_overflow_is_his_alone) {
    server_choices choices;
    choices.bounds.list_share.tenant_pages_waiting_max = 0;
    running_server server(choices);
    const test_key key = server.create_key(server.create_tenant("acme"));
    BOOST_TEST(get(server, key, "/scim/v2/Users").status == 429u);
    BOOST_TEST(get(server, key, "/scim/v2/Users?filter=title+pr").status == 200u);
    choices.bounds.list_share = {.tenant_scans_waiting_max = 0};
    server.restart(choices);
    BOOST_TEST(get(server, key, "/scim/v2/Users").status == 200u);
    BOOST_TEST(get(server, key, "/scim/v2/Users?filter=title+pr").status == 429u);
}

BOOST_AUTO_TEST_CASE(lists_have_a_budget_of_memory) {
    server_choices choices;
    running_server server(choices);
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    const auto id = add_user(server, tenant, "ann", "e@x");
    const std::size_t bytes = get(server, key, "/scim/v2/Users").body.size();

    struct row {
        const char* name;
        std::size_t total_max;
        std::size_t tenant_max;
        unsigned status;
    };

    const row rows[] = {
        {"it fits", bytes, bytes, 200},
        {"one byte less in all", bytes - 1, bytes, 429},
        {"one byte less for him", bytes, bytes - 1, 429},
        {"none at all", 0, bytes, 429},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            choices.bounds.answer_bytes_total_max = r.total_max;
            choices.bounds.answer_bytes_tenant_max = r.tenant_max;
            server.restart(choices);
            for (int again = 0; again < 3; ++again) { // what was taken comes back
                http::client client = server.client();
                const auto answer = client.send("GET", "/scim/v2/Users", with_key(key));
                BOOST_REQUIRE(answer.has_value());
                BOOST_TEST(answer->status == r.status);
                if (r.status == 429) BOOST_TEST(answer->header("Retry-After") == "2");
            }
            // Nobody else is refused.
            BOOST_TEST(get(server, key, "/scim/v2/Users/" + id.text()).status == 200u);
            const auto found = get(server, key, "/scim/v2/Users?filter=userName+eq+%22ann%22");
            BOOST_TEST(found.status == 200u);
        }
    }
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
