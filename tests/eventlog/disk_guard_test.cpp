#include "eventlog/disk_guard.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

using namespace rollcall::eventlog;

namespace {

constexpr disk_limits limits{1000, 100};

} // namespace

BOOST_AUTO_TEST_SUITE(disk_guard_test)

BOOST_AUTO_TEST_CASE(going_down_at_the_limits_and_up_a_tenth_above_them) {
    using enum disk_state;

    struct row {
        const char* name;
        std::uint64_t free;
        disk_state last;
        disk_state next;
    };

    const row rows[] = {
        {"plenty", 5000, ample, ample},
        {"at the reserve", 1000, ample, ample},
        {"one below the reserve", 999, ample, reserved},
        {"at the floor", 100, ample, reserved},
        {"one below the floor", 99, ample, full},
        {"nothing", 0, ample, full},
        {"reserved stays below a tenth more", 1099, reserved, reserved},
        {"reserved ends at a tenth more", 1100, reserved, ample},
        {"reserved falls", 99, reserved, full},
        {"full stays below a tenth more", 109, full, full},
        {"full ends at a tenth more", 110, full, reserved},
        {"from full only to reserved", 1050, full, reserved},
        {"from full to ample", 1100, full, ample},
        {"all there is", UINT64_MAX, full, ample},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST((judge_disk(r.free, limits, r.last) == r.next));
        }
    }
}

BOOST_AUTO_TEST_CASE(free_bytes_of_a_real_path_and_of_none) {
    BOOST_TEST(free_bytes("/tmp").value_or(0) > 0u);
    BOOST_TEST(!free_bytes("/no/such/path").has_value());
}

BOOST_AUTO_TEST_CASE(a_guard_tells_its_first_state_before_it_returns) {
    std::vector<disk_state> told;
    {
        const disk_guard guard("/tmp", {UINT64_MAX / 2, 1},
                               [&](disk_state s) { told.push_back(s); });
        BOOST_TEST((guard.state() == disk_state::reserved));
    }
    BOOST_TEST((told == std::vector{disk_state::reserved}));
    const disk_guard roomy("/tmp", {1, 1}, [&](disk_state s) { told.push_back(s); });
    BOOST_TEST((roomy.state() == disk_state::ample && told.size() == 1u));
}

BOOST_AUTO_TEST_SUITE_END()
