#include "eventlog/base/wire.hpp"
#include "projections/command_desk.hpp"
#include "projections/rows.hpp"
#include "tests/projections/server.hpp"

#include <atomic>
#include <mutex>
#include <set>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(command_desk_test)

namespace {

subject_id new_id() {
    return base::uuid::make_v7(base::now().unix_ms);
}

command create(tenant_no tenant, user_wish wish) {
    return by_provider(tenant, create_user{new_id(), std::move(wish)});
}

/// Sets one attribute: appends `name` to the display name.
evaluate_user add_word(const std::string& word) {
    return [word](const user_state& current) {
        user_wish wish;
        wish.content = current.content;
        wish.content.display += " " + word;
        wish.active = current.core.active;
        wish.changed = {word};
        return wish;
    };
}

command once(command c, const std::string& key, std::uint8_t request) {
    c.once = idempotency{key, digest_of(request)};
    return c;
}

std::string code_of(const answer& a) {
    return a ? "accepted" : std::string(refusal_name(a.error().code));
}

} // namespace

BOOST_AUTO_TEST_CASE(an_answer_carries_position_and_state) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const done made = s.run(create(acme, wish_for("jane")));
    BOOST_TEST((made.what == done::kind::created));
    BOOST_REQUIRE(made.user.has_value());
    BOOST_TEST((s.views().user(acme, made.user->id) == made.user));
    BOOST_TEST((made.at == s.log().head()));
    const done same =
        s.run(by_provider(acme, change_user{made.user->id, {}, set_active(true), {}, false}));
    BOOST_TEST((same.what == done::kind::unchanged));
    BOOST_TEST(same.at.offset == 0u);
    BOOST_TEST((same.user == made.user));
    const done gone = s.run(by_provider(acme, delete_user{made.user->id, {}}));
    BOOST_TEST((gone.what == done::kind::deleted));
    BOOST_TEST(!gone.user);
    BOOST_TEST((gone.at == s.log().head()));
}

BOOST_AUTO_TEST_CASE(positions_in_one_batch_are_each_command_s_own) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    std::mutex mutex;
    std::set<std::uint64_t> positions;
    {
        const server::pause pause(s.queue());
        for (int i = 0; i < 20; ++i) {
            s.desk().submit(create(acme, wish_for("u" + std::to_string(i))), [&](answer told) {
                const std::lock_guard lock(mutex);
                positions.insert(told->at.offset);
            });
        }
    }
    s.queue().stop();
    BOOST_TEST(positions.size() == 20u);
    BOOST_TEST(*positions.rbegin() == s.log().head().offset);
    BOOST_TEST(*positions.begin() == s.log().head().offset - 19);
}

BOOST_AUTO_TEST_CASE(a_thousand_creates_of_one_name_make_one_user) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    std::vector<command> creates;
    for (int i = 0; i < 1000; ++i) {
        creates.push_back(create(acme, wish_for("jane")));
    }
    const std::size_t accepted = s.run_all(std::move(creates));
    BOOST_TEST(accepted == 1u);
    BOOST_TEST(s.views().counters(acme).users == 1u);
}

BOOST_AUTO_TEST_CASE(a_thousand_creates_at_one_free_seat_make_one_user) {
    server s;
    const tenant_no acme = s.make_tenant("acme", 3);
    s.make_user(acme, wish_for("ann"));
    s.make_user(acme, wish_for("bob"));
    std::vector<command> creates;
    for (int i = 0; i < 1000; ++i) {
        creates.push_back(create(acme, wish_for("u" + std::to_string(i))));
    }
    const std::size_t accepted = s.run_all(std::move(creates));
    BOOST_TEST(accepted == 1u);
    BOOST_TEST(seats_used({}, s.views().counters(acme).by_status) == 3u);
}

BOOST_AUTO_TEST_CASE(two_hundred_changes_of_one_user_and_a_deactivation_all_survive) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    std::vector<command> changes;
    for (int i = 0; i < 200; ++i) {
        change_user c{jane.id, {}, add_word("w" + std::to_string(i) + "."), {}, false};
        if (i == 100) c = {jane.id, {}, set_active(false), {}, true};
        // All were evaluated on the first version, as parallel requests are.
        c.ahead = change_user::prepared{jane.core.version, *c.evaluate(jane)};
        changes.push_back(by_provider(acme, c));
    }
    const std::size_t accepted = s.run_all(std::move(changes));
    BOOST_TEST(accepted == 200u);
    const auto now = s.views().user(acme, jane.id);
    BOOST_TEST(!now->core.active);
    for (int i = 0; i < 200; ++i) {
        const std::string word = " w" + std::to_string(i) + ".";
        const bool found = now->content.display.find(word) != std::string::npos;
        BOOST_TEST(found == (i != 100), word);
    }
    BOOST_TEST(now->core.version.value == jane.core.version.value + 200);
}

BOOST_AUTO_TEST_CASE(a_repeat_gets_the_recorded_outcome_and_no_second_effect) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const command asked = once(create(acme, wish_for("jane")), "k-1", 1);
    const done first = s.run(asked);
    BOOST_TEST(!first.repeated);
    auto head = s.log().head();

    const auto check_repeat = [&](const char* when) {
        BOOST_TEST_CONTEXT(when) {
            const done again = s.run(asked);
            BOOST_TEST(again.repeated);
            BOOST_TEST((again.what == done::kind::created));
            BOOST_TEST((again.at == first.at));
            BOOST_TEST((again.user == first.user));
            BOOST_TEST((s.log().head() == head));
        }
    };
    check_repeat("at once");
    s.reopen();
    check_repeat("after a restart");
    const subject_id id = first.user->id;
    s.run(by_provider(acme, change_user{id, {}, set_active(false), {}, true}));
    head = s.log().head();
    check_repeat("changed since");
    s.run(by_provider(acme, delete_user{id, {}}));
    head = s.log().head();
    check_repeat("deleted since");
    s.run(by_operator(acme, erase_user{id}));
    BOOST_TEST(!s.run(asked).user.has_value());
    s.make_user(acme, wish_for("jane"));
    head = s.log().head();

    const answer reused = s.ask(once(create(acme, wish_for("joe")), "k-1", 2));
    BOOST_TEST(code_of(reused) == "idempotency_reused");
    command other_key = asked;
    other_key.by.id = id_of(0xbb);
    BOOST_TEST(code_of(s.ask(other_key)) == "name_taken");
    BOOST_TEST((s.log().head() == head));
}

BOOST_AUTO_TEST_CASE(repeats_of_every_kind) {
    server s;
    const command tenant = once(by_operator({}, create_tenant{"acme", {}}), "t", 1);
    const tenant_no acme = s.run(tenant).tenant->number;
    BOOST_TEST((s.run(tenant).tenant->number == acme));

    const command key = once(by_operator(acme, create_key{id_of(4), digest_of(4), "", {}}), "k", 1);
    s.run(key);
    BOOST_TEST((s.run(key).key->id == id_of(4)));

    const user_state jane = s.make_user(acme, wish_for("jane"));
    const command unchanged =
        once(by_provider(acme, change_user{jane.id, {}, set_active(true), {}, false}), "u", 1);
    s.run(unchanged);
    const done still = s.run(unchanged);
    BOOST_TEST(still.repeated);
    BOOST_TEST((still.what == done::kind::unchanged));
    BOOST_TEST((still.user == jane));
    BOOST_TEST(still.at.offset == 0u);

    const command gone = once(by_provider(acme, delete_user{jane.id, {}}), "d", 1);
    const done first = s.run(gone);
    const done again = s.run(gone);
    BOOST_TEST((again.what == done::kind::deleted));
    BOOST_TEST(!again.user);
    BOOST_TEST((again.at == first.at));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_not_recorded_under_its_idempotency_key) {
    server s;
    const tenant_no acme = s.make_tenant("acme", 0);
    const command asked = once(create(acme, wish_for("jane")), "k", 1);
    BOOST_TEST(code_of(s.ask(asked)) == "seat_limit");
    set_tenant more;
    more.seat_limit = std::optional<std::uint64_t>(1);
    s.run(by_operator(acme, more));
    BOOST_TEST(!s.run(asked).repeated);
}

BOOST_AUTO_TEST_CASE(a_full_queue_refuses_and_still_deprovisions) {
    writer_options queue;
    queue.queue_max = 2;
    queue.queue_reserve = 1;
    server s({}, queue);
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    std::mutex mutex;
    std::vector<std::string> told;
    const auto submit = [&](command c) {
        s.desk().submit(std::move(c), [&](answer a) {
            const std::lock_guard lock(mutex);
            told.push_back(code_of(a));
        });
    };
    const auto counts = [&] {
        const std::lock_guard lock(mutex);
        return told;
    };
    {
        const server::pause pause(s.queue());
        submit(create(acme, wish_for("ann")));
        submit(create(acme, wish_for("bob"))); // at the limit
        BOOST_TEST(counts().empty());
        submit(create(acme, wish_for("cid"))); // one past it
        BOOST_TEST((counts() == std::vector<std::string>{"queue_full"}));
        submit(by_provider(acme, change_user{jane.id, {}, set_active(false), {}, true}));
        BOOST_TEST(counts().size() == 1u);
        submit(by_provider(acme, delete_user{jane.id, {}})); // the reserve is full as well
        BOOST_TEST((counts() == std::vector<std::string>{"queue_full", "queue_full"}));
    }
    s.queue().stop();
    BOOST_TEST(std::count(told.begin(), told.end(), "accepted") == 3);
    BOOST_TEST(!s.views().user(acme, jane.id)->core.active);
    submit(create(acme, wish_for("dan")));
    BOOST_TEST(told.back() == "queue_full"); // stopped: nothing was done
}

BOOST_AUTO_TEST_CASE(one_tenant_waits_with_so_many_commands_and_no_more) {
    desk_options options;
    options.tenant_waiting_max = 2;
    server s(options);
    const tenant_no acme = s.make_tenant("acme");
    const tenant_no other = s.make_tenant("other");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    admin_state ann;
    ann.tenant = acme;
    ann.id = id_of(7);
    ann.core.role = admin_role::primary_admin;
    const auto create_new = [](const char* name) { return create_user{new_id(), wish_for(name)}; };
    const auto retitle = change_user{jane.id, {}, add_word("x"), {}, false};
    const auto deactivate = change_user{jane.id, {}, set_active(false), {}, true};

    struct row {
        const char* name;
        command asked;
        bool waits;
    };

    row rows[] = {
        {"first", by_provider(acme, create_new("ann")), true},
        {"at the limit", by_provider(acme, retitle), true},
        {"one past it", by_provider(acme, create_new("bob")), false},
        {"another change past it", by_provider(acme, retitle), false},
        {"another tenant is not concerned", by_provider(other, create_new("cid")), true},
        {"a deactivation has further places", by_provider(acme, deactivate), true},
        {"which have a limit", by_provider(acme, deactivate), false},
        {"for deletions too", by_provider(acme, delete_user{jane.id, {}}), false},
        {"an admin has others", by_admin(ann, acme, revoke_key{id_of(4)}), true},
        {"which have a limit as well", by_admin(ann, acme, revoke_key{id_of(4)}), false},
        {"an operator is not bounded", by_operator(acme, revoke_key{id_of(4)}), true},
        {"whatever he asks", by_operator(acme, create_new("dan")), true},
    };
    std::mutex mutex;
    std::vector<std::string> at_once;
    {
        const server::pause pause(s.queue());
        for (row& r : rows) {
            BOOST_TEST_CONTEXT(r.name) {
                at_once.clear();
                s.desk().submit(std::move(r.asked), [&](answer a) {
                    const std::lock_guard lock(mutex);
                    at_once.push_back(code_of(a));
                });
                BOOST_TEST(at_once.empty() == r.waits);
                if (!r.waits) BOOST_TEST((at_once == std::vector<std::string>{"queue_full"}));
            }
        }
    }
    s.ask(by_operator(acme, revoke_key{id_of(4)})); // behind all of acme's others
    // What was answered holds no place.
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(code_of(s.ask(by_provider(acme, create_new("new")))) != "queue_full");
    s.queue().stop();
    // Nor what the writer did not take.
    for (int i = 0; i < 5; ++i) {
        s.desk().submit(by_provider(acme, create_new("late")), [&](answer a) {
            BOOST_REQUIRE(!a);
            BOOST_TEST((a.error().message.find("stopping") != std::string::npos),
                       a.error().message);
        });
    }
}

BOOST_AUTO_TEST_CASE(a_command_that_waited_too_long_is_not_begun) {
    desk_options options;
    options.deadline = std::chrono::milliseconds(0);
    server s(options);
    BOOST_TEST(code_of(s.ask(by_operator({}, create_tenant{"acme", {}}))) == "expired");
    BOOST_TEST(s.log().head().offset == 0u);
}

BOOST_AUTO_TEST_CASE(a_low_disk_accepts_only_what_deprovisions) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    const user_state joe = s.make_user(acme, wish_for("joe"));
    s.run(by_operator(acme, create_key{id_of(4), digest_of(4), "", {}}));
    s.desk().set_disk_low(true);

    struct low_case {
        const char* name;
        const char* code;
        command asked;
    };

    const low_case cases[] = {
        {"create", "disk_low", create(acme, wish_for("ann"))},
        {"change", "disk_low",
         by_provider(acme, change_user{jane.id, {}, add_word("x"), {}, false})},
        {"tenant", "disk_low", by_operator({}, create_tenant{"bold", {}})},
        {"deactivate", "accepted",
         by_provider(acme, change_user{jane.id, {}, set_active(false), {}, true})},
        {"delete", "accepted", by_provider(acme, delete_user{jane.id, {}})},
        {"erase", "accepted", by_operator(acme, erase_user{joe.id})},
        {"revoke", "accepted", by_operator(acme, revoke_key{id_of(4)})},
    };
    for (const low_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name)
        BOOST_TEST(code_of(s.ask(c.asked)) == c.code);
    }
    s.desk().set_disk_low(false);
    BOOST_TEST(code_of(s.ask(create(acme, wish_for("ann")))) == "accepted");

    const user_state bob = s.make_user(acme, wish_for("bob"));
    s.desk().set_disk_full(true);
    const auto head = s.log().head();
    BOOST_TEST(code_of(s.ask(by_provider(acme, delete_user{bob.id, {}}))) == "disk_low");
    BOOST_TEST((s.log().head() == head));
    s.desk().set_disk_full(false);
    BOOST_TEST(code_of(s.ask(by_provider(acme, delete_user{bob.id, {}}))) == "accepted");
}

BOOST_AUTO_TEST_CASE(the_access_epoch_moves_with_tenants_and_keys_and_before_the_answer) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    set_tenant rename;
    rename.name = "Acme";

    struct epoch_case {
        const char* name;
        bool moves;
        command asked;
    };

    const user_state jane = s.make_user(acme, wish_for("jane"));
    const epoch_case cases[] = {
        {"create tenant", true, by_operator({}, create_tenant{"bold", {}})},
        {"set mapping", true, by_operator(acme, set_mapping{"[1]", {}})},
        {"clear mapping", true, by_operator(acme, set_mapping{})},
        {"clear no mapping", false, by_operator(acme, set_mapping{})},
        {"set tenant", true, by_operator(acme, rename)},
        {"set tenant to the same", false, by_operator(acme, rename)},
        {"create key", true, by_operator(acme, create_key{id_of(4), digest_of(4), "", {}})},
        {"revoke key", true, by_operator(acme, revoke_key{id_of(4)})},
        {"revoke key again", false, by_operator(acme, revoke_key{id_of(4)})},
        {"create user", false, create(acme, wish_for("ann"))},
        {"delete user", false, by_provider(acme, delete_user{jane.id, {}})},
        {"delete tenant", true, by_operator(acme, delete_tenant{})},
    };
    for (const epoch_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const std::uint64_t before = s.views().access_epoch();
            std::promise<std::uint64_t> at_answer;
            s.desk().submit(c.asked,
                            [&](answer) { at_answer.set_value(s.views().access_epoch()); });
            BOOST_TEST((at_answer.get_future().get() != before) == c.moves);
        }
    }
}

BOOST_AUTO_TEST_CASE(refusals_for_cause_are_kept_as_attempts) {
    server s;
    const tenant_no acme = s.make_tenant("acme", 1);
    const user_state jane = s.make_user(acme, wish_for("jane"));
    s.ask(create(acme, wish_for("joe")));
    s.ask(create(acme, wish_for("joe")));
    s.ask(create(acme, wish_for("jane")));
    change_user stale{jane.id, {version_condition::kind::one_of, {1}}, add_word("x"), {}, false};
    s.ask(by_provider(acme, stale)); // the caller's own affair
    s.ask(by_provider(acme, delete_user{id_of(9), {}}));

    const auto about = [&](std::string_view who) { return s.views().attempts(acme, who, 10); };
    const auto joe = about("joe");
    BOOST_REQUIRE(joe.size() == 1);
    BOOST_TEST(joe[0].count == 2u);
    BOOST_TEST(joe[0].what.code == static_cast<std::uint16_t>(refusal_code::seat_limit));
    BOOST_TEST(joe[0].what.action == "create user");
    BOOST_TEST(joe[0].what.status == 0);
    BOOST_TEST(joe[0].what.request_id == "req-1");
    BOOST_TEST(joe[0].what.reason.find("user limit of") != std::string::npos);
    BOOST_REQUIRE(about("jane").size() == 1);
    BOOST_TEST(about("jane")[0].what.code == static_cast<std::uint16_t>(refusal_code::name_taken));
    BOOST_TEST(s.views().attempts(acme, std::nullopt, 10).size() == 2u);
    BOOST_TEST(s.views().attempts(acme, std::nullopt, 1).size() == 1u);
}

BOOST_AUTO_TEST_CASE(faults_of_a_deactivation_are_kept_too) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    s.make_user(acme, wish_for("joe"));
    const done told = s.run(
        by_provider(acme, change_user{jane.id, {}, always(wish_for("joe", false)), {}, true}));
    BOOST_TEST(told.faults.size() == 1u);
    BOOST_TEST(!told.user->core.active);
    const auto kept = s.views().attempts(acme, "jane", 10);
    BOOST_REQUIRE(kept.size() == 1);
    BOOST_TEST(kept[0].what.action == "deactivate user");
    BOOST_TEST(kept[0].what.code == 0);
}

BOOST_AUTO_TEST_CASE(damaged_attempts_never_keep_a_user_active) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    s.make_user(acme, wish_for("joe"));
    std::string ends = "C";
    base::put_be(ends, acme.value);
    BOOST_REQUIRE(s.log().write_unsynced({{table::attempts, ends, "not a row"}}).has_value());
    const std::uint64_t dropped = s.desk().attempts_dropped();
    const done told = s.run(
        by_provider(acme, change_user{jane.id, {}, always(wish_for("joe", false)), {}, true}));
    BOOST_TEST(!told.user->core.active);
    BOOST_TEST(code_of(s.ask(create(acme, wish_for("joe")))) == "name_taken");
    BOOST_TEST(s.desk().attempts_dropped() == dropped + 2);
}

BOOST_AUTO_TEST_CASE(attempts_of_one_batch_are_counted_exactly) {
    server s;
    const tenant_no acme = s.make_tenant("acme", 0);
    {
        const server::pause pause(s.queue());
        for (int i = 0; i < 100; ++i) {
            s.desk().submit(create(acme, wish_for("jane")), [](answer) {});
        }
    }
    s.queue().stop();
    const auto kept = s.views().attempts(acme, "jane", 10);
    BOOST_REQUIRE(kept.size() == 1);
    BOOST_TEST(kept[0].count == 100u);
}

BOOST_AUTO_TEST_CASE(attempts_that_never_became_commands_are_bounded_while_they_wait) {
    desk_options options;
    options.attempts_waiting_max = 3;
    server s(options);
    const tenant_no acme = s.make_tenant("acme");
    const auto record = [&](tenant_no tenant, const std::string& who) {
        s.desk().record_attempt(
            {tenant, identity_provider, "r", "create user", who, 400, "phone is malformed", 0});
    };
    {
        const server::pause pause(s.queue());
        record(acme, "ann");
        record(acme, "bob");
        record(acme, "cid");
        BOOST_TEST(s.desk().attempts_dropped() == 0u);
        record(acme, "dan"); // one past the limit
        BOOST_TEST(s.desk().attempts_dropped() == 1u);
    }
    s.make_user(acme, wish_for("later")); // after them in the queue
    BOOST_TEST(s.views().attempts(acme, std::nullopt, 10).size() == 3u);
    BOOST_TEST(s.views().attempts(acme, "ann", 10)[0].what.status == 400);
    record(tenant_no{99}, "eve");
    s.make_user(acme, wish_for("later still"));
    s.queue().stop();
    BOOST_TEST(s.desk().attempts_dropped() == 2u);
    record(acme, "fay");
    BOOST_TEST(s.desk().attempts_dropped() == 3u);
}

BOOST_AUTO_TEST_CASE(uses_of_keys_are_kept_beside_the_log) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const tenant_no bold = s.make_tenant("bold");
    s.run(by_operator(acme, create_key{id_of(4), digest_of(4), "", {}}));
    const eventlog::position head = s.log().head();
    s.desk().note_key_uses(
        {{acme, id_of(4), base::moment{60'000}}, {acme, id_of(5), base::moment{60'000}}});
    s.desk().note_key_uses({{acme, id_of(4), base::moment{120'000}}});
    s.queue().stop();
    BOOST_TEST((s.log().head() == head));
    s.reopen();
    BOOST_TEST((s.views().key_last_used(acme, id_of(4)) == base::moment{120'000}));
    BOOST_TEST((s.views().key_last_used(acme, id_of(5)) == base::moment{60'000}));
    BOOST_TEST(!s.views().key_last_used(acme, id_of(6)).has_value());
    BOOST_TEST(!s.views().key_last_used(bold, id_of(4)).has_value());
}

BOOST_AUTO_TEST_CASE(a_full_disk_takes_nothing_and_a_low_one_only_deprovisions) {
    struct {
        const char* name;
        bool low;
        bool full;
        const char* create;
        const char* change;
        const char* deactivate;
    } const rows[]{
        {"ample", false, false, "accepted", "accepted", "accepted"},
        {"low", true, false, "disk_low", "disk_low", "accepted"},
        {"full", true, true, "disk_low", "disk_low", "disk_low"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            server s;
            const tenant_no acme = s.make_tenant("acme");
            const user_state jane = s.make_user(acme, wish_for("jane"));
            s.desk().set_disk_low(row.low);
            s.desk().set_disk_full(row.full);
            const eventlog::position head = s.log().head();
            BOOST_TEST(code_of(s.ask(create(acme, wish_for("joe")))) == row.create);
            BOOST_TEST(code_of(s.ask(by_provider(
                           acme, change_user{jane.id, {}, add_word("x"), {}, false}))) ==
                       row.change);
            BOOST_TEST(code_of(s.ask(by_provider(
                           acme, change_user{jane.id, {}, set_active(false), {}, true}))) ==
                       row.deactivate);
            BOOST_TEST((s.log().head() == head) == row.full);
            s.desk().set_disk_low(false);
            s.desk().set_disk_full(false);
            BOOST_TEST(code_of(s.ask(create(acme, wish_for("ann")))) == "accepted");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_erasure_forgets_key_state_and_attempts_of_all_names) {
    for (const bool deleted_before : {false, true}) {
        BOOST_TEST_CONTEXT((deleted_before ? "deleted before" : "living")) {
            server s;
            const tenant_no acme = s.make_tenant("acme");
            const user_state jane = s.make_user(acme, wish_for("jane"));
            s.ask(create(acme, wish_for("jane")));
            s.run(by_provider(acme,
                              change_user{jane.id, {}, always(wish_for("jane.doe")), {}, false}));
            s.ask(create(acme, wish_for("jane.doe")));
            s.desk().record_attempt(
                {acme, identity_provider, "r", "x", jane.id.text(), 400, "by id", 0});
            s.make_user(acme, wish_for("joe"));
            s.ask(create(acme, wish_for("joe")));
            if (deleted_before) s.run(by_provider(acme, delete_user{jane.id, {}}));
            BOOST_TEST(s.views().attempts(acme, std::nullopt, 10).size() == 4u);

            const done told = s.run(by_operator(acme, erase_user{jane.id}));
            BOOST_TEST((told.what == done::kind::deleted));
            BOOST_TEST((told.at == s.log().head()));
            BOOST_TEST(!s.views().user(acme, jane.id));
            const auto left = s.views().attempts(acme, std::nullopt, 10);
            BOOST_REQUIRE(left.size() == 1);
            BOOST_TEST(left[0].what.who == "joe");
            BOOST_TEST(!keyring::has_subject(*s.views().snapshot(), acme, jane.id));
            BOOST_TEST(s.views().find(acme, directory::lookup::user_name, "jane.doe", 1).empty());
            BOOST_TEST(code_of(s.ask(by_operator(acme, erase_user{jane.id}))) == "not_found");
            s.make_user(acme, wish_for("jane"));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_sweep_removes_what_is_too_old_and_nothing_else) {
    desk_options options;
    options.idempotency_age_max = std::chrono::hours(0);
    options.attempts.age_max = std::chrono::hours(0);
    server s(options);
    const tenant_no acme = s.make_tenant("acme", 0);
    s.ask(create(acme, wish_for("jane")));
    s.run(once(by_operator(acme, create_key{id_of(4), digest_of(4), "", {}}), "k", 1));
    BOOST_TEST(s.views().attempts(acme, std::nullopt, 10).size() == 1u);
    const std::int64_t then = base::now().unix_ms;
    while (base::now().unix_ms <= then + 1) {
        std::this_thread::yield(); // until the attempt is a millisecond old
    }
    while (s.desk().sweep() != 0) {
        s.run(by_operator(acme, set_tenant{})); // the sweep's turn has passed
    }
    BOOST_TEST(s.views().attempts(acme, std::nullopt, 10).empty());
    // The idempotency row is of today: it goes with its day.
    const auto rows = s.views().snapshot();
    const auto cursor = rows->cursor(table::idempotency, {});
    cursor->seek({});
    BOOST_TEST(cursor->valid());
}

BOOST_AUTO_TEST_CASE(a_sweep_removes_idempotency_rows_of_past_days_a_bounded_number_at_a_time) {
    desk_options options;
    options.sweep_rows_max = 2;
    server s(options);
    const tenant_no acme = s.make_tenant("acme");
    std::vector<row_change> old;
    for (char day = 1; day <= 3; ++day) {
        old.push_back({table::idempotency, std::string("\0", 1) + day + std::string(20, 'x'), "?"});
    }
    BOOST_REQUIRE(s.log().write_unsynced(old).has_value());
    s.run(once(by_operator(acme, create_key{id_of(4), digest_of(4), "", {}}), "k", 1));
    std::vector<std::size_t> found;
    do {
        found.push_back(s.desk().sweep());
        s.run(by_operator(acme, set_tenant{}));
    } while (found.back() != 0);
    BOOST_TEST((found == std::vector<std::size_t>{2, 1, 0}));
    BOOST_TEST(s.run(once(by_operator(acme, create_key{id_of(4), digest_of(4), "", {}}), "k", 1))
                   .repeated);
}

BOOST_AUTO_TEST_SUITE_END()
