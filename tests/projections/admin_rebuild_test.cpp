// Admins and operators on disk: what is so after a random life is so after a reopen and a rebuild,
// whoever acted, and the log holds.
#include "eventlog/verify.hpp"
#include "projections/rebuild.hpp"
#include "tests/projections/server.hpp"

#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <set>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(admin_rebuild_test)

namespace {

digest token_of(std::uint64_t number) {
    digest d{};
    d[0] = 0xee;
    for (std::size_t i = 0; i < 8; ++i)
        d[8 + i] = static_cast<std::uint8_t>(number >> (8 * i));
    return d;
}

/// What should be so, kept in the simplest way.
struct model {
    struct person {
        subject_id id{};
        std::string name;
        admin_role role{};
        digest token{};
        bool living = true;
    };

    tenant_no tenant;
    std::vector<person> people;

    [[nodiscard]] bool taken(const std::string& name) const {
        return std::any_of(people.begin(), people.end(),
                           [&](const person& p) { return p.living && p.name == name; });
    }
};

std::vector<admin_role> roles_of(tenant_no tenant) {
    if (tenant == system_tenant) return {admin_role::operator_, admin_role::support};
    return {admin_role::primary_admin, admin_role::admin, admin_role::viewer};
}

std::uint64_t tokens_made = 0;

void take_step(server& s, model& judge) {
    const tenant_no tenant = judge.tenant;
    const admin_role role = *rc::gen::elementOf(roles_of(tenant));
    const int kind = *rc::gen::inRange(0, judge.people.empty() ? 3 : 8);
    if (kind < 3) {
        const std::string name = "n" + std::to_string(*rc::gen::inRange(0, 5));
        model::person made{base::uuid::make_v7(base::now().unix_ms), name, role,
                           token_of(++tokens_made)};
        const auto told = s.ask(by_operator(
            tenant, create_admin{made.id, role, {name, name}, made.token, std::nullopt}));
        RC_ASSERT(told.has_value() == !judge.taken(name));
        if (told) judge.people.push_back(made);
        return;
    }
    // The acting admin and whom he acts on: anybody, disabled ones and himself among them.
    const std::size_t count = judge.people.size();
    model::person& actor = judge.people[*rc::gen::inRange<std::size_t>(0, count)];
    model::person& who = judge.people[*rc::gen::inRange<std::size_t>(0, count)];
    const bool may = actor.living && who.living;
    const bool same = actor.id == who.id;
    const admin_state as{tenant, actor.id, {.role = actor.role, .token_hash = actor.token}, {}};
    if (kind < 5) {
        const auto told = s.ask(by_admin(as, tenant, disable_admin{who.id}));
        RC_ASSERT(told.has_value() == (may && !same));
        if (told) who.living = false;
    } else if (kind < 6) {
        const auto told = s.ask(by_admin(as, tenant, set_admin_role{who.id, role}));
        RC_ASSERT(told.has_value() == (may && !same));
        if (told) who.role = role;
    } else {
        const digest token = token_of(++tokens_made);
        const auto told = s.ask(by_admin(as, tenant, create_admin_token{who.id, token, {}}));
        RC_ASSERT(told.has_value() == may);
        if (told) who.token = token;
    }
}

void compare(const directory& views, const model& judge) {
    const auto all = views.admins(judge.tenant);
    RC_ASSERT(all.size() == judge.people.size());
    for (const model::person& p : judge.people) {
        const auto admin = views.admin(judge.tenant, p.id);
        RC_ASSERT(admin.has_value());
        RC_ASSERT(admin->content.name == p.name);
        RC_ASSERT(admin->core.role == p.role);
        RC_ASSERT(admin->core.disabled == !p.living);
        RC_ASSERT(views.admin_by_token(p.token) == admin);
        RC_ASSERT(std::find(all.begin(), all.end(), *admin) != all.end());
        if (p.living) RC_ASSERT(views.admin_named(judge.tenant, p.name) == admin);
    }
    for (int i = 0; i < 5; ++i) {
        const std::string name = "n" + std::to_string(i);
        RC_ASSERT(views.admin_named(judge.tenant, name).has_value() == judge.taken(name));
    }
}

} // namespace

RC_BOOST_PROP(admins_are_the_fold_of_events, ()) {
    static server s;
    static int run = 0;
    static model operators{system_tenant, {}};
    model judge{s.make_tenant("t" + std::to_string(run++)), {}};
    const int steps = *rc::gen::inRange(1, 25);
    for (int i = 0; i < steps; ++i) {
        take_step(s, judge);
        if (i % 4 == 0) take_step(s, operators);
    }
    compare(s.views(), judge);
    compare(s.views(), operators);
    if (run % 10 != 0) return;

    s.make_user(judge.tenant, wish_for("jane"));
    s.reopen();
    compare(s.views(), judge);
    const auto hashes = check_state_hashes(s.log(), &s.queue(), {});
    RC_ASSERT(hashes.has_value());
    RC_ASSERT(hashes->differ.empty());
    rebuild_options options;
    options.entries_max = *rc::gen::inRange<std::size_t>(2, 10);
    options.verify_only = *rc::gen::arbitrary<bool>();
    const auto rebuilt = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), options);
    RC_ASSERT(rebuilt.has_value());
    RC_ASSERT(rebuilt->differences == 0u);
    compare(s.views(), judge);
    compare(s.views(), operators);
    const auto log = verify_log(s.log(), [](auto, auto) { return true; });
    RC_ASSERT(!log.first_bad);
    RC_ASSERT(log.events == s.log().head().offset);
}

BOOST_AUTO_TEST_CASE(operators_are_no_tenant_to_be_listed) {
    server s;
    const auto epoch = s.views().access_epoch();
    s.run(by_operator(system_tenant, admin_named(7, "olga", admin_role::operator_)));
    BOOST_TEST(s.views().access_epoch() != epoch);
    BOOST_TEST(s.views().tenants().empty());
    const tenant_no acme = s.make_tenant("acme");
    BOOST_TEST((acme == tenant_no{1}));
    BOOST_TEST(s.views().tenants().size() == 1u);
    s.reopen();
    BOOST_TEST(s.views().tenants().size() == 1u);
    BOOST_TEST(s.views().admins(system_tenant).size() == 1u);
    BOOST_TEST(rebuild(s.log(), s.keys(), &s.queue(), &s.views(), {})->differences == 0u);
    BOOST_TEST((s.make_tenant("bold") == tenant_no{2}));
}

BOOST_AUTO_TEST_CASE(a_log_of_operators_only_is_made_anew) {
    server s;
    s.run(by_operator(system_tenant, admin_named(7, "olga", admin_role::operator_)));
    const auto made = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), {});
    BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().message);
    BOOST_TEST(made->differences == 0u);
    BOOST_TEST((s.make_tenant("acme") == tenant_no{1}));
}

BOOST_AUTO_TEST_CASE(rights_end_before_the_end_of_them_is_answered) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    s.run(by_operator(acme, admin_named(1, "ada", admin_role::viewer)));
    for (const command_body& change : {command_body(set_admin_role{id_of(1), admin_role::admin}),
                                       command_body(create_admin_token{id_of(1), digest_of(2), {}}),
                                       command_body(disable_admin{id_of(1)})}) {
        const auto epoch = s.views().access_epoch();
        s.run(by_operator(acme, change));
        BOOST_TEST(s.views().access_epoch() != epoch);
    }
}

BOOST_AUTO_TEST_CASE(a_repeated_creation_is_told_as_it_was) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    command asked = by_operator(acme, admin_named(1, "ada", admin_role::viewer));
    asked.once = idempotency{"once", digest_of(1)};
    const done first = s.run(asked);
    std::get<create_admin>(asked.body).id = id_of(2);
    const done second = s.run(asked);
    BOOST_TEST((!first.repeated && second.repeated));
    BOOST_REQUIRE(second.admin.has_value());
    BOOST_TEST((second.admin->id == id_of(1)));
    BOOST_TEST(s.views().admins(acme).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
