// The seats that a log tells of, on disk: the same people as the rows say, after whatever happened,
// and after a rebuild.
#include "eventlog/error.hpp"
#include "projections/rebuild.hpp"
#include "projections/seat_history.hpp"
#include "tests/projections/random_life.hpp"
#include "tests/projections/server.hpp"

#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <set>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(seat_history_test)

namespace {

const position the_beginning{position::embedded, 0};

seat_history history_of(server& s, tenant_no tenant) {
    auto opened = seat_history::open(s.log(), tenant);
    BOOST_REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    return std::move(*opened);
}

std::vector<seat_person> people_of(server& s, tenant_no tenant, position after = the_beginning,
                                   std::size_t most = SIZE_MAX) {
    std::vector<seat_person> all;
    const auto walked = history_of(s, tenant).each(after, [&](const seat_person& p) {
        all.push_back(p);
        return all.size() < most;
    });
    BOOST_REQUIRE_MESSAGE(walked.has_value(), walked.error().message);
    return all;
}

/// Those who hold a seat, by the rows and by the log.
void compare(server& s, tenant_no tenant) {
    const auto settings = s.views().tenant(tenant)->settings;
    std::set<subject_id> by_rows;
    s.views().list(tenant, 0, [&](const user_view& u) {
        if (holds_seat(settings.terms, u.core.status())) by_rows.insert(u.id);
        return true;
    });
    std::set<subject_id> by_log;
    for (const seat_person& p : people_of(s, tenant)) {
        if (p.holds()) by_log.insert(p.id);
    }
    BOOST_TEST((by_log == by_rows));
    BOOST_TEST(by_log.size() == seats_used(settings.terms, s.views().counters(tenant).by_status));
}

void put_on(server& s, tenant_no tenant, const std::string& plan) {
    set_tenant wish;
    wish.plan = plan;
    s.run(by_operator(tenant, wish));
}

void make_plans(server& s) {
    create_plan wide{base::uuid::make_v7(1), "wide", {}};
    wide.terms.seat_states = 0b000'1111;
    s.run(by_operator(system_tenant, wide));
}

change_user active(const subject_id& id, bool wanted) {
    return {id, {}, set_active(wanted), {}, !wanted};
}

} // namespace

BOOST_AUTO_TEST_CASE(random_lives_leave_the_same_holders_in_log_and_rows) {
    const std::uint32_t seeds[] = {1, 2, 3, std::random_device{}()};
    for (const std::uint32_t seed : seeds) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            server s;
            make_plans(s);
            const tenant_no tenants[] = {s.make_tenant("one"), s.make_tenant("two")};
            random_life life(seed);
            std::mt19937 random(seed);
            std::vector<subject_id> met;
            for (int step = 0; step < 300; ++step) {
                const command asked = life.next(base::now());
                if (const auto* made = std::get_if<create_user>(&asked.body)) {
                    met.push_back(made->new_id);
                }
                static_cast<void>(s.ask(asked));
                const tenant_no tenant = tenants[random() % 2];
                if (random() % 40 == 0) put_on(s, tenant, random() % 2 == 0 ? "wide" : "default");
                if (!met.empty() && random() % 4 == 0) {
                    const subject_id who = met[random() % met.size()];
                    static_cast<void>(s.ask(random() % 2 == 0
                                                ? by_operator(tenant, suspend_user{who})
                                                : by_operator(tenant, resume_user{who})));
                }
                if (step % 50 == 0) {
                    for (const tenant_no each : tenants)
                        compare(s, each);
                }
            }
            s.reopen();
            const auto before = people_of(s, tenants[0]);
            for (const tenant_no each : tenants)
                compare(s, each);
            const auto rebuilt = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), {});
            BOOST_REQUIRE(rebuilt.has_value());
            for (const tenant_no each : tenants)
                compare(s, each);
            const auto after = people_of(s, tenants[0]);
            BOOST_TEST(std::equal(before.begin(), before.end(), after.begin(), after.end(),
                                  [](const seat_person& a, const seat_person& b) {
                                      return a.id == b.id && a.stretches == b.stretches;
                                  }));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_told_of_each_person) {
    server s;
    make_plans(s);
    const tenant_no acme = s.make_tenant("acme");
    const tenant_no other = s.make_tenant("other");
    const subject_id jane = s.make_user(acme, wish_for("jane")).id;
    const subject_id bob = s.make_user(acme, wish_for("bob")).id;
    const subject_id eve = s.make_user(acme, wish_for("eve")).id;
    s.make_user(other, wish_for("zoe"));
    const subject_id team = base::uuid::make_v7(base::now().unix_ms);
    s.run(by_operator(acme, create_team{team, team_named("dev"), {jane}}));
    s.run(by_operator(acme, active(jane, false)));
    s.run(by_operator(acme, delete_user{bob, {}}));
    s.run(by_operator(acme, erase_user{eve}));
    s.run(by_operator(acme, active(jane, true)));
    s.run(by_operator(acme, suspend_user{jane}));
    put_on(s, acme, "wide");

    const auto all = people_of(s, acme);
    BOOST_REQUIRE(all.size() == 3u);
    BOOST_TEST((all[0].id == jane && all[1].id == bob && all[2].id == eve));
    using what = event_type;
    const auto events_of = [](const seat_person& p) {
        std::vector<std::pair<what, what>> out;
        for (const seat_stretch& each : p.stretches)
            out.emplace_back(each.given.what, each.taken ? each.taken->what : what{});
        return out;
    };
    using rows = std::vector<std::pair<what, what>>;
    BOOST_TEST((events_of(all[0]) == rows{{what::user_created, what::user_deactivated},
                                          {what::user_reactivated, what::user_suspended},
                                          {what::tenant_changed, what{}}}));
    BOOST_TEST((events_of(all[1]) == rows{{what::user_created, what::user_deleted}}));
    BOOST_TEST((events_of(all[2]) == rows{{what::user_created, what::user_erased}}));
    BOOST_TEST((!all[0].erased && !all[1].erased && all[2].erased));
    for (const seat_person& p : all) {
        BOOST_TEST(p.named.has_value());
        for (const seat_stretch& each : p.stretches) {
            const auto bytes = s.log().read(each.given.at);
            BOOST_REQUIRE(bytes.has_value());
            BOOST_TEST((read_record(*bytes, record_check::crc)->time == each.given.time));
        }
    }

    s.run(by_operator(acme, delete_tenant{}));
    for (const seat_person& p : people_of(s, acme))
        BOOST_TEST(!p.holds());
    BOOST_TEST((people_of(s, acme)[0].stretches.back().taken->what == what::tenant_deleted));
}

BOOST_AUTO_TEST_CASE(pages_of_any_size_give_everybody_once) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    std::vector<subject_id> made;
    for (int i = 0; i < 7; ++i) {
        made.push_back(s.make_user(acme, wish_for("n" + std::to_string(i))).id);
        s.make_tenant("between" + std::to_string(i)); // so that seqs are no positions
    }
    for (const std::size_t size : {1u, 2u, 3u, 7u, 8u}) {
        std::vector<subject_id> seen;
        position after = the_beginning;
        for (;;) {
            const auto page = people_of(s, acme, after, size);
            for (const seat_person& p : page)
                seen.push_back(p.id);
            if (page.empty()) break;
            after = page.back().made;
        }
        BOOST_TEST((seen == made), "pages of " << size);
    }
    BOOST_TEST(people_of(s, acme, s.log().head()).empty());
}

// More events than are read at once.
BOOST_AUTO_TEST_CASE(a_long_life) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const subject_id jane = s.make_user(acme, wish_for("jane")).id;
    std::vector<command> all;
    for (int i = 0; i < 300; ++i) {
        all.push_back(by_operator(acme, active(jane, false)));
        all.push_back(by_operator(acme, active(jane, true)));
    }
    for (command& one : all)
        s.run(std::move(one));
    const auto told = history_of(s, acme).person(jane);
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(told->stretches.size() == 301u);
    BOOST_TEST(told->holds());
}

BOOST_AUTO_TEST_CASE(what_is_not_there) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const auto no_tenant = seat_history::open(s.log(), tenant_no{77});
    BOOST_REQUIRE(!no_tenant.has_value());
    BOOST_TEST((no_tenant.error().code == log_errc::not_found));
    const subject_id team = base::uuid::make_v7(base::now().unix_ms);
    s.run(by_operator(acme, create_team{team, team_named("dev"), {}}));
    for (const subject_id& id : {team, id_of(9)}) {
        const auto nobody = history_of(s, acme).person(id);
        BOOST_REQUIRE(nobody.has_value());
        BOOST_TEST(nobody->stretches.empty());
        BOOST_TEST(!nobody->named.has_value());
    }
    BOOST_TEST(people_of(s, acme).empty());
}

// However soon it is cut, it says from where to go on, and nobody is told twice.
BOOST_AUTO_TEST_CASE(what_is_cut_goes_on_where_it_was) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    std::vector<subject_id> made;
    for (int i = 0; i < 4; ++i) {
        made.push_back(s.make_user(acme, wish_for("n" + std::to_string(i))).id);
        s.run(by_operator(acme, active(made.back(), false)));
    }
    const auto for_events = [](int most) { return [left = most]() mutable { return left-- > 0; }; };
    const auto history = history_of(s, acme);
    for (const int events : {3, 4, 5, 7, 12, 100}) {
        std::vector<subject_id> seen;
        position after = the_beginning;
        for (int pages = 0; pages < 50; ++pages) {
            const auto walked = history.each(
                after,
                [&](const seat_person& p) {
                    seen.push_back(p.id);
                    return true;
                },
                for_events(events));
            BOOST_REQUIRE(walked.has_value());
            if (!*walked) break;
            BOOST_TEST((after < (*walked)->passed));
            after = (*walked)->passed;
        }
        BOOST_TEST((seen == made), "cut after " << events << " events");
    }
    const auto half = history.person(made[0], for_events(1));
    BOOST_REQUIRE(!half.has_value());
    BOOST_TEST(is_out_of_patience(half.error()));
    BOOST_TEST(history.person(made[0], for_events(2)).has_value());
    const auto unopened = seat_history::open(s.log(), acme, for_events(0));
    BOOST_REQUIRE(!unopened.has_value());
    BOOST_TEST(is_out_of_patience(unopened.error()));
    BOOST_TEST(!is_out_of_patience(seat_history::open(s.log(), tenant_no{77}).error()));
}

// What comes after it was opened is not in it: a page and its totals are of one moment.
BOOST_AUTO_TEST_CASE(it_ends_where_it_was_opened) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const subject_id jane = s.make_user(acme, wish_for("jane")).id;
    const seat_history before = history_of(s, acme);
    s.run(by_operator(acme, active(jane, false)));
    s.make_user(acme, wish_for("bob"));
    std::size_t seen = 0;
    BOOST_TEST(before
                   .each(the_beginning,
                         [&](const seat_person& p) {
                             ++seen;
                             BOOST_TEST(p.holds());
                             return true;
                         })
                   .has_value());
    BOOST_TEST(seen == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
