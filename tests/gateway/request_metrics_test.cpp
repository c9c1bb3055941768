#include "gateway/request_metrics.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <thread>
#include <vector>

namespace rollcall::gateway {
namespace {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(request_metrics_test)

BOOST_AUTO_TEST_CASE(a_duration_falls_into_its_bucket) {
    struct row {
        std::chrono::nanoseconds took;
        std::size_t bucket;
    };

    const row rows[] = {
        {0ns, 0}, {50us, 0}, {51us, 1}, {1ms, 4}, {30s, 14}, {31s, 15}, {-1ms, 0},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.took.count()) {
            request_metrics metrics(1);
            metrics.record(0, 200, r.took);
            const auto figures = metrics.read();
            BOOST_TEST(figures[0].took_us.counts[r.bucket] == 1u);
            BOOST_TEST(figures[0].requests() == 1u);
        }
    }
}

BOOST_AUTO_TEST_CASE(threads_add_up) {
    constexpr int threads = 20; // more than there are shards
    constexpr int each = 1'000;
    request_metrics metrics(2);
    std::vector<std::thread> all;
    for (int t = 0; t < threads; ++t) {
        all.emplace_back([&metrics] {
            for (int i = 0; i < each; ++i) {
                metrics.record(1, i % 2 == 0 ? 200 : 404, 10us);
            }
        });
    }
    for (std::thread& t : all) {
        t.join();
    }
    const auto figures = metrics.read();
    BOOST_TEST(figures[0].requests() == 0u);
    BOOST_TEST(figures[1].by_status[place_of_status(200)] == threads * each / 2u);
    BOOST_TEST(figures[1].by_status[place_of_status(404)] == threads * each / 2u);
    BOOST_TEST(figures[1].took_us.sum == threads * each * 10u);
}

BOOST_AUTO_TEST_CASE(what_no_route_answered_is_counted_without_a_duration) {
    request_metrics metrics(2);
    metrics.record_refused(1, 503);
    metrics.record_refused(1, 503);
    metrics.record(1, 200, 10us);
    const auto figures = metrics.read();
    BOOST_TEST(figures[1].by_status[place_of_status(503)] == 2u);
    BOOST_TEST(figures[1].requests() == 3u);
    BOOST_TEST(figures[1].took_us.sum == 10u);
}

BOOST_AUTO_TEST_CASE(each_status_has_its_place) {
    BOOST_TEST(std::is_sorted(counted_statuses.begin(), counted_statuses.end()));
    for (std::size_t i = 0; i < counted_statuses.size(); ++i)
        BOOST_TEST(place_of_status(counted_statuses[i]) == i);
    for (const unsigned unknown : {0u, 199u, 203u, 418u, 508u, 599u})
        BOOST_TEST(place_of_status(unknown) == counted_statuses.size());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
