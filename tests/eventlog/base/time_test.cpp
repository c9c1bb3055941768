#include "eventlog/base/time.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

using namespace rollcall::base;

BOOST_AUTO_TEST_SUITE(time_test)

BOOST_AUTO_TEST_CASE(rfc_3339_that_is_read) {
    struct row {
        const char* text;
        const char* same;
    };

    const row rows[] = {
        {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        {"2026-11-22t07:02:00.125z", "2026-11-22T07:02:00.125Z"},
        {"2026-11-22T07:02:00.1Z", "2026-11-22T07:02:00.100Z"},
        {"2026-11-22T07:02:00.123999999Z", "2026-11-22T07:02:00.123Z"},
        {"2026-11-22T07:02:00+05:30", "2026-11-22T01:32:00.000Z"},
        {"2026-11-22T07:02:00-08:00", "2026-11-22T15:02:00.000Z"},
        {"2026-11-22T07:02:00-00:00", "2026-11-22T07:02:00.000Z"},
        {"2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
        {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.text) {
            const auto at = moment::parse(r.text);
            BOOST_REQUIRE(at.has_value());
            BOOST_TEST(at->text() == r.same);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
    const char* rows[] = {
        "",
        "2026-11-22",
        "2026-11-22T07:02Z",
        "2026-11-22T07:02:00",
        "2026-11-22 07:02:00Z",
        "2026-11-22T07:02:00Z ",
        " 2026-11-22T07:02:00Z",
        "2026-11-22T07:02:00.Z",
        "2026-11-22T07:02:00,5Z",
        "2026-11-22T07:02:00+0530",
        "2026-11-22T07:02:00+05",
        "2026-11-22T07:02:00+24:00",
        "2026-11-22T07:02:00+05:60",
        "2026-11-22T24:00:00Z",
        "2026-11-22T07:60:00Z",
        "2026-11-22T07:02:61Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "26-11-22T07:02:00Z",
        "+2026-11-22T07:02:00Z",
        "2026-1-22T07:02:00Z",
        "2026-11-22T07:02:00ZZ",
        "2026-11-22T07:02:0\xd9\xa0Z",
        "0000-01-01T00:00:00+00:01", // before the first year that can be spelt
        "9999-12-31T23:59:59-00:01", // after the last
        "9999-12-31T23:59:60Z",
    };
    for (const char* text : rows) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(!moment::parse(text).has_value());
        }
    }
}

RC_BOOST_PROP(every_moment_of_four_digit_years_reads_back, ()) {
    const auto first = moment::parse("0000-01-01T00:00:00Z")->unix_ms;
    const auto last = moment::parse("9999-12-31T23:59:59.999Z")->unix_ms;
    const moment at{*rc::gen::inRange(first, last)};
    RC_ASSERT(moment::parse(at.text()) == at);
}

BOOST_AUTO_TEST_CASE(durations) {
    struct row {
        const char* text;
        std::int64_t ms; ///< 0: refused
    };

    const row rows[] = {
        {"1s", 1000},
        {"15m", 900'000},
        {"24h", 86'400'000},
        {"90d", 7'776'000'000},
        {"36500d", 3'153'600'000'000},
        {"36501d", 0},
        {"0s", 0},
        {"", 0},
        {"s", 0},
        {"5", 0},
        {"-5s", 0},
        {"+5s", 0},
        {"5S", 0},
        {"5ms", 0},
        {"5 s", 0},
        {" 5s", 0},
        {"5s ", 0},
        {"1.5h", 0},
        {"1h30m", 0},
        {"99999999999999999999s", 0},
        {"9223372036854775807d", 0},
        {"3153600000s", 3'153'600'000'000},
        {"3153600001s", 0},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.text) {
            BOOST_TEST(parse_duration_ms(r.text).value_or(0) == r.ms);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
