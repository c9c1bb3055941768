// Changes of teams that take several turns: who comes in between, what a kill in the middle leaves,
// and that asking again completes it. Told by the order of the log, without a clock.
#include "eventlog/cursor.hpp"
#include "projections/decide.hpp"
#include "projections/rebuild.hpp"
#include "projections/store_rows.hpp"
#include "tests/projections/server.hpp"
#include "tests/support/scripted_log.hpp"

#include <algorithm>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(team_parts_test)

namespace {

constexpr std::size_t many = 2 * members_per_turn_max + 500;

using people = std::vector<subject_id>;

subject_id new_id() {
    return base::uuid::make_v7(base::now().unix_ms);
}

std::string code_of(const answer& a) {
    return a ? "accepted" : std::string(refusal_name(a.error().code));
}

/// Each part of a change is a batch.
writer_options one_turn_a_batch() {
    writer_options queue;
    queue.batch_time_max = std::chrono::milliseconds(0);
    return queue;
}

/// Whose changes may all be handed in at once.
desk_options patient() {
    desk_options options;
    options.tenant_waiting_max = 2 * many;
    return options;
}

/// Two tenants; the first has many users and the second a few.
class neighbours : public server {
  public:
    tenant_no acme = make_tenant("acme");
    tenant_no bold = make_tenant("bold");
    people users; ///< acme's, sorted

    neighbours() : server(patient()) {
        std::vector<command> creates;
        for (std::size_t i = 0; i < many; ++i) {
            users.push_back(new_id());
            creates.push_back(
                by_provider(acme, create_user{users[i], wish_for("u" + std::to_string(i))}));
        }
        const std::size_t made = run_all(std::move(creates));
        BOOST_REQUIRE(made == many);
        std::sort(users.begin(), users.end());
    }

    [[nodiscard]] people some(std::size_t first, std::size_t count) const {
        const auto from = users.begin() + static_cast<std::ptrdiff_t>(first);
        return {from, from + static_cast<std::ptrdiff_t>(count)};
    }

    subject_id make_team(const std::string& name, people members) {
        const subject_id id = new_id();
        run(by_provider(acme, create_team{id, team_named(name), std::move(members)}));
        return id;
    }

    people members(const subject_id& team) {
        people all;
        const auto walk = views().members(acme, team);
        for (subject_id member; walk->next(member);)
            all.push_back(member);
        return all;
    }

    /// That everything that is derived says the same: counters, the teams of each user, the state
    /// hash, and the rows that a rebuild makes.
    void check_all(const subject_id& team) {
        const people in = members(team);
        BOOST_TEST(views().counters(acme).memberships == in.size());
        std::size_t wrong = 0;
        for (const subject_id& user : users) {
            const bool is_in = std::binary_search(in.begin(), in.end(), user);
            if (views().teams_of(acme, user) != (is_in ? people{team} : people{})) ++wrong;
        }
        BOOST_TEST(wrong == 0u);
        const auto hashes = check_state_hashes(log(), &queue(), {});
        BOOST_REQUIRE(hashes.has_value());
        BOOST_TEST(hashes->differ.empty());
        rebuild_options options;
        options.verify_only = true;
        const auto report = rebuild(log(), keys(), &queue(), &views(), options);
        BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
        BOOST_TEST(report->differences == 0u);
    }

    /// Tenant and kind of each event behind `after`, as "am am b- ad": acme's people moved, bold's
    /// something, acme's team deleted.
    std::string order_after(position after) {
        std::string out;
        const projections::store_rows rows(log());
        const auto walk = log().records(after.next(), false);
        for (std::string_view bytes; walk->next(bytes);) {
            const auto record = read_record(bytes, record_check::crc);
            BOOST_REQUIRE(record.has_value());
            const auto event = decode_event(*record, content_mode::leave_sealed, rows, keys());
            BOOST_REQUIRE(event.has_value());
            if (!out.empty()) out += ' ';
            out += event->what.tenant == acme ? 'a' : 'b';
            if (std::holds_alternative<members_changed>(event->what.body))
                out += 'm';
            else if (std::holds_alternative<team_deleted>(event->what.body))
                out += 'd';
            else
                out += '-';
        }
        return out;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(other_tenants_come_between_the_parts_and_the_own_one_behind_them) {
    neighbours s;
    for (const writer_options& queue : {writer_options(), one_turn_a_batch()}) {
        s.close();
        s.open(nullptr, &queue);
        const subject_id team = s.make_team("all", s.users);
        const subject_id other = s.make_team("other", {});
        const position before = s.log().head();
        std::vector<std::string> told;
        people bolds;
        const auto submit = [&](tenant_no tenant, const std::string& name, command_body body) {
            s.desk().submit(by_provider(tenant, std::move(body)),
                            [&told, name](answer a) { told.push_back(name + " " + code_of(a)); });
        };
        {
            const server::pause pause(s.queue());
            submit(s.acme, "delete", delete_team{team, {}});
            submit(s.acme, "own", change_team{team, {}, nullptr, {}, {false, {s.users[0]}, {}}});
            submit(s.acme, "join", change_team{other, {}, nullptr, {}, {false, {s.users[0]}, {}}});
            for (const char* name : {"ann", "ben"})
                submit(s.bold, name,
                       create_team{bolds.emplace_back(new_id()), team_named(name), {}});
        }
        s.queue().stop();
        // Two of the others while it is looked up, then the parts and the team; then who
        // waited behind it.
        BOOST_TEST(s.order_after(before) == "b- b- am am am ad am");
        BOOST_TEST(
            (told == std::vector<std::string>{"ann accepted", "ben accepted", "delete accepted",
                                              "own not_found", "join accepted"}));
        s.reopen();
        BOOST_TEST(!s.views().team(s.acme, team));
        s.check_all(other);
        s.run(by_provider(s.acme, delete_team{other, {}}));
        for (const subject_id& made : bolds)
            s.run(by_provider(s.bold, delete_team{made, {}}));
    }
}

BOOST_AUTO_TEST_CASE(others_come_in_while_members_are_looked_up_and_the_own_tenant_behind) {
    neighbours s;
    const subject_id team = s.make_team("all", {});
    people there = s.users;

    struct row {
        const char* name;
        command_body (*ask)(const subject_id& team, people known, people with_a_stranger);
        const char* order; ///< of the events
        const char* comes_to;
    };

    // 2,500 take two turns to look up. Whoever is deleted by a request that came later is in the
    // team for a moment, and leaves it before he goes.
    const row rows[] = {
        {"a new team with one unknown",
         [](const subject_id&, people, people with_a_stranger) -> command_body {
             return create_team{new_id(), team_named("new"), std::move(with_a_stranger)};
         },
         "b- b- a-", "unknown_member"},
        {"one unknown",
         [](const subject_id& team, people, people with_a_stranger) -> command_body {
             return change_team{team, {}, nullptr, {}, {true, std::move(with_a_stranger), {}}};
         },
         "b- b- a-", "unknown_member"},
        {"all known",
         [](const subject_id& team, people known, people) -> command_body {
             return change_team{team, {}, nullptr, {}, {false, std::move(known), {}}};
         },
         "b- b- am am am am a-", "accepted"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const position before = s.log().head();
            const subject_id victim = there.front();
            people with_a_stranger = there;
            with_a_stranger.push_back(id_of(0xff));
            std::string told;
            {
                const server::pause pause(s.queue());
                s.desk().submit(by_provider(s.acme, r.ask(team, there, with_a_stranger)),
                                [&](const answer& a) { told = code_of(a); });
                s.desk().submit(by_provider(s.acme, delete_user{victim, {}}), [](const answer&) {});
                for (const char* name : {"ann ", "ben "})
                    s.desk().submit(
                        by_provider(s.bold,
                                    create_team{new_id(), team_named(name + victim.text()), {}}),
                        [](const answer&) {});
            }
            s.reopen();
            there.erase(there.begin());
            BOOST_TEST(told == r.comes_to);
            BOOST_TEST(s.order_after(before) == r.order);
            BOOST_TEST(s.views().teams_of(s.acme, victim).empty());
            BOOST_TEST((s.members(team) == (told == "accepted" ? there : people{})));
            s.check_all(team);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_tenant_has_two_large_changes_at_a_time) {
    neighbours s;
    const subject_id team = s.make_team("all", s.users);
    const subject_id few = s.make_team("few", s.some(0, members_per_turn_max));
    const people most = s.some(0, members_per_turn_max);
    const people one_more = s.some(0, members_per_turn_max + 1);
    const auto moved = [](const subject_id& id, bool only, people add, people leave) {
        return change_team{id, {}, nullptr, {}, {only, std::move(add), std::move(leave)}};
    };

    struct row {
        const char* name;
        command_body third;
        const char* comes_to;
    };

    const row rows[] = {
        {"deleted", delete_team{team, {}}, "queue_full"},
        {"emptied", moved(team, true, {}, {}), "queue_full"},
        {"one more than a turn takes", moved(few, false, one_more, {}), "queue_full"},
        {"one more leave", moved(few, false, {}, one_more), "queue_full"},
        {"as many as a turn takes", moved(few, false, most, {}), "accepted"},
        {"few are emptied", moved(few, true, {}, {}), "accepted"},
        {"few are deleted", delete_team{few, {}}, "accepted"},
        {"a team that is not there", delete_team{new_id(), {}}, "not_found"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            std::vector<std::string> told;
            const auto submit = [&](tenant_no tenant, const std::string& name, command_body body) {
                s.desk().submit(by_provider(tenant, std::move(body)),
                                [&told, name](answer a) { told.push_back(name + code_of(a)); });
            };
            {
                const server::pause pause(s.queue());
                submit(s.acme, "", moved(team, true, s.users, {}));
                submit(s.acme, "", moved(team, true, s.users, {}));
                submit(s.acme, "third ", r.third);
                // Others have places of their own.
                submit(s.bold, "bold ", moved(new_id(), false, one_more, {}));
            }
            // What is accepted in its turn is behind all of them.
            static_cast<void>(s.ask(by_provider(s.acme, delete_team{new_id(), {}})));
            static_cast<void>(s.ask(by_provider(s.bold, delete_team{new_id(), {}})));
            BOOST_TEST(told.size() == 4u);
            BOOST_TEST(std::count(told.begin(), told.end(), "accepted") == 2);
            BOOST_TEST(std::count(told.begin(), told.end(), std::string("third ") + r.comes_to) ==
                       1);
            BOOST_TEST(std::count(told.begin(), told.end(), "bold not_found") == 1);
        }
    }
    // The places are free again.
    BOOST_TEST(code_of(s.ask(by_provider(s.acme, moved(team, true, {}, {})))) == "accepted");
    BOOST_TEST(s.views().team(s.acme, team)->core.members == 0u);
}

BOOST_AUTO_TEST_CASE(an_answer_carries_what_the_last_part_left) {
    neighbours s;
    const subject_id team = s.make_team("all", s.some(0, 10));
    const people half = s.some(5, 2 * members_per_turn_max);
    change_team replace{team, {}, nullptr, {}, {true, half, {}}};
    replace.evaluate = [](const team_state& current) {
        team_wish wish = team_named("renamed");
        wish.content.document = current.content.document;
        return wish;
    };
    const position before = s.log().head();
    const done changed = s.run(by_provider(s.acme, replace));
    BOOST_TEST((changed.what == done::kind::changed));
    BOOST_TEST((changed.at == s.log().head()));
    BOOST_REQUIRE(changed.team.has_value());
    BOOST_TEST((changed.team == s.views().team(s.acme, team)));
    BOOST_TEST(changed.team->core.members == half.size());
    BOOST_TEST((s.members(team) == half));
    BOOST_TEST(s.order_after(before) == "a- am am"); // five less and five more are there already
    const done again =
        s.run(by_provider(s.acme, change_team{team, {}, nullptr, {}, {true, half, {}}}));
    BOOST_TEST((again.what == done::kind::unchanged));
    s.check_all(team);
}

BOOST_AUTO_TEST_CASE(a_kill_in_the_middle_leaves_a_part_and_asking_again_completes_it) {
    struct change {
        const char* name;
        std::size_t members; ///< the first so many, before
        command_body (*ask)(const neighbours&, const subject_id& team);
        std::size_t parts;
        std::size_t left; ///< the first so many, after
        bool there;
    };

    const change changes[] = {
        {"delete", many,
         [](const neighbours&, const subject_id& team) -> command_body {
             return delete_team{team, {}};
         },
         3, 0, false},
        {"empty", many,
         [](const neighbours&, const subject_id& team) -> command_body {
             return change_team{team, {}, nullptr, {}, {true, {}, {}}};
         },
         3, 0, true},
        {"fill", 10,
         [](const neighbours& s, const subject_id& team) -> command_body {
             return change_team{team, {}, nullptr, {}, {false, s.users, {}}};
         },
         3, many, true},
        {"replace by few", many,
         [](const neighbours& s, const subject_id& team) -> command_body {
             return change_team{team, {}, nullptr, {}, {true, s.some(0, 700), {}}};
         },
         2, 700, true},
    };
    const writer_options queue = one_turn_a_batch();
    neighbours s;
    for (const change& c : changes) {
        // The first turn of each only looks up, and leaves nothing.
        for (std::size_t turns = 0; turns <= c.parts + 1; ++turns) {
            const std::size_t durable = turns == 0 ? 0 : turns - 1;
            BOOST_TEST_CONTEXT(c.name << ", killed after " << turns << " of " << c.parts + 1) {
                const std::string name = std::string(c.name) + std::to_string(turns);
                const subject_id team = s.make_team(name, s.some(0, c.members));
                command asked = by_provider(s.acme, c.ask(s, team));
                asked.once = idempotency{name, digest_of(1)};
                s.close();
                support::scripted_log* script = nullptr;
                s.open(
                    [&](store& rows, log_signal&) {
                        auto log = std::make_unique<support::scripted_log>(rows);
                        script = log.get();
                        return log;
                    },
                    &queue);
                std::promise<answer> told;
                s.desk().submit(asked, [&](answer a) { told.set_value(std::move(a)); });
                for (std::size_t i = 0; i < turns; ++i) {
                    BOOST_REQUIRE(script->wait_for(1));
                    script->settle(commit_outcome::committed);
                }
                if (durable < c.parts) {
                    BOOST_REQUIRE(script->wait_for(1));
                    script->fail_all(commit_outcome::voided);
                }
                BOOST_TEST(code_of(told.get_future().get()) ==
                           (durable < c.parts ? "unknown" : "accepted"));
                script->commit_everything();
                s.reopen();
                s.check_all(team);
                const std::size_t moved =
                    std::min(durable * members_per_turn_max,
                             c.members > c.left ? c.members - c.left : c.left - c.members);
                const bool over = durable == c.parts;
                BOOST_TEST(s.members(team).size() ==
                           (c.members > c.left ? c.members - moved : c.members + moved));
                BOOST_TEST(s.views().team(s.acme, team).has_value() == (c.there || !over));

                const done again = s.run(asked);
                BOOST_TEST(again.repeated == over);
                BOOST_TEST((s.members(team) == s.some(0, c.left)));
                BOOST_TEST(s.views().team(s.acme, team).has_value() == c.there);
                BOOST_TEST(s.run(asked).repeated);
                s.check_all(team);
                if (c.there) s.run(by_provider(s.acme, delete_team{team, {}}));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(who_is_wanted_in_and_unknown_is_told_before_anything_is_done) {
    neighbours s;
    const subject_id team = s.make_team("all", s.some(0, 10));
    people wanted = s.users;
    wanted.push_back(id_of(0xff));
    std::sort(wanted.begin(), wanted.end());
    const position before = s.log().head();
    for (const bool only_added : {false, true}) {
        const answer told = s.ask(
            by_provider(s.acme, change_team{team, {}, nullptr, {}, {only_added, wanted, {}}}));
        BOOST_TEST(code_of(told) == "unknown_member");
    }
    BOOST_TEST((s.log().head() == before));
    BOOST_TEST((s.members(team) == s.some(0, 10)));
}

BOOST_AUTO_TEST_CASE(a_new_team_comes_whole) {
    neighbours s;
    const position before = s.log().head();
    {
        const server::pause pause(s.queue());
        s.desk().submit(by_provider(s.acme, create_team{new_id(), team_named("all"),
                                                        s.some(0, lookups_per_turn_max)}),
                        [](const answer&) {});
        s.desk().submit(by_provider(s.bold, create_user{new_id(), wish_for("ann")}),
                        [](const answer&) {});
    }
    s.queue().stop();
    BOOST_TEST(s.order_after(before) == "a- am b-");
}

BOOST_AUTO_TEST_SUITE_END()
