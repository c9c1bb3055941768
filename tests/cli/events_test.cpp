// What subscribers are told over HTTP, asked of a real server: a tenant's events from a place on,
// and all that is so of it.
#include "cli/json_view.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace rollcall::cli {
namespace {

struct house_of_acme {
    served house;
    std::string key = house.make_tenant("acme");
    std::string jane = house.make_user(key, "jane");

    http::answer events(const std::string& query) {
        return house.ask("GET", "/tenants/acme/events?" + query);
    }
};

std::vector<std::string> lines_in(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return lines;
}

struct refused_row {
    const char* name;
    const char* target;
    unsigned status;
    const char* error;
    const char* said; ///< a part of the detail
};

const refused_row refused_rows[] = {
    {"events of no tenant", "/tenants/beta/events", 404, "not_found", "'beta'"},
    {"events of the system", "/tenants/_system/events", 404, "not_found", "_system"},
    {"after a word", "/tenants/acme/events?after=last", 400, "bad_value", "after must be"},
    {"after a position", "/tenants/acme/events?after=%401", 400, "bad_value", "after must be"},
    {"after a negative number", "/tenants/acme/events?after=-1", 400, "bad_value", "after"},
    {"past the end", "/tenants/acme/events?after=4", 409, "past_the_end", "acme has 3 events"},
    {"past any end", "/tenants/acme/events?after=18446744073709551615", 409, "past_the_end", ""},
    {"no lineage", "/tenants/acme/events?lineage=", 400, "bad_value", "a UUID"},
    {"a lineage that is none", "/tenants/acme/events?lineage=acme", 400, "bad_value", "a UUID"},
    {"another lineage", "/tenants/acme/events?lineage=4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c", 409,
     "other_lineage", "take a new snapshot"},
    {"limit none", "/tenants/acme/events?limit=0", 400, "bad_value", "1 or more"},
    {"limit a word", "/tenants/acme/events?limit=all", 400, "bad_value", "limit"},
    {"wait a word", "/tenants/acme/events?wait=long", 400, "bad_value", "wait"},
    {"privacy of no kind", "/tenants/acme/events?personal=none", 400, "bad_value", "minimal"},
    {"unknown parameter", "/tenants/acme/events?from=%401", 400, "bad_parameter", "'from'"},
    {"a parameter twice", "/tenants/acme/events?after=1&after=1", 400, "bad_parameter", "once"},
    {"snapshot of no tenant", "/tenants/beta/snapshot", 404, "not_found", "'beta'"},
    {"snapshot of the system", "/tenants/_system/snapshot", 404, "not_found", "_system"},
    {"snapshot of no privacy", "/tenants/acme/snapshot?personal=", 400, "bad_value", "minimal"},
    {"snapshot of the past", "/tenants/acme/snapshot?after=1", 400, "bad_parameter", "'after'"},
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(events_test, house_of_acme)

BOOST_AUTO_TEST_CASE(refusals_say_what_to_change) {
    for (const refused_row& r : refused_rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = house.ask("GET", r.target);
            BOOST_TEST(answer.status == r.status, answer.body);
            const json_view problem(answer.body);
            BOOST_TEST(problem->text("error") == r.error);
            BOOST_TEST(problem->text("detail").find(r.said) != std::string::npos, answer.body);
        }
    }
}

BOOST_AUTO_TEST_CASE(events_come_in_pages_without_a_gap) {
    const auto all = events("");
    BOOST_REQUIRE(all.status == 200u);
    BOOST_TEST(all.header("Content-Type") == "application/x-ndjson");
    const auto lines = lines_in(all.body);
    BOOST_REQUIRE(lines.size() == 3u); // the tenant, its key, Jane
    const char* types[] = {"tenant_created", "withheld", "user_created"};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        BOOST_TEST_CONTEXT(lines[i]) {
            const json_view e(lines[i]);
            BOOST_TEST(e->text("id") == "acme:" + std::to_string(i + 1));
            BOOST_TEST(e->text("type") == "io.rollcall." + std::string(types[i]) + ".v1");
            BOOST_TEST(e->object("data").text("type") == types[i]);
        }
    }
    BOOST_TEST(all.body.find("okta") == std::string::npos);
    BOOST_TEST(all.header("X-Next-After") == "3");

    const auto page = events("after=1&limit=1");
    BOOST_TEST(page.body == lines[1] + "\n");
    BOOST_TEST(page.header("X-Next-After") == "2");
    const auto none = events("after=3");
    BOOST_TEST(none.status == 200u);
    BOOST_TEST(none.body.empty());
    BOOST_TEST(none.header("X-Next-After") == "3");
    const std::string lineage = json_view(lines[0])->object("data").text("lineage");
    BOOST_TEST(events("after=2&lineage=" + lineage).body == lines[2] + "\n");
}

BOOST_AUTO_TEST_CASE(people_are_told_as_asked) {
    BOOST_TEST(events("").body.find(R"("userName":"jane")") != std::string::npos);
    BOOST_TEST(events("personal=full").body.find("\"attributes\"") != std::string::npos);
    const auto minimal = events("personal=minimal");
    BOOST_TEST(minimal.body.find("jane") == std::string::npos);
    BOOST_TEST(minimal.body.find(jane) != std::string::npos);
    const auto sealed = events("personal=sealed");
    BOOST_TEST(sealed.body.find("\"sealed\":\"") != std::string::npos);
    BOOST_TEST(sealed.body.find("jane") == std::string::npos);
    // After an erasure nothing opens it; ids and order stay.
    const json_view begun(
        house.must("POST", "/tenants/acme/erasures", R"({"who":")" + jane + "\"}"));
    house.must("GET", "/jobs/" + begun->text("job") + "?wait=25");
    const auto after = events("");
    BOOST_TEST(after.body.find("\"jane\"") == std::string::npos);
    BOOST_TEST(after.body.find(R"("erased":true)") != std::string::npos);
    BOOST_TEST(lines_in(after.body).size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_wait_ends_with_an_event_of_the_tenant_and_of_no_other) {
    http::client follower(house.running().admin_address());
    BOOST_REQUIRE(follower.connect());
    BOOST_REQUIRE(follower.send_raw(
        "GET /admin/v1/tenants/acme/events?after=3&wait=25 HTTP/1.1\r\nHost: x\r\n\r\n"));
    house.must("POST", "/tenants", R"({"id":"beta"})");
    house.must("POST", "/tenants", R"({"id":"gamma"})");
    house.must("PATCH", "/tenants/acme/users/" + jane, R"({"active":false})");
    const auto answer = follower.receive();
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 200u);
    const auto lines = lines_in(answer->body);
    BOOST_REQUIRE(lines.size() == 1u);
    BOOST_TEST(json_view(lines[0])->text("type") == "io.rollcall.user_deactivated.v1");
    BOOST_TEST(answer->header("X-Next-After") == "4");
}

BOOST_AUTO_TEST_CASE(a_wait_ends_with_its_time) {
    const auto answer = events("after=3&wait=1");
    BOOST_TEST(answer.status == 200u);
    BOOST_TEST(answer.body.empty());
    BOOST_TEST(answer.header("X-Next-After") == "3");
}

BOOST_AUTO_TEST_CASE(a_snapshot_is_whole_and_events_go_on_behind_it) {
    const auto answer = house.ask("GET", "/tenants/acme/snapshot");
    BOOST_REQUIRE(answer.status == 200u);
    BOOST_TEST(answer.header("Content-Type") == "application/x-ndjson");
    const auto lines = lines_in(answer.body);
    BOOST_REQUIRE(lines.size() == 4u); // what it is of, Jane, the seats, the end
    const json_view first(lines.front());
    BOOST_TEST(first->text("type") == "snapshot");
    BOOST_TEST(first->number("seq") == 3u);
    BOOST_TEST(json_view(lines[1])->object("data").text("id") == jane);
    BOOST_TEST(json_view(lines[2])->text("type") == "io.rollcall.seats.v1");
    const json_view last(lines.back());
    BOOST_TEST(last->number("lines") == 3u);
    const auto before = answer.body.substr(0, answer.body.size() - lines.back().size() - 1);
    BOOST_TEST(last->text("sha256") == base::hex(base::sha256({before})));
    BOOST_TEST(events("after=3&lineage=" + first->text("lineage")).status == 200u);
    // His place is free again.
    BOOST_TEST(house.ask("GET", "/tenants/acme/snapshot?personal=minimal").body.find("jane") ==
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_snapshot_of_a_tenant_at_a_time) {
    // More than a piece and the buffers of a socket hold.
    std::string people = "userName,title\n";
    for (int i = 0; i < 900; ++i)
        people += "p" + std::to_string(i) + "," + std::string(900, 't') + "\n";
    const auto sent =
        house.send("POST", "/tenants/acme/imports", {{"Content-Type", "text/csv"}}, people);
    BOOST_REQUIRE(sent.status == 202u);
    const json_view job(
        house.must("GET", "/jobs/" + json_view(sent.body)->text("job") + "?wait=25"));
    BOOST_REQUIRE(job->text("state") == "done");

    http::client slow(house.running().admin_address());
    BOOST_REQUIRE(slow.connect());
    for (int i = 0; i < 20; ++i) {
        BOOST_REQUIRE(
            slow.send_raw("GET /admin/v1/tenants/acme/snapshot HTTP/1.1\r\nHost: x\r\n\r\n"));
        const auto second = house.ask("GET", "/tenants/acme/snapshot");
        const auto first = slow.receive();
        BOOST_REQUIRE(first);
        if (second.status == 200u) continue; // it overtook the other
        BOOST_TEST(second.status == 429u);
        BOOST_TEST(json_view(second.body)->text("error") == "too_many_snapshots");
        BOOST_TEST(first->status == 200u);
        BOOST_REQUIRE(lines_in(first->body).size() == 904u);
        BOOST_TEST(lines_in(first->body).back().find("snapshot_end") != std::string::npos);
        return;
    }
    BOOST_FAIL("the second snapshot came first each time");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
