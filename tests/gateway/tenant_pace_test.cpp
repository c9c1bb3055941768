// How often a tenant may ask: the bucket with its clock handed in, and what a server answers.
#include "gateway/tenant_pace.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <atomic>
#include <thread>
#include <vector>

namespace rollcall::gateway {
namespace {

using namespace std::chrono_literals;
using test::running_server;
using enum pace_class;

const tenant_pace::time_point start{std::chrono::hours(1)};

constexpr std::string_view user_urn = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"])";
constexpr std::string_view patch_urn =
    R"("schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"])";

test::server_choices slowly(std::uint64_t burst) {
    test::server_choices choices;
    choices.bounds.tenant_requests = {std::chrono::hours(1), burst};
    return choices;
}

/// A server where a tenant has used up all that he may ask.
struct hurried {
    running_server server{slowly(2)};
    eventlog::tenant_no tenant = server.create_tenant("acme");
    test::test_key key = server.create_key(tenant);
    std::string jane, joe;

    hurried() {
        jane = create("jane");
        joe = create("joe");
        BOOST_TEST(send("GET", "/Groups").status == 429u);
    }

    http::answer send(std::string_view method, const std::string& target,
                      const std::string& body = {}) {
        http::client client = server.client();
        auto answer =
            client.send(method, "/scim/v2" + target, test::with_key(key, !body.empty()), body);
        BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    std::string create(const std::string& name) {
        const auto made =
            send("POST", "/Users", "{" + std::string(user_urn) + R"(,"userName":")" + name + "\"}");
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.body);
        return test::json_at(made.body, "/id");
    }

    static std::string patch(const std::string& value) {
        return "{" + std::string(patch_urn) + R"(,"Operations":[{"op":"replace","value":)" + value +
               "}]}";
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(tenant_pace_test)

BOOST_AUTO_TEST_CASE(a_burst_passes_and_one_more_does_not) {
    tenant_pace pace(pace_terms::per_second(2, 3));
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(!pace.take(ordinary, start).has_value());
    const auto wait = pace.take(ordinary, start);
    BOOST_REQUIRE(wait.has_value());
    BOOST_TEST(wait->count() == 1); // half a second, in whole ones
    BOOST_TEST(pace.take(ordinary, start + 499'999'999ns).has_value());
    BOOST_TEST(!pace.take(ordinary, start + 500ms).has_value());
    BOOST_TEST(pace.take(ordinary, start + 500ms).has_value());
    // After a rest there are three again, and no more than three.
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(!pace.take(ordinary, start + 1h).has_value());
    BOOST_TEST(pace.take(ordinary, start + 1h).has_value());
}

BOOST_AUTO_TEST_CASE(how_long_to_wait_is_told_in_whole_seconds) {
    struct {
        const char* name;
        std::chrono::nanoseconds each;
        std::chrono::nanoseconds later;
        std::int64_t seconds;
    } const rows[]{
        {"a nanosecond is a second", 1ns, 0ns, 1},
        {"a second", 1s, 0ns, 1},
        {"a little more than one", 1'000'000'001ns, 0ns, 2},
        {"a minute", 1min, 0ns, 60},
        {"of which some has passed", 1min, 500ms, 60},
        {"of which a second has passed", 1min, 1s, 59},
        {"nearly all has passed", 1min, 59'999ms, 1},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            tenant_pace pace({row.each, 1});
            BOOST_TEST(!pace.take(ordinary, start).has_value());
            const auto wait = pace.take(ordinary, start + row.later);
            BOOST_REQUIRE(wait.has_value());
            BOOST_TEST(wait->count() == row.seconds);
        }
    }
}

BOOST_AUTO_TEST_CASE(look_ups_have_places_of_their_own_and_changes_have_not) {
    tenant_pace pace({1h, 2});
    BOOST_TEST(!pace.take(ordinary, start).has_value());
    BOOST_TEST(!pace.take(look_up, start).has_value()); // the last common place
    BOOST_TEST(pace.take(ordinary, start).has_value());
    BOOST_TEST(pace.take(leaving, start).has_value());
    BOOST_TEST(!pace.take(look_up, start).has_value());
    BOOST_TEST(!pace.take(look_up, start).has_value());
    BOOST_TEST(pace.take(look_up, start).has_value());
    BOOST_TEST(pace.take(ordinary, start).has_value());
}

RC_BOOST_PROP(never_more_than_the_burst_and_the_rate, ()) {
    const auto per_second = *rc::gen::inRange<std::uint64_t>(1, 50);
    const auto burst = *rc::gen::inRange<std::uint64_t>(1, 20);
    const auto pauses =
        *rc::gen::container<std::vector<int>>(200, rc::gen::inRange(0, 100)); // milliseconds
    tenant_pace pace(pace_terms::per_second(per_second, burst));
    auto now = start;
    std::uint64_t passed = 0;
    for (const int pause : pauses) {
        now += std::chrono::milliseconds(pause);
        if (!pace.take(ordinary, now)) ++passed;
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - start).count();
        // A place is a whole number of nanoseconds long, which may grant one more in a long time.
        RC_ASSERT(passed <= burst + per_second * static_cast<std::uint64_t>(ms) / 1000 + 1);
    }
    RC_ASSERT(passed >= std::min<std::uint64_t>(burst, pauses.size()));
}

BOOST_AUTO_TEST_CASE(threads_share_the_places) {
    constexpr std::uint64_t places = 10'000;
    tenant_pace pace({1h, places});
    std::atomic<std::uint64_t> passed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (std::uint64_t i = 0; i < places; ++i)
                passed += pace.take(ordinary, start) ? 0 : 1;
        });
    }
    for (std::thread& t : threads)
        t.join();
    BOOST_TEST(passed == places);
}

BOOST_AUTO_TEST_CASE(an_operator_is_told_once_in_a_while) {
    tenant_pace pace({1h, 1});
    BOOST_TEST(pace.count_refused(start));
    BOOST_TEST(!pace.count_refused(start));
    BOOST_TEST(!pace.count_refused(start + tenant_pace::telling_pause - 1ns));
    BOOST_TEST(pace.count_refused(start + tenant_pace::telling_pause));
    BOOST_TEST(!pace.count_refused(start + tenant_pace::telling_pause + 1s));
    BOOST_TEST(pace.refused() == 5u);
}

BOOST_AUTO_TEST_CASE(who_asks_too_often_is_told_when_to_come_again) {
    hurried house;
    const std::string title = hurried::patch(R"({"title":"Captain"})");

    struct {
        const char* name;
        const char* method;
        std::string target, body;
        unsigned status;
    } const rows[]{
        {"a page", "GET", "/Users", {}, 429},
        {"a team", "GET", "/Groups?filter=displayName%20eq%20%22x%22", {}, 429},
        {"a creation", "POST", "/Users", "{}", 429},
        {"a search", "POST", "/Users/.search", "{}", 429},
        {"a path that is not there", "GET", "/Nothing", {}, 429},
        {"a method that is not there", "DELETE", "/Users", {}, 429},
        {"a change", "PATCH", "/Users/" + house.jane, title, 429},
        {"a change that makes no sense", "PATCH", "/Users/" + house.jane, "{", 429},
        {"a replacement", "PUT", "/Users/" + house.jane,
         "{" + std::string(user_urn) + R"(,"userName":"jane","active":true})", 429},
        {"a team's change", "PATCH", "/Groups/" + house.jane, title, 429},
        {"discovery is free without a tenant's key only", "GET", "/Schemas", {}, 429},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto got = house.send(row.method, row.target, row.body);
            BOOST_TEST(got.status == row.status);
            BOOST_TEST(got.header("Retry-After") == "3600");
            BOOST_TEST(got.header("Content-Type") == "application/scim+json");
            BOOST_TEST(test::json_at(got.body, "/status") == "429");
            BOOST_TEST(test::json_at(got.body, "/detail").find("Retry-After") != std::string::npos);
        }
    }
    BOOST_TEST(house.server.access().over_pace() == std::size(rows) + 1);
    // Nobody else is meant.
    const auto other = house.server.create_key(house.server.create_tenant("globex"));
    http::client client = house.server.client();
    BOOST_TEST(client.send("GET", "/scim/v2/Users", test::with_key(other))->status == 200u);
    BOOST_TEST(client.send("GET", "/scim/v2/Schemas")->status == 200u);
    BOOST_TEST(client.send("GET", "/healthz")->status == 200u);
    // A second key is of the same tenant.
    const auto second = house.server.create_key(house.tenant);
    BOOST_TEST(client.send("GET", "/scim/v2/Users", test::with_key(second))->status == 429u);
}

BOOST_AUTO_TEST_CASE(what_deprovisions_passes_and_so_does_looking_first) {
    hurried house;
    // Look-ups have as many places again: two.
    BOOST_TEST(house.send("GET", "/Users?filter=userName%20eq%20%22jane%22").status == 200u);
    BOOST_TEST(house.send("GET", "/Users/" + house.jane).status == 200u);
    BOOST_TEST(house.send("GET", "/Users/" + house.jane).status == 429u);
    for (int i = 0; i < 5; ++i) { // however often
        const auto left =
            house.send("PATCH", "/Users/" + house.jane, hurried::patch(R"({"active":false})"));
        BOOST_TEST(left.status == 200u);
        BOOST_TEST(left.body.find(R"("active":false)") != std::string::npos);
    }
    BOOST_TEST(house
                   .send("PUT", "/Users/" + house.joe,
                         "{" + std::string(user_urn) + R"(,"userName":"joe","active":"False"})")
                   .status == 200u);
    BOOST_TEST(
        house.send("PATCH", "/Users/" + house.jane, hurried::patch(R"({"active":true})")).status ==
        429u);
    BOOST_TEST(house.send("DELETE", "/Users/" + house.jane).status == 204u);
    BOOST_TEST(house.send("DELETE", "/Users/" + house.joe).status == 204u);
    BOOST_TEST(house.send("DELETE", "/Users/" + house.joe).status == 404u);
}

BOOST_AUTO_TEST_CASE(a_request_counts_once_with_a_body_and_without) {
    running_server server(slowly(4));
    const auto key = server.create_key(server.create_tenant("acme"));
    http::client client = server.client();
    const auto send = [&](const char* method, const char* target, const std::string& body) {
        return client.send(method, target, test::with_key(key, !body.empty()), body)->status;
    };
    const std::string jane = "{" + std::string(user_urn) + R"(,"userName":"jane"})";
    BOOST_TEST(send("POST", "/scim/v2/Users", jane) == 201u);
    BOOST_TEST(send("GET", "/scim/v2/Groups", {}) == 200u);
    BOOST_TEST(send("POST", "/scim/v2/Users", {}) == 400u); // no body: judged when it is complete
    // In chunks nothing says how much is to come.
    BOOST_REQUIRE(
        client.send_raw("POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " +
                        key.text + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
    BOOST_TEST(client.receive()->status == 400u);
    BOOST_TEST(send("GET", "/scim/v2/Groups", {}) == 429u);
}

BOOST_AUTO_TEST_CASE(the_body_of_who_asks_too_often_is_not_read) {
    hurried house;
    http::client client = house.server.client();
    BOOST_REQUIRE(
        client.send_raw("POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " +
                        house.key.text + "\r\nContent-Length: 500000\r\n\r\n"));
    const auto got = client.receive();
    BOOST_REQUIRE(got);
    BOOST_TEST(got->status == 429u);
    BOOST_TEST(!got->keep_alive);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::gateway
