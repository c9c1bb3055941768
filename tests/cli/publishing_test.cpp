// The publisher as operators see it, of a server whose brokers are away: they can look at it, hold
// it up and let it go on, and nobody waits for the brokers. With brokers: tests/integration.
#include "cli/json_view.hpp"
#include "tests/cli/served.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace rollcall::cli {
namespace {

/// Nothing listens there.
constexpr const char* nowhere = "127.0.0.1:1";

struct town {
    served house;
    std::string key;

    town() {
        house.publish_to(nowhere);
        key = house.make_tenant("acme");
    }

    /// Its state, if it is among the consumers.
    std::string publisher() {
        const std::string all = house.must("GET", "/consumers");
        const auto at = all.find(R"({"name":"publisher")");
        return at == all.npos ? "" : all.substr(at, all.size() - at - 1);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(publishing_test, town)

BOOST_AUTO_TEST_CASE(it_is_a_consumer_among_others) {
    BOOST_REQUIRE(http::testing::eventually([this] {
        return json_view(publisher())->text("last_error").find(nowhere) != std::string::npos;
    }));
    const std::string text = publisher();
    const json_view state(text);
    BOOST_TEST(state->number("lag") >= 2u);
    const json_item more = state->object("publishing");
    BOOST_TEST(!more.has("alarm"));
    BOOST_TEST(more.has("oldest_unpublished"));
    BOOST_TEST(more.number("messages") == 0u);
}

BOOST_AUTO_TEST_CASE(it_can_be_held_up_and_let_go_on) {
    struct {
        const char* name;
        const char* target;
        const char* body;
        unsigned status;
        bool paused; ///< afterwards
    } const rows[]{
        {"pause", "/consumers/publisher/pause", "{}", 200, true},
        {"pause again", "/consumers/publisher/pause", "{}", 200, true},
        {"resume publishing", "/publishing/resume", "{}", 200, false},
        {"resume what runs", "/publishing/resume", R"({"new_lineage":false})", 200, false},
        {"a new lineage without an alarm", "/publishing/resume", R"({"new_lineage":true})", 409,
         false},
        {"a new lineage by name", "/publishing/resume", R"({"new_lineage":"0198"})", 400, false},
        {"what it does not know", "/publishing/resume", R"({"lineage":true})", 400, false},
        {"no object", "/publishing/resume", "[]", 400, false},
        {"pause once more", "/consumers/publisher/pause", "{}", 200, true},
        {"a new lineage without an alarm, paused", "/publishing/resume", R"({"new_lineage":true})",
         409, true},
        {"resume as a consumer", "/consumers/publisher/resume", "{}", 200, false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto answer = house.ask("POST", row.target, row.body);
            BOOST_TEST(answer.status == row.status, answer.body);
            BOOST_TEST(json_view(publisher())->flag("paused") == row.paused);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_pause_is_there_after_a_restart) {
    house.must("POST", "/consumers/publisher/pause", "{}");
    house.restart();
    BOOST_TEST(json_view(publisher())->flag("paused"));
    house.publish_to("");
    BOOST_TEST(publisher().empty());
    const auto refused = house.ask("POST", "/publishing/resume", "{}");
    BOOST_TEST(refused.status == 409u);
    BOOST_TEST(json_view(refused.body)->text("error") == "not_publishing");
}

BOOST_AUTO_TEST_CASE(a_topic_that_cannot_be_read_is_no_proof) {
    const std::string job =
        json_view(house.must("POST", "/verify", R"({"topic":true})"))->text("job");
    const std::string text = house.must("GET", "/jobs/" + job + "?wait=25");
    const json_view done(text);
    BOOST_TEST(done->text("state") == "failed", text);
    BOOST_TEST(text.find(nowhere) != std::string::npos, text);
    BOOST_TEST(house.ask("POST", "/verify", R"({"topic":1})").status == 400u);
    BOOST_TEST(house.ask("POST", "/verify", R"({"topics":true})").status == 400u);
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_it) {
    const std::string jane = house.make_user(key, "jane");
    const std::string joe = house.make_user(key, "joe");
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(house
                   .scim("PATCH", "/Users/" + jane, key,
                         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                         R"("Operations":[{"op":"replace","path":"active","value":false}]})")
                   .status == 200u);
    BOOST_TEST(house.scim("DELETE", "/Users/" + joe, key).status == 204u);
    house.restart(); // with its stop
    BOOST_TEST(house.scim("GET", "/Users/" + jane, key).status == 200u);
    BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
