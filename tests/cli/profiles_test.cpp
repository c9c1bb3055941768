// Profiles in the program: the verbs, and what a reload does with files that hold and with one that
// does not.
#include "cli/json_view.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/served.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>

namespace rollcall::cli {
namespace {

const std::string acme = "id = \"acme\"\nversion = 1\ntitle = \"Acme\"\n";

bool contains(const std::string& text, std::string_view part) {
    BOOST_TEST_INFO(text);
    return text.find(part) != std::string::npos;
}

/// A directory of profiles, and a server that reads it.
struct shop {
    shop() {
        std::filesystem::create_directories(files());
        write("acme.toml", acme);
        options.data = home / "data";
        options.listen = http::endpoint::tcp("127.0.0.1", 0);
        options.threads = 1;
        options.cache_bytes = std::size_t{8} << 20;
        options.profiles = files();
    }

    [[nodiscard]] std::filesystem::path files() const { return home / "profiles"; }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(files() / name) << text;
    }

    void start() {
        running.reset();
        auto started = server::start(options);
        BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
        running = std::move(*started);
    }

    [[nodiscard]] http::answer ask(std::string_view method, const std::string& target,
                                   std::string_view body = {}) const {
        http::client at_socket(running->admin_address());
        auto answer = at_socket.send(method, "/admin/v1" + target, {}, body);
        BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    [[nodiscard]] std::string finding() const {
        const json_view said(ask("GET", "/doctor").body);
        for (const json_item& one : said->items("findings"))
            if (one.text("what") == "profiles") return one.text("grade") + ": " + one.text("says");
        return {};
    }

    support::temp_directory home;
    server_options options;
    std::unique_ptr<server> running;
};

BOOST_AUTO_TEST_SUITE(profiles_test)

BOOST_AUTO_TEST_CASE(a_file_is_checked_without_a_server) {
    const support::temp_directory home;
    const auto file = [&](const std::string& name, const std::string& text) {
        std::ofstream(home / name) << text;
        return (home / name).string();
    };
    const std::string good = file("acme.toml", acme);
    const std::string bad = file("bad.toml", "id = \"bad\"\n[users]\nupdat = true\n");
    const auto call = [&](const std::vector<std::string>& words) {
        return call_rollcall(words, home.path());
    };

    const outcome holds = call({"profile", "check", good});
    BOOST_TEST(holds.code == 0);
    BOOST_TEST(holds.out == good + " holds: acme@1\n");
    BOOST_TEST(json_view(call({"profile", "check", good, "--json"}).out)->flag("holds"));

    const outcome fails = call({"profile", "check", bad});
    BOOST_TEST(fails.code == 1);
    BOOST_TEST(fails.out == "");
    BOOST_TEST(fails.err == bad +
                                ":1:1: version is missing: a whole number, raised with each "
                                "change of the file\n" +
                                bad +
                                ":3:1: users.updat is no key of a profile; did you mean "
                                "users.update?\n");
    const outcome told = call({"profile", "check", bad, "--json"});
    BOOST_TEST(told.code == 1);
    const json_view report(told.out);
    BOOST_TEST(!report->flag("holds"));
    BOOST_REQUIRE(report->items("faults").size() == 2u);
    BOOST_TEST(report->items("faults")[1].number("line") == 3u);
    BOOST_TEST(report->items("faults")[1].number("column") == 1u);

    BOOST_TEST(call({"profile", "check", (home / "none.toml").string()}).code == 1);
    BOOST_TEST(call({"profile", "check"}).code == 2);
    BOOST_TEST(call({"profile"}).code == 2);
}

BOOST_AUTO_TEST_CASE(the_server_knows_the_shipped_ones_and_those_of_its_directory) {
    shop s;
    s.start();
    const auto call = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--data", (s.home / "data").string()});
        return call_rollcall(words, s.home.path());
    };
    const outcome list = call({"profile", "list"});
    BOOST_TEST(list.code == 0);
    for (const char* id : {"acme", "generic", "zamp", "zenzap", "zkipster", "auzmor", "ziflow"})
        BOOST_TEST(contains(list.out, id));
    BOOST_TEST(contains(list.out, "/auth/scim"));
    BOOST_TEST(json_view(call({"profile", "list", "--json"}).out)->items().size() == 7u);
    // What is shown is the file: it can be the beginning of another.
    BOOST_TEST(call({"profile", "show", "acme"}).out == acme);
    BOOST_TEST(json_view(call({"profile", "show", "acme", "--json"}).out)->text("source") ==
               (s.files() / "acme.toml").string());
    const outcome none = call({"profile", "show", "nobody"});
    BOOST_TEST(none.code == 1);
    BOOST_TEST(contains(none.err, "there is no profile 'nobody'; known: acme, auzmor, generic"));

    BOOST_TEST(call({"tenant", "create", "one", "--profile", "acme"}).code == 0);
    BOOST_TEST(call({"tenant", "set", "one", "--profile", "zamp"}).code == 0);
    BOOST_TEST(call({"plan", "create", "enterprise", "--seats", "unlimited"}).code == 0);
    BOOST_TEST(call({"tenant", "set", "one", "--plan", "enterprise"}).code == 0);
    const outcome unknown = call({"tenant", "set", "one", "--profile", "zmap"});
    BOOST_TEST(unknown.code == 1);
    BOOST_TEST(contains(unknown.err, "there is no profile 'zmap'; known: acme, auzmor, generic, "
                                     "zamp, zenzap, ziflow, zkipster"));
    BOOST_TEST(contains(call({"tenant", "set", "one", "--plan", "gold"}).err,
                        "there is no plan 'gold'; known: default, enterprise"));
    s.running.reset();
}

BOOST_AUTO_TEST_CASE(a_file_that_does_not_hold_refuses_the_start) {
    shop s;
    s.write("bad.toml", "id = \"bad\"\n");
    auto refused = server::start(s.options);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(contains(refused.error().message,
                        (s.files() / "bad.toml").string() + ":1:1: version is missing"));
    // Before anything was made.
    BOOST_TEST(!std::filesystem::exists(s.home / "data"));
    s.options.profiles = s.home / "none";
    refused = server::start(s.options);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(contains(refused.error().message, "cannot be read"));
}

BOOST_AUTO_TEST_CASE(a_reload_takes_all_or_nothing) {
    shop s;
    s.start();
    BOOST_TEST(s.finding() == "good: acme, auzmor, generic, zamp, zenzap, ziflow, zkipster");
    s.write("acme.toml", "id = \"acme\"\nversion = 2\n");
    s.write("bad.toml", "id = \"bad\"\nversion = 0\n");
    const auto refused = s.running->reload();
    BOOST_REQUIRE(!refused);
    BOOST_TEST(contains(refused.error().message, "bad.toml:2:11: version must be"));
    BOOST_TEST(json_view(s.ask("GET", "/profiles/acme").body)->number("version") == 1u);
    BOOST_TEST(
        contains(s.finding(), "bad: the last reload failed, and those of before are in use"));

    s.write("bad.toml", "id = \"bad\"\nversion = 1\n");
    BOOST_TEST(s.running->reload().has_value());
    BOOST_TEST(json_view(s.ask("GET", "/profiles/acme").body)->number("version") == 2u);
    BOOST_TEST(s.ask("GET", "/profiles/bad").status == 200u);
    BOOST_TEST(contains(s.finding(), "good: acme, auzmor, bad"));
}

BOOST_AUTO_TEST_CASE(a_tenant_whose_profile_is_gone_is_told_of) {
    shop s;
    s.start();
    BOOST_TEST(s.ask("POST", "/tenants", R"({"id":"one","profile":"acme"})").status == 201u);
    std::filesystem::remove(s.files() / "acme.toml");
    s.start();
    BOOST_TEST(contains(s.finding(), "bad: tenants have a profile that is not here: one (acme)"));
    // Nothing is lost by a reload that finds what there is.
    s.write("bolt.toml", "id = \"bolt\"\nversion = 1\n");
    BOOST_TEST(s.running->reload().has_value());
    BOOST_TEST(s.ask("GET", "/profiles/bolt").status == 200u);
    BOOST_TEST(contains(s.finding(), "bad: tenants have a profile that is not here: one (acme)"));
    // Deleted, nobody asks for it any more.
    BOOST_TEST(s.ask("DELETE", "/tenants/one").status == 200u);
    BOOST_TEST(contains(s.finding(), "good: "));
}

BOOST_AUTO_TEST_CASE(a_reload_takes_no_tenants_profile_away) {
    shop s;
    s.write("bolt.toml", "id = \"bolt\"\nversion = 1\n");
    s.start();
    BOOST_TEST(s.ask("POST", "/tenants", R"({"id":"one","profile":"acme"})").status == 201u);
    std::filesystem::remove(s.files() / "acme.toml");
    std::filesystem::remove(s.files() / "bolt.toml");
    const auto refused = s.running->reload();
    BOOST_REQUIRE(!refused);
    const std::string says = "tenants have a profile whose file is gone: one (acme). Put the file "
                             "back, or give them another profile with `rollcall tenant set` "
                             "first, and change the base URL in their providers' settings if the "
                             "other has another";
    BOOST_TEST(contains(refused.error().message, says));
    BOOST_TEST(contains(s.finding(),
                        "bad: the last reload failed, and those of before are in use: " + says));
    for (const char* id : {"acme", "bolt"})
        BOOST_TEST(s.ask("GET", std::string("/profiles/") + id).status == 200u);
    BOOST_TEST(s.ask("PATCH", "/tenants/one", R"({"profile":"generic"})").status == 200u);
    BOOST_TEST(s.running->reload().has_value());
    for (const char* id : {"acme", "bolt"})
        BOOST_TEST(s.ask("GET", std::string("/profiles/") + id).status == 404u);
    BOOST_TEST(contains(s.finding(), "good: "));
}

// The shipped one of that id may ask for less: no second pair of eyes, another base path.
BOOST_AUTO_TEST_CASE(a_reload_takes_no_file_away_behind_which_a_shipped_one_stands) {
    shop s;
    s.write("zamp.toml", "id = \"zamp\"\nversion = 104\n[approvals]\ninvites = true\n");
    s.start();
    BOOST_TEST(s.ask("POST", "/tenants", R"({"id":"one","profile":"zamp"})").status == 201u);
    BOOST_TEST(s.ask("POST", "/tenants", R"({"id":"two","profile":"zenzap"})").status == 201u);
    const auto version = [&s] {
        return json_view(s.ask("GET", "/profiles/zamp").body)->number("version");
    };
    std::filesystem::remove(s.files() / "zamp.toml");
    const auto refused = s.running->reload();
    BOOST_REQUIRE(!refused);
    BOOST_TEST(contains(refused.error().message,
                        "tenants have a profile whose file is gone: one (zamp). Put the file"));
    BOOST_TEST(version() == 104u);
    BOOST_TEST(contains(s.finding(), "bad: the last reload failed"));
    // Another text of it is no loss, nor is a file that takes a shipped one's place.
    s.write("zamp.toml", "id = \"zamp\"\nversion = 105\n");
    s.write("zenzap.toml", "id = \"zenzap\"\nversion = 100\n");
    BOOST_TEST(s.running->reload().has_value());
    BOOST_TEST(version() == 105u);
    // Nobody has it any more.
    BOOST_TEST(s.ask("PATCH", "/tenants/one", R"({"profile":"generic"})").status == 200u);
    std::filesystem::remove(s.files() / "zamp.toml");
    BOOST_TEST(s.running->reload().has_value());
    BOOST_TEST(version() < 100u);
    BOOST_TEST(contains(s.finding(), "good: "));
}

BOOST_AUTO_TEST_CASE(events_name_the_profile_that_they_were_decided_under) {
    shop s;
    s.start();
    BOOST_TEST(s.ask("POST", "/tenants", R"({"id":"one","profile":"acme"})").status == 201u);
    const std::string key = json_view(s.ask("POST", "/tenants/one/keys", "{}").body)->text("key");
    const auto push = [&](const std::string& name) {
        http::client provider(s.running->address());
        const auto made = provider.send(
            "POST", "/scim/v2/Users",
            {{"Authorization", "Bearer " + key}, {"Content-Type", "application/scim+json"}},
            R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
                "\"}");
        BOOST_REQUIRE((made && made->status == 201u));
    };
    const auto last = [&] {
        return json_view(s.ask("GET", "/log?tenant=one&last=1").body)->text("policy");
    };
    BOOST_TEST(last() == ""); // what the operator does is judged by none
    push("jane");
    BOOST_TEST(last() == "acme@1");
    s.write("acme.toml", "id = \"acme\"\nversion = 2\n");
    BOOST_TEST(s.running->reload().has_value());
    push("joe");
    BOOST_TEST(last() == "acme@2");
    BOOST_TEST(s.ask("PATCH", "/tenants/one", R"({"profile":"generic"})").status == 200u);
    push("kim");
    BOOST_TEST(last() == "generic@1");
    // It is part of the log: a proof walks over it, and another start reads it.
    s.start();
    BOOST_TEST(last() == "generic@1");
}

BOOST_AUTO_TEST_CASE(people_are_shown_by_the_profile_whoever_changes_them) {
    shop s;
    s.write("acme.toml", "id = \"acme\"\nversion = 1\n[users]\nuser_name = \"email\"\n"
                         "display_name = [\"{title} {userName}\", \"{userName}\"]\n");
    s.start();
    BOOST_TEST(s.ask("POST", "/tenants", R"({"id":"one","profile":"acme"})").status == 201u);
    const auto shown = [&] {
        return json_view(s.ask("GET", "/tenants/one/users/jane").body)->text("display");
    };
    // No e-mail address: what an operator does is judged by no profile.
    const std::string jane = R"({"userName":"jane","displayName":"J. Doe","title":"Captain"})";
    BOOST_TEST(s.ask("POST", "/tenants/one/users", jane).status == 201u);
    BOOST_TEST(shown() == "Captain jane");
    BOOST_TEST(s.ask("PATCH", "/tenants/one/users/jane", R"({"title":null})").status == 200u);
    BOOST_TEST(shown() == "jane");
    BOOST_TEST(s.ask("PATCH", "/tenants/one/users/jane", R"({"active":false})").status == 200u);
    BOOST_TEST(shown() == "jane");
}

BOOST_AUTO_TEST_CASE(the_signal_that_reads_profiles_again) {
    const shop s;
    process child({"serve", "--data", (s.home / "data").string(), "--listen", "127.0.0.1:0",
                   "--threads", "1", "--profiles", s.files().string()},
                  s.home / "server-errors");
    BOOST_REQUIRE(child.read_line().starts_with("ready "));
    const auto version = [&] {
        const outcome shown = call_rollcall(
            {"profile", "show", "acme", "--json", "--data", (s.home / "data").string()},
            s.home.path());
        return json_view(shown.out)->number("version");
    };
    BOOST_TEST(version() == 1u);
    s.write("acme.toml", "id = \"acme\"\nversion = 2\n");
    child.signal(SIGHUP);
    BOOST_TEST(http::testing::eventually([&] { return version() == 2u; }));
    child.signal(SIGTERM);
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(contains(child.errors(), "Profiles loaded again."));
}

BOOST_AUTO_TEST_CASE(without_its_profile_nobody_gets_access_by_hand) {
    shop s;
    s.start();
    const auto must = [&s](std::string_view method, const std::string& target,
                           std::string_view body) {
        const auto answer = s.ask(method, target, body);
        BOOST_REQUIRE_MESSAGE(answer.status / 100 == 2, answer.body);
    };
    must("POST", "/tenants", R"({"id":"one","profile":"acme"})");
    must("POST", "/tenants/one/users", R"({"userName":"jane"})");
    std::filesystem::remove(s.files() / "acme.toml");
    s.start();

    struct row {
        const char* name;
        const char* method;
        const char* target;
        const char* body;
        unsigned status;
    };

    const row rows[] = {
        {"create", "POST", "/tenants/one/users", R"({"userName":"kim"})", 409},
        {"change", "PATCH", "/tenants/one/users/jane", R"({"active":true})", 409},
        {"role", "POST", "/tenants/one/users/jane/role", R"({"role":"clerk"})", 409},
        {"deactivate", "PATCH", "/tenants/one/users/jane", R"({"active":false})", 200},
        {"delete", "DELETE", "/tenants/one/users/jane", "", 200},
    };
    for (const row& r : rows) {
        const auto answer = s.ask(r.method, r.target, r.body);
        BOOST_TEST(answer.status == r.status, r.name << ": " << answer.body);
        if (answer.status != 409) continue;
        BOOST_TEST(json_view(answer.body)->text("error") == "profile_missing", r.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::cli
