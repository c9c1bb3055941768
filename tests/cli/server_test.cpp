// The running server as a whole: what it answers where, and how it ends.
#include "cli/json_view.hpp"
#include "tests/cli/served.hpp"
#include "tests/support/fault_env.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>

namespace rollcall::cli {
namespace {

http::answer get(const http::endpoint& where, std::string_view target) {
    http::client client(where);
    auto answer = client.send("GET", target);
    BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
    return std::move(*answer);
}

} // namespace

BOOST_AUTO_TEST_SUITE(server_test)

BOOST_AUTO_TEST_CASE(each_door_has_what_belongs_there) {
    served house;
    const auto world = house.running().address();
    const auto socket = house.running().admin_address();

    struct row {
        const char* name;
        const http::endpoint& where;
        const char* target;
        unsigned status;
    };

    const row rows[] = {
        {"health for all", world, "/healthz", 200},
        {"readiness for all", world, "/readyz", 200},
        {"metrics on a loopback listener", world, "/metrics", 200},
        {"metrics at the socket", socket, "/metrics", 200},
        {"the admin API wants a token", world, "/admin/v1/tenants", 401},
        {"and so do paths that are not there", world, "/admin/v1/nothing", 401},
        {"the admin API at the socket", socket, "/admin/v1/tenants", 200},
        {"SCIM wants a key", world, "/scim/v2/Users", 401},
        {"SCIM wants a key at the socket too", socket, "/scim/v2/Users", 401},
        {"unknown path at the socket", socket, "/admin/v1/nothing", 404},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(get(r.where, r.target).status == r.status);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_was_answered_is_there_after_a_restart) {
    served house;
    const std::string key = house.make_tenant("acme");
    const std::string id = house.make_user(key, "jane@acme.example");
    house.restart();
    BOOST_TEST(house.scim("GET", "/Users/" + id, key).status == 200u);
    const auto proof = json_view(house.must("POST", "/verify"))->text("job");
    const json_view job(house.must("GET", "/jobs/" + proof + "?wait=20"));
    BOOST_TEST(job->text("state") == "done");
    BOOST_TEST(job->object("result").flag("ok"));
}

BOOST_AUTO_TEST_CASE(a_server_that_was_never_asked_anything_starts_again) {
    served house;
    house.restart();
    house.restart();
    BOOST_TEST(!house.make_tenant("acme").empty());
}

BOOST_AUTO_TEST_CASE(when_a_key_was_last_used_survives_a_restart) {
    served house;
    const std::string used = house.make_tenant("acme");
    house.must("POST", "/tenants/acme/keys", R"({"label":"spare"})");
    house.make_user(used, "jane@acme.example");
    const std::string before = house.must("GET", "/tenants/acme/keys");
    BOOST_TEST(before.find(R"("last_used":"20)") != std::string::npos);
    BOOST_TEST(before.find(R"("last_used":null)") != std::string::npos);
    const json_view keys(before);
    for (const json_item& key : keys->items()) {
        if (key.text("last_used").empty()) continue;
        BOOST_TEST(key.text("last_used") >= key.text("created")); // though kept by whole minutes
    }
    house.restart();
    BOOST_TEST(house.must("GET", "/tenants/acme/keys") == before);
}

BOOST_AUTO_TEST_CASE(a_second_server_on_the_same_directory_is_refused) {
    served house;
    auto options = house.options();
    const auto second = server::start(options);
    BOOST_REQUIRE(!second);
    BOOST_TEST(second.error().message.find("in use") != std::string::npos);
    BOOST_TEST(house.ask("GET", "/tenants").status == 200u);
}

BOOST_AUTO_TEST_CASE(a_failed_sync_is_answered_as_unknown_and_told_once) {
    support::fault_env disk;
    const support::temp_directory home;
    std::atomic<int> told{0};
    server_options options;
    // A first start: an older database would compact in the background and meet the fault first.
    options.data = home / "data";
    options.listen = http::endpoint::tcp("127.0.0.1", 0);
    options.threads = 1;
    options.env = disk.env();
    options.on_fatal = [&](const std::string&) { ++told; };
    auto started = server::start(options);
    BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    http::client at_socket((*started)->admin_address());
    const auto made = at_socket.send("POST", "/admin/v1/tenants", {}, R"({"id":"acme"})");
    BOOST_REQUIRE(made);
    BOOST_REQUIRE(made->status == 201u);

    disk.fail_syncs(1);
    const auto unknown = at_socket.send("PATCH", "/admin/v1/tenants/acme", {}, R"({"seats":5})");
    BOOST_REQUIRE(unknown);
    BOOST_TEST(unknown->status == 503u);
    BOOST_TEST(json_view(unknown->body)->text("error") == "unknown");
    const auto later = at_socket.send("PATCH", "/admin/v1/tenants/acme", {}, R"({"seats":6})");
    BOOST_REQUIRE(later);
    BOOST_TEST(later->status >= 500u);
    BOOST_TEST(told == 1);
    BOOST_TEST(get((*started)->address(), "/readyz").status == 503u);
    const auto read = at_socket.send("GET", "/admin/v1/tenants/acme");
    BOOST_REQUIRE(read);
    BOOST_TEST(read->status == 200u);
}

BOOST_AUTO_TEST_CASE(figures_are_packed_and_what_the_operator_is_told_never) {
    served house;
    for (int i = 0; i < 40; ++i)
        house.make_tenant("acme" + std::to_string(i));
    const auto ask = [](const http::endpoint& where, std::string_view target) {
        http::client client(where);
        auto answer = client.send("GET", target, {{"Accept-Encoding", "gzip, identity;q=0"}});
        BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
        return std::move(*answer);
    };
    BOOST_TEST(ask(house.running().address(), "/metrics").header("Content-Encoding") == "gzip");
    const auto told = ask(house.running().admin_address(), "/admin/v1/tenants");
    BOOST_TEST(told.body.size() > 4096u);
    BOOST_TEST(told.header("Content-Encoding") == "");
    BOOST_TEST(told.header("Vary") == "");
}

BOOST_AUTO_TEST_CASE(the_public_url_is_what_clients_are_told) {
    support::temp_directory home;
    server_options options;
    options.data = home / "data";
    options.listen = http::endpoint::tcp("127.0.0.1", 0);
    options.public_url = "https://id.example.com";
    options.threads = 1;
    auto started = server::start(options);
    BOOST_REQUIRE(started);
    http::client at_socket((*started)->admin_address());
    BOOST_REQUIRE(at_socket.send("POST", "/admin/v1/tenants", {}, R"({"id":"acme"})"));
    const auto key = at_socket.send("POST", "/admin/v1/tenants/acme/keys", {}, "{}");
    BOOST_REQUIRE(key);
    BOOST_TEST(json_view(key->body)->text("scim_base") == "https://id.example.com/scim/v2");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
