#include "eventlog/base/sha256.hpp"
#include "projections/state_hash.hpp"
#include "tests/projections/world.hpp"

#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <functional>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(state_hash_test)

namespace {

digest sum_of(const std::vector<std::uint64_t>& values) {
    digest sum{};
    for (const std::uint64_t value : values) {
        add(sum, base::sha256({std::to_string(value)}));
    }
    return sum;
}

} // namespace

RC_BOOST_PROP(a_sum_does_not_depend_on_order, (std::vector<std::uint64_t> values)) {
    const digest sum = sum_of(values);
    std::reverse(values.begin(), values.end());
    RC_ASSERT(sum_of(values) == sum);
}

RC_BOOST_PROP(subtracting_undoes_adding,
              (const std::vector<std::uint64_t>& values, std::uint64_t one)) {
    digest sum = sum_of(values);
    add(sum, base::sha256({std::to_string(one)}));
    subtract(sum, base::sha256({std::to_string(one)}));
    RC_ASSERT(sum == sum_of(values));
}

BOOST_AUTO_TEST_CASE(carries_run_through) {
    digest most;
    most.fill(0xff);
    digest one{};
    one[0] = 1;
    digest sum = most;
    add(sum, one);
    BOOST_TEST((sum == digest{}));
    subtract(sum, one);
    BOOST_TEST((sum == most));
}

BOOST_AUTO_TEST_CASE(every_clear_fact_of_a_user_counts) {
    const user_core core;
    const digest before = hash_of(id_of(1), core);

    struct field_case {
        const char* name;
        std::function<void(user_core&)> change;
    };

    const field_case cases[] = {
        {"ordinal", [](user_core& c) { c.ordinal = 1; }},
        {"created_seq", [](user_core& c) { c.created_seq = {1}; }},
        {"version", [](user_core& c) { c.version = {1}; }},
        {"created", [](user_core& c) { c.created = {1}; }},
        {"modified", [](user_core& c) { c.modified = {1}; }},
        {"origin", [](user_core& c) { c.origin = user_origin::native; }},
        {"active", [](user_core& c) { c.active = false; }},
        {"reasons", [](user_core& c) { c.suspended.reasons = 1; }},
        {"suspended since", [](user_core& c) { c.suspended.since = {1}; }},
        {"sealed_hash", [](user_core& c) { c.sealed_hash = digest_of(1); }},
    };
    for (const field_case& c : cases) {
        user_core changed = core;
        c.change(changed);
        BOOST_TEST((hash_of(id_of(1), changed) != before), c.name);
    }
    BOOST_TEST((hash_of(id_of(2), core) != before));
}

BOOST_AUTO_TEST_CASE(every_clear_fact_of_a_team_and_a_membership_counts) {
    std::vector<digest> hashes{hash_of(id_of(1), team_core{}), hash_of(id_of(2), team_core{}),
                               hash_of(id_of(1), user_core{})};
    const auto with_team = [&](const std::function<void(team_core&)>& change) {
        team_core changed;
        change(changed);
        hashes.push_back(hash_of(id_of(1), changed));
    };
    with_team([](team_core& c) { c.ordinal = 1; });
    with_team([](team_core& c) { c.created_seq = {1}; });
    with_team([](team_core& c) { c.version = {1}; });
    with_team([](team_core& c) { c.created = {1}; });
    with_team([](team_core& c) { c.modified = {1}; });
    with_team([](team_core& c) { c.members = 1; });
    with_team([](team_core& c) { c.sealed_hash = digest_of(1); });

    hashes.push_back(hash_of(membership{id_of(1), id_of(2), {3}}));
    hashes.push_back(hash_of(membership{id_of(2), id_of(1), {3}}));
    hashes.push_back(hash_of(membership{id_of(1), id_of(2), {4}}));
    hashes.push_back(hash_of(membership{id_of(1), id_of(3), {3}}));
    std::sort(hashes.begin(), hashes.end());
    BOOST_TEST((std::adjacent_find(hashes.begin(), hashes.end()) == hashes.end()));
}

BOOST_AUTO_TEST_CASE(every_setting_of_a_tenant_and_every_fact_of_a_key_counts) {
    const tenant_state tenant;
    std::vector<digest> hashes{hash_of(tenant)};
    const auto with_tenant = [&](const std::function<void(tenant_state&)>& change) {
        tenant_state changed = tenant;
        change(changed);
        hashes.push_back(hash_of(changed));
    };
    with_tenant([](tenant_state& t) { t.number = tenant_no{1}; });
    with_tenant([](tenant_state& t) { t.slug = "a"; });
    with_tenant([](tenant_state& t) { t.settings.name = "a"; });
    with_tenant([](tenant_state& t) { t.settings.profile = "a"; });
    with_tenant([](tenant_state& t) { t.settings.plan = "a"; });
    with_tenant([](tenant_state& t) { t.settings.seat_limit = 0; });
    with_tenant([](tenant_state& t) { t.settings.scim_enabled = false; });
    with_tenant([](tenant_state& t) { t.settings.terms.seats = 0; });
    with_tenant([](tenant_state& t) { t.settings.terms.scim_included = false; });
    with_tenant([](tenant_state& t) { t.settings.terms.seat_states = 4; });
    with_tenant(
        [](tenant_state& t) { t.settings.terms.on_downgrade = downgrade_policy::suspend_newest; });
    with_tenant([](tenant_state& t) { t.settings.terms.grace_days = 1; });
    with_tenant([](tenant_state& t) { t.settings.terms.version = 1; });
    with_tenant([](tenant_state& t) { t.settings.grace_until = base::moment{0}; });
    with_tenant([](tenant_state& t) { t.created = {1}; });
    with_tenant([](tenant_state& t) { t.version = {1}; });
    with_tenant([](tenant_state& t) { t.deleted = true; });

    const key_state key;
    hashes.push_back(hash_of(key));
    const auto with_key = [&](const std::function<void(key_state&)>& change) {
        key_state changed = key;
        change(changed);
        hashes.push_back(hash_of(changed));
    };
    with_key([](key_state& k) { k.id = id_of(1); });
    with_key([](key_state& k) { k.secret_hash = digest_of(1); });
    with_key([](key_state& k) { k.label = "a"; });
    with_key([](key_state& k) { k.created = {1}; });
    with_key([](key_state& k) { k.expires_at = base::moment{0}; });
    with_key([](key_state& k) { k.revoked = true; });
    with_key([](key_state& k) { k.version = {1}; });

    std::sort(hashes.begin(), hashes.end());
    BOOST_TEST((std::adjacent_find(hashes.begin(), hashes.end()) == hashes.end()));
}

BOOST_AUTO_TEST_CASE(the_running_hash_is_the_sum_over_what_lives) {
    world w;
    const tenant_no acme = w.make_tenant("acme");
    const auto jane = w.make_user(acme, 1, wish_for("jane"));
    const auto joe = w.make_user(acme, 2, wish_for("joe"));
    w.run(by_operator(acme, create_key{id_of(3), digest_of(3), "okta", {}}));
    w.run(by_provider(acme, change_user{jane.id, {}, set_active(false), {}, true}));
    w.run(by_provider(acme, delete_user{joe.id, {}}));

    const auto sales = w.make_team(acme, 4, "sales", {jane.id});
    w.make_team(acme, 5, "gone", {jane.id});
    w.run(by_provider(acme, delete_team{id_of(5), {}}));

    digest sum = hash_of(*read_tenant(w.rows, acme));
    add(sum, hash_of(*read_key(w.rows, acme, id_of(3))));
    add(sum, hash_of(jane.id, read_user(w.rows, acme, jane.id)->core));
    add(sum, hash_of(sales.id, read_team(w.rows, acme, sales.id)->core));
    const auto since = read_member(w.rows, acme, sales.id, jane.id);
    add(sum, hash_of(membership{sales.id, jane.id, *since}));
    BOOST_TEST((w.counters(acme).state_hash == sum));
}

BOOST_AUTO_TEST_SUITE_END()
