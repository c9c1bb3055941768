// The whole story with the real binary: serve, a tenant, a key, a user, the log in words, SIGKILL,
// and everything that was answered is still there.
#include "cli/json_view.hpp"
#include "gateway/http/client.hpp"
#include "tests/cli/process.hpp"
#include "tests/gateway/http/support.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <set>
#include <sys/stat.h>

namespace rollcall::cli {
namespace {

struct story {
    support::temp_directory home;
    std::string data = (home / "data").string();

    std::vector<std::string> line(std::vector<std::string> words) const {
        words.insert(words.end(), {"--data", data});
        return words;
    }

    outcome call(const std::vector<std::string>& words) const {
        return call_rollcall(line(words), home.path());
    }

    std::string must(const std::vector<std::string>& words) const {
        const outcome o = call(words);
        BOOST_REQUIRE_MESSAGE(o.code == 0, words.front() << ": " << o.err);
        return o.out;
    }
};

/// `rollcall serve` on a free port; made when it answers.
struct serving {
    explicit serving(const story& s)
        : child(s.line({"serve", "--listen", "127.0.0.1:0", "--threads", "1"}),
                s.home / "serve-errors") {
        const std::string ready = child.read_line();
        BOOST_REQUIRE_MESSAGE(ready.starts_with("ready http://127.0.0.1:"), child.errors());
        address = *http::endpoint::parse(ready.substr(std::string("ready http://").size()));
    }

    process child;
    http::endpoint address;
};

http::answer scim(const http::endpoint& where, std::string_view method, const std::string& target,
                  const std::string& key, std::string_view body = {}) {
    http::client provider(where);
    auto answer = provider.send(
        method, "/scim/v2" + target,
        {{"Authorization", "Bearer " + key}, {"Content-Type", "application/scim+json"}}, body);
    BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
    return std::move(*answer);
}

bool contains(const std::string& text, std::string_view part) {
    BOOST_TEST_INFO(text);
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(story_test)

BOOST_AUTO_TEST_CASE(from_the_first_start_through_a_crash) {
    const story s;
    std::string key;
    std::string id;
    {
        serving server(s);
        BOOST_TEST(
            json_view(s.must({"tenant", "create", "acme", "--seats", "2", "--json"}))->text("id") ==
            "acme");
        const std::string made = s.must({"key", "create", "acme", "--label", "okta", "--json"});
        const json_view shown(made);
        for (const char* member : {"id", "key", "tenant", "scim_base"})
            BOOST_TEST(!shown->text(member).empty());
        BOOST_TEST(contains(made, "\"expires_at\""));
        key = shown->text("key");

        const auto created = scim(
            server.address, "POST", "/Users", key,
            R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"jane@acme.example"})");
        BOOST_REQUIRE(created.status == 201u);
        id = json_view(created.body)->text("id");
        const auto patched = scim(server.address, "PATCH", "/Users/" + id, key,
                                  R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations":[{"op":"Replace","path":"active","value":"False"}]})");
        BOOST_TEST(patched.status == 200u);
        BOOST_TEST(contains(s.must({"log", "tail", "acme"}),
                            " acme user_deactivated jane@acme.example by key okta: active"));
        server.child.signal(SIGKILL);
        BOOST_TEST(server.child.wait() == 128 + SIGKILL);
    }
    // Without a server the log can be read and proven.
    BOOST_TEST(contains(s.must({"log", "tail", "--json"}), "\"position\":\"@4\""));
    const json_view proof(s.must({"log", "verify", "--json"}));
    BOOST_TEST(proof->flag("ok"));
    BOOST_TEST(proof->text("events") == "4");
    BOOST_TEST(proof->text("head") == "@4");
    BOOST_TEST(proof->text("hash").size() == 64u);
    BOOST_TEST(s.call({"user", "list", "acme"}).code == 1);

    serving server(s);
    const json_view user(s.must({"user", "show", "acme", "jane@acme.example", "--json"}));
    BOOST_TEST(user->text("id") == id);
    BOOST_TEST(user->text("status") == "deactivated");
    BOOST_TEST(scim(server.address, "GET", "/Users/" + id, key).status == 200u);
    s.must({"log", "verify"});
    s.must({"rebuild", "--verify"});
    s.must({"erase", "acme", "jane@acme.example"});
    BOOST_TEST(scim(server.address, "GET", "/Users/" + id, key).status == 404u);
    server.child.signal(SIGTERM);
    BOOST_TEST(server.child.wait() == 0);

    BOOST_TEST(contains(s.must({"log", "tail"}), "user_created (erased) by key okta"));
    s.must({"log", "verify"});
    BOOST_TEST(support::files_containing(s.data, "jane").empty());
}

BOOST_AUTO_TEST_CASE(a_follower_hears_of_what_comes) {
    const story s;
    serving server(s);
    s.must({"tenant", "create", "acme"});
    process follower(s.line({"log", "tail", "--follow", "--from", "@1"}), s.home / "follow-errors");
    BOOST_TEST(contains(follower.read_line(), "tenant_created acme"));
    s.must({"tenant", "set", "acme", "--scim", "off"});
    BOOST_TEST(contains(follower.read_line(), "tenant_changed acme"));
    server.child.signal(SIGTERM);
    BOOST_TEST(server.child.wait() == 0);
    BOOST_TEST(follower.wait() == 1);
    BOOST_TEST(contains(follower.errors(), "the server has gone"));
}

BOOST_AUTO_TEST_CASE(a_second_signal_does_not_wait_for_anybody) {
    const story s;
    serving server(s);
    s.must({"tenant", "create", "acme"});
    const std::string key = json_view(s.must({"key", "create", "acme", "--json"}))->text("key");
    // A request that is under way, as its 100 says, and whose body never comes holds the drain.
    http::client slow(server.address);
    BOOST_REQUIRE(slow.connect());
    BOOST_REQUIRE(slow.send_raw("POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
                                "Expect: 100-continue\r\nAuthorization: Bearer " +
                                key + "\r\n\r\n"));
    const auto go_on = slow.receive();
    BOOST_REQUIRE(go_on);
    BOOST_TEST(go_on->status == 100u);
    server.child.signal(SIGTERM);
    // Refused connections say that the first signal has been taken.
    BOOST_REQUIRE(http::testing::eventually(
        [&] { return !http::client(server.address).connect().has_value(); }));
    server.child.signal(SIGTERM);
    BOOST_TEST(server.child.wait() == 128 + SIGTERM);
    s.must({"log", "verify"});
}

BOOST_AUTO_TEST_CASE(hang_up_is_heard_and_changes_nothing) {
    const story s;
    serving server(s);
    server.child.signal(SIGHUP);
    s.must({"tenant", "create", "acme"});
    server.child.signal(SIGTERM);
    BOOST_TEST(server.child.wait() == 0);
    BOOST_TEST(contains(server.child.errors(), "Profiles loaded again."));
}

BOOST_AUTO_TEST_CASE(a_store_that_has_failed_ends_the_process_with_70) {
    const story s;
    serving server(s);
    // What the server sends itself when its store tells it.
    server.child.signal(SIGUSR1);
    BOOST_TEST(server.child.wait() == 70);
    s.must({"log", "verify"});
}

BOOST_AUTO_TEST_CASE(serve_is_refused_on_a_directory_that_is_served) {
    const story s;
    const serving server(s);
    const outcome second = s.call({"serve", "--listen", "127.0.0.1:0"});
    BOOST_TEST(second.code == 1);
    BOOST_TEST(contains(second.err, "in use by process"));
    BOOST_TEST(second.out.empty());
}

BOOST_AUTO_TEST_CASE(what_a_verb_makes_is_nobody_elses_to_read) {
    const story s;
    const mode_t before = ::umask(S_IWGRP | S_IWOTH);
    {
        serving server(s);
        s.must({"tenant", "create", "acme"});
        server.child.signal(SIGTERM);
        BOOST_TEST(server.child.wait() == 0);
    }
    std::set<std::filesystem::path> served;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(s.data))
        served.insert(entry.path());
    s.must({"rebuild"});
    ::umask(before);
    std::size_t made = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(s.data)) {
        BOOST_TEST_CONTEXT(entry.path()) {
            made += served.contains(entry.path()) ? 0 : 1;
            const auto mode = entry.symlink_status().permissions();
            const auto others =
                std::filesystem::perms::group_all | std::filesystem::perms::others_all;
            BOOST_TEST(((mode & others) == std::filesystem::perms::none));
        }
    }
    BOOST_TEST(made > 0u);
}

BOOST_AUTO_TEST_CASE(a_variable_that_is_no_setting_is_warned_of_without_its_value) {
    const story s;
    ::setenv("ROLLCALL_KEY_FIEL", "/somewhere/secret", 1); // NOLINT(concurrency-mt-unsafe)
    serving server(s);
    ::unsetenv("ROLLCALL_KEY_FIEL"); // NOLINT(concurrency-mt-unsafe)
    server.child.signal(SIGTERM);
    BOOST_TEST(server.child.wait() == 0);
    const std::string log = server.child.errors();
    BOOST_TEST(contains(log, R"("level":"warn")"));
    BOOST_TEST(contains(log, R"("name":"ROLLCALL_KEY_FIEL")"));
    BOOST_TEST(!contains(log, "/somewhere"));
}

BOOST_AUTO_TEST_CASE(wrong_usage_wrong_settings_and_refusals_have_their_exit_codes) {
    const story s;

    struct row {
        const char* name;
        std::vector<std::string> words;
        int code;
    };

    const row rows[] = {
        {"wrong usage", {"tenant", "fly"}, 2},
        {"unknown option", {"tenant", "list", "--fast"}, 2},
        {"a bad value", {"serve", "--threads", "none"}, 2},
        {"no such config", {"serve", "--config", "/nowhere.toml"}, 2},
        {"plain HTTP for everybody", {"serve", "--listen", "0.0.0.0:0"}, 2},
        {"figures for everybody",
         {"serve", "--listen", "127.0.0.1:0", "--metrics-listen", "0.0.0.0:0"},
         2},
        {"a certificate without its key", {"serve", "--tls-cert", "/nowhere.pem"}, 2},
        {"a certificate that is not there",
         {"serve", "--tls-cert", "/nowhere.pem", "--tls-key", "/nowhere.pem"},
         2},
        {"a master key that is not there", {"serve", "--key-file", "/nowhere.key"}, 2},
        {"an address that is not ours", {"serve", "--listen", "192.0.2.1:0", "--behind-proxy"}, 1},
        {"no server", {"tenant", "list"}, 1},
        {"no directory", {"log", "tail"}, 1},
        {"help", {"log", "tail", "--help"}, 0},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const outcome o = s.call(r.words);
            BOOST_TEST_INFO(o.err);
            BOOST_TEST(o.code == r.code);
            BOOST_TEST((r.code == 0 ? o.err : o.out).empty());
            BOOST_TEST(!(r.code == 0 ? o.out : o.err).empty());
        }
    }
    BOOST_TEST(!std::filesystem::exists(s.data));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
