#include "eventlog/base/trace_context.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>

namespace rollcall::base {
namespace {

const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// `good` with other text from `at` on.
std::string with(std::size_t at, std::string_view text) {
    std::string changed = good;
    changed.replace(at, text.size(), text);
    return changed;
}

BOOST_AUTO_TEST_SUITE(trace_context_test)

BOOST_AUTO_TEST_CASE(what_is_malformed_is_no_trace) {
    struct {
        const char* name;
        std::string field;
        const char* text; ///< as version 00; null: refused
    } const rows[]{
        {"sampled", good, good.c_str()},
        {"not sampled", with(53, "00"), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"},
        {"unknown flags are dropped", with(53, "ff"), good.c_str()},
        {"only unknown flags", with(53, "fe"),
         "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"},
        {"later version", with(0, "01"), good.c_str()},
        {"later version with more", with(0, "cc") + "-what-comes", good.c_str()},
        {"later version ending in a dash", with(0, "cc") + "-", good.c_str()},
        {"later version, more without a dash", with(0, "cc") + ".what", nullptr},
        {"version ff", with(0, "ff"), nullptr},
        {"version in capitals", with(0, "CC"), nullptr},
        {"version not hex", with(0, "0g"), nullptr},
        {"version 00 with more", good + "-00", nullptr},
        {"version 00 ending in a dash", good + "-", nullptr},
        {"cut off", good.substr(0, 54), nullptr},
        {"empty", "", nullptr},
        {"dashes only", std::string(55, '-'), nullptr},
        {"capitals in the trace id", with(3, "4BF9"), nullptr},
        {"not hex in the trace id", with(34, "g"), nullptr},
        {"capitals in the parent id", with(36, "00F0"), nullptr},
        {"not hex in the parent id", with(51, " "), nullptr},
        {"flags not hex", with(53, "0x"), nullptr},
        {"trace id of zeros", with(3, std::string(32, '0')), nullptr},
        {"parent id of zeros", with(36, std::string(16, '0')), nullptr},
        {"other first separator", with(2, "_"), nullptr},
        {"other second separator", with(35, "_"), nullptr},
        {"other third separator", with(52, "_"), nullptr},
        {"blank before", " " + good.substr(0, 54), nullptr},
        {"a NUL in it", with(10, std::string(1, '\0')), nullptr},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto trace = parse_traceparent(row.field);
            BOOST_TEST(trace.has_value() == (row.text != nullptr));
            if (trace && row.text != nullptr) BOOST_TEST(trace->text() == row.text);
        }
    }
}

RC_BOOST_PROP(what_is_written_is_read, ()) {
    trace_context trace;
    for (auto& byte : trace.trace_id)
        byte = *rc::gen::arbitrary<std::uint8_t>();
    for (auto& byte : trace.parent_id)
        byte = *rc::gen::arbitrary<std::uint8_t>();
    trace.trace_id[7] |= 1; // never all zero
    trace.parent_id[7] |= 1;
    trace.sampled = *rc::gen::arbitrary<bool>();
    RC_ASSERT(parse_traceparent(trace.text()) == trace);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::base
