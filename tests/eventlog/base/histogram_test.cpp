#include "eventlog/base/histogram.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

namespace rollcall::base {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::uint64_t, 3> bounds{1, 10, 100};

BOOST_AUTO_TEST_SUITE(histogram_test)

BOOST_AUTO_TEST_CASE(a_value_falls_into_the_first_bucket_that_holds_it) {
    struct {
        std::uint64_t value;
        std::size_t bucket;
    } const rows[]{{0, 0}, {1, 0}, {2, 1}, {10, 1}, {11, 2}, {100, 2}, {101, 3}, {1u << 30, 3}};

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.value) {
            histogram<bounds> counted;
            counted.observe(row.value);
            const auto now = counted.read();
            BOOST_REQUIRE(now.counts.size() == bounds.size() + 1);
            for (std::size_t i = 0; i < now.counts.size(); ++i)
                BOOST_TEST(now.counts[i] == (i == row.bucket ? 1u : 0u));
            BOOST_TEST(now.sum == row.value);
        }
    }
}

BOOST_AUTO_TEST_CASE(durations_count_in_microseconds) {
    histogram<bounds> counted;
    counted.observe(std::chrono::nanoseconds(1999ns));
    counted.observe(std::chrono::nanoseconds(-5ms));
    counted.observe(std::chrono::nanoseconds(1ms));
    const auto now = counted.read();
    BOOST_TEST(now.sum == 1001u);
    BOOST_TEST(now.counts[0] == 2u);
    BOOST_TEST(now.counts[3] == 1u);
}

BOOST_AUTO_TEST_CASE(threads_add_up) {
    constexpr int each = 10'000;
    histogram<bounds> counted;
    std::vector<std::thread> all;
    for (int t = 0; t < 4; ++t) {
        all.emplace_back([&counted] {
            for (int i = 0; i < each; ++i)
                counted.observe(std::uint64_t{5});
        });
    }
    for (std::thread& t : all)
        t.join();
    const auto now = counted.read();
    BOOST_TEST(now.count() == 4u * each);
    BOOST_TEST(now.counts[1] == 4u * each);
    BOOST_TEST(now.sum == 20u * each);
}

BOOST_AUTO_TEST_CASE(the_bounds_of_waits_ascend) {
    BOOST_TEST(std::is_sorted(wait_bounds_us.begin(), wait_bounds_us.end()));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::base
