// The profile in a clear payload: one field whose number is the same in all facts.
#include "eventlog/base/encoding.hpp"
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::eventlog {
namespace {

const std::string label = "zamp@3";
/// Number 101, size 6, the text. On disk for ever.
const std::string golden = "65067a616d704033";

std::string bytes_of(const std::string& hex) {
    const auto bytes = base::parse_hex(hex);
    BOOST_REQUIRE(bytes.has_value());
    return std::string(base::as_text(*bytes));
}

BOOST_AUTO_TEST_SUITE(profile_field_test)

BOOST_AUTO_TEST_CASE(its_bytes_are_fixed) {
    std::string clear;
    append_profile(clear, label);
    BOOST_TEST(base::hex(base::as_bytes(clear)) == golden);
    const auto read = read_profile(bytes_of(golden));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(*read == label);
}

BOOST_AUTO_TEST_CASE(every_fact_may_have_one_beside_its_trace_and_stays_as_it_is) {
    const auto trace =
        base::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    for (const event_body& body : support::one_of_each()) {
        BOOST_TEST_CONTEXT(event_type_name(type_of(body))) {
            std::string clear = encode_clear(body);
            BOOST_TEST(read_profile(clear).value_or("?") == "");
            const auto type = static_cast<std::uint16_t>(type_of(body));
            const auto before = decode_clear(type, schema_of(body), clear);
            append_trace(clear, *trace);
            append_profile(clear, label);
            const auto after = decode_clear(type, schema_of(body), clear);
            BOOST_REQUIRE((before.has_value() && after.has_value()));
            BOOST_TEST((*before == *after));
            BOOST_TEST(read_profile(clear).value_or("?") == label);
            BOOST_TEST((read_trace(clear).value_or(std::nullopt) == trace));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_said_to_be) {
    const std::string longest(profile_label_bytes_max, 'p');

    struct {
        const char* name;
        std::string hex;
        bool readable;
    } const rows[]{
        {"nothing", "", true},
        {"another field", "050161", true},
        {"the longest", "658001" + base::hex(base::as_bytes(longest)), true},
        {"one byte longer", "658101" + base::hex(base::as_bytes(longest + "p")), false},
        {"empty", "6500", false},
        {"cut off", golden.substr(0, golden.size() - 2), false},
        {"no list of fields", "65", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto read = read_profile(bytes_of(row.hex));
            BOOST_TEST(read.has_value() == row.readable);
            if (!read) BOOST_TEST((read.error().code == log_errc::damaged_payload));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::eventlog
