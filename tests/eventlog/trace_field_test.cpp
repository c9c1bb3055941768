// The trace in a clear payload: one field whose number is the same in all facts.
#include "eventlog/base/encoding.hpp"
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::eventlog {
namespace {

const std::string header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// Number 100, size 25, trace id, parent id, flags. On disk for ever.
const std::string golden = "64194bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b701";

std::string bytes_of(const std::string& hex) {
    const auto bytes = base::parse_hex(hex);
    BOOST_REQUIRE(bytes.has_value());
    return std::string(base::as_text(*bytes));
}

BOOST_AUTO_TEST_SUITE(trace_field_test)

BOOST_AUTO_TEST_CASE(its_bytes_are_fixed) {
    std::string clear;
    append_trace(clear, *base::parse_traceparent(header));
    BOOST_TEST(base::hex(base::as_bytes(clear)) == golden);
    const auto read = read_trace(bytes_of(golden));
    BOOST_REQUIRE(read.has_value());
    BOOST_REQUIRE(read->has_value());
    BOOST_TEST((*read)->text() == header);
}

BOOST_AUTO_TEST_CASE(every_fact_may_have_one_and_stays_as_it_is) {
    for (const event_body& body : support::one_of_each()) {
        BOOST_TEST_CONTEXT(event_type_name(type_of(body))) {
            std::string clear = encode_clear(body);
            const auto none = read_trace(clear);
            BOOST_REQUIRE(none.has_value());
            BOOST_TEST(!none->has_value());
            const auto type = static_cast<std::uint16_t>(type_of(body));
            const auto before = decode_clear(type, schema_of(body), clear);
            append_trace(clear, *base::parse_traceparent(header));
            const auto after = decode_clear(type, schema_of(body), clear);
            BOOST_REQUIRE((before.has_value() && after.has_value()));
            BOOST_TEST((*before == *after));
            const auto trace = read_trace(clear);
            BOOST_REQUIRE((trace.has_value() && trace->has_value()));
            BOOST_TEST((*trace)->text() == header);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_said_to_be) {
    struct {
        const char* name;
        std::string hex;
        bool readable;
    } const rows[]{
        {"nothing", "", true},
        {"another field", "050161", true},
        {"a later flag", golden.substr(0, 52) + "83", true},
        {"cut off", golden.substr(0, 50), false},
        {"a byte short", "6418" + golden.substr(4, 48), false},
        {"a byte too many", "641a" + golden.substr(4) + "00", false},
        {"empty", "6400", false},
        {"no list of fields", "64", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto read = read_trace(bytes_of(row.hex));
            BOOST_TEST(read.has_value() == row.readable);
            if (!read) BOOST_TEST((read.error().code == log_errc::damaged_payload));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::eventlog
