// The report of seats in a period: what is read and written, and pages of it from a real log.
#include "gateway/admin/csv_reader.hpp"
#include "gateway/admin/csv_writer.hpp"
#include "gateway/admin/seat_report.hpp"
#include "tests/projections/server.hpp"

#include <simdjson.h>

#include <cmath>

using namespace rollcall;
using namespace rollcall::admin;
using namespace rollcall::projections::test;
using projections::seat_period;

BOOST_AUTO_TEST_SUITE(seat_report_test)

BOOST_AUTO_TEST_CASE(days_are_told_with_six_decimals) {
    struct row {
        std::int64_t ms;
        const char* said;
    };

    const row rows[] = {
        {0, "0.000000"},
        {1, "0.000000"},
        {43, "0.000000"},
        {44, "0.000001"}, // half of 86.4 ms is 43.2
        {86'400, "0.001000"},
        {43'200'000, "0.500000"},
        {86'399'956, "0.999999"},
        {86'399'957, "1.000000"},
        {86'400'000, "1.000000"},
        {86'400'000LL * 31, "31.000000"},
        {86'400'000LL * 1'000'000 + 21'600'000, "1000000.250000"},
        {INT64_MAX, "106751991167.300646"},
    };
    for (const row& r : rows)
        BOOST_TEST(days_text(r.ms) == r.said);
}

BOOST_AUTO_TEST_CASE(a_day_or_a_moment) {
    struct row {
        const char* text;
        const char* means; ///< null: neither
    };

    const row rows[] = {
        {"2026-11-01", "2026-11-01T00:00:00.000Z"},
        {"2024-02-29", "2024-02-29T00:00:00.000Z"},
        {"2026-11-01T09:00:00Z", "2026-11-01T09:00:00.000Z"},
        {"2026-11-01T09:00:00.125Z", "2026-11-01T09:00:00.125Z"},
        {"2026-11-01T09:00:00+02:00", "2026-11-01T07:00:00.000Z"},
        {"", nullptr},
        {"2026", nullptr},
        {"2026-11", nullptr},
        {"2026-11-1", nullptr},
        {"2026-13-01", nullptr},
        {"2026-02-29", nullptr},
        {"01.11.2026", nullptr},
        {"11/01/2026", nullptr},
        {"2026-11-01Z", nullptr},
        {"2026-11-01 ", nullptr},
        {"2026-11-01T09:00", nullptr},
        {"2026-11-01T09:00:00", nullptr},
        {"yesterday", nullptr},
    };
    for (const row& r : rows) {
        const auto when = read_when(r.text);
        BOOST_TEST_CONTEXT(r.text) {
            BOOST_TEST(when.has_value() == (r.means != nullptr));
            if (when && r.means != nullptr) BOOST_TEST(when->text() == r.means);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_cell_computes_nothing) {
    struct row {
        const char* name;
        std::string text;
        std::string cell;
    };

    const row rows[] = {
        {"a name", "jane@acme.example", "jane@acme.example"},
        {"nothing", "", ""},
        {"blanks", "  ", "  "},
        {"a sign inside", "a=b+c-d@e", "a=b+c-d@e"},
        {"a formula", "=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")"},
        {"plus", "+41 79", "'+41 79"},
        {"minus", "-1", "'-1"},
        {"at", "@SUM(A1)", "'@SUM(A1)"},
        {"behind a blank", " =1", "' =1"},
        {"behind a tabulator", "\t=1", "' =1"},
        {"behind a line end", "\r\n=1", "'  =1"},
        {"a tabulator", "\tx", " x"},
        {"a terminal's command", "a\x1b[2Jb\x7f", "a [2Jb "},
        {"one of a wider alphabet", "a\xC2\x9B\x32Jb", "a 2Jb"},
        {"half a letter", "a\xC2", "a\xC2"},
        {"a letter of two bytes", "\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"},
        {"a wide equals sign", "\xEF\xBC\x9D\x31", "'\xEF\xBC\x9D\x31"},
        {"another wide sign", "\xEF\xBC\x81", "\xEF\xBC\x81"},
        {"an apostrophe", "'tis", "'tis"},
    };
    for (const row& r : rows)
        BOOST_TEST(harmless_cell(r.text) == r.cell, r.name << ": " << harmless_cell(r.text));
}

namespace {

projections::change_user active(const eventlog::subject_id& id, bool wanted) {
    return {id, {}, set_active(wanted), {}, !wanted};
}

constexpr seat_period all_time{{0}, {4'000'000'000'000}};

struct shop {
    shop() {
        acme = s.make_tenant("acme");
        // Quotes, a comma, a line end and a formula: what CSV has to carry.
        jane = s.make_user(acme, wish_for("=jane,\"the\r\nfirst\"")).id;
        bob = s.make_user(acme, wish_for("bob")).id;
        eve = s.make_user(acme, wish_for("eve")).id;
        s.make_user(acme, wish_for("idle", false));
        s.run(by_operator(acme, active(jane, false)));
        s.run(by_operator(acme, active(jane, true)));
        s.run(by_operator(acme, projections::delete_user{bob, {}}));
        s.run(by_operator(acme, projections::erase_user{eve}));
    }

    seat_page read(seat_wish wish) {
        auto page = read_seats(s.log(), s.keys(), acme, "acme", wish);
        BOOST_REQUIRE_MESSAGE(page.has_value(), page.error().detail);
        return std::move(*page);
    }

    static seat_wish wish(seat_format format, std::uint64_t most = 100) {
        return {all_time, {}, most, format};
    }

    server s;
    eventlog::tenant_no acme;
    eventlog::subject_id jane, bob, eve;
};

std::vector<std::vector<std::string>> rows_of(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    csv_reader reader(text);
    for (auto step = reader.next(); step != csv_reader::step::end; step = reader.next()) {
        BOOST_REQUIRE(step == csv_reader::step::row);
        auto& row = rows.emplace_back();
        for (const csv_field& field : reader.fields())
            row.emplace_back(field.text);
    }
    return rows;
}

std::string text(simdjson::dom::element of, const char* at) {
    simdjson::dom::element found;
    if (of.at_pointer(at).get(found) != simdjson::SUCCESS) return "(none)";
    return simdjson::minify(found);
}

} // namespace

BOOST_FIXTURE_TEST_CASE(rows_of_everybody_who_held_a_seat, shop) {
    const auto rows = rows_of(read(wish(seat_format::csv)).text);
    BOOST_REQUIRE(rows.size() == 5u);
    const std::vector<std::string> heading = {"user_id",        "user_name", "held_from",
                                              "held_to",        "seat_days", "given_by",
                                              "given_position", "taken_by",  "taken_position"};
    BOOST_TEST((rows[0] == heading));

    struct expected {
        eventlog::subject_id id;
        const char* name;
        const char* given_by;
        const char* taken_by;
    };

    const expected people[] = {
        {jane, "'=jane,\"the  first\"", "user_created", "user_deactivated"},
        {jane, "'=jane,\"the  first\"", "user_reactivated", ""},
        {bob, "bob", "user_created", "user_deleted"},
        {eve, "", "user_created", "user_erased"},
    };
    for (std::size_t i = 0; i < std::size(people); ++i) {
        const auto& row = rows[i + 1];
        BOOST_TEST_CONTEXT("row " << i) {
            BOOST_TEST(row[0] == people[i].id.text());
            BOOST_TEST(row[1] == people[i].name);
            BOOST_TEST(base::moment::parse(row[2]).has_value());
            BOOST_TEST(row[5] == people[i].given_by);
            BOOST_TEST(row[7] == people[i].taken_by);
            const bool open = row[7].empty();
            BOOST_TEST(base::moment::parse(row[3]).has_value() == !open);
            BOOST_TEST(row[8].empty() == open);
            const auto at = eventlog::position::parse("@" + row[6]);
            BOOST_REQUIRE(at.has_value());
            const auto bytes = s.log().read(*at);
            BOOST_REQUIRE(bytes.has_value());
            const auto record = eventlog::read_record(*bytes, eventlog::record_check::crc);
            BOOST_TEST((record->subject == people[i].id));
            BOOST_TEST(record->time.text() == row[2]);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_document_of_everybody_who_held_a_seat, shop) {
    simdjson::dom::parser parser;
    const auto page = read(wish(seat_format::json));
    const auto said = parser.parse(page.text).value();
    BOOST_TEST(page.next.empty());
    BOOST_TEST(text(said, "/tenant") == "\"acme\"");
    BOOST_TEST(text(said, "/people") == "3");
    BOOST_TEST(text(said, "/next") == "null");
    BOOST_TEST(text(said, "/holders/0/id") == "\"" + jane.text() + "\"");
    BOOST_TEST(text(said, "/holders/0/seats/0/taken_by/event") == "\"user_deactivated\"");
    BOOST_TEST(text(said, "/holders/0/seats/1/to") == "null");
    BOOST_TEST(text(said, "/holders/0/seats/1/taken_by") == "null");
    BOOST_TEST(text(said, "/holders/1/userName") == "\"bob\"");
    BOOST_TEST(text(said, "/holders/1/erased") == "false");
    BOOST_TEST(text(said, "/holders/2/userName") == "null");
    BOOST_TEST(text(said, "/holders/2/erased") == "true");
    BOOST_TEST(text(said, "/holders/3") == "(none)");
}

BOOST_FIXTURE_TEST_CASE(pages_put_together_are_the_whole, shop) {
    const std::string whole = read(wish(seat_format::csv)).text;
    for (const std::uint64_t most : {1u, 2u, 3u, 4u, 5u}) {
        std::string parts;
        std::size_t pages = 0;
        seat_wish next = wish(seat_format::csv, most);
        for (;;) {
            const auto page = read(next);
            parts += page.text;
            ++pages;
            if (page.next.empty()) break;
            next.after = eventlog::position::parse(page.next);
            BOOST_REQUIRE(next.after.has_value());
        }
        BOOST_TEST(parts == whole, "pages of " << most);
        // Jane's two rows stay together: a page ends with a person.
        BOOST_TEST(pages == (most == 1 ? 3u : most <= 3 ? 2u : 1u));
    }
}

BOOST_FIXTURE_TEST_CASE(sums_of_pages_add_up_to_those_of_the_whole, shop) {
    simdjson::dom::parser parser;
    const auto sums_of = [&parser](const seat_page& page) {
        const auto said = parser.parse(page.text).value();
        return std::pair(double(said["seat_days"]), std::uint64_t(said["people"]));
    };
    const auto [days, people] = sums_of(read(wish(seat_format::json)));
    BOOST_TEST(people == 3u);
    double days_of_pages = 0;
    std::uint64_t people_of_pages = 0;
    seat_wish next = wish(seat_format::json, 1);
    for (bool more = true; more;) {
        const auto page = read(next);
        const auto [some, of] = sums_of(page);
        BOOST_TEST(of == 1u);
        days_of_pages += some;
        people_of_pages += of;
        next.after = eventlog::position::parse(page.next);
        more = !page.next.empty();
    }
    BOOST_TEST(people_of_pages == people);
    BOOST_TEST(days > 1.0); // Jane's, up to the end of all time
    BOOST_TEST(std::abs(days_of_pages - days) < 0.00001);
}

namespace {

/// True so many times.
projections::seat_patience for_events(int most) {
    return [left = most]() mutable { return left-- > 0; };
}

} // namespace

BOOST_FIXTURE_TEST_CASE(pages_cut_by_time_put_together_are_the_whole, shop) {
    const std::string whole = read(wish(seat_format::csv)).text;
    for (const int events : {5, 6, 7, 8, 9, 10, 12, 17, 18, 30}) {
        std::string parts;
        std::size_t pages = 0;
        seat_wish next = wish(seat_format::csv);
        for (bool more = true; more && pages < 100; ++pages) {
            const auto page =
                read_seats(s.log(), s.keys(), acme, "acme", next, {{}, for_events(events)});
            BOOST_REQUIRE_MESSAGE(page.has_value(), events << ": " << page.error().detail);
            parts += page->text;
            next.after = eventlog::position::parse(page->next);
            more = !page->next.empty();
        }
        BOOST_TEST(parts == whole, "pages of " << events << " events");
        BOOST_TEST((pages > 1) == (events < 18), pages << " pages of " << events << " events");
    }
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_read_in_the_time_is_refused, shop) {
    struct row {
        const char* name;
        seat_endurance most;
        unsigned status;
        std::string said;
    };

    const row rows[] = {
        {"no time at all", {{}, for_events(0)}, 400, "the tenant itself has more events"},
        {"time for the tenant's own", {{}, for_events(1)}, 400, "the tenant has more events"},
        {"not for Jane's", {{}, for_events(4)}, 400, "user " + jane.text() + " has more events"},
        {"nobody waits", {for_events(0), {}}, 503, "try again"},
        {"nobody waits any longer", {for_events(9), {}}, 503, "try again"},
        {"neither", {for_events(9), for_events(9)}, 503, "try again"},
    };
    // Up to Jane a page does get; from there on it is hers alone.
    const auto first =
        read_seats(s.log(), s.keys(), acme, "acme", wish(seat_format::csv), {{}, for_events(4)});
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(rows_of(first->text).size() == 1u);
    seat_wish asked = wish(seat_format::csv);
    asked.after = eventlog::position::parse(first->next);
    BOOST_REQUIRE(asked.after.has_value());
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto page = read_seats(s.log(), s.keys(), acme, "acme", asked, r.most);
            BOOST_REQUIRE(!page.has_value());
            BOOST_TEST(page.error().status == r.status);
            BOOST_TEST(page.error().detail.starts_with(r.said.substr(0, 4)) == (r.status == 400));
            BOOST_TEST(page.error().detail.find(r.said) != std::string::npos, page.error().detail);
        }
    }
    // Whom it names can be left out.
    const auto refused = read_seats(s.log(), s.keys(), acme, "acme", asked, {{}, for_events(4)});
    BOOST_REQUIRE(!refused.has_value());
    const std::string said = refused.error().detail;
    const auto begin = said.find("after=") + 6;
    seat_wish rest = wish(seat_format::csv);
    rest.after = eventlog::position::parse(said.substr(begin, said.find(' ', begin) - begin));
    BOOST_REQUIRE(rest.after.has_value());
    BOOST_TEST(rows_of(read(rest).text).size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_period_of_another_time_is_empty, shop) {
    seat_wish before = wish(seat_format::csv);
    before.period = {{0}, {1000}};
    BOOST_TEST(rows_of(read(before).text).size() == 1u);
    before.format = seat_format::json;
    simdjson::dom::parser parser;
    const auto page = read(before);
    const auto said = parser.parse(page.text).value();
    BOOST_TEST(text(said, "/people") == "0");
    BOOST_TEST(text(said, "/holders/0") == "(none)");
    BOOST_TEST(text(said, "/seat_days") == "0.0");
}

BOOST_AUTO_TEST_SUITE_END()
