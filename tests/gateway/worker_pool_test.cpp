// Order and fairness with real threads: what blocks is a latch in a job, and what is waited for is
// what a job does.
#include "gateway/worker_pool.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rollcall::gateway {
namespace {

using eventlog::tenant_no;
using verdict = worker_pool::verdict;
using clock = std::chrono::steady_clock;

struct test_job {
    std::function<void(job_turn, const std::atomic<bool>&)> body;
    bool awaited = true;

    void operator()(job_turn turn, const std::atomic<bool>& stop) { body(turn, stop); }

    [[nodiscard]] bool wanted() const { return awaited; }
};

test_job calling(std::function<void(job_turn)> what) {
    return {[what = std::move(what)](job_turn turn, const std::atomic<bool>&) { what(turn); }};
}

test_job nothing() {
    return calling([](job_turn) {});
}

job_terms light(std::uint32_t tenant = 1) {
    return {tenant_no{tenant}, job_weight::light};
}

job_terms heavy(std::uint32_t tenant = 1) {
    return {tenant_no{tenant}, job_weight::heavy};
}

/// A job that a thread is in until it is released.
class blocker {
  public:
    blocker(worker_pool& pool, const job_terms& terms) {
        auto job = calling([both = latches_](job_turn) {
            both->started.count_down();
            both->release.wait();
        });
        BOOST_REQUIRE((pool.post(job, terms) == verdict::taken));
        latches_->started.wait();
    }

    void release() { latches_->release.count_down(); }

  private:
    struct latches {
        std::latch started{1};
        std::latch release{1};
    };

    std::shared_ptr<latches> latches_ = std::make_shared<latches>();
};

/// What jobs were told, in the order in which they were.
class diary {
  public:
    test_job entry(std::string name) {
        return calling([this, name = std::move(name)](job_turn turn) {
            const char* words[] = {"", " late", " stopping"};
            const std::lock_guard lock(mutex_);
            text_ += (text_.empty() ? "" : ", ") + name + words[static_cast<std::size_t>(turn)];
            ++entries_;
            written_.notify_all();
        });
    }

    void wait_for(std::ptrdiff_t entries) {
        std::unique_lock lock(mutex_);
        written_.wait(lock, [&] { return entries_ >= entries; });
    }

    std::string text() {
        const std::lock_guard lock(mutex_);
        return text_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable written_;
    std::string text_;
    std::ptrdiff_t entries_ = 0;
};

/// Waits until the pool has done what it had; `terms` of somebody who may post.
void finish(worker_pool& pool, const job_terms& terms) {
    const auto done = std::make_shared<std::promise<void>>();
    auto last = calling([done](job_turn) { done->set_value(); });
    while (pool.post(last, terms) != verdict::taken) {
        std::this_thread::yield();
    }
    done->get_future().wait();
}

BOOST_AUTO_TEST_SUITE(worker_pool_test)

BOOST_AUTO_TEST_CASE(the_queue_is_bounded_for_each_tenant_and_in_all) {
    worker_pool pool(1, 7, {.tenant_pages_waiting_max = 3, .tenant_scans_waiting_max = 2});
    blocker busy(pool, light(9)); // it runs, so it does not wait

    struct row {
        const char* name;
        job_terms terms;
        verdict expected;
    };

    const row rows[] = {
        {"first scan", heavy(1), verdict::taken},
        {"the share of scans", heavy(1), verdict::taken},
        {"one scan more", heavy(1), verdict::tenant_full},
        {"pages are counted apart", light(1), verdict::taken},
        {"second page", light(1), verdict::taken},
        {"the share of pages", light(1), verdict::taken},
        {"one page more", light(1), verdict::tenant_full},
        {"another tenant is not concerned", heavy(2), verdict::taken},
        {"the whole queue", light(2), verdict::taken},
        {"one more, whosoever", light(3), verdict::full},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            auto job = nothing();
            BOOST_TEST((pool.post(job, r.terms) == r.expected));
            BOOST_TEST(bool(job.body) == (r.expected != verdict::taken)); // untouched if refused
        }
    }
    BOOST_TEST(pool.waiting() == 7u);
    busy.release();
    finish(pool, heavy(1)); // behind the last of his, and light work is first again
    BOOST_TEST(pool.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(tenants_take_turns) {
    diary said;
    worker_pool pool(1, 64);
    blocker busy(pool, light(9));
    const char* posted[] = {"a1", "a2", "a3", "a4", "b1", "b2", "c1"};
    for (const char* name : posted) {
        auto job = said.entry(name);
        const auto tenant = static_cast<std::uint32_t>(name[0] - 'a' + 1);
        BOOST_REQUIRE((pool.post(job, heavy(tenant)) == verdict::taken));
    }
    busy.release();
    finish(pool, heavy(1)); // behind the last of his
    BOOST_TEST(said.text() == "a1, b1, c1, a2, b2, a3, a4");
}

BOOST_AUTO_TEST_CASE(light_work_goes_first_even_with_one_thread) {
    diary said;
    worker_pool pool(1, 64);
    blocker busy(pool, heavy(9));
    auto scan = said.entry("scan");
    auto page = said.entry("page");
    BOOST_REQUIRE((pool.post(scan, heavy(1)) == verdict::taken));
    BOOST_REQUIRE((pool.post(page, light(1)) == verdict::taken));
    busy.release();
    finish(pool, heavy(1));
    BOOST_TEST(said.text() == "page, scan");
}

BOOST_AUTO_TEST_CASE(light_and_heavy_work_take_turns) {
    struct posted {
        const char* name;
        job_terms terms;
    };

    struct row {
        const char* name;
        unsigned threads;
        std::vector<job_terms> run;  // meanwhile; the last of them makes room
        std::vector<posted> waiting; // in this order
        const char* told;
    };

    const row rows[] = {
        {"one thread",
         1,
         {light(9)},
         {{"page 1", light(1)},
          {"page 2", light(1)},
          {"page 3", light(1)},
          {"scan 1", heavy(1)},
          {"scan 2", heavy(1)}},
         "page 1, scan 1, page 2, scan 2, page 3"},
        {"no scan runs",
         2,
         {light(8), light(9)},
         {{"page 1", light(1)}, {"page 2", light(2)}, {"scan", heavy(3)}},
         "page 1, scan, page 2"},
        {"another one's scan runs",
         3,
         {heavy(8), light(8), light(9)},
         {{"page 1", light(1)},
          {"page 2", light(2)},
          {"page 3", light(3)},
          {"scan 1", heavy(1)},
          {"scan 2", heavy(2)}},
         "page 1, scan 1, page 2, scan 2, page 3"},
        {"many who scan and one who asks for a page",
         3,
         {heavy(8), light(8), light(9)},
         {{"scan 1", heavy(1)}, {"scan 2", heavy(2)}, {"scan 3", heavy(3)}, {"page", light(4)}},
         "page, scan 1, scan 2, scan 3"},
        {"his own pages have all that he may have",
         3,
         {light(1), light(1)},
         {{"page 1", light(1)}, {"page 2", light(1)}, {"scan", heavy(1)}, {"page 3", light(1)}},
         "page 1, scan, page 2, page 3"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            diary said;
            worker_pool pool(r.threads, 64);
            std::vector<blocker> run;
            for (const job_terms& terms : r.run) {
                run.emplace_back(pool, terms);
            }
            for (const posted& one : r.waiting) {
                auto job = said.entry(one.name);
                BOOST_REQUIRE((pool.post(job, one.terms) == verdict::taken));
            }
            run.back().release();
            run.pop_back();
            said.wait_for(std::ranges::count(std::string_view(r.told), ',') + 1);
            BOOST_TEST(said.text() == r.told);
            for (blocker& one : run) {
                one.release();
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(nobody_has_every_thread) {
    const tenant_share no_limit{.tenant_pages_running_max = 99, .tenant_scans_running_max = 99};

    struct row {
        const char* name;
        unsigned threads;
        tenant_share share;
        std::vector<job_terms> run; // at once
        job_terms waits;            // one more of his
        job_terms goes;             // and meanwhile
    };

    const row rows[] = {
        {"a scan and pages", 3, {}, {heavy(1), light(1)}, light(1), heavy(2)},
        {"pages before another one's page", 3, {}, {heavy(1), light(1)}, light(1), light(2)},
        {"pages and a scan", 3, {}, {light(1), light(1)}, heavy(1), heavy(2)},
        {"as many pages as he likes",
         4,
         no_limit,
         {light(1), light(1), light(1)},
         light(1),
         heavy(2)},
        {"of two threads a scan", 2, no_limit, {heavy(1)}, light(1), light(2)},
        {"of two threads a page", 2, no_limit, {light(1)}, light(1), heavy(2)},
        {"his scans leave room for his pages",
         4,
         no_limit,
         {heavy(1), heavy(1)},
         heavy(1),
         light(1)},
        {"and of three threads too", 3, no_limit, {heavy(1)}, heavy(1), light(1)},
        {"the scans of all leave room for pages", 3, {}, {heavy(1), heavy(2)}, heavy(3), light(1)},
        {"and of two threads too", 2, {}, {heavy(1)}, heavy(2), light(3)},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            diary said;
            worker_pool pool(r.threads, 64, r.share);
            std::vector<blocker> run;
            for (const job_terms& terms : r.run) {
                run.emplace_back(pool, terms);
            }
            auto more = said.entry("more");
            BOOST_REQUIRE((pool.post(more, r.waits) == verdict::taken));
            for (int times = 0; times < 10; ++times) {
                finish(pool, r.goes);
            }
            BOOST_TEST(said.text().empty());
            BOOST_TEST(pool.waiting() == 1u);
            for (blocker& one : run) {
                one.release();
            }
            said.wait_for(1);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_tenant_has_only_so_many_scans_at_work) {
    diary said;
    worker_pool pool(4, 8, {.tenant_scans_running_max = 1});
    blocker scan(pool, heavy(1));
    auto second = said.entry("his second");
    BOOST_REQUIRE((pool.post(second, heavy(1)) == verdict::taken));
    finish(pool, heavy(2)); // another one's runs beside the first
    BOOST_TEST(said.text().empty());
    scan.release();
    finish(pool, heavy(1));
    BOOST_TEST(said.text() == "his second");
}

BOOST_AUTO_TEST_CASE(who_is_late_is_told_as_soon_as_a_thread_is_free) {
    std::promise<job_turn> told;
    worker_pool pool(2, 8);
    blocker scan(pool, heavy(1)); // for longer than the other one may wait
    auto job = calling([&told](job_turn turn) { told.set_value(turn); });
    auto terms = heavy(2);
    terms.until = clock::now() + std::chrono::milliseconds(5);
    BOOST_REQUIRE((pool.post(job, terms) == verdict::taken));
    BOOST_TEST((told.get_future().get() == job_turn::late));
    BOOST_TEST((clock::now() >= terms.until));
    BOOST_TEST(pool.waiting() == 0u);
    scan.release();
}

BOOST_AUTO_TEST_CASE(what_is_late_or_not_wanted_is_not_carried_out) {
    diary said;
    worker_pool pool(1, 8);
    blocker busy(pool, light(9));

    struct row {
        const char* name;
        clock::time_point until;
        bool wanted;
    };

    const row rows[] = {
        {"gone", clock::time_point::max(), false},
        {"past", clock::now() - std::chrono::milliseconds(1), true},
        {"in time", clock::now() + std::chrono::hours(1), true},
    };
    for (const row& r : rows) {
        auto job = said.entry(r.name);
        job.awaited = r.wanted;
        auto terms = heavy(1);
        terms.until = r.until;
        BOOST_REQUIRE((pool.post(job, terms) == verdict::taken));
    }
    busy.release();
    finish(pool, heavy(1));
    BOOST_TEST(said.text() == "past late, gone late, in time"); // the late are told first
}

BOOST_AUTO_TEST_CASE(a_stop_waits_for_nobody_who_looks_at_the_flag) {
    diary said;
    std::latch started(1);
    std::atomic<bool> ended{false};
    auto dropped = std::make_shared<int>(1);
    const std::weak_ptr<int> watched = dropped;
    {
        worker_pool pool(1, 8);
        test_job scan{[&](job_turn, const std::atomic<bool>& stop) {
            started.count_down();
            while (!stop) {
                std::this_thread::yield();
            }
            ended = true;
        }};
        BOOST_REQUIRE((pool.post(scan, heavy(1)) == verdict::taken));
        started.wait();
        auto waiting = said.entry("waiting");
        auto owner = calling([kept = std::move(dropped)](job_turn) { static_cast<void>(kept); });
        BOOST_REQUIRE((pool.post(waiting, light(1)) == verdict::taken));
        BOOST_REQUIRE((pool.post(owner, heavy(2)) == verdict::taken));
        pool.stop();
        BOOST_TEST(said.text() == "waiting stopping");
        auto after = said.entry("after");
        BOOST_TEST((pool.post(after, light(1)) == verdict::stopping));
        pool.stop();
    }
    BOOST_TEST(ended);
    BOOST_TEST(watched.expired());
    BOOST_TEST(said.text() == "waiting stopping");
}

BOOST_AUTO_TEST_CASE(a_tenant_has_only_so_many_pages_at_work) {
    worker_pool pool(4, 100, {.tenant_pages_running_max = 2});
    diary told;
    blocker one(pool, light(1));
    blocker two(pool, light(1));
    auto third = told.entry("third");
    auto other = told.entry("other");
    BOOST_REQUIRE((pool.post(third, light(1)) == verdict::taken));
    BOOST_REQUIRE((pool.post(other, light(2)) == verdict::taken));
    told.wait_for(1);
    finish(pool, light(2));
    BOOST_TEST(told.text() == "other");
    one.release();
    told.wait_for(2);
    BOOST_TEST(told.text() == "other, third");
    two.release();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
