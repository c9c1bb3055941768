// Writes from many connections at once, refusals that are kept, and limits of the queue.
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace rollcall::test {
namespace {

constexpr const char* user_head = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)";

std::string new_user(const std::string& name) {
    return user_head + (R"("userName":")" + name + R"("})");
}

std::string patch(const std::string& operations) {
    return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" +
           operations + "]}";
}

http::answer send(http::client& client, const test_key& key, const char* method,
                  const std::string& target, const std::string& body = {}) {
    auto answer = client.send(method, target, with_key(key, !body.empty()), body);
    BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return std::move(*answer);
}

/// Runs `work(client, i)` for i in [0, count) on that many connections in `threads` threads, and
/// counts the statuses.
template <class Work>
std::map<unsigned, int> in_parallel(running_server& server, int threads, int count, Work work) {
    std::map<unsigned, int> statuses;
    std::mutex mutex;
    std::atomic<int> next{0};
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t) {
        all.emplace_back([&] {
            http::client client = server.client();
            for (int i = next++; i < count; i = next++) {
                const unsigned status = work(client, i);
                const std::lock_guard lock(mutex);
                ++statuses[status];
            }
        });
    }
    for (std::thread& each : all) {
        each.join();
    }
    return statuses;
}

BOOST_AUTO_TEST_SUITE(user_writes_test)

BOOST_AUTO_TEST_CASE(a_thousand_creates_of_one_name_make_one_user) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    const auto statuses = in_parallel(server, 50, 1'000, [&](http::client& client, int i) {
        const std::string name = i % 2 == 0 ? "jane@example.com" : "JANE@example.com";
        return client.send("POST", "/scim/v2/Users", with_key(key, true), new_user(name))->status;
    });
    BOOST_TEST(statuses.at(201) == 1);
    BOOST_TEST(statuses.at(409) == 999);
    http::client client = server.client();
    BOOST_TEST(json_at(send(client, key, "GET", "/scim/v2/Users").body, "/totalResults") == "1");
}

BOOST_AUTO_TEST_CASE(a_thousand_creates_at_one_free_seat_take_one_seat) {
    running_server server;
    const auto tenant = server.create_tenant("acme", 1);
    const test_key key = server.create_key(tenant);
    const auto statuses = in_parallel(server, 50, 1'000, [&](http::client& client, int i) {
        return client
            .send("POST", "/scim/v2/Users", with_key(key, true), new_user("u" + std::to_string(i)))
            ->status;
    });
    BOOST_TEST(statuses.at(201) == 1);
    BOOST_TEST(statuses.at(403) == 999);
    BOOST_TEST(projections::seats_used({}, server.directory().counters(tenant).by_status) == 1u);
}

BOOST_AUTO_TEST_CASE(two_hundred_patches_of_one_user_all_survive) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    http::client client = server.client();
    const std::string id =
        json_at(send(client, key, "POST", "/scim/v2/Users", new_user("jane")).body, "/id");
    const auto statuses = in_parallel(server, 40, 200, [&](http::client& mine, int i) {
        const std::string operation = i == 100
                                          ? R"({"op":"Replace","path":"active","value":"False"})"
                                          : R"({"op":"add","path":"emails","value":[{"value":"e)" +
                                                std::to_string(i) + R"(@x"}]})";
        return mine.send("PATCH", "/scim/v2/Users/" + id, with_key(key, true), patch(operation))
            ->status;
    });
    BOOST_TEST(statuses.at(200) == 200);
    const auto after = send(client, key, "GET", "/scim/v2/Users/" + id);
    BOOST_TEST(json_at(after.body, "/active") == "false");
    for (int i = 0; i < 200; ++i) {
        const bool there = after.body.find("\"e" + std::to_string(i) + "@x\"") != std::string::npos;
        BOOST_TEST(there == (i != 100), "e" << i);
    }
}

BOOST_AUTO_TEST_CASE(of_two_hundred_writers_with_one_tag_one_wins) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    http::client client = server.client();
    const auto made = send(client, key, "POST", "/scim/v2/Users", new_user("jane"));
    const std::string id = json_at(made.body, "/id");
    auto fields = with_key(key, true);
    fields.emplace_back("If-Match", std::string(made.header("ETag")));
    const auto statuses = in_parallel(server, 40, 200, [&](http::client& mine, int i) {
        const std::string operation =
            R"({"op":"add","path":"title","value":"t)" + std::to_string(i) + R"("})";
        return mine.send("PATCH", "/scim/v2/Users/" + id, fields, patch(operation))->status;
    });
    BOOST_TEST(statuses.at(200) == 1);
    BOOST_TEST(statuses.at(412) == 199);
}

BOOST_AUTO_TEST_CASE(what_was_answered_is_there_after_a_restart) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    std::string id;
    {
        http::client client = server.client();
        id = json_at(send(client, key, "POST", "/scim/v2/Users", new_user("jane")).body, "/id");
        send(client, key, "PATCH", "/scim/v2/Users/" + id,
             patch(R"({"op":"replace","value":{"active":false}})"));
    }
    server.restart();
    http::client client = server.client();
    const auto after = send(client, key, "GET", "/scim/v2/Users/" + id);
    BOOST_TEST(after.status == 200u);
    BOOST_TEST(json_at(after.body, "/active") == "false");
    BOOST_TEST(send(client, key, "POST", "/scim/v2/Users", new_user("jane")).status == 201u);
    BOOST_TEST(send(client, key, "POST", "/scim/v2/Users", new_user("jane")).status == 409u);
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_429_and_deprovisioning_passes) {
    running_server open;
    const auto tenant = open.create_tenant("acme");
    const test_key key = open.create_key(tenant);
    http::client client = open.client();
    const std::string id =
        json_at(send(client, key, "POST", "/scim/v2/Users", new_user("jane")).body, "/id");
    server_choices choices;
    choices.writer.queue_max = 0;
    open.restart(choices);
    http::client again = open.client();
    const auto refused = send(again, key, "POST", "/scim/v2/Users", new_user("joe"));
    BOOST_TEST(refused.status == 429u);
    BOOST_TEST(refused.header("Retry-After") == "2");
    BOOST_TEST(send(again, key, "PATCH", "/scim/v2/Users/" + id,
                    patch(R"({"op":"add","path":"title","value":"x"})"))
                   .status == 429u);
    BOOST_TEST(send(again, key, "PATCH", "/scim/v2/Users/" + id,
                    patch(R"({"op":"replace","value":{"active":false}})"))
                   .status == 200u);
    BOOST_TEST(send(again, key, "DELETE", "/scim/v2/Users/" + id).status == 204u);
}

BOOST_AUTO_TEST_CASE(a_low_disk_accepts_deprovisioning_only) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    http::client client = server.client();
    const std::string id =
        json_at(send(client, key, "POST", "/scim/v2/Users", new_user("jane")).body, "/id");
    server.desk().set_disk_low(true);
    const auto refused = send(client, key, "POST", "/scim/v2/Users", new_user("joe"));
    BOOST_TEST(refused.status == 507u);
    BOOST_TEST(refused.header("Retry-After") == "60");
    BOOST_TEST(send(client, key, "GET", "/scim/v2/Users/" + id).status == 200u);
    BOOST_TEST(send(client, key, "PATCH", "/scim/v2/Users/" + id,
                    patch(R"({"op":"replace","value":{"active":false}})"))
                   .status == 200u);
}

BOOST_AUTO_TEST_CASE(refusals_are_kept_under_the_name_that_was_refused) {
    running_server server;
    const auto tenant = server.create_tenant("acme");
    const test_key key = server.create_key(tenant);
    http::client client = server.client();
    const std::string id =
        json_at(send(client, key, "POST", "/scim/v2/Users", new_user("jane@x")).body, "/id");

    struct row {
        const char* name;
        const char* method;
        std::string target;
        std::string body;
        unsigned status;
        const char* who;
        const char* action;
    };

    const row rows[] = {
        {"a create that does not validate", "POST", "/scim/v2/Users",
         user_head + std::string(R"("userName":"Bad@X","emails":"none"})"), 400, "bad@x",
         "create user"},
        {"a create of a name that is taken", "POST", "/scim/v2/Users", new_user("JANE@x"), 409,
         "jane@x", "create user"},
        {"a patch with an unknown path", "PATCH", "/scim/v2/Users/" + id,
         patch(R"({"op":"add","path":"shoeSize","value":44})"), 400, "jane@x", "patch user"},
        {"a patch that finds no target", "PATCH", "/scim/v2/Users/" + id,
         patch(R"({"op":"replace","path":"emails[value co \"z\"].type","value":"x"})"), 400,
         "jane@x", "patch user"},
        {"a replacement without a name", "PUT", "/scim/v2/Users/" + id,
         user_head + std::string(R"("title":"x"})"), 400, "jane@x", "replace user"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(send(client, key, r.method, r.target, r.body).status == r.status);
            server.create_key(tenant); // waits behind the attempt in the writer's queue
            const auto kept = server.directory().attempts(tenant, r.who, 1);
            const bool there = std::any_of(kept.begin(), kept.end(), [&r](const auto& one) {
                return one.what.action == r.action &&
                       (one.what.status == r.status || one.what.status == 0);
            });
            BOOST_TEST(there);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_strange_host_gets_into_no_url) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    const std::string body = new_user("jane");

    struct row {
        const char* host;
        unsigned status;
    };

    const row rows[] = {{"a\"b", 400}, {"a/b", 400}, {"user@a", 400}, {"id.example.com:8443", 201}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.host) {
            http::client client = server.client();
            BOOST_REQUIRE(
                client
                    .send_raw("POST /scim/v2/Users HTTP/1.1\r\nHost: " + std::string(r.host) +
                              "\r\nAuthorization: Bearer " + key.text + "\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body)
                    .has_value());
            const auto answer = client.receive();
            BOOST_REQUIRE(answer.has_value());
            BOOST_TEST(answer->status == r.status);
            if (r.status == 201) {
                BOOST_TEST(answer->header("Location")
                               .starts_with("http://id.example.com:8443/scim/v2/Users/"));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_missing_host_keeps_nobody_in) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    http::client client = server.client();
    const std::string id =
        json_at(send(client, key, "POST", "/scim/v2/Users", new_user("jane")).body, "/id");
    const std::string body = patch(R"({"op":"replace","value":{"active":false}})");
    BOOST_REQUIRE(client
                      .send_raw("PATCH /scim/v2/Users/" + id +
                                " HTTP/1.0\r\nAuthorization: Bearer " + key.text +
                                "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                                body)
                      .has_value());
    const auto answer = client.receive();
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 200u);
    BOOST_TEST(json_at(answer->body, "/active") == "false");
    BOOST_TEST(answer->header("Location") == "/scim/v2/Users/" + id);
}

BOOST_AUTO_TEST_CASE(the_gate_closes_before_a_body_is_read) {
    running_server server;
    http::client client = server.client();
    BOOST_REQUIRE(
        client
            .send_raw("POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                      "Content-Length: 100000\r\n\r\n")
            .has_value());
    const auto answer = client.receive();
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 401u);
}

BOOST_AUTO_TEST_CASE(what_http_refuses_is_a_scim_error_too) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    http::client client = server.client();
    const auto answer = client.send("POST", "/scim/v2/Users", with_key(key, true),
                                    std::string(http::limits().body_bytes_max + 1, ' '));
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 413u);
    BOOST_TEST(answer->header("Content-Type") == "application/scim+json");
    BOOST_TEST(json_at(answer->body, "/status") == "413");
}

BOOST_AUTO_TEST_CASE(head_is_get_without_a_body) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    http::client client = server.client();
    const std::string id =
        json_at(send(client, key, "POST", "/scim/v2/Users", new_user("jane")).body, "/id");
    const auto whole = send(client, key, "GET", "/scim/v2/Users/" + id);
    for (const std::string& target : {"/scim/v2/Users/" + id, std::string("/scim/v2/Users")}) {
        BOOST_REQUIRE(client
                          .send_raw("HEAD " + target +
                                    " HTTP/1.1\r\nHost: " + server.world().text() +
                                    "\r\nAuthorization: Bearer " + key.text + "\r\n\r\n")
                          .has_value());
        const auto answer = client.receive(true);
        BOOST_REQUIRE(answer.has_value());
        BOOST_TEST(answer->status == 200u);
        BOOST_TEST(answer->body == "");
        if (target.ends_with(id)) {
            BOOST_TEST(answer->header("Content-Length") == std::to_string(whole.body.size()));
            BOOST_TEST(answer->header("ETag") == whole.header("ETag"));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
