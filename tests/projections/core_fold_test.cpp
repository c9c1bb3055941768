#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "projections/core_fold.hpp"
#include "projections/rows.hpp"
#include "tests/projections/world.hpp"

#include <rapidcheck/boost_test.h>

#include <random>

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

    base::result<void> feed(core_fold& fold) const {
        while (fold.begin_pass()) {
            for (const std::string& bytes : records) {
                const auto record = read_record(bytes, record_check::crc);
                BOOST_REQUIRE(record.has_value());
                if (auto taken = fold.take(*record); !taken) return taken;
            }
            fold.end_pass();
        }
        return {};
    }
};

/// Users made, changed and deleted at random.
class busy_log : public short_log {
  public:
    busy_log(std::uint32_t seed, std::size_t commands) {
        std::mt19937 random(seed);
        const tenant_no tenants[] = {tenant_no{1}, tenant_no{2}};
        put(by_operator({}, create_tenant{"acme", {}}));
        put(by_operator({}, create_tenant{"bold", {}}));
        put(by_operator(tenants[0], create_key{id_of(1), digest_of(1), "", {}}));
        std::vector<std::pair<tenant_no, subject_id>> living;
        for (std::size_t i = 0; i < commands; ++i) {
            now.unix_ms += 10;
            const auto choice = random() % 10;
            if (living.empty() || choice < 6) {
                const tenant_no tenant = tenants[random() % 2];
                const subject_id id = base::uuid::make_v7(now.unix_ms);
                const std::string name = "u" + std::to_string(i);
                put(by_operator(tenant, create_user{id, wish_for(name, random() % 3 != 0)}));
                living.emplace_back(tenant, id);
                continue;
            }
            const std::size_t at = random() % living.size();
            const auto [tenant, id] = living[at];
            if (choice < 8) {
                put(by_operator(tenant, change_user{id, {}, set_active(choice == 6), {}, true}));
            } else {
                put(by_operator(tenant, delete_user{id, {}}));
                living.erase(living.begin() + static_cast<std::ptrdiff_t>(at));
            }
        }
    }
};

} // namespace

RC_BOOST_PROP(counters_are_the_same_however_little_memory, (std::uint32_t seed)) {
    const busy_log log(seed, 120);
    const std::size_t entries_max = *rc::gen::inRange<std::size_t>(1, 100);
    RC_TAG(entries_max < 20 ? "narrow" : "wide");
    core_fold fold(entries_max);
    RC_ASSERT(log.feed(fold).has_value());
    RC_ASSERT(fold.tenants().size() == 2u);
    std::uint64_t users = 0;
    for (const auto& [number, tenant] : fold.tenants()) {
        RC_ASSERT(tenant.counters == log.counters(number));
        RC_ASSERT(tenant.state == *read_tenant(log.rows, number));
        users += tenant.counters.users;
        std::uint32_t placed = 0;
        for (const auto& [block, living] : tenant.blocks) {
            std::string row;
            RC_ASSERT(log.rows.get(table::state, key_of::block(number, block), row));
            RC_ASSERT(decode_count(row) == living);
            placed += living;
        }
        RC_ASSERT(placed == tenant.counters.users);
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
