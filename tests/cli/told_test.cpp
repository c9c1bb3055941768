// What verbs print for people, and their exit codes: against a server in this process, and in the
// directory that it leaves.
#include "cli/json_view.hpp"
#include "cli/verbs.hpp"
#include "gateway/http/server.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

#include <iterator>
#include <sstream>

namespace rollcall::cli {
namespace {

struct told {
    int code = 0;
    std::string out, err;
};

class house_of_verbs {
  public:
    served house;

    told say(std::vector<std::string> words) const {
        words.insert(words.begin(), "rollcall");
        words.insert(words.end(), {"--data", house.data().string()});
        std::ostringstream out;
        std::ostringstream err;
        const int code =
            run_command_line(words, {out, err}, [](const std::string&) { return std::nullopt; });
        return {code, out.str(), err.str()};
    }

    std::string must(const std::vector<std::string>& words) const {
        told t = say(words);
        BOOST_REQUIRE_MESSAGE(t.code == 0, t.err);
        return t.out;
    }

    /// A creation that must be refused with this status, and is remembered once this returns.
    void refused(const std::string& key, const std::string& more, unsigned status) {
        const auto answer = house.scim(
            "POST", "/Users", key,
            R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)" + more + "}");
        BOOST_TEST_INFO(answer.body);
        BOOST_REQUIRE(answer.status == status);
        // Refusals stand in the same queue as changes, so this one is behind them.
        house.must("PATCH", "/tenants/acme", R"({"seats":)" + std::to_string(++seats) + "}");
    }

    std::uint64_t seats = 1000;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
        all.push_back(line);
    return all;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size())
        ++count;
    return count;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(told_test, house_of_verbs)

BOOST_AUTO_TEST_CASE(a_tenant_without_a_live_primary_admin_is_told) {
    house_of_verbs v;
    v.house.make_tenant("acme");
    const auto told = [&v] {
        return v.must({"admin", "list", "acme"}).find("No primary admin has a live token") !=
               std::string::npos;
    };
    BOOST_TEST(!told()); // nobody at all is asked for
    v.must({"admin", "create", "acme", "bob", "--role", "admin"});
    BOOST_TEST(!told()); // nor is a primary admin
    v.must({"admin", "create", "acme", "ada", "--role", "primary_admin"});
    BOOST_TEST(!told());
    v.must({"admin", "disable", "acme", "ada"});
    BOOST_TEST(told());
    const std::string json = v.must({"admin", "list", "acme", "--json"});
    BOOST_TEST((json.find("No primary") == std::string::npos));
    BOOST_TEST((v.must({"operator", "list"}).find("No primary") == std::string::npos));
}

BOOST_AUTO_TEST_CASE(a_token_is_not_used_before_it_is_made) {
    served house;
    house.make_tenant("acme");
    const std::string token =
        json_view(house.must("POST", "/tenants/acme/admins", R"({"name":"ada","role":"viewer"})"))
            ->text("token");
    BOOST_TEST(
        house.knock("GET", "/admin/v1/self", {{"Authorization", "Bearer " + token}}).status ==
        200u);
    const std::string all = house.must("GET", "/tenants/acme/admins");
    const json_view admins(all);
    const auto ada = admins->items().at(0);
    BOOST_TEST(ada.text("last_used") != "");
    BOOST_TEST(ada.text("last_used") >= ada.text("created"));
}

BOOST_AUTO_TEST_CASE(what_was_refused_to_a_user_stands_below_her) {
    const std::string key = house.make_tenant("acme");
    house.make_user(key, "jane@acme.example");
    const std::vector<std::string> show = {"user", "show", "acme", "jane@acme.example"};
    BOOST_TEST(!has(must(show), "refused"));
    auto as_json = show;
    as_json.push_back("--json");
    BOOST_TEST(has(must(as_json), R"("refused":[])"));

    for (int times = 0; times < 3; ++times)
        refused(key, R"("userName":"JANE@acme.example")", 409);
    refused(key, R"("userName":"jane@acme.example","emails":"none")", 400);
    const auto lines = lines_of(must(show));
    BOOST_REQUIRE(lines.size() > 2u);
    const std::string& last = lines[lines.size() - 1];
    const std::string& last_but_one = lines[lines.size() - 2];
    BOOST_TEST_INFO(last_but_one << '\n' << last);
    BOOST_TEST(last_but_one.starts_with("refused        20"));
    BOOST_TEST(has(last_but_one, "Z  once  create user: "));
    BOOST_TEST(has(last_but_one, "emails"));
    BOOST_TEST(last.starts_with("refused        20"));
    BOOST_TEST(has(last, "Z  3 times  create user: "));

    const json_view user(must(as_json));
    const auto all = user->items("refused");
    BOOST_REQUIRE(all.size() == 2u);
    BOOST_TEST(all[0].text("status") == "400");
    BOOST_TEST(all[1].text("code") == "name_taken");
    BOOST_TEST(all[1].text("count") == "3");
    for (const char* member : {"first", "last", "action", "reason", "request_id"}) {
        BOOST_TEST(!all[0].text(member).empty(), member);
    }
}

BOOST_AUTO_TEST_CASE(who_was_never_created_is_told_why) {
    const std::string key = house.make_tenant("acme");
    seats = 0;
    house.must("PATCH", "/tenants/acme", R"({"seats":0})");
    const std::string id = house.make_user(key, "away@acme.example", R"(,"active":false)");

    struct row {
        const char* name;
        const char* creation;
        unsigned status;
        const char* who;
        const char* reason;
    };

    const row rows[] = {
        {"no seat", R"("userName":"jane@acme.example")", 403, "jane@acme.example", "seat"},
        {"a bad attribute", R"("userName":"joe@acme.example","emails":"none")", 400,
         "JOE@acme.example", "emails"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(lines_of(say({"user", "show", "acme", r.who}).err).size() == 1u);
            refused(key, r.creation, r.status);
            const told t = say({"user", "show", "acme", r.who});
            BOOST_TEST_INFO(t.err);
            BOOST_TEST(t.code == 1);
            BOOST_TEST(t.out.empty());
            const auto lines = lines_of(t.err);
            BOOST_REQUIRE_MESSAGE(lines.size() == 2u, t.err);
            BOOST_TEST(has(lines[0], "has no user"));
            BOOST_TEST(lines[1].starts_with("  20"));
            BOOST_TEST(has(lines[1], "Z  once  create user: "));
            BOOST_TEST(has(lines[1], r.reason));
            const told scripted = say({"user", "show", "acme", r.who, "--json"});
            BOOST_TEST(scripted.code == 1);
            const json_view document(scripted.out);
            BOOST_REQUIRE_MESSAGE(document->items("refused").size() == 1u, scripted.out);
            const std::string request = document->items("refused")[0].text("request_id");
            BOOST_REQUIRE(!request.empty());
            BOOST_TEST(lines[1].ends_with(" (request " + request + ")"));
            const auto answer = house.ask("GET", "/tenants/acme/users/" + escaped(r.who));
            BOOST_TEST(answer.status == 404u);
            BOOST_TEST(json_view(answer.body)->items("refused").size() == 1u);
            house.must("PATCH", "/tenants/acme", R"({"seats":0})");
        }
    }
    house.must("DELETE", "/tenants/acme");
    BOOST_TEST(lines_of(say({"user", "show", "acme", "jane@acme.example"}).err).size() == 2u);
}

BOOST_AUTO_TEST_CASE(who_may_be_meant_is_one_a_line_and_counted) {
    const std::string key = house.make_tenant("acme");
    const std::string shared = R"(,"emails":[{"value":"team@acme.example"}])";
    for (int n = 1; n <= 20; ++n)
        house.make_user(key, "user" + std::to_string(n), shared);
    const std::vector<std::string> show = {"user", "show", "acme", "team@acme.example"};
    const told all = say(show);
    BOOST_TEST(all.code == 1);
    BOOST_TEST(all.err.starts_with("rollcall: 20 users are meant"));
    const auto lines = lines_of(all.err);
    BOOST_REQUIRE(lines.size() == 21u);
    for (std::size_t i = 1; i < lines.size(); ++i)
        BOOST_TEST((lines[i].starts_with("  ") && has(lines[i], "  user")), lines[i]);
    house.make_user(key, "user21", shared);
    const told some = say(show);
    BOOST_TEST(some.err.starts_with("rollcall: more than 20 users are meant"));
    BOOST_TEST(lines_of(some.err).size() == 21u);
}

BOOST_AUTO_TEST_CASE(a_label_means_the_key_that_lives) {
    house.make_tenant("acme");
    must({"key", "rotate", "acme", "okta", "--overlap", "48h"});
    const told both = say({"key", "revoke", "acme", "okta"});
    BOOST_TEST(both.code == 1);
    BOOST_TEST(lines_of(both.err).size() == 3u);
    const json_view keys(must({"key", "list", "acme", "--json"}));
    must({"key", "revoke", "acme", keys->items()[0].text("id")});
    // Ended at once, the old key has the label but is expired.
    must({"key", "rotate", "acme", "okta", "--overlap", "0"});
    must({"key", "revoke", "acme", "okta"});
    BOOST_TEST(say({"key", "revoke", "acme", "okta"}).code == 1);
    const std::string list = must({"key", "list", "acme"});
    BOOST_TEST(count_of(list, "revoked") == 2u);
    BOOST_TEST(count_of(list, "expired") == 1u);
    BOOST_TEST(!has(list, "live"));
}

BOOST_AUTO_TEST_CASE(keys_of_a_deleted_tenant_are_not_alive_and_unused_ones_never_were_used) {
    const std::string key = house.make_tenant("acme");
    must({"key", "create", "acme", "--label", "spare"});
    must({"key", "create", "acme", "--label", "old"});
    must({"key", "revoke", "acme", "old"});
    house.make_user(key, "jane@acme.example");
    const auto living = lines_of(must({"key", "list", "acme"}));
    BOOST_REQUIRE(living.size() == 4u);
    BOOST_TEST(has(living[1], " live "));
    BOOST_TEST(!living[1].ends_with("never"));
    BOOST_TEST(has(living[2], " live "));
    BOOST_TEST(living[2].ends_with("never"));
    house.must("DELETE", "/tenants/acme");
    const std::string list = must({"key", "list", "acme"});
    BOOST_TEST_INFO(list);
    BOOST_TEST(count_of(list, "tenant_deleted") == 2u);
    BOOST_TEST(count_of(list, "revoked") == 1u);
    BOOST_TEST(!has(list, "live"));
}

BOOST_AUTO_TEST_CASE(no_key_was_used_before_it_was_made) {
    house.make_user(house.make_tenant("acme"), "jane@acme.example");
    const auto lines = lines_of(must({"key", "list", "acme"}));
    BOOST_REQUIRE(lines.size() == 2u);
    std::istringstream in(lines[1]);
    const std::vector<std::string> cells{std::istream_iterator<std::string>(in), {}};
    BOOST_REQUIRE(cells.size() == 7u);
    BOOST_TEST(cells[4].starts_with("20"));
    BOOST_TEST(cells[6].starts_with("20"));
    BOOST_TEST(cells[4] <= cells[6]);
}

BOOST_AUTO_TEST_CASE(the_rate_of_a_rebuild_is_that_of_the_time_beside_it) {
    const std::string key = house.make_tenant("acme");
    for (int n = 0; n < 200; ++n)
        house.make_user(key, "user" + std::to_string(n));
    const json_view said(must({"rebuild", "--verify", "--json"}));
    const double events = std::stod(said->text("events"));
    const double seconds = std::stod(said->text("seconds")); // to the nearest millisecond
    const double rate = std::stod(said->text("events_per_second"));
    BOOST_TEST_INFO(events << " events, " << seconds << " s");
    BOOST_TEST(rate >= events / (seconds + 0.0005) - 1);
    if (seconds > 0.0005) BOOST_TEST(rate <= events / (seconds - 0.0005) + 1);
}

BOOST_AUTO_TEST_CASE(an_error_on_a_later_page_is_told_as_it_is) {
    /// One page of the log, and then only refusals.
    struct one_page final : http::handler {
        bool told = false;

        void handle(http::exchange& x) noexcept override {
            if (told) {
                x.answer().status = 500;
                x.answer().body = R"({"detail":"the event at @2 is damaged"})";
                return;
            }
            told = true;
            x.answer().status = 200;
            x.answer().body = R"({"position":"@1","time":"2026-11-22T00:00:00.000Z",)"
                              R"("tenant":"acme","type":"tenant_created","subject":"acme"})"
                              "\n";
            x.answer().add_header("X-Next-Position", "@2");
        }
    };

    const std::vector<std::string> rows[] = {
        {"log", "tail", "--from", "@1"},
        {"log", "tail", "--from", "@1", "--follow"},
    };
    for (const std::vector<std::string>& words : rows) {
        BOOST_TEST_CONTEXT(words.back()) {
            house.stop();
            one_page answers;
            http::server_options options;
            options.doors = {
                {http::endpoint::unix_path((house.data() / "admin.sock").string()), &answers}};
            const auto door = http::server::start(std::move(options));
            BOOST_REQUIRE_MESSAGE(door, (door ? "" : door.error().message));
            const told t = say(words);
            BOOST_TEST(t.code == 1);
            BOOST_TEST(has(t.out, "tenant_created acme"));
            BOOST_TEST(t.err == "rollcall: the event at @2 is damaged\n");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_change_is_named_as_its_member_is) {
    house.make_tenant("acme");
    must({"tenant", "set", "acme", "--scim", "off"});
    BOOST_TEST(has(must({"log", "tail"}), "tenant_changed acme by the operator: scim\n"));
    BOOST_TEST(has(must({"log", "tail", "--json"}), R"("changed":["scim"])"));
}

BOOST_AUTO_TEST_CASE(verbs_of_a_stopped_directory_take_the_master_key_from_elsewhere) {
    const std::string key = house.make_tenant("acme");
    house.make_user(key, "jane@acme.example");
    house.stop();
    const support::temp_directory safe;
    const auto away = safe / "master.key";
    std::filesystem::rename(house.data() / "master.key", away);

    const std::vector<std::string> rows[] = {
        {"log", "tail"},   {"log", "show", "@3"},   {"log", "export"},
        {"log", "verify"}, {"rebuild", "--verify"}, {"doctor"},
    };
    for (std::vector<std::string> words : rows) {
        BOOST_TEST_CONTEXT(words.front() << ' ' << words.back()) {
            const told without = say(words);
            BOOST_TEST(without.code == 1);
            BOOST_TEST(has(without.out + without.err, "master"));
            words.insert(words.end(), {"--key-file", away.string()});
            must(words);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
