// A page of a real log as messages: what is sent for which event, and what becomes of records that
// cannot be read as they should.
#include "consumers/publishing/page.hpp"
#include "eventlog/keys.hpp"
#include "tests/projections/random_life.hpp"
#include "tests/projections/server.hpp"
#include "tests/support/events.hpp"
#include "tests/support/raw_database.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace rollcall;
using namespace rollcall::publishing;
using namespace rollcall::projections::test;

namespace {

constexpr eventlog::position beginning{eventlog::position::embedded, 1};

page all_of(server& s, const page_wish& wish = {.first = beginning}) {
    tellings how;
    how.set_lineage(support::id_of(0xaa));
    return read_page(s.log(), s.keys(), how, wish);
}

/// `lifecycle user_created`, `state seats`, ... of each event.
std::vector<std::string> words(const told_event& event) {
    std::vector<std::string> all;
    for (const told::message& m : event.messages) {
        std::string type;
        for (const told::header& h : m.headers) {
            if (h.name == "ce_type") type = h.value;
        }
        const std::string before = "io.rollcall.";
        type = type.substr(before.size(), type.size() - before.size() - 3);
        all.push_back(std::string(told::topic_word(m.topic)) + " " + type);
    }
    return all;
}

std::string joined(const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& one : all)
        text += (text.empty() ? "" : ", ") + one;
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(page_test)

BOOST_AUTO_TEST_CASE(what_is_sent_for_which_event) {
    server s;
    const auto acme = s.make_tenant("acme");
    const auto jane = s.make_user(acme, wish_for("jane"));
    const auto team = *s.run(by_operator(acme, projections::create_team{base::uuid::make_v7(1),
                                                                        team_named("crew"),
                                                                        {jane.id}}))
                           .team;
    s.run(by_operator(acme, projections::change_user{jane.id, {}, set_active(false), {}, true}));
    const page said = all_of(s);
    std::vector<std::string> lines;
    for (const told_event& one : said.events)
        lines.push_back(joined(words(one)));
    // Jane's creation is told to the state topic by what changed her last, the team's by its
    // members; the seats are as of the newest event.
    const std::vector<std::string> expected = {
        "lifecycle tenant_created",
        "lifecycle user_created",
        "lifecycle team_created",
        "lifecycle members_changed, state member, state team",
        "lifecycle user_deactivated, state user, state seats",
    };
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
    BOOST_REQUIRE(said.checkpoints.size() == 1u);
    BOOST_TEST(said.checkpoints[0].slug == "acme");
    BOOST_TEST(said.checkpoints[0].head.seq.value == 5u);
    BOOST_TEST((said.checkpoints[0].state_hash == s.views().counters(acme).state_hash));
    BOOST_TEST(said.events[0].partition == 0u);
    BOOST_TEST(said.unreadable == "");
}

BOOST_AUTO_TEST_CASE(what_is_there_is_not_sent_again) {
    server s;
    const auto acme = s.make_tenant("acme");
    s.make_user(acme, wish_for("jane"));
    s.make_user(acme, wish_for("june"));

    struct row {
        const char* name;
        std::uint64_t lifecycle, state;
        std::vector<std::string> expected;
    };

    const std::vector<row> rows = {
        {"nothing",
         0,
         0,
         {"lifecycle tenant_created", "lifecycle user_created, state user",
          "lifecycle user_created, state user, state seats"}},
        {"some lifecycle",
         2,
         0,
         {"", "state user", "lifecycle user_created, state user, state seats"}},
        {"some state", 2, 2, {"", "", "lifecycle user_created, state user, state seats"}},
        {"all", 3, 3, {"", "", ""}},
    };
    for (const row& one : rows) {
        BOOST_TEST_CONTEXT(one.name) {
            already_there there({one.lifecycle});
            page_wish wish{.first = beginning, .there = &there, .state_up_to = {one.state}};
            std::vector<std::string> lines;
            for (const told_event& event : all_of(s, wish).events)
                lines.push_back(joined(words(event)));
            BOOST_TEST(lines == one.expected, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_page_ends_at_its_bounds_and_the_next_goes_on) {
    server s;
    const auto acme = s.make_tenant("acme");
    for (int i = 0; i < 9; ++i)
        s.make_user(acme, wish_for("u" + std::to_string(i)));

    struct row {
        const char* name;
        page_limits limits;
        std::size_t events;
    };

    const std::vector<row> rows = {
        {"one event", {.events_max = 1}, 1},
        {"one less than there are", {.events_max = 9}, 9},
        {"as many as there are", {.events_max = 10}, 10},
        {"one byte", {.bytes_max = 1}, 1},
    };
    for (const row& one : rows) {
        BOOST_TEST_CONTEXT(one.name) {
            const page said = all_of(s, {.first = beginning, .limits = one.limits});
            BOOST_TEST(said.events.size() == one.events);
            // The tenant's newest event is told with the page that has it.
            BOOST_TEST(said.checkpoints.size() == (one.events == 10 ? 1u : 0u));
            const page next = all_of(s, {.first = said.events.back().at.next()});
            BOOST_TEST(said.events.size() + next.events.size() == 10u);
        }
    }
    BOOST_TEST(all_of(s, {.first = s.log().head().next()}).events.empty());
}

BOOST_AUTO_TEST_CASE(a_record_that_nobody_can_decode_keeps_its_place) {
    server s;
    const auto acme = s.make_tenant("acme");
    // A fact of a newer program.
    eventlog::event unknown;
    unknown.tenant = acme;
    unknown.time = {1'700'000'000'000};
    unknown.body = eventlog::tenant_deleted{};
    const auto head = *s.log().chain(acme);
    auto draft = eventlog::draft_record(unknown, "", 99, "", {head.seq.value + 1}, head.hash, 0);
    std::vector<eventlog::record_draft> drafts{draft};
    std::vector<eventlog::row_change> rows;
    BOOST_REQUIRE(s.log().commit(drafts, rows).has_value());
    const page said = all_of(s);
    BOOST_REQUIRE(said.events.size() == 2u);
    BOOST_TEST(joined(words(said.events[1])) ==
               "lifecycle withheld, dead-letters dead_letter, state seats");
    BOOST_TEST(said.unreadable == "");
}

BOOST_AUTO_TEST_CASE(a_record_that_is_no_record_ends_the_page) {
    server s;
    const auto acme = s.make_tenant("acme");
    s.make_user(acme, wish_for("jane"));
    s.make_user(acme, wish_for("june"));
    const auto at = s.log().head();
    s.close();
    {
        support::raw_database raw(s.path());
        const std::string key = eventlog::keys::log({at.partition, 2});
        std::string record = raw.get("log", key);
        record[100] = static_cast<char>(~record[100]);
        raw.put("log", key, record);
    }
    s.open();
    const page said = all_of(s);
    BOOST_TEST(said.events.size() == 1u);
    BOOST_TEST((said.unreadable.find("the record at @2 cannot be read") != std::string::npos),
               said.unreadable);
    BOOST_TEST(all_of(s, {.first = {at.partition, 2}}).events.empty());
}

BOOST_AUTO_TEST_SUITE_END()
