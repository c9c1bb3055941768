// The pace of large bodies: each window is judged by its own bytes, and the whole time is an end.
#include "gateway/http/body_pace.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace rollcall::http;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(body_pace_test)

BOOST_AUTO_TEST_CASE(each_window_needs_its_bytes) {
    struct row {
        const char* name;
        std::vector<std::size_t> windows; ///< bytes in each
        std::size_t goes_on;              ///< so many times
    };

    constexpr std::size_t enough = body_pace::bytes_min;
    const row rows[] = {
        {"nothing", {0}, 0},
        {"one byte too few", {enough - 1}, 0},
        {"just enough", {enough, 0}, 1},
        {"a lot, then nothing", {60 * enough, 1, 0}, 1},
        {"always enough, until the end", {enough, enough, enough, enough}, 3},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            body_pace pace;
            const body_pace::time_point start{};
            auto look = pace.begin(start, 30s, 110s);
            BOOST_TEST((look == start + 30s));
            std::size_t times = 0;
            for (const std::size_t bytes : r.windows) {
                pace.add(bytes);
                if (!pace.goes_on(look, look)) break;
                ++times;
            }
            BOOST_TEST(times == r.goes_on);
            BOOST_TEST((look <= start + 110s));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_ordinary_body_has_its_time_and_no_more) {
    body_pace pace;
    auto look = pace.begin({}, 30s, 30s);
    pace.add(body_pace::bytes_min);
    BOOST_TEST(!pace.goes_on(look, look));
}

BOOST_AUTO_TEST_SUITE_END()
