#include "gateway/worker_pool.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <latch>
#include <memory>

namespace rollcall::gateway {
namespace {

BOOST_AUTO_TEST_SUITE(worker_pool_test)

BOOST_AUTO_TEST_CASE(the_queue_is_bounded) {
    std::latch started(1);
    std::latch release(1);
    std::atomic<int> ran{0};
    worker_pool pool(1, 2);
    auto blocking = [&] {
        started.count_down();
        release.wait();
        ++ran;
    };
    BOOST_REQUIRE(pool.post(blocking, job_weight::light));
    started.wait(); // it runs now, so the queue is empty
    auto counting = [&ran, token = std::make_unique<int>(7)] { ran += *token == 7 ? 1 : 0; };
    auto another = [&ran] { ++ran; };
    BOOST_TEST(pool.post(counting, job_weight::light));
    BOOST_TEST(pool.post(another, job_weight::light));
    BOOST_TEST(pool.waiting() == 2u);
    auto refused = [token = std::make_unique<int>(9)] { static_cast<void>(token); };
    BOOST_TEST(!pool.post(refused, job_weight::light));
    std::promise<void> done;
    release.count_down();
    auto last = [&done] { done.set_value(); };
    while (!pool.post(last, job_weight::light)) {
        std::this_thread::yield();
    }
    done.get_future().wait();
    BOOST_TEST(ran == 3);
}

BOOST_AUTO_TEST_CASE(stopping_drops_what_waits_and_finishes_what_runs) {
    std::latch started(1);
    std::latch release(1);
    std::atomic<bool> finished{false};
    auto dropped = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = dropped;
    std::thread releaser;
    {
        worker_pool pool(1, 8);
        auto running = [&] {
            started.count_down();
            release.wait();
            finished = true;
        };
        BOOST_REQUIRE(pool.post(running, job_weight::light));
        started.wait();
        auto waiting = [kept = std::move(dropped)] { static_cast<void>(kept); };
        BOOST_REQUIRE(pool.post(waiting, job_weight::light));
        releaser = std::thread([&release] { release.count_down(); });
    }
    BOOST_TEST(finished);
    BOOST_TEST(watched.expired());
    releaser.join();
}

BOOST_AUTO_TEST_CASE(light_work_does_not_wait_for_heavy_work) {
    std::latch started(1);
    std::latch release(1);
    std::atomic<int> heavy_ran{0};
    std::promise<void> light_ran;
    worker_pool pool(2, 8);
    auto scan = [&] {
        started.count_down();
        release.wait();
        ++heavy_ran;
    };
    BOOST_REQUIRE(pool.post(scan, job_weight::heavy));
    started.wait();
    std::promise<void> second_ran;
    auto second = [&] {
        ++heavy_ran;
        second_ran.set_value();
    };
    BOOST_REQUIRE(pool.post(second, job_weight::heavy));
    auto page = [&light_ran] { light_ran.set_value(); };
    BOOST_REQUIRE(pool.post(page, job_weight::light));
    light_ran.get_future().wait(); // while the scan runs
    BOOST_TEST(heavy_ran == 0);
    BOOST_TEST(pool.waiting() == 1u);
    release.count_down();
    second_ran.get_future().wait();
    BOOST_TEST(heavy_ran == 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
