// The consumer that keeps the time of requests, against a real store and a clock that is set by
// hand: who is reminded of and who expires, through restarts and pauses, and never in a rebuild.
#include "consumers/approvals.hpp"
#include "eventlog/embedded_log.hpp"
#include "projections/rebuild.hpp"
#include "projections/state_hash.hpp"
#include "tests/consumers/opened_store.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <filesystem>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::projections;
using namespace rollcall::consumers;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 20s;
constexpr std::int64_t ms_per_day = 86'400'000;

std::shared_ptr<const policy> terms_of(std::uint32_t expires_days, std::uint32_t remind_days) {
    policy p{"generic", "generic@1"};
    p.approvals = {true, true, true, expires_days, remind_days, {}};
    return std::make_shared<const policy>(std::move(p));
}

/// The log, the rules and the consumer on one directory; made anew to see what a restart sees.
struct system_under_test {
    std::atomic<std::int64_t>& now;
    std::atomic<std::int64_t> passes{0}; ///< milliseconds, while the writer looks at the clock
    std::unique_ptr<store> rows;
    log_signal signal;
    keyring keys;
    embedded_log log;
    directory views;
    writer write;
    command_desk desk;
    std::unique_ptr<follower> keeper;

    system_under_test(const std::filesystem::path& path, const secret_key& master,
                      std::atomic<std::int64_t>& clock)
        : now(clock),
          rows(open_store(path, projection_version)),
          keys(make_local_wrapper(master)),
          log(*rows, signal),
          views(*rows, keys),
          write(*rows, log, keys, options_with(clock, passes), [] {}),
          desk(write, views, {}) {
        signal.advance(rows->head());
        follower_options how{.retry_after = 10ms};
        how.clock = [&clock] { return base::moment{clock}; };
        keeper = std::make_unique<follower>(*rows, write, keys, signal,
                                            std::make_unique<approvals>(views, desk), how);
    }

    ~system_under_test() {
        signal.close();
        keeper.reset();
        write.stop();
    }

    static writer_options options_with(std::atomic<std::int64_t>& clock,
                                       const std::atomic<std::int64_t>& passes) {
        writer_options options;
        options.clock = [&] { return base::moment{clock += passes}; };
        return options;
    }

    done must(command_body body, tenant_no tenant,
              const std::shared_ptr<const policy>& terms = nullptr) {
        command c;
        c.tenant = tenant;
        c.by = {actor_kind::local_operator, {}};
        c.body = std::move(body);
        c.judged_by = terms;
        auto answer = desk.submit_and_wait(std::move(c));
        BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    tenant_no make_tenant(const std::string& slug) {
        return must(create_tenant{slug, {slug, "generic", "default", {}, true}}, {}).tenant->number;
    }

    subject_id invite(tenant_no tenant, const std::string& name,
                      const std::shared_ptr<const policy>& terms) {
        create_user c;
        c.new_id = base::uuid::make_v7(base::now().unix_ms);
        c.wish.content = {name, name, "ext-" + name, {}, name, "{}"};
        c.wish.changed = {"userName"};
        return must(c, tenant, terms).user->id;
    }

    /// Moves the clock on by days, and wakes the consumer with an event that is nothing to him.
    void pass(double days) {
        now += static_cast<std::int64_t>(days * static_cast<double>(ms_per_day));
        const auto tenant = make_tenant("clock-" + std::to_string(now.load()));
        static_cast<void>(tenant);
        settle();
    }

    /// Until he has nothing to do any more.
    void settle() {
        for (position seen{}; seen < rows->head();) {
            seen = rows->head();
            BOOST_REQUIRE(keeper->wait_past(seen, std::chrono::steady_clock::now() + patience));
        }
    }

    std::string status(tenant_no tenant, const subject_id& id) {
        return std::string(status_name(views.user(tenant, id)->core.status()));
    }

    std::uint32_t reminders(tenant_no tenant, const subject_id& id) {
        return views.user(tenant, id)->core.approval->request->reminders;
    }
};

struct place {
    support::temp_directory where;
    secret_key master = secret_key::random();
    std::atomic<std::int64_t> now{1'700'000'000'000};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(approvals_test, place)

BOOST_AUTO_TEST_CASE(a_request_is_reminded_of_and_then_expires) {
    system_under_test s(where.path(), master, now);
    const tenant_no acme = s.make_tenant("acme");
    const auto jane = s.invite(acme, "jane", terms_of(7, 3));
    s.pass(2.9);
    BOOST_TEST(s.reminders(acme, jane) == 0u);
    s.pass(0.2);
    BOOST_TEST(s.reminders(acme, jane) == 1u);
    s.pass(3);
    BOOST_TEST(s.reminders(acme, jane) == 2u);
    BOOST_TEST(s.status(acme, jane) == "pending_role");
    s.pass(1);
    BOOST_TEST(s.status(acme, jane) == "suspended");
    BOOST_TEST(s.views.user(acme, jane)->core.suspended.has(suspension_reason::expired));
    // Nothing is left to be done.
    const position head = s.rows->head();
    s.pass(100);
    BOOST_TEST((s.rows->head() == head.next()));
}

BOOST_AUTO_TEST_CASE(a_restart_forgets_no_time) {
    tenant_no acme;
    subject_id jane;
    {
        system_under_test s(where.path(), master, now);
        acme = s.make_tenant("acme");
        jane = s.invite(acme, "jane", terms_of(7, 0));
        s.settle();
    }
    now += 8 * ms_per_day;
    system_under_test s(where.path(), master, now);
    s.pass(0);
    BOOST_TEST(s.status(acme, jane) == "suspended");
}

BOOST_AUTO_TEST_CASE(weeks_of_standstill_are_one_reminder) {
    tenant_no acme;
    subject_id jane;
    {
        system_under_test s(where.path(), master, now);
        acme = s.make_tenant("acme");
        jane = s.invite(acme, "jane", terms_of(0, 1));
        s.settle();
    }
    now += 30 * ms_per_day + 1;
    system_under_test s(where.path(), master, now);
    s.pass(0);
    BOOST_TEST(s.reminders(acme, jane) == 1u);
    s.pass(1);
    BOOST_TEST(s.reminders(acme, jane) == 2u);
}

BOOST_AUTO_TEST_CASE(a_pause_holds_him_up_through_a_restart) {
    tenant_no acme;
    subject_id jane;
    {
        system_under_test s(where.path(), master, now);
        acme = s.make_tenant("acme");
        jane = s.invite(acme, "jane", terms_of(1, 0));
        s.settle();
        BOOST_REQUIRE(s.keeper->set_paused(true).has_value());
    }
    now += 2 * ms_per_day;
    system_under_test s(where.path(), master, now);
    BOOST_TEST(s.keeper->state().paused);
    BOOST_TEST(s.status(acme, jane) == "pending_role");
    BOOST_REQUIRE(s.keeper->set_paused(false).has_value());
    s.pass(0);
    BOOST_TEST(s.status(acme, jane) == "suspended");
}

BOOST_AUTO_TEST_CASE(a_deleted_tenant_holds_up_nobody) {
    system_under_test s(where.path(), master, now);
    const tenant_no gone = s.make_tenant("gone");
    s.invite(gone, "kim", terms_of(1, 0));
    const tenant_no acme = s.make_tenant("acme");
    const auto jane = s.invite(acme, "jane", terms_of(2, 0));
    s.must(delete_tenant{}, gone);
    s.pass(3);
    BOOST_TEST(s.status(acme, jane) == "suspended");
    BOOST_TEST(s.keeper->state().last_error == "");
    BOOST_TEST(s.keeper->state().parked.empty());
}

BOOST_AUTO_TEST_CASE(who_is_decided_is_left_alone) {
    system_under_test s(where.path(), master, now);
    const tenant_no acme = s.make_tenant("acme");
    const auto jane = s.invite(acme, "jane", terms_of(2, 1));
    s.must(reject_request{jane}, acme);
    s.must(delete_user{s.invite(acme, "kim", terms_of(2, 1)), {}}, acme);
    const position head = s.rows->head();
    s.pass(5);
    BOOST_TEST((s.rows->head() == head.next()));
}

// What a fact says of its moment is the moment that it bears, however slow the turn is.
BOOST_AUTO_TEST_CASE(time_passes_within_a_turn) {
    system_under_test s(where.path(), master, now);
    s.passes = 1;
    const tenant_no acme = s.make_tenant("acme");
    const auto jane = s.invite(acme, "jane", terms_of(7, 0));
    const auto kim = s.invite(acme, "kim", terms_of(7, 0));
    s.must(reject_request{jane}, acme);
    s.pass(8);
    for (const subject_id& who : {jane, kim}) {
        BOOST_TEST(s.status(acme, who) == "suspended");
        const user_core core = s.views.user(acme, who)->core;
        BOOST_TEST((core.suspended.since == core.modified));
    }
}

BOOST_AUTO_TEST_CASE(the_rows_of_requests_are_made_anew_and_nothing_is_done_by_it) {
    system_under_test s(where.path(), master, now);
    const tenant_no acme = s.make_tenant("acme");
    const auto jane = s.invite(acme, "jane", terms_of(7, 3));
    const auto kim = s.invite(acme, "kim", terms_of(9, 3));
    s.must(assign_role{kim, "clerk"}, acme, terms_of(9, 3));
    s.settle();
    BOOST_REQUIRE(s.keeper->set_paused(true).has_value());
    now += 20 * ms_per_day;
    const position head = s.rows->head();
    const auto made = rebuild(*s.rows, s.keys, &s.write, &s.views, {});
    BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
    BOOST_TEST(made->flipped);
    BOOST_TEST(made->differences == 0u);
    BOOST_TEST((s.rows->head() == head));
    BOOST_TEST((s.views.requests(acme, {}, 10) == std::vector{jane, kim}));
    std::size_t due = 0;
    s.views.due_requests([&](const due_request&) {
        ++due;
        return true;
    });
    BOOST_TEST(due == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
