#include "eventlog/base/rare_note.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::base {
namespace {

using std::chrono::seconds;

BOOST_AUTO_TEST_SUITE(rare_note_test)

BOOST_AUTO_TEST_CASE(it_is_told_at_first_and_then_once_in_a_minute) {
    struct {
        const char* name;
        seconds at;
        std::uint64_t told; ///< 0: not told
    } const rows[]{
        {"the first", seconds(0), 1},
        {"the next", seconds(0), 0},
        {"just before the minute is over", seconds(59), 0},
        {"then with those that were not told", seconds(60), 3},
        {"the minute begins anew", seconds(119), 0},
        {"and ends", seconds(120), 2},
        {"after a long silence", seconds(10'000), 1},
    };

    // A clock may begin anywhere.
    for (const rare_note::time_point start :
         {rare_note::time_point(), rare_note::time_point(seconds(5)),
          rare_note::time_point(std::chrono::hours(24 * 365))}) {
        rare_note note;
        for (const auto& row : rows)
            BOOST_TEST(note.count(start + row.at).value_or(0) == row.told, row.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::base
