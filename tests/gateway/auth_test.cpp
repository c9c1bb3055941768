// Keys against the whole server: spelling, expiry, revocation with immediate effect, throttling,
// and what is remembered of those who failed.
#include "gateway/auth.hpp"
#include "gateway/bearer_key.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::test {
namespace {

unsigned status_with(http::client& client, const std::string& authorization) {
    const auto answer =
        client.send("GET", "/scim/v2/Users?count=0", {{"Authorization", authorization}});
    BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return answer->status;
}

BOOST_AUTO_TEST_SUITE(auth_test)

BOOST_AUTO_TEST_CASE(tokens_are_found_in_their_field) {
    struct row {
        const char* field;
        const char* token;
    };

    const row rows[] = {
        {"Bearer abc", "abc"},
        {"bearer abc", "abc"},
        {"BEARER\tabc", "abc"},
        {"Bearer   abc  ", "abc"},
        {"Bearer Bearer abc", "abc"},
        {"bearer BEARER  abc", "abc"},
        {"", ""},
        {"Bearer", ""},
        {"Bearer ", ""},
        {"abc", ""},
        {"Bearerabc", ""},
        {"Basic abc", ""},
        {"Token Bearer abc", ""},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.field) {
            BOOST_TEST(gateway::bearer_token(r.field) == r.token);
        }
    }
}

BOOST_AUTO_TEST_CASE(expiry_is_judged_at_each_request) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    const base::moment expiry{base::now().unix_ms + 3'600'000};
    const test_key key = server.create_key(tenant, expiry);
    gateway::key_usage usage;
    const profiles::profile_shelf shelf;
    const gateway::authenticator keys(server.directory(), usage, {}, shelf);
    const std::string field = "Bearer " + key.text;

    BOOST_TEST(!keys.identify(field, {expiry.unix_ms - 1}).problem.has_value());
    const auto late = keys.identify(field, expiry);
    BOOST_TEST((late.problem == gateway::auth_problem::expired));
    BOOST_TEST((late.holder != nullptr));
    BOOST_TEST((keys.identify("Bearer " + gateway::make_bearer_key(), expiry).problem ==
                gateway::auth_problem::unknown));
    BOOST_TEST((keys.identify(field + "x", expiry).problem == gateway::auth_problem::malformed));
    BOOST_TEST((keys.identify("", expiry).problem == gateway::auth_problem::missing));
}

BOOST_AUTO_TEST_CASE(a_revoked_key_is_refused_at_once_on_every_thread) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    const test_key second = server.create_key(tenant);
    // Connections stay on their threads, so both threads remember the key.
    std::vector<http::client> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(server.client());
        BOOST_TEST(status_with(clients.back(), "Bearer " + key.text) == 200u);
    }
    server.revoke(key);
    for (http::client& client : clients) {
        BOOST_TEST(status_with(client, "Bearer " + key.text) == 401u);
        BOOST_TEST(status_with(client, "Bearer " + second.text) == 200u);
    }
}

BOOST_AUTO_TEST_CASE(a_thread_that_remembers_one_key_serves_two) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    gateway::limits bounds;
    bounds.known_keys_max = 1;
    gateway::key_usage usage;
    const profiles::profile_shelf shelf;
    const gateway::authenticator keys(server.directory(), usage, bounds, shelf);
    const test_key pair[] = {server.create_key(tenant), server.create_key(tenant)};
    for (int i = 0; i < 4; ++i) {
        const test_key& key = pair[i % 2];
        const auto outcome = keys.identify("Bearer " + key.text, base::now());
        BOOST_TEST(!outcome.problem.has_value());
        BOOST_TEST((outcome.holder->key.id == key.id));
    }
}

BOOST_AUTO_TEST_CASE(two_authorizations_are_refused_whatever_they_say) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    const std::string good = "Bearer " + key.text;

    struct {
        const char* name;
        const char* path;
        std::string first, second;
        unsigned status;
    } const rows[]{
        {"equal", "/scim/v2/Users", good, good, 400},
        {"the good one first", "/scim/v2/Users", good, "Bearer x", 400},
        {"the good one last", "/scim/v2/Users", "Bearer x", good, 400},
        {"the second empty", "/scim/v2/Users", good, "", 400},
        {"neither good", "/scim/v2/Users", "Basic x", "Basic x", 400},
        {"where a key is not needed", "/scim/v2/Schemas", "", good, 400},
        {"where none is looked at", "/healthz", good, good, 200},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            http::client client = server.client();
            const auto answer = client.send(
                "GET", row.path, {{"Authorization", row.first}, {"authorization", row.second}});
            BOOST_REQUIRE(answer.has_value());
            BOOST_TEST(answer->status == row.status);
            const bool told = answer->body.find("two Authorization") != std::string::npos;
            BOOST_TEST(told == (row.status == 400));
        }
    }
    BOOST_TEST(server.access().failures(gateway::auth_problem::malformed) == 0u);
}

BOOST_AUTO_TEST_CASE(a_flood_of_bad_keys_is_throttled_and_good_keys_are_not) {
    server_choices choices;
    choices.bounds.failures_burst = 3;
    choices.bounds.failure_forgotten_after = std::chrono::hours(1);
    running_server server(choices);
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    http::client client = server.client();
    const std::string bad = "Bearer " + gateway::make_bearer_key();
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(status_with(client, bad) == 401u);
    }
    const auto answer = client.send("GET", "/scim/v2/Users", {{"Authorization", bad}});
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 429u);
    BOOST_TEST(answer->header("Retry-After") == "3600");
    BOOST_TEST(status_with(client, "Bearer " + key.text) == 200u);
    BOOST_TEST(status_with(client, "") == 401u); // no key is no guess
    BOOST_TEST(server.access().throttled() == 1u);
    BOOST_TEST(server.access().failures(gateway::auth_problem::unknown) == 4u);
    BOOST_TEST(server.access().failures(gateway::auth_problem::missing) == 1u);
    BOOST_TEST(server.access().failures(gateway::auth_problem::revoked) == 0u);
}

BOOST_AUTO_TEST_CASE(behind_a_proxy_the_last_forwarded_address_counts) {
    server_choices choices;
    choices.bounds.failures_burst = 1;
    choices.bounds.failure_forgotten_after = std::chrono::hours(1);
    choices.behind_proxy = true;
    running_server server(choices);
    http::client client = server.client();
    const std::string bad = "Bearer " + gateway::make_bearer_key();
    const auto from = [&](const char* chain) {
        return client
            .send("GET", "/scim/v2/Users", {{"Authorization", bad}, {"X-Forwarded-For", chain}})
            ->status;
    };
    BOOST_TEST(from("192.0.2.9, 192.0.2.1") == 401u);
    BOOST_TEST(from("192.0.2.8, 192.0.2.1") == 429u);
    BOOST_TEST(from("192.0.2.1, 192.0.2.2") == 401u);
    // Some proxies add a line of their own behind the client's.
    const auto forged = client.send("GET", "/scim/v2/Users",
                                    {{"Authorization", bad},
                                     {"X-Forwarded-For", "192.0.2.77"},
                                     {"X-Forwarded-For", "192.0.2.2"}});
    BOOST_REQUIRE(forged.has_value());
    BOOST_TEST(forged->status == 429u);
}

BOOST_AUTO_TEST_CASE(a_revoked_key_that_is_shown_is_kept_as_an_attempt) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    server.revoke(key);
    http::client client = server.client();
    BOOST_TEST(status_with(client, "Bearer " + key.text) == 401u);
    server.create_key(tenant); // a command behind the attempt in the queue: afterwards it is there
    const auto kept = server.directory().attempts(tenant, key.id.text(), 1);
    BOOST_REQUIRE(kept.size() == 1u);
    BOOST_TEST(kept[0].what.action == "authenticate");
    BOOST_TEST(kept[0].what.status == 401u);
    BOOST_TEST(kept[0].what.reason.find("revoked") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_last_use_is_known) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    BOOST_TEST(!server.usage().last_used(key.id).has_value());
    http::client client = server.client();
    BOOST_TEST(status_with(client, "Bearer " + key.text) == 200u);
    const auto used = server.usage().last_used(key.id);
    BOOST_REQUIRE(used.has_value());
    BOOST_TEST(base::now().unix_ms - used->unix_ms < 120'000);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
