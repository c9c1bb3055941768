// Seats of now and of a period, as an operator asks for them: a whole server, the real binary.
#include "cli/json_view.hpp"
#include "eventlog/base/time.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/served.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

namespace rollcall::cli {
namespace {

const std::string deactivate = R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                               R"("Operations":[{"op":"replace","path":"active","value":false}]})";
const std::string seats_of_acme = "/tenants/acme/seats";

/// Jane is deactivated, Bob is deleted, Eve is erased, Zoe is there.
struct office {
    office() {
        key = house.make_tenant("acme");
        jane = house.make_user(key, "=jane@acme.example");
        const std::string bob = house.make_user(key, "bob");
        eve = house.make_user(key, "eve");
        zoe = house.make_user(key, "zoe");
        // All four at once: who comes in the very moment in which another goes is no time beside
        // him.
        const base::moment made = base::now();
        while (base::now() == made) {}
        BOOST_REQUIRE(house.scim("PATCH", "/Users/" + jane, key, deactivate).status == 200u);
        BOOST_REQUIRE(house.scim("DELETE", "/Users/" + bob, key).status == 204u);
        house.must("POST", "/tenants/acme/erasures", R"({"who":"eve"})");
    }

    /// A tenant "large" of so many.
    void import_people(std::size_t people) {
        house.make_tenant("large");
        std::string file = "userName\n";
        for (std::size_t i = 0; i < people; ++i)
            file += "u" + std::to_string(i) + "\n";
        const auto started =
            house.send("POST", "/tenants/large/imports", {{"Content-Type", "text/csv"}}, file);
        BOOST_REQUIRE(started.status == 202u);
        const std::string job =
            "/tenants/large/imports/" + json_view(started.body)->text("job") + "?wait=25";
        while (json_view(house.must("GET", job))->text("state") == "running") {}
    }

    outcome call(std::vector<std::string> words) const {
        words.insert(words.end(), {"--data", house.data().string()});
        return call_rollcall(words, scratch.path());
    }

    served house;
    support::temp_directory scratch;
    std::string key, jane, eve, zoe;
};

std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(seats_test, office)

BOOST_AUTO_TEST_CASE(who_holds_a_seat_and_since_when) {
    const json_view seats(house.must("GET", seats_of_acme));
    const auto holders = seats->items("holders");
    BOOST_REQUIRE(holders.size() == 1u);
    BOOST_TEST(holders[0].text("id") == zoe);
    const json_view user(house.must("GET", "/tenants/acme/users/zoe"));
    BOOST_TEST(holders[0].text("since") == user->text("created"));
    BOOST_TEST(seats->text("used") == "1");

    const outcome told = call({"seats", "acme"});
    BOOST_TEST(told.code == 0);
    BOOST_TEST(told.out.find("1 of unlimited seats are taken") != std::string::npos);
    BOOST_TEST(told.out.find(user->text("created")) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(who_held_a_seat_in_a_period) {
    const json_view said(house.must("GET", seats_of_acme + "?from=2020-01-01"));
    BOOST_TEST(said->text("people") == "4");
    BOOST_TEST(said->items("holders").size() == 4u);
    const json_view before(
        house.must("GET", seats_of_acme + "?from=2020-01-01&to=2020-02-01T00:00:00%2B01:00"));
    BOOST_TEST(before->text("people") == "0");
    BOOST_TEST(before->text("to") == "2020-01-31T23:00:00.000Z");
    const json_view first(house.must("GET", seats_of_acme + "?to=2999-01-01&limit=1"));
    BOOST_TEST(first->items("holders").size() == 1u);
    BOOST_TEST((first->text("to") < "2999"));
    const std::string rest = seats_of_acme + "?to=" + first->text("to") + "&limit=9&after=%40";
    const json_view others(house.must("GET", rest + first->text("next").substr(1)));
    BOOST_TEST(others->items("holders").size() == 3u);
    BOOST_TEST(!others->has("next"));
    BOOST_TEST(others->text("to") == first->text("to"));
    BOOST_TEST(others->text("people") == "3");
}

BOOST_AUTO_TEST_CASE(in_a_deleted_tenant_nobody_holds_one) {
    house.must("DELETE", "/tenants/acme");
    const json_view now(house.must("GET", seats_of_acme));
    BOOST_REQUIRE(now->items("holders").size() == 1u);
    BOOST_TEST(!now->items("holders")[0].has("since"));
    const json_view all(house.must("GET", seats_of_acme + "?from=2020-01-01"));
    const json_item last = all->items("holders").back();
    BOOST_TEST(last.text("id") == zoe);
    const json_item seat = last.items("seats").back();
    BOOST_TEST(seat.object("taken_by").text("event") == "tenant_deleted");
    BOOST_TEST(seat.has("to"));
}

BOOST_AUTO_TEST_CASE(what_is_no_period) {
    struct row {
        const char* name;
        std::string query;
        const char* said;
    };

    const row rows[] = {
        {"a misspelt parameter", "?form=2026-11-01", "known here: from, to, after, limit"},
        {"a parameter twice", "?from=2026-11-01&from=2026-11-02", "more than once"},
        {"no day", "?from=monday", "from must be a day such as"},
        {"no such day", "?to=2026-02-30", "to must be a day such as"},
        {"an empty one", "?from=", "from must be a day"},
        {"backwards", "?from=2020-02-01&to=2020-01-01", "from must be earlier than to"},
        {"no time at all", "?from=2020-02-01&to=2020-02-01", "from must be earlier than to"},
        {"in the future", "?from=2999-01-01", "not in the future"},
        {"wholly in the future", "?from=2999-01-01&to=2999-02-01", "not in the future"},
        {"before the tenant", "?to=2020-01-01", "from must be earlier than to"},
        {"pages of nothing", "?from=2020-01-01&limit=0", "limit must be 1 or more"},
        {"pages of words", "?from=2020-01-01&limit=all", "whole number"},
        {"after no position", "?to=2026-01-01&from=2020-01-01&after=7", "next of a page"},
        {"pages of different periods", "?from=2020-01-01&after=%407", "name to as well"},
        {"pages of ends of their own", "?to=2999-01-01&after=%407", "use the to of the first page"},
        {"pages of now", "?limit=3", "go with a period"},
        {"a next page of now", "?after=%407", "go with a period"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = house.ask("GET", seats_of_acme + r.query);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == 400u);
            BOOST_TEST(answer.body.find(r.said) != std::string::npos);
        }
    }
    BOOST_TEST(house.ask("GET", "/tenants/nobody/seats?from=2020-01-01").status == 404u);
}

BOOST_AUTO_TEST_CASE(the_type_that_is_asked_for) {
    struct row {
        const char* accept;
        bool csv;
    };

    const row rows[] = {
        {"text/csv", true},
        {"text/csv;q=0.9", true},
        {"application/xml, text/csv ; header=present", true},
        {"application/json", false},
        {"*/*", false},
        {"text/csvx", false},
        {"x-text/csv", false},
        {"", false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.accept) {
            const auto answer = house.send("GET", seats_of_acme, {{"Accept", r.accept}}, "");
            BOOST_TEST(answer.status == 200u);
            BOOST_TEST(answer.header("Content-Type").starts_with("text/csv") == r.csv);
            BOOST_TEST(base::moment::parse(answer.header("X-Period-To")).has_value() == r.csv);
            BOOST_TEST(answer.body.starts_with("user_id,user_name,") == r.csv);
            // Without a name, and no formula.
            BOOST_TEST((answer.body.find(eve + ",,") != std::string::npos) == r.csv);
            BOOST_TEST((answer.body.find(jane + ",'=jane@acme.example,") != std::string::npos) ==
                       r.csv);
        }
    }
}

BOOST_AUTO_TEST_CASE(as_the_operator_reads_it) {
    const outcome period = call({"seats", "acme", "--from", "2020-01-01"});
    BOOST_TEST(period.code == 0);
    BOOST_TEST(period.out.find("of 4 people; most at once: 4") != std::string::npos);
    // Days with six decimals, however few they are.
    const std::string days = period.out.substr(0, period.out.find(' '));
    BOOST_TEST(days.size() - days.find('.') == 7u, days);
    BOOST_TEST(period.out.find("e-0") == std::string::npos, period.out);
    BOOST_TEST(period.out.find("from 2020-01-01T00:00:00.000Z to 20") != std::string::npos);
    BOOST_TEST(period.out.find("user_deactivated @") != std::string::npos);
    BOOST_TEST(period.out.find(eve) != std::string::npos);

    const outcome csv = call({"seats", "acme", "--csv"});
    BOOST_TEST(csv.code == 0);
    BOOST_TEST(lines_of(csv.out) == 5u);
    BOOST_TEST(csv.out.find(",'=jane@acme.example,") != std::string::npos);

    const outcome json = call({"seats", "acme", "--to", "2999-01-01", "--json"});
    BOOST_TEST(json_view(json.out)->text("people") == "4");

    const outcome none = call({"seats", "acme", "--from", "2999-01-01"});
    BOOST_TEST(none.code == 1);
    BOOST_TEST(none.err.find("from must be earlier") != std::string::npos);
}

// At a door of the world somebody else's thread reads, and a tenant's admin sees his own.
BOOST_AUTO_TEST_CASE(as_an_admin_of_the_tenant_reads_it) {
    served world(true);
    const std::string provider = world.make_tenant("acme");
    world.make_tenant("bold");
    world.must("POST", "/tenants/acme/users", R"({"userName":"zoe","emails":["z@acme.example"]})");
    const json_view admin(
        world.must("POST", "/tenants/acme/admins", R"({"name":"vic","role":"viewer"})"));
    const auto ask = [&](const std::string& target, const std::string& token) {
        return world.knock("GET", "/admin/v1" + target,
                           {{"X-Forwarded-For", "192.0.2.1"},
                            {"Authorization", "Bearer " + token},
                            {"Accept", "text/csv"}});
    };
    const auto csv = ask(seats_of_acme + "?from=2020-01-01", admin->text("token"));
    BOOST_TEST(csv.status == 200u);
    BOOST_TEST(csv.header("Content-Type") == "text/csv; charset=utf-8; header=present");
    BOOST_TEST(lines_of(csv.body) == 2u);
    BOOST_TEST(csv.body.find(",zoe,") != std::string::npos);
    BOOST_TEST(ask("/tenants/bold/seats", admin->text("token")).status == 404u);
    BOOST_TEST(ask(seats_of_acme, provider).status == 401u);
}

// More than fit on a page: the program puts the pages together.
BOOST_AUTO_TEST_CASE(more_than_a_page) {
    constexpr std::size_t people = 5'001;
    import_people(people);

    const outcome csv = call({"seats", "large", "--csv"});
    BOOST_TEST(csv.code == 0);
    BOOST_TEST(lines_of(csv.out) == people + 1);
    BOOST_TEST(csv.out.find("user_id", 1) == std::string::npos);
    for (const std::size_t i : {std::size_t{0}, people - 2, people - 1})
        BOOST_TEST(csv.out.find(",u" + std::to_string(i) + ",") != std::string::npos);
    BOOST_TEST(lines_of(call({"seats", "large", "--from", "2020-01-01", "--json"}).out) == 2u);
    const outcome words = call({"seats", "large", "--from", "2020-01-01"});
    BOOST_TEST(words.out.find("of 5001 people") != std::string::npos);
    BOOST_TEST(words.out.find("most at once: 5001,") != std::string::npos);
    BOOST_TEST(words.out.find("and more") != std::string::npos);
}

// The socket has few threads, and a revocation must not wait for them; so workers read.
BOOST_AUTO_TEST_CASE(a_reading_holds_up_neither_the_socket_nor_a_stop) {
    import_people(5'001);
    const auto socket = http::endpoint::unix_path((house.data() / "admin.sock").string());
    // Everybody is read, and nobody is told of.
    const std::string call = "GET /admin/v1/tenants/large/seats?from=2020-01-01&to=2020-01-02 "
                             "HTTP/1.1\r\nHost: h\r\n\r\n";
    http::client door(socket);
    std::vector<std::unique_ptr<http::client>> asking;
    for (int i = 0; i < 7; ++i) {
        asking.push_back(std::make_unique<http::client>(socket));
        BOOST_REQUIRE(asking.back()->connect());
        BOOST_REQUIRE(asking.back()->send_raw(
            i > 0 ? call : "GET /admin/v1/tenants/large/seats HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    BOOST_REQUIRE(http::testing::eventually([&door] {
        const std::string figures = door.send("GET", "/metrics")->body;
        return figures.find("\nrollcall_lists_running 1\n") != std::string::npos &&
               figures.find("\nrollcall_lists_waiting 0\n") == std::string::npos;
    }));
    BOOST_TEST(door.send("GET", "/admin/v1/tenants")->status == 200u);
    std::thread end([this] { house.stop(); });
    unsigned told = 0;
    for (const auto& each : asking) {
        const auto said = each->receive();
        BOOST_TEST(said.has_value());
        if (!said || said->status == 200) continue;
        ++told;
        BOOST_TEST(said->status == 503u);
        BOOST_TEST(!said->header("Retry-After").empty());
        BOOST_TEST(said->body.find("the server is stopping") != std::string::npos, said->body);
    }
    BOOST_TEST(told >= 1u);
    end.join();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
