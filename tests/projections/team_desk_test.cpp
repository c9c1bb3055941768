// Teams through the whole writing side on disk, and what can be read of them.
#include "projections/command_desk.hpp"
#include "projections/rows.hpp"
#include "tests/projections/server.hpp"

#include <algorithm>
#include <mutex>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(team_desk_test)

namespace {

subject_id new_id() {
    return base::uuid::make_v7(base::now().unix_ms);
}

std::string code_of(const answer& a) {
    return a ? "accepted" : std::string(refusal_name(a.error().code));
}

change_team join(const subject_id& team, const subject_id& user) {
    return {team, {}, nullptr, {}, {false, {user}, {}}};
}

change_team leave(const subject_id& team, const subject_id& user) {
    return {team, {}, nullptr, {}, {false, {}, {user}}};
}

evaluate_team renamed(const std::string& name) {
    return [name](const team_state& current) {
        team_wish wish{current.content, {"displayName"}};
        wish.content.name = name;
        wish.content.name_key = name;
        return wish;
    };
}

/// A server with one tenant and a few users.
class club : public server {
  public:
    explicit club(desk_options desk = {}, writer_options queue = {}) : server(desk, queue) {
        for (int i = 0; i < 4; ++i)
            users.push_back(make_user(acme, wish_for("u" + std::to_string(i))).id);
        std::sort(users.begin(), users.end());
    }

    tenant_no acme = make_tenant("acme");
    std::vector<subject_id> users; ///< sorted

    team_state make_team(const std::string& name, std::vector<subject_id> members = {}) {
        return *run(by_provider(acme, create_team{new_id(), team_named(name), std::move(members)}))
                    .team;
    }

    std::vector<subject_id> members(const subject_id& team) {
        std::vector<subject_id> all;
        const auto walk = views().members(acme, team);
        for (subject_id member; walk->next(member);)
            all.push_back(member);
        return all;
    }

    std::vector<std::string> page(std::uint64_t first, std::size_t count) {
        std::vector<std::string> names;
        views().list_teams(acme, first, [&](const team_view& team) {
            names.emplace_back(team.name);
            return names.size() < count;
        });
        return names;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(two_hundred_parallel_adds_leave_two_hundred_members) {
    club s;
    const team_state sales = s.make_team("sales");
    std::vector<command> creates;
    std::vector<subject_id> people;
    for (int i = 0; i < 200; ++i) {
        people.push_back(new_id());
        creates.push_back(
            by_provider(s.acme, create_user{people.back(), wish_for("p" + std::to_string(i))}));
    }
    const std::size_t made = s.run_all(std::move(creates));
    BOOST_TEST(made == 200u);
    std::vector<command> joins;
    for (const subject_id& id : people)
        joins.push_back(by_provider(s.acme, join(sales.id, id)));
    const std::size_t joined = s.run_all(std::move(joins));
    BOOST_TEST(joined == 200u);
    std::sort(people.begin(), people.end());
    BOOST_TEST((s.members(sales.id) == people));
    BOOST_TEST(s.views().team(s.acme, sales.id)->core.members == 200u);
    BOOST_TEST(s.views().counters(s.acme).memberships == 200u);

    // Half of them leave while the others are added again, and everything comes twice.
    std::vector<command> mixed;
    for (std::size_t i = 0; i < people.size(); ++i) {
        for (int twice = 0; twice < 2; ++twice) {
            mixed.push_back(by_provider(s.acme, i % 2 == 0 ? leave(sales.id, people[i])
                                                           : join(sales.id, people[i])));
        }
    }
    const auto head = s.log().head();
    const std::size_t accepted = s.run_all(std::move(mixed));
    BOOST_TEST(accepted == 400u);
    BOOST_TEST(s.log().head().offset == head.offset + 100);
    BOOST_TEST(s.members(sales.id).size() == 100u);
    s.reopen();
    BOOST_TEST(s.members(sales.id).size() == 100u);
    BOOST_TEST(s.views().teams_of(s.acme, people[0]).empty());
    BOOST_TEST((s.views().teams_of(s.acme, people[1]) == std::vector<subject_id>{sales.id}));
}

BOOST_AUTO_TEST_CASE(a_turn_sees_the_members_that_are_not_durable_yet) {
    club s;
    const team_state sales = s.make_team("sales", {s.users[0]});
    std::mutex mutex;
    std::vector<std::string> told;
    const auto submit = [&](command_body body) {
        s.desk().submit(by_provider(s.acme, std::move(body)), [&](answer a) {
            const std::lock_guard lock(mutex);
            told.push_back(code_of(a));
        });
    };
    {
        const server::pause pause(s.queue());
        submit(join(sales.id, s.users[1]));
        submit(leave(sales.id, s.users[0]));
        submit(change_team{sales.id, {}, nullptr, {}, {true, {s.users[2]}, {}}});
        submit(join(sales.id, s.users[3]));
        submit(delete_user{s.users[2], {}});
        submit(join(sales.id, s.users[2])); // gone by then
        submit(delete_team{sales.id, {}});
        submit(join(sales.id, s.users[1])); // gone as well
    }
    s.queue().stop();
    BOOST_TEST(
        (told == std::vector<std::string>{"accepted", "accepted", "accepted", "accepted",
                                          "accepted", "unknown_member", "accepted", "not_found"}));
    BOOST_TEST(!s.views().team(s.acme, sales.id));
    BOOST_TEST(s.views().counters(s.acme).memberships == 0u);
    for (const subject_id& user : s.users)
        BOOST_TEST(s.views().teams_of(s.acme, user).empty());
}

BOOST_AUTO_TEST_CASE(an_answer_carries_the_team_and_the_position_of_its_last_event) {
    club s;
    const done made = s.run(
        by_provider(s.acme, create_team{new_id(), team_named("sales"), {s.users[0], s.users[1]}}));
    BOOST_TEST((made.what == done::kind::created));
    BOOST_REQUIRE(made.team.has_value());
    BOOST_TEST(made.team->core.members == 2u);
    BOOST_TEST((made.team == s.views().team(s.acme, made.team->id)));
    BOOST_TEST((made.at == s.log().head()));
    const subject_id id = made.team->id;

    const done same = s.run(by_provider(s.acme, join(id, s.users[0])));
    BOOST_TEST((same.what == done::kind::unchanged && same.at.offset == 0u));
    BOOST_TEST((same.team == made.team));

    change_team both = leave(id, s.users[0]);
    both.evaluate = renamed("sellers");
    const done changed = s.run(by_provider(s.acme, both));
    BOOST_TEST((changed.what == done::kind::changed));
    BOOST_TEST((changed.team->content.name == "sellers" && changed.team->core.members == 1u));
    BOOST_TEST((changed.at == s.log().head()));

    const done gone = s.run(by_provider(s.acme, delete_team{id, {}}));
    BOOST_TEST((gone.what == done::kind::deleted));
    BOOST_TEST((!gone.team && !gone.user));
    BOOST_TEST((gone.at == s.log().head()));
    const done user = s.run(by_provider(s.acme, delete_user{s.users[0], {}}));
    BOOST_TEST((user.what == done::kind::deleted && !user.team && !user.user));
}

BOOST_AUTO_TEST_CASE(repeats_of_team_commands_have_no_second_effect) {
    club s;
    const auto once = [&](command_body body, const std::string& key) {
        command c = by_provider(s.acme, std::move(body));
        c.once = idempotency{key, digest_of(1)};
        return c;
    };
    const command create = once(create_team{new_id(), team_named("sales"), {s.users[0]}}, "create");
    const subject_id id = s.run(create).team->id;
    const auto check_repeat = [&](const char* name, const command& asked, done::kind what,
                                  bool there) {
        BOOST_TEST_CONTEXT(name) {
            const auto head = s.log().head();
            const done again = s.run(asked);
            BOOST_TEST(again.repeated);
            BOOST_TEST((again.what == what));
            BOOST_TEST(again.team.has_value() == there);
            if (there) BOOST_TEST((again.team == s.views().team(s.acme, id)));
            BOOST_TEST(!again.user);
            BOOST_TEST((s.log().head() == head));
        }
    };
    check_repeat("create", create, done::kind::created, true);
    const command add = once(join(id, s.users[1]), "add");
    const done first = s.run(add);
    check_repeat("add", add, done::kind::changed, true);
    s.run(by_provider(s.acme, leave(id, s.users[1])));
    check_repeat("add, left since", add, done::kind::changed, true);
    BOOST_TEST((s.members(id) == std::vector<subject_id>{s.users[0]}));
    BOOST_TEST((s.run(add).at == first.at));
    const command nothing = once(join(id, s.users[0]), "nothing");
    s.run(nothing);
    check_repeat("nothing", nothing, done::kind::unchanged, true);
    s.reopen();
    const command remove = once(delete_team{id, {}}, "remove");
    s.run(remove);
    check_repeat("remove", remove, done::kind::deleted, false);
    check_repeat("create, removed since", create, done::kind::created, false);
}

BOOST_AUTO_TEST_CASE(on_a_low_disk_people_are_only_taken_out) {
    club s;
    const team_state sales = s.make_team("sales", {s.users[0], s.users[1]});
    const team_state other = s.make_team("other", {s.users[2]});
    s.desk().set_disk_low(true);

    struct low_case {
        const char* name;
        const char* code;
        command_body asked;
    };

    const low_case cases[] = {
        {"create", "disk_low", create_team{new_id(), team_named("new"), {}}},
        {"rename", "disk_low", change_team{sales.id, {}, renamed("x"), {}, {}}},
        {"join", "disk_low", join(sales.id, s.users[3])},
        {"leave", "accepted", leave(sales.id, s.users[0])},
        {"replace by nobody", "accepted", change_team{sales.id, {}, nullptr, {}, {true, {}, {}}}},
        {"delete", "accepted", delete_team{other.id, {}}},
    };
    for (const low_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        BOOST_TEST(code_of(s.ask(by_provider(s.acme, c.asked))) == c.code);
    }
}

BOOST_AUTO_TEST_CASE(a_full_queue_still_takes_people_out) {
    writer_options queue;
    queue.queue_max = 1;
    queue.queue_reserve = 1;
    club s({}, queue);
    const team_state sales = s.make_team("sales", {s.users[0]});
    std::vector<std::string> told;
    const auto submit = [&](command_body body) {
        s.desk().submit(by_provider(s.acme, std::move(body)),
                        [&](answer a) { told.push_back(code_of(a)); });
    };
    {
        const server::pause pause(s.queue());
        submit(join(sales.id, s.users[1]));
        submit(join(sales.id, s.users[2])); // one past the limit
        BOOST_TEST((told == std::vector<std::string>{"queue_full"}));
        submit(leave(sales.id, s.users[0]));
        BOOST_TEST(told.size() == 1u);
    }
    s.queue().stop();
    BOOST_TEST((s.members(sales.id) == std::vector<subject_id>{s.users[1]}));
}

BOOST_AUTO_TEST_CASE(refused_team_commands_are_kept_as_attempts) {
    club s;
    const team_state sales = s.make_team("sales");
    s.ask(by_provider(s.acme, create_team{new_id(), team_named("sales"), {}}));
    s.ask(by_provider(s.acme, join(sales.id, id_of(9))));
    s.ask(by_provider(s.acme, delete_team{id_of(9), {}})); // the caller's own affair
    const auto kept = s.views().attempts(s.acme, "sales", 10);
    BOOST_REQUIRE(kept.size() == 2u);
    std::vector<std::string> actions;
    for (const attempt_record& a : kept)
        actions.push_back(a.what.action + ": " +
                          std::string(refusal_name(static_cast<refusal_code>(a.what.code))));
    std::sort(actions.begin(), actions.end());
    BOOST_TEST((actions == std::vector<std::string>{"change team: unknown_member",
                                                    "create team: name_taken"}));
    BOOST_TEST(s.views().attempts(s.acme, std::nullopt, 10).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_member_walk_shows_each_member_and_one_view) {
    club s;
    const team_state sales = s.make_team("sales", s.users);
    const auto walk = s.views().members(s.acme, sales.id);
    std::vector<subject_id> seen;
    for (subject_id member; walk->next(member);) {
        if (seen.empty()) {
            s.run(by_provider(s.acme, delete_user{s.users[3], {}}));
            s.run(by_provider(s.acme, delete_team{sales.id, {}}));
        }
        seen.push_back(member);
    }
    BOOST_TEST((seen == s.users));
    subject_id nobody;
    BOOST_TEST(!walk->next(nobody));
    BOOST_TEST(s.members(sales.id).empty());
    BOOST_TEST(s.members(id_of(9)).empty());
}

BOOST_AUTO_TEST_CASE(a_member_walk_that_misses_somebody_is_no_answer) {
    struct damage {
        const char* name;
        std::string (*key)(const club&, const subject_id& team);
        table where;
        std::optional<std::string> value;
    };

    const damage rows[] = {
        {"the last member's row",
         [](const club& s, const subject_id& team) {
             return key_of::member(s.acme, team, s.users[3]);
         },
         table::links, std::nullopt},
        {"the first member's row",
         [](const club& s, const subject_id& team) {
             return key_of::member(s.acme, team, s.users[0]);
         },
         table::links, std::nullopt},
        {"a member too many",
         [](const club& s, const subject_id& team) {
             return key_of::member(s.acme, team, id_of(0xff));
         },
         table::links, encode_since({1})},
    };
    for (const damage& d : rows) {
        BOOST_TEST_CONTEXT(d.name) {
            club s;
            const team_state sales = s.make_team("sales", s.users);
            BOOST_TEST(s.members(sales.id).size() == 4u);
            BOOST_REQUIRE(
                s.log().write_unsynced({{d.where, d.key(s, sales.id), d.value}}).has_value());
            BOOST_CHECK_THROW(s.members(sales.id), storage_failure);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_team_is_found_by) {
    club s;
    const tenant_no bold = s.make_tenant("bold");
    const auto sales =
        *s.run(by_provider(s.acme, create_team{new_id(), team_named("sales", "g-1"), {s.users[0]}}))
             .team;
    const auto twin =
        *s.run(by_provider(s.acme, create_team{new_id(), team_named("twin", "g-1"), {}})).team;
    s.run(by_provider(bold, create_team{new_id(), team_named("sales", "g-1"), {}}));
    const auto find = [&](directory::lookup by, std::string_view value, std::size_t most = 9) {
        return s.views().find(s.acme, by, value, most);
    };
    using lookup = directory::lookup;
    using found = std::vector<subject_id>;
    BOOST_TEST((find(lookup::team_name, "sales") == found{sales.id}));
    BOOST_TEST((find(lookup::team_name, "Sales").empty() && find(lookup::team_name, "").empty()));
    BOOST_TEST((find(lookup::team_external_id, "g-1") == found{sales.id, twin.id}));
    BOOST_TEST((find(lookup::team_external_id, "g-1", 1) == found{sales.id}));
    BOOST_TEST((find(lookup::team_external_id, "g-1", 0).empty()));
    BOOST_TEST(
        (find(lookup::user_name, "sales").empty() && find(lookup::external_id, "g-1").empty()));

    std::string bytes;
    team_view view;
    BOOST_REQUIRE(s.views().team(s.acme, sales.id, bytes, view));
    BOOST_TEST((view.id == sales.id && view.core == sales.core));
    BOOST_TEST((view.name == "sales" && view.document == sales.content.document));
    BOOST_TEST((s.views().team(s.acme, sales.id) == sales));
    BOOST_TEST(!s.views().team(bold, sales.id, bytes, view));
    BOOST_TEST(!s.views().team(bold, sales.id));
    BOOST_TEST(!s.views().team(s.acme, s.users[0]));
    BOOST_TEST(!s.views().user(s.acme, sales.id));
    BOOST_TEST(s.views().is_member(s.acme, sales.id, s.users[0]));
    BOOST_TEST(!s.views().is_member(s.acme, sales.id, s.users[1]));
    BOOST_TEST(!s.views().is_member(s.acme, twin.id, s.users[0]));
    BOOST_TEST(!s.views().is_member(bold, sales.id, s.users[0]));
    BOOST_TEST(s.views().teams_of(bold, s.users[0]).empty());
}

BOOST_AUTO_TEST_CASE(pages_of_teams_at_any_depth_are_those_of_a_list) {
    club s;
    constexpr std::size_t made = places_per_block + 300;
    std::vector<command> creates;
    std::vector<std::string> model;
    std::vector<subject_id> ids;
    for (std::size_t i = 0; i < made; ++i) {
        ids.push_back(new_id());
        model.push_back("t" + std::to_string(i));
        creates.push_back(by_operator(s.acme, create_team{ids[i], team_named(model[i]), {}}));
    }
    const std::size_t accepted = s.run_all(std::move(creates));
    BOOST_TEST(accepted == made);
    BOOST_TEST((s.page(0, made + 1) == model));
    std::vector<command> deletes;
    std::vector<std::string> left;
    for (std::size_t i = 0; i < made; ++i) {
        if (i % 3 == 0) {
            deletes.push_back(by_operator(s.acme, delete_team{ids[i], {}}));
        } else {
            left.push_back(model[i]);
        }
    }
    s.run_all(std::move(deletes));
    BOOST_TEST(s.views().counters(s.acme).teams == left.size());
    for (int round = 0; round < 2; ++round) {
        for (const std::size_t first : {std::size_t{0}, left.size() / 2, std::size_t{700},
                                        left.size() - 1, left.size(), left.size() + 9}) {
            BOOST_TEST_CONTEXT("from " << first) {
                const std::size_t from = std::min(first, left.size());
                const std::size_t to = std::min(from + 50, left.size());
                const std::vector<std::string> expected(
                    left.begin() + static_cast<std::ptrdiff_t>(from),
                    left.begin() + static_cast<std::ptrdiff_t>(to));
                BOOST_TEST((s.page(first, 50) == expected));
            }
        }
        s.reopen();
    }
    const std::string last = key_of::place(listing_kind::teams, s.acme, made - 1);
    BOOST_REQUIRE(s.log().write_unsynced({{table::state, last, std::nullopt}}).has_value());
    BOOST_CHECK_THROW(s.page(0, made), storage_failure);
}

BOOST_AUTO_TEST_SUITE_END()
