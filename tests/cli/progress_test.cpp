// The line that says how far something is.
#include "cli/progress.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

namespace rollcall::cli {
namespace {

struct row {
    const char* name;
    std::uint64_t done, total;
    double seconds;
    const char* line;
};

const row rows[] = {
    {"half way", 500, 1000, 1, "[###############...............]  50 %  500 events/s  0:01 left"},
    {"over a minute left", 100, 10000, 1,
     "[..............................]   1 %  100 events/s  1:39 left"},
    {"done", 1000, 1000, 2, "[##############################] 100 %  500 events/s"},
    {"more than was known", 1100, 1000, 1, "[##############################] 100 %  1100 events/s"},
    {"not begun", 0, 1000, 5, "[..............................]   0 %"},
    {"too soon for a rate", 10, 1000, 0.001, "[..............................]   1 %"},
    {"without a total", 10, 0, 2, "10 events  5 events/s"},
    {"never a hundred too early", 999, 1000, 1,
     "[#############################.]  99 %  999 events/s  0:00 left"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(progress_test)

BOOST_AUTO_TEST_CASE(lines_say_share_rate_and_time_left) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(progress_line(r.done, r.total, r.seconds) == r.line);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_moving_line_is_taken_away_on_a_terminal_and_absent_elsewhere) {
    std::ostringstream out;
    std::ostringstream moving;
    const terminal on_terminal{out, moving, false, true, false};
    {
        progress bar(on_terminal, "verify");
        bar.show(1, 2);
    }
    BOOST_TEST(moving.str().ends_with("\r\x1b[K"));
    std::ostringstream plain;
    const terminal to_file{out, plain, false, false, false};
    {
        progress bar(to_file, "verify");
        bar.show(1, 2);
    }
    BOOST_TEST(plain.str().empty());
    BOOST_TEST(out.str().empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
