#include "gateway/prometheus.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::gateway {
namespace {

constexpr std::array<std::uint64_t, 2> bounds{1'000, 2'500'000};

BOOST_AUTO_TEST_SUITE(prometheus_test)

BOOST_AUTO_TEST_CASE(a_family_is_told_before_its_samples) {
    std::string out;
    prometheus_text text(out);
    text.counter("a_total", 7, "Something.");
    text.gauge("b", 0, "Else.");
    BOOST_TEST(out == "# HELP a_total Something.\n# TYPE a_total counter\na_total 7\n"
                      "# HELP b Else.\n# TYPE b gauge\nb 0\n");
}

BOOST_AUTO_TEST_CASE(labels_and_help_are_escaped) {
    std::string out;
    prometheus_text text(out);
    text.family("a", "gauge", "back\\slash\nand \"quotes\".");
    text.sample(std::uint64_t{1}, {{"x", "a\\b\"c\nd"}, {"y", ""}});
    BOOST_TEST(out == "# HELP a back\\\\slash\\nand \"quotes\".\n# TYPE a gauge\n"
                      "a{x=\"a\\\\b\\\"c\\nd\",y=\"\"} 1\n");
}

BOOST_AUTO_TEST_CASE(a_histogram_is_cumulative_and_in_its_unit) {
    base::histogram<bounds> counted;
    for (const std::uint64_t us : {1u, 1'000u, 1'001u, 2'500'001u})
        counted.observe(std::uint64_t{us});
    std::string out;
    prometheus_text text(out);
    text.family("a_seconds", "histogram", "Something.");
    out.clear();
    text.histogram(counted.read(), 1e6, {{"x", "y"}});
    BOOST_TEST(out == "a_seconds_bucket{x=\"y\",le=\"0.001\"} 2\n"
                      "a_seconds_bucket{x=\"y\",le=\"2.5\"} 3\n"
                      "a_seconds_bucket{x=\"y\",le=\"+Inf\"} 4\n"
                      "a_seconds_sum{x=\"y\"} 2.502003\n"
                      "a_seconds_count{x=\"y\"} 4\n");
}

BOOST_AUTO_TEST_CASE(an_empty_histogram_is_whole) {
    std::string out;
    prometheus_text text(out);
    text.family("a", "histogram", "Something.");
    out.clear();
    text.histogram(base::histogram<bounds>().read(), 1);
    BOOST_TEST(out == "a_bucket{le=\"1000\"} 0\na_bucket{le=\"2500000\"} 0\n"
                      "a_bucket{le=\"+Inf\"} 0\na_sum 0\na_count 0\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
