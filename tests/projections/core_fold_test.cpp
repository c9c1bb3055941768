#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "projections/core_fold.hpp"
#include "projections/rows.hpp"
#include "tests/projections/random_life.hpp"

#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <functional>
#include <map>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(core_fold_test)

namespace {

/// A log in memory: events become records with a place, sealed parts are placeholders.
class short_log : public world {
  public:
    std::vector<std::string> records;

    void put(const command& asked) {
        const auto decided = ask(asked);
        BOOST_REQUIRE_MESSAGE(decided.has_value(), decided.error().message);
        for (const event& fact : decided->events) {
            append(fact, seqs[fact.tenant].value + 1);
            record(fact, decided->user);
        }
    }

    void append(const event& fact, std::uint64_t seq) {
        const std::string sealed = has_content(type_of(fact.body)) ? sealed_of({seq}) : "";
        record_draft draft =
            draft_record(fact, encode_clear(fact.body), schema_of(fact.body), sealed, {seq}, {}, 0);
        place_record(draft, {position::embedded, records.size() + 1});
        records.push_back(std::move(draft.bytes));
    }

    using pass_visitor = std::function<void(const core_fold&)>;

    base::result<void> feed(core_fold& fold, const pass_visitor& each_pass = {}) const {
        while (fold.begin_pass()) {
            for (const std::string& bytes : records) {
                const auto record = read_record(bytes, record_check::crc);
                BOOST_REQUIRE(record.has_value());
                if (auto taken = fold.take(*record); !taken) return taken;
            }
            if (each_pass) each_pass(fold);
            fold.end_pass();
        }
        return {};
    }
};

/// Users and teams made, changed and deleted at random.
class busy_log : public short_log {
  public:
    busy_log(std::uint32_t seed, std::size_t commands) {
        put(by_operator({}, create_tenant{"acme", {}}));
        put(by_operator({}, create_tenant{"bold", {}}));
        put(by_operator(tenant_no{1}, create_key{id_of(1), digest_of(1), "", {}}));
        random_life life(seed);
        for (std::size_t i = 0; i < commands; ++i) {
            now.unix_ms += 10;
            put(life.next(now));
        }
    }

    /// Each membership of the rows with the event by which it began.
    [[nodiscard]] std::map<std::string, std::string> memberships() const {
        std::map<std::string, std::string> all;
        for (const auto& [place, value] : rows.rows) {
            if (place.first == table::links) all[place.second] = value;
        }
        return all;
    }
};

} // namespace

RC_BOOST_PROP(what_is_folded_is_the_same_however_little_memory, (std::uint32_t seed)) {
    const busy_log log(seed, 90);
    const std::size_t entries_max = *rc::gen::inRange<std::size_t>(6, 150);
    RC_TAG(entries_max < 20 ? "narrow" : "wide");
    core_fold fold(entries_max);
    std::map<std::string, std::string> members;
    std::size_t members_met = 0;
    const auto fed = log.feed(fold, [&](const core_fold& pass) {
        const auto all = pass.memberships();
        RC_ASSERT(std::is_sorted(all.begin(), all.end(),
                                 [](const auto& a, const auto& b) { return a.key() < b.key(); }));
        members_met += all.size();
        for (const folded_member& m : all)
            members[key_of::member(m.tenant, m.what.team, m.what.user)] =
                encode_since(m.what.since);
    });
    RC_ASSERT(fed.has_value());
    RC_ASSERT(members == log.memberships());
    RC_ASSERT(members_met == members.size());
    RC_ASSERT(fold.tenants().size() == 2u);
    std::uint64_t users = 0;
    for (const auto& [number, tenant] : fold.tenants()) {
        RC_ASSERT(tenant.counters == log.counters(number));
        RC_ASSERT(tenant.state == *read_tenant(log.rows, number));
        users += tenant.counters.users;
        const auto placed = [&](listing_kind kind, const auto& blocks) {
            std::uint64_t all = 0;
            for (const auto& [block, living] : blocks) {
                std::string row;
                RC_ASSERT(log.rows.get(table::state, key_of::block(kind, number, block), row));
                RC_ASSERT(decode_count(row) == living);
                all += living;
            }
            return all;
        };
        RC_ASSERT(placed(listing_kind::users, tenant.blocks) == tenant.counters.users);
        RC_ASSERT(placed(listing_kind::teams, tenant.team_blocks) == tenant.counters.teams);
    }
    RC_ASSERT(fold.users() == users);
    RC_ASSERT(fold.keys().size() == 1u);
}

BOOST_AUTO_TEST_CASE(at_the_limit_one_pass_is_enough_and_one_past_it_it_is_not) {
    short_log log;
    log.put(by_operator({}, create_tenant{"acme", {}}));
    for (std::uint8_t i = 1; i <= 9; ++i) {
        log.put(by_operator(
            tenant_no{1},
            create_user{id_of(i), wish_for(std::string(1, static_cast<char>('a' + i)))}));
    }
    core_fold enough(9);
    BOOST_TEST(log.feed(enough).has_value());
    BOOST_TEST(enough.passes() == 1u);
    BOOST_TEST(enough.passes_expected() == 1u);
    core_fold tight(8);
    BOOST_TEST(log.feed(tight).has_value());
    BOOST_TEST(tight.passes() > 1u);
    BOOST_TEST(tight.passes() == tight.passes_expected());
    BOOST_TEST(tight.users() == 9u);
}

BOOST_AUTO_TEST_CASE(users_teams_and_memberships_share_the_room) {
    short_log log;
    log.put(by_operator({}, create_tenant{"acme", {}}));
    const tenant_no acme{1};
    for (std::uint8_t i = 1; i <= 3; ++i)
        log.put(by_operator(acme, create_user{id_of(i), wish_for("u" + std::to_string(i))}));
    log.put(by_operator(acme, create_team{id_of(9), team_named("a"), {id_of(1), id_of(2)}}));
    core_fold enough(6);
    BOOST_TEST(log.feed(enough).has_value());
    BOOST_TEST(enough.passes() == 1u);
    core_fold tight(5);
    BOOST_TEST(log.feed(tight).has_value());
    BOOST_TEST(tight.passes() > 1u);
    for (const core_fold* fold : {&enough, &tight})
        BOOST_TEST((fold->tenants().at(acme).counters == log.counters(acme)));
}

BOOST_AUTO_TEST_CASE(a_user_with_more_teams_than_there_is_room_for_is_folded_all_the_same) {
    short_log log;
    log.put(by_operator({}, create_tenant{"acme", {}}));
    const tenant_no acme{1};
    log.put(by_operator(acme, create_user{id_of(1), wish_for("jane")}));
    for (std::uint8_t i = 2; i < 8; ++i)
        log.put(by_operator(
            acme, create_team{id_of(i), team_named("t" + std::to_string(i)), {id_of(1)}}));
    core_fold fold(1);
    BOOST_TEST(log.feed(fold).has_value());
    BOOST_TEST((fold.tenants().at(acme).counters == log.counters(acme)));
    // A range as narrow as one user's is widened again, or there would be four billion passes.
    BOOST_TEST(fold.passes() < 8u * 33u);
}

BOOST_AUTO_TEST_CASE(a_team_is_found_at_the_last_event_with_content) {
    short_log log;
    log.put(by_operator({}, create_tenant{"acme", {}}));
    const tenant_no acme{1};
    log.put(by_operator(acme, create_user{id_of(1), wish_for("jane")}));
    log.put(by_operator(acme, create_team{id_of(2), team_named("a"), {id_of(1)}})); // @3 and @4
    const evaluate_team become = [](const team_state&) { return team_named("b"); };
    core_fold before(10);
    BOOST_TEST(log.feed(before).has_value());
    BOOST_TEST(before.team_of_event(acme, id_of(2), 3) != nullptr);
    BOOST_TEST(before.team_of_event(acme, id_of(2), 4) == nullptr);
    log.put(by_operator(acme, change_team{id_of(2), {}, become, {}, {}}));
    log.put(by_operator(acme, change_team{id_of(2), {}, nullptr, {}, {false, {}, {id_of(1)}}}));
    core_fold fold(10);
    BOOST_TEST(log.feed(fold).has_value());
    BOOST_TEST(fold.team_of_event(acme, id_of(2), 3) == nullptr);
    const folded_team* team = fold.team_of_event(acme, id_of(2), 5);
    BOOST_REQUIRE(team != nullptr);
    BOOST_TEST((team->core == read_team(log.rows, acme, id_of(2))->core));
    BOOST_TEST(fold.user_of_event(acme, id_of(2), 5) == nullptr);
    std::vector<bool> marked(7);
    fold.mark_content_events(marked);
    BOOST_TEST((marked == std::vector<bool>{false, false, true, false, false, true, false}));
}

BOOST_AUTO_TEST_CASE(a_user_is_found_at_his_last_event_only) {
    short_log log;
    log.put(by_operator({}, create_tenant{"acme", {}}));
    const tenant_no acme{1};
    log.put(by_operator(acme, create_user{id_of(1), wish_for("jane")}));
    log.put(by_operator(acme, create_user{id_of(2), wish_for("joe")}));
    log.put(by_operator(acme, change_user{id_of(1), {}, set_active(false), {}, true}));
    log.put(by_operator(acme, delete_user{id_of(2), {}}));
    core_fold fold(10);
    BOOST_TEST(log.feed(fold).has_value());
    BOOST_TEST(fold.user_of_event(acme, id_of(1), 2) == nullptr);
    const folded_user* jane = fold.user_of_event(acme, id_of(1), 4);
    BOOST_REQUIRE(jane != nullptr);
    BOOST_TEST((jane->core == read_user(log.rows, acme, id_of(1))->core));
    BOOST_TEST(fold.user_of_event(acme, id_of(2), 3) == nullptr);
    BOOST_TEST(fold.user_of_event(tenant_no{2}, id_of(1), 4) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_log_that_does_not_follow_stops_the_fold) {
    const auto user_event = [](tenant_no tenant, event_body body) {
        return event{tenant, id_of(1), local_operator, {5}, "", {}, {}, std::move(body)};
    };
    const event tenant{tenant_no{1}, {}, local_operator, {5}, "", {}, {}, tenant_created{"a", {}}};
    const user_facts facts{1, user_origin::native, true, true, {}};

    struct wrong_case {
        const char* name;
        event fact;
        std::uint64_t seq;
    };

    const wrong_case cases[] = {
        {"a gap in the chain", user_event(tenant_no{1}, user_created{facts, {}}), 3},
        {"a number twice", user_event(tenant_no{1}, user_created{facts, {}}), 1},
        {"an unknown tenant", user_event(tenant_no{2}, user_created{facts, {}}), 1},
        {"an unknown user", user_event(tenant_no{1}, user_deleted{}), 2},
        {"an unknown key", user_event(tenant_no{1}, key_revoked{}), 2},
        {"a tenant twice", tenant, 2},
        {"an unknown team", user_event(tenant_no{1}, team_deleted{}), 2},
        {"members of an unknown team", user_event(tenant_no{1}, members_changed{{id_of(2)}, {}}),
         2},
        {"nobody leaves no team", user_event(tenant_no{1}, members_changed{{}, {id_of(2)}}), 2},
    };
    for (const wrong_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            short_log log;
            log.append(tenant, 1);
            log.append(c.fact, c.seq);
            core_fold fold(10);
            const auto fed = log.feed(fold);
            BOOST_REQUIRE(!fed.has_value());
            BOOST_TEST((fed.error().code == log_errc::out_of_order));
        }
    }
}

BOOST_AUTO_TEST_CASE(memberships_that_do_not_follow_stop_the_fold) {
    const event tenant{tenant_no{1}, {}, local_operator, {5}, "", {}, {}, tenant_created{"a", {}}};
    const auto team_event = [](event_body body) {
        return event{tenant_no{1}, id_of(9), local_operator, {5}, "", {}, {}, std::move(body)};
    };

    struct wrong_case {
        const char* name;
        std::vector<event_body> bodies;
    };

    const wrong_case cases[] = {
        {"joins twice", {members_changed{{id_of(1)}, {}}, members_changed{{id_of(1)}, {}}}},
        {"joins twice at once", {members_changed{{id_of(1), id_of(1)}, {}}}},
        {"leaves before he joins", {members_changed{{id_of(2)}, {id_of(1)}}}},
        {"leaves twice",
         {members_changed{{id_of(1), id_of(2)}, {}}, members_changed{{}, {id_of(1)}},
          members_changed{{}, {id_of(1)}}}},
        {"deleted with a member", {members_changed{{id_of(1)}, {}}, team_deleted{}}},
    };
    for (const wrong_case& c : cases) {
        for (const std::size_t entries_max : {1u, 100u}) {
            BOOST_TEST_CONTEXT(c.name << ", " << entries_max << " entries") {
                short_log log;
                std::uint64_t seq = 1;
                log.append(tenant, seq++);
                log.append(team_event(team_created{{1, {}}, {}}), seq++);
                for (const event_body& body : c.bodies)
                    log.append(team_event(body), seq++);
                core_fold fold(entries_max);
                const auto fed = log.feed(fold);
                BOOST_REQUIRE(!fed.has_value());
                BOOST_TEST((fed.error().code == log_errc::out_of_order));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_event_stops_the_fold) {
    short_log log;
    const event tenant{tenant_no{1}, {}, local_operator, {5}, "", {}, {}, tenant_created{"a", {}}};
    record_draft draft = draft_record(tenant, "", 99, "", {1}, {}, 0);
    place_record(draft, {position::embedded, 1});
    log.records.push_back(draft.bytes);
    core_fold fold(10);
    const auto fed = log.feed(fold);
    BOOST_REQUIRE(!fed.has_value());
    BOOST_TEST((fed.error().code == log_errc::unknown_event));
}

BOOST_AUTO_TEST_SUITE_END()
