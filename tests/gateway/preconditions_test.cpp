#include "gateway/preconditions.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::gateway {
namespace {

BOOST_AUTO_TEST_SUITE(preconditions_test)

BOOST_AUTO_TEST_CASE(tags_against_version_12) {
    struct row {
        const char* field;
        bool match; ///< If-Match holds
        bool hit;   ///< If-None-Match hits
    };

    const row rows[] = {
        {"", true, false},
        {"*", true, true},
        {"W/\"12\"", true, true},
        {"\"12\"", true, true},
        {"w/\"12\"", true, true},
        {"12", true, true},
        {"\"1\", W/\"12\"", true, true},
        {"\"1\",\"2\"", false, false},
        {"W/\"13\"", false, false},
        {"\"012\"", false, false},
        {"\"12 \"", false, false},
        {"\"+12\"", false, false},
        {"\"-12\"", false, false},
        {"\"12a\"", false, false},
        {"\"\"", false, false},
        {"W/", false, false},
        {"\"", false, false},
        {"abc", false, false},
        {",,", false, false},
        {"\"99999999999999999999999\"", false, false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.field) {
            BOOST_TEST(read_if_match(r.field).holds(12) == r.match);
            BOOST_TEST(none_match_hits(r.field, 12) == r.hit);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
