// The consumers of plans against a real store: who is suspended and resumed, that a restart forgets
// nothing, and what a follower does with events that do not work.
#include "consumers/plan_fan_out.hpp"
#include "consumers/seat_keeper.hpp"
#include "consumers/writer_step.hpp"
#include "eventlog/checkpoint.hpp"
#include "eventlog/embedded_log.hpp"
#include "projections/project.hpp"
#include "projections/read.hpp"
#include "tests/consumers/opened_store.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::projections;
using namespace rollcall::consumers;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 20s;

/// The log, the rules and two consumers on one directory; made anew to see what a restart sees.
struct system_under_test {
    std::unique_ptr<store> rows;
    log_signal signal;
    keyring keys;
    embedded_log log;
    directory views;
    writer write;
    command_desk desk;
    seat_figures figures;
    std::unique_ptr<follower> fan_out;
    std::unique_ptr<follower> keeper;

    system_under_test(const std::filesystem::path& path, const secret_key& master,
                      desk_options limits = {})
        : rows(open_store(path)),
          keys(make_local_wrapper(master)),
          log(*rows, signal),
          views(*rows, keys),
          write(*rows, log, keys, {}, [] {}),
          desk(write, views, limits) {
        signal.advance(rows->head());
        fan_out = follow(std::make_unique<plan_fan_out>(views, desk));
        keeper = follow(std::make_unique<seat_keeper>(views, desk, figures));
    }

    ~system_under_test() {
        signal.close();
        keeper.reset();
        fan_out.reset();
        write.stop();
    }

    std::unique_ptr<follower> follow(std::unique_ptr<chore> what) {
        return std::make_unique<follower>(*rows, write, keys, signal, std::move(what),
                                          follower_options{.parked_max = 3, .retry_after = 10ms});
    }

    done must(command_body body, tenant_no tenant) {
        command c;
        c.tenant = tenant;
        c.by = {actor_kind::local_operator, {}};
        c.body = std::move(body);
        auto answer = desk.submit_and_wait(std::move(c));
        BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    /// Until nobody has anything to do any more.
    void settle() {
        for (position seen{}; seen < rows->head();) {
            seen = rows->head();
            const auto until = std::chrono::steady_clock::now() + patience;
            BOOST_REQUIRE(fan_out->wait_past(seen, until));
            BOOST_REQUIRE(keeper->wait_past(seen, until));
        }
    }

    tenant_no make_tenant(const std::string& slug, const std::string& plan) {
        return must(create_tenant{slug, {slug, "generic", plan, {}, true}}, {}).tenant->number;
    }

    subject_id make_user(tenant_no tenant, const std::string& name) {
        create_user c;
        c.new_id = base::uuid::make_v7(base::now().unix_ms);
        c.wish.content = {name, name, "ext-" + name, {}, name, "{}"};
        c.wish.changed = {"userName"};
        return must(c, tenant).user->id;
    }

    void deactivate(tenant_no tenant, const subject_id& id) {
        const auto evaluate = [](const user_state& current) {
            user_wish wish;
            wish.content = current.content;
            wish.active = false;
            return wish;
        };
        must(change_user{id, {}, evaluate, {}, true}, tenant);
    }

    /// A grace is a number of days; a test has not that long.
    void end_grace(tenant_no number, base::moment end) {
        const auto written = in_turn(write, [&](turn& t) -> base::result<void> {
            event e;
            e.tenant = number;
            e.time = t.time();
            tenant_changed fact{read_tenant(t.rows(), number)->settings, {"grace_until"}};
            fact.settings.grace_until = end;
            e.body = fact;
            const auto emitted = t.emit(e);
            if (!emitted) return tl::unexpected(emitted.error());
            const auto projected =
                project(t.rows(), t.keys(), {number, emitted->seq, e.time, {}, {}}, e.body, {});
            if (!projected) return tl::unexpected(projected.error());
            return {};
        });
        BOOST_REQUIRE(written.has_value());
    }

    /// `s` for who is suspended, `a` for who is active, `d` for who is deactivated; oldest first.
    std::string people(tenant_no tenant) {
        std::string all;
        views.list(tenant, 0, [&](const user_view& user) {
            all += status_name(user.core.status()).front();
            return true;
        });
        return all;
    }
};

/// Long changes of a tenant, one behind the other until it is let go: whatever else it is asked
/// waits behind one of them, too long.
struct long_change final : submission {
    static constexpr auto takes = 300ms;

    long_change(writer& where, tenant_no whose, const std::atomic<bool>& over)
        : where_(where), over_(over) {
        tenant = whose;
    }

    bool decide(turn&) override {
        if (!end_) end_ = std::chrono::steady_clock::now() + takes;
        return true;
    }

    [[nodiscard]] bool unfinished() const override {
        return !over_ && std::chrono::steady_clock::now() < *end_;
    }

    void complete(submission_outcome, position) noexcept override {
        if (!over_) hand_in(where_, tenant, over_);
    }

    static void hand_in(writer& where, tenant_no whose, const std::atomic<bool>& over) {
        static_cast<void>(
            where.submit(std::make_unique<long_change>(where, whose, over), queue_class::ordinary));
    }

  private:
    writer& where_;
    const std::atomic<bool>& over_;
    std::optional<std::chrono::steady_clock::time_point> end_;
};

struct place {
    support::temp_directory where;
    secret_key master = secret_key::random();
};

create_plan plan_of(const std::string& name, std::uint64_t seats,
                    downgrade_policy policy = downgrade_policy::block_new, std::uint32_t days = 0) {
    create_plan c{base::uuid::make_v7(base::now().unix_ms), name, {}};
    c.terms.seats = seats;
    c.terms.on_downgrade = policy;
    c.terms.grace_days = days;
    return c;
}

set_plan seats_of(const std::string& name, std::uint64_t seats) {
    set_plan s;
    s.name = name;
    s.seats = std::optional(seats);
    return s;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(seat_keeper_test, place)

BOOST_AUTO_TEST_CASE(a_change_of_a_plan_reaches_the_tenants_that_have_it) {
    system_under_test s(where.path(), master);
    s.must(plan_of("team", 5), system_tenant);
    s.must(plan_of("big", 50), system_tenant);
    const tenant_no acme = s.make_tenant("acme", "team");
    const tenant_no bold = s.make_tenant("bold", "big");
    const tenant_no gone = s.make_tenant("gone", "team");
    s.must(delete_tenant{}, gone);
    s.must(seats_of("team", 7), system_tenant);
    s.settle();
    BOOST_TEST((s.views.tenant(acme)->settings.terms.seats == std::optional<std::uint64_t>(7)));
    BOOST_TEST((s.views.tenant(bold)->settings.terms.seats == std::optional<std::uint64_t>(50)));
    const auto history = s.rows->head();
    s.settle();
    BOOST_TEST((s.rows->head() == history));
}

BOOST_AUTO_TEST_CASE(the_newest_are_suspended_and_the_longest_suspended_come_back_first) {
    tenant_no acme;
    std::vector<subject_id> people;
    {
        system_under_test s(where.path(), master);
        s.must(plan_of("team", 4, downgrade_policy::suspend_newest), system_tenant);
        acme = s.make_tenant("acme", "team");
        for (const char* name : {"a", "b", "c", "d"})
            people.push_back(s.make_user(acme, name));
        s.must(seats_of("team", 3), system_tenant);
        s.settle();
        BOOST_TEST(s.people(acme) == "aaas");
        s.must(seats_of("team", 2), system_tenant);
        s.settle();
        BOOST_TEST(s.people(acme) == "aass");
    }
    system_under_test s(where.path(), master);
    s.deactivate(acme, people[0]);
    s.settle();
    // The last one was suspended first.
    BOOST_TEST(s.people(acme) == "dasa");
    s.must(seats_of("team", 9), system_tenant);
    s.settle();
    BOOST_TEST(s.people(acme) == "daaa");
    BOOST_TEST(s.figures.alarms == 0u);
}

BOOST_AUTO_TEST_CASE(a_tenant_that_is_held_up_holds_up_no_other) {
    std::atomic<bool> over{false};
    desk_options limits;
    limits.deadline = 100ms;
    system_under_test s(where.path(), master, limits);
    s.must(plan_of("team", 2, downgrade_policy::suspend_newest), system_tenant);
    const tenant_no acme = s.make_tenant("acme", "team");
    const tenant_no zulu = s.make_tenant("zulu", "team");
    for (const tenant_no tenant : {acme, zulu}) {
        s.make_user(tenant, "a");
        s.make_user(tenant, "b");
    }
    s.settle();
    for (int i = 0; i < 2; ++i)
        long_change::hand_in(s.write, acme, over);
    s.must(seats_of("team", 1), system_tenant);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (s.people(zulu) != "as" && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    BOOST_TEST(s.people(zulu) == "as");
    BOOST_TEST(s.people(acme) == "aa");
    over = true;
    while (s.people(acme) != "as" && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    BOOST_TEST(s.people(acme) == "as");
}

BOOST_AUTO_TEST_CASE(whom_an_admin_keeps_out_stays_out) {
    system_under_test s(where.path(), master);
    s.must(plan_of("team", 2, downgrade_policy::suspend_newest), system_tenant);
    const tenant_no acme = s.make_tenant("acme", "team");
    s.make_user(acme, "a");
    const subject_id b = s.make_user(acme, "b");
    s.must(suspend_user{b, suspension_reason::admin}, acme);
    s.must(seats_of("team", 50), system_tenant);
    s.settle();
    BOOST_TEST(s.people(acme) == "as");
}

BOOST_AUTO_TEST_CASE(nobody_is_suspended_without_being_too_many_or_before_a_grace_ends) {
    system_under_test s(where.path(), master);
    s.must(plan_of("soft", 2), system_tenant);
    s.must(plan_of("slow", 2, downgrade_policy::grace, 3), system_tenant);
    for (const char* plan : {"soft", "slow"}) {
        const tenant_no tenant = s.make_tenant(plan, plan);
        s.make_user(tenant, "a");
        s.make_user(tenant, "b");
        s.must(seats_of(plan, 1), system_tenant);
        s.settle();
        BOOST_TEST(s.people(tenant) == "aa", plan);
    }
    const auto slow = s.views.tenant("slow");
    BOOST_TEST(slow->settings.grace_until.has_value());
}

// Nobody tells the keeper that a date has come: he has to know it, also after a restart.
BOOST_AUTO_TEST_CASE(a_grace_ends_after_a_restart_or_has_ended_before_it) {
    struct row {
        const char* name;
        std::int64_t ms; ///< until the grace ends
    };

    for (const row& r : {row{"it has ended before", -1}, row{"it ends after", 1'500}}) {
        BOOST_TEST_CONTEXT(r.name) {
            const place fresh;
            tenant_no acme;
            base::moment end;
            {
                system_under_test s(fresh.where.path(), fresh.master);
                s.must(plan_of("slow", 2, downgrade_policy::grace, 3), system_tenant);
                acme = s.make_tenant("acme", "slow");
                s.make_user(acme, "a");
                s.make_user(acme, "b");
                s.must(seats_of("slow", 1), system_tenant);
                s.settle();
                s.keeper.reset();
                end = {base::now().unix_ms + r.ms};
                s.end_grace(acme, end);
                BOOST_TEST(s.people(acme) == "aa");
            }
            system_under_test s(fresh.where.path(), fresh.master);
            const auto until = std::chrono::steady_clock::now() + patience;
            position head = s.rows->head();
            while (s.people(acme) != "as" && std::chrono::steady_clock::now() < until)
                head = s.signal.wait_past(head, until);
            BOOST_TEST(s.people(acme) == "as");
            s.views.list(acme, 1, [&](const user_view& newest) {
                BOOST_TEST((newest.core.suspended.since >= end));
                return true;
            });
        }
    }
}

BOOST_AUTO_TEST_CASE(a_paused_consumer_waits_through_a_restart_and_loses_nothing) {
    tenant_no acme;
    {
        system_under_test s(where.path(), master);
        s.must(plan_of("team", 2, downgrade_policy::suspend_newest), system_tenant);
        acme = s.make_tenant("acme", "team");
        s.make_user(acme, "a");
        s.make_user(acme, "b");
        s.settle();
        BOOST_REQUIRE(s.keeper->set_paused(true).has_value());
        s.must(seats_of("team", 1), system_tenant);
    }
    system_under_test s(where.path(), master);
    BOOST_TEST(s.keeper->state().paused);
    BOOST_REQUIRE(
        s.fan_out->wait_past(s.rows->head(), std::chrono::steady_clock::now() + patience));
    BOOST_TEST(s.people(acme) == "aa");
    BOOST_REQUIRE(s.keeper->set_paused(false).has_value());
    s.settle();
    BOOST_TEST(s.people(acme) == "as");
}

BOOST_AUTO_TEST_CASE(warnings_come_once_until_there_is_room_again) {
    system_under_test s(where.path(), master);
    s.must(plan_of("team", 5), system_tenant);
    const tenant_no acme = s.make_tenant("acme", "team");
    std::vector<subject_id> people;
    const std::uint64_t warned[] = {0, 0, 0, 1, 2};
    for (const std::uint64_t expected : warned) {
        people.push_back(s.make_user(acme, "u" + std::to_string(people.size())));
        s.settle();
        BOOST_TEST(s.figures.warnings == expected);
    }
    s.deactivate(acme, people[0]); // 80 %: that it is less again is no news
    s.settle();
    BOOST_TEST(s.figures.warnings == 2u);
    s.make_user(acme, "again");
    s.settle();
    BOOST_TEST(s.figures.warnings == 3u);
}

namespace {

/// Does with an event what the test says, and remembers which it was given.
class told_chore final : public chore {
  public:
    using answer = std::function<reaction(position)>;

    told_chore(answer what, std::vector<std::uint64_t>& given)
        : what_(std::move(what)), given_(given) {}

    [[nodiscard]] std::string_view name() const override { return "told"; }

    [[nodiscard]] bool wants(event_type type) const override {
        return type == event_type::tenant_created;
    }

    reaction act(const read_event& event) override {
        given_.push_back(event.at.offset);
        return what_(event.at);
    }

  private:
    answer what_;
    std::vector<std::uint64_t>& given_;
};

} // namespace

BOOST_AUTO_TEST_CASE(what_never_works_is_parked_and_what_fails_once_is_done_again) {
    std::vector<std::uint64_t> given;
    position third;
    {
        system_under_test s(where.path(), master);
        for (const char* slug : {"a", "b", "c"})
            s.make_tenant(slug, "default");
        third = s.rows->head();
        bool tried = false;
        auto told = s.follow(std::make_unique<told_chore>(
            [&](position at) -> reaction {
                if (at.offset == 2) return {reaction::kind::poison, "it is blue"};
                if (at.offset == 3 && !std::exchange(tried, true)) {
                    return {reaction::kind::again, "the disk is low"};
                }
                return {};
            },
            given));
        BOOST_REQUIRE(told->wait_past(third, std::chrono::steady_clock::now() + patience));
        const auto state = told->state();
        BOOST_TEST(state.last_error.empty());
        BOOST_REQUIRE(state.parked.size() == 1u);
        BOOST_TEST(state.parked[0].at.offset == 2u);
        BOOST_TEST(state.parked[0].reason == "it is blue");
        told.reset();
        // What came before the pause is handed in again: at least once.
        BOOST_TEST(given.back() == 3u);
        BOOST_TEST(std::count(given.begin(), given.end(), 3u) == 2);
    }
    given.clear();
    system_under_test s(where.path(), master);
    auto told =
        s.follow(std::make_unique<told_chore>([](position) -> reaction { return {}; }, given));
    BOOST_REQUIRE(told->wait_past(third, std::chrono::steady_clock::now() + patience));
    const auto state = told->state();
    told.reset();
    BOOST_TEST(given.empty());
    BOOST_TEST(state.parked.size() == 1u);
}

BOOST_AUTO_TEST_CASE(too_much_that_is_parked_stops_the_consumer_in_front_of_it) {
    std::vector<std::uint64_t> given;
    system_under_test s(where.path(), master);
    for (const char* slug : {"a", "b", "c", "d"})
        s.make_tenant(slug, "default");
    auto told = s.follow(std::make_unique<told_chore>(
        [](position) -> reaction {
            return {reaction::kind::poison, "no"};
        },
        given));
    BOOST_TEST(!told->wait_past(s.rows->head(), std::chrono::steady_clock::now() + 300ms));
    const auto state = told->state();
    BOOST_TEST(state.parked.size() == 3u);
    BOOST_TEST(state.last_error.find("too many") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
