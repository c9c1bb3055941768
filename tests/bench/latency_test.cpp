#include "bench/latency.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(latency_test)

using rollcall::bench::latency_histogram;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(nothing_recorded_is_zero) {
    BOOST_TEST(latency_histogram().microseconds(0.5) == 0);
}

BOOST_AUTO_TEST_CASE(one_value_is_every_percentile_within_the_width_of_a_bucket) {
    for (const std::chrono::nanoseconds took : {0ns, 1ns, 31ns, 32ns, 33ns, 63ns, 64ns, 1'000ns,
                                                123'456ns, 9'999'999ns, 30'000'000'000ns}) {
        BOOST_TEST_CONTEXT(took.count() << " ns") {
            latency_histogram h;
            h.record(took);
            const double exact = static_cast<double>(took.count()) / 1000;
            for (const double share : {0.0, 0.5, 0.99, 1.0}) {
                BOOST_TEST(h.microseconds(share) >= exact * 0.97);
                BOOST_TEST(h.microseconds(share) <= exact * 1.03);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(percentiles_of_a_thousand) {
    latency_histogram h;
    for (int i = 1; i <= 1000; ++i)
        h.record(std::chrono::microseconds(i));
    BOOST_TEST(h.count() == 1000u);
    BOOST_TEST(h.microseconds(0.5) == 500, boost::test_tools::tolerance(0.04));
    BOOST_TEST(h.microseconds(0.99) == 990, boost::test_tools::tolerance(0.04));
    BOOST_TEST(h.microseconds(1.0) == 1000, boost::test_tools::tolerance(0.04));
}

BOOST_AUTO_TEST_CASE(a_clock_that_runs_backwards_counts_as_zero) {
    latency_histogram h;
    h.record(-5ns);
    BOOST_TEST(h.count() == 1u);
    BOOST_TEST(h.microseconds(0.5) == 0);
}

BOOST_AUTO_TEST_CASE(histograms_add_up) {
    latency_histogram fast;
    latency_histogram slow;
    fast.record(10us);
    slow.record(1000us);
    slow.record(1000us);
    fast += slow;
    BOOST_TEST(fast.count() == 3u);
    BOOST_TEST(fast.microseconds(0.5) == 1000, boost::test_tools::tolerance(0.04));
    BOOST_TEST(fast.microseconds(0) == 10, boost::test_tools::tolerance(0.04));
}

BOOST_AUTO_TEST_SUITE_END()
