// Long jobs: results, limits, listeners and the end.
#include "gateway/admin/jobs.hpp"

#include <boost/test/unit_test.hpp>

#include <future>

namespace rollcall::admin {
namespace {

/// Work that goes on until the gate is opened, or has gone. Declared after the jobs that wait for
/// it, so that a test that fails ends.
struct gate {
    std::promise<void> open;
    std::shared_future<void> opened = open.get_future().share();

    jobs::work work() {
        return [waits = opened](job_progress&) {
            waits.wait();
            return result<std::string>("1");
        };
    }
};

void wait_for_end(jobs& all, const std::string& id) {
    std::promise<void> ended;
    const auto ticket = all.when_finished(id, [&] { ended.set_value(); });
    ended.get_future().wait();
}

bool says(const jobs& all, const std::string& id, std::string_view part) {
    const auto text = all.describe(id);
    BOOST_TEST_INFO(text.value_or("nothing"));
    return text && text->find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(jobs_test)

BOOST_AUTO_TEST_CASE(a_job_tells_how_far_it_is_and_keeps_its_result) {
    jobs all({});
    gate hold;
    std::promise<void> begun;
    const auto id = all.start("count", false, [&](job_progress& p) {
        p.total = 10;
        p.done = 3;
        begun.set_value();
        hold.opened.wait();
        return result<std::string>(R"({"sum":6})");
    });
    BOOST_REQUIRE(id);
    begun.get_future().wait();
    BOOST_TEST(says(all, *id, R"("state":"running","done":3,"total":10)"));
    hold.open.set_value();
    wait_for_end(all, *id);
    BOOST_TEST(says(all, *id, R"("state":"done")"));
    BOOST_TEST(says(all, *id, R"("result":{"sum":6})"));
}

BOOST_AUTO_TEST_CASE(an_end_does_not_wait_for_ever) {
    jobs all({});
    gate hold;
    BOOST_REQUIRE(all.start("stuck", false, hold.work()));
    BOOST_TEST(!all.end_within(std::chrono::milliseconds(1)));
    const auto late = all.start("late", false, hold.work());
    BOOST_REQUIRE(!late);
    BOOST_TEST(late.error().word == "stopped");
    hold.open.set_value();
    BOOST_TEST(all.end_within(std::chrono::minutes(1)));
}

BOOST_AUTO_TEST_CASE(a_job_that_fails_says_why) {
    jobs all({});
    const auto id = all.start("fail", false, [](job_progress&) -> result<std::string> {
        return refuse(500, "storage", "the disk is gone");
    });
    BOOST_REQUIRE(id);
    wait_for_end(all, *id);
    BOOST_TEST(says(all, *id, R"("state":"failed")"));
    BOOST_TEST(says(all, *id, R"("error":"storage","detail":"the disk is gone")"));
}

BOOST_AUTO_TEST_CASE(as_many_run_as_may_and_not_one_more) {
    jobs all({.running_max = 2, .remembered_max = 8});
    gate hold;
    BOOST_TEST(all.start("a", false, hold.work()).has_value());
    BOOST_TEST(all.start("a", false, hold.work()).has_value());
    const auto third = all.start("b", false, hold.work());
    BOOST_REQUIRE(!third);
    BOOST_TEST(third.error().word == "too_many_jobs");
    hold.open.set_value();
}

BOOST_AUTO_TEST_CASE(some_kinds_run_alone) {
    jobs all({});
    gate hold;
    BOOST_TEST(all.start("proof", true, hold.work()).has_value());
    const auto second = all.start("proof", true, hold.work());
    BOOST_REQUIRE(!second);
    BOOST_TEST(second.error().word == "already_running");
    BOOST_TEST(all.start("other", true, hold.work()).has_value());
    hold.open.set_value();
}

BOOST_AUTO_TEST_CASE(the_oldest_result_is_forgotten_when_there_are_too_many) {
    jobs all({.running_max = 1, .remembered_max = 2});
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        const auto id =
            all.start("x", false, [](job_progress&) { return result<std::string>("1"); });
        BOOST_REQUIRE(id);
        wait_for_end(all, *id);
        ids.push_back(*id);
    }
    BOOST_TEST(!all.describe(ids[0]).has_value());
    BOOST_TEST(all.describe(ids[1]).has_value());
    BOOST_TEST(all.describe(ids[2]).has_value());
}

BOOST_AUTO_TEST_CASE(a_tenant_has_a_share_and_sees_his_own) {
    const jobs::owner acme = eventlog::tenant_no{1};
    const jobs::owner bold = eventlog::tenant_no{2};
    jobs all({.running_max = 4, .running_of_tenant_max = 1});
    gate hold;
    const auto his = all.start("erasure", false, hold.work(), acme);
    BOOST_REQUIRE(his);
    const auto more = all.start("erasure", false, hold.work(), acme);
    BOOST_REQUIRE(!more);
    BOOST_TEST(more.error().word == "too_many_jobs");
    BOOST_TEST(all.start("erasure", false, hold.work(), bold).has_value());
    const auto nobodys = all.start("verify", true, hold.work());
    BOOST_REQUIRE(nobodys);
    BOOST_TEST(all.describe(*his, acme).has_value());
    BOOST_TEST(all.describe(*his).has_value());
    BOOST_TEST(!all.describe(*his, bold).has_value());
    BOOST_TEST(!all.describe(*nobodys, acme).has_value());
    hold.open.set_value();
}

BOOST_AUTO_TEST_CASE(who_starts_many_forgets_his_own) {
    const jobs::owner acme = eventlog::tenant_no{1};
    jobs all({.remembered_of_tenant_max = 2});
    const auto run = [&](jobs::owner whose) {
        const auto id = all.start(
            "x", false, [](job_progress&) { return result<std::string>("1"); }, whose);
        BOOST_REQUIRE(id);
        wait_for_end(all, *id);
        return *id;
    };
    const std::string nobodys = run({});
    std::vector<std::string> his;
    for (int i = 0; i < 3; ++i)
        his.push_back(run(acme));
    BOOST_TEST(all.describe(nobodys).has_value());
    BOOST_TEST(!all.describe(his[0]).has_value());
    BOOST_TEST(all.describe(his[1]).has_value());
    BOOST_TEST(all.describe(his[2]).has_value());
}

BOOST_AUTO_TEST_CASE(who_gives_up_his_ticket_is_not_told) {
    jobs all({});
    gate hold;
    const auto id = all.start("x", false, hold.work());
    BOOST_REQUIRE(id);
    bool told = false;
    all.when_finished(*id, [&] { told = true; }).reset();
    hold.open.set_value();
    wait_for_end(all, *id);
    BOOST_TEST(!told);
}

BOOST_AUTO_TEST_CASE(an_unknown_job_is_over) {
    jobs all({});
    bool told = false;
    const auto ticket = all.when_finished("none", [&] { told = true; });
    BOOST_TEST(told);
    BOOST_TEST(!all.describe("none").has_value());
}

BOOST_AUTO_TEST_CASE(the_end_stops_what_runs_and_starts_nothing) {
    jobs all({});
    std::promise<void> begun;
    const auto id = all.start("x", false, [&](job_progress& p) {
        begun.set_value();
        while (!p.stopping)
            std::this_thread::yield();
        return result<std::string>("1");
    });
    BOOST_REQUIRE(id);
    begun.get_future().wait();
    all.end();
    BOOST_TEST(says(all, *id, R"("state":"done")"));
    const auto late = all.start("x", false, [](job_progress&) { return result<std::string>("1"); });
    BOOST_REQUIRE(!late);
    BOOST_TEST(late.error().word == "stopped");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
