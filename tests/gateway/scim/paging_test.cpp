#include "gateway/scim/paging.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

namespace rollcall::scim {
namespace {

BOOST_AUTO_TEST_SUITE(paging_test)

BOOST_AUTO_TEST_CASE(pages_are_read) {
    using text = std::optional<std::string_view>;

    struct {
        const char* name;
        text start_index;
        text count;
        const char* page; // startIndex/count, or line() of the error
    } const rows[]{
        {"nothing said", {}, {}, "1/100"},
        {"as Okta tests", "1", "2", "1/2"},
        {"further on", "101", "100", "101/100"},
        {"zero is one", "0", {}, "1/100"},
        {"below is one", "-5", {}, "1/100"},
        {"count zero", {}, "0", "1/0"},
        {"count below", {}, "-3", "1/0"},
        {"count at the cap", {}, "200", "1/200"},
        {"count past the cap", {}, "201", "1/200"},
        {"more than 32 bits", "4294967297", "4294967297", "4294967297/200"},
        {"more than 64 bits", "99999999999999999999999", "99999999999999999999999",
         "9223372036854775807/200"},
        {"far below", "-99999999999999999999999", "-99999999999999999999999", "1/0"},
        {"leading zeros", "007", "010", "7/10"},
        {"no number", "x", {}, "invalidValue: startIndex: must be a whole number"},
        {"empty", "", {}, "invalidValue: startIndex: must be a whole number"},
        {"fraction", "1.0", {}, "invalidValue: startIndex: must be a whole number"},
        {"plus", "+1", {}, "invalidValue: startIndex: must be a whole number"},
        {"blank", " 1", {}, "invalidValue: startIndex: must be a whole number"},
        {"sign alone", "-", {}, "invalidValue: startIndex: must be a whole number"},
        {"count no number", {}, "ten", "invalidValue: count: must be a whole number"},
        {"count exponent", {}, "1e2", "invalidValue: count: must be a whole number"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto page = parse_page(row.start_index, row.count, 100, 200);
            const std::string got =
                page ? std::to_string(page->start_index) + "/" + std::to_string(page->count)
                     : sample::line(page.error());
            BOOST_TEST(got == row.page);
        }
    }
    BOOST_TEST(parse_page({}, {}, 500, 200)->count == 200U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
