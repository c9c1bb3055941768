// Owners, links and single sign-on on disk: what is so live is so after a reopen and a rebuild, and
// a request never leaves a key behind whose owner has gone.
#include "eventlog/verify.hpp"
#include "projections/rebuild.hpp"
#include "tests/projections/server.hpp"

#include <rapidcheck/boost_test.h>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(rights_rebuild_test)

namespace {

subject_id fresh_id() {
    return base::uuid::make_v7(base::now().unix_ms);
}

/// Of 256 bits, so that it is nobody else's.
digest secret_of(const subject_id& id) {
    digest d{};
    std::copy(id.bytes.begin(), id.bytes.end(), d.begin());
    return d;
}

/// The people, admins and keys of one tenant, whatever became of them.
struct town {
    tenant_no tenant;
    std::vector<subject_id> users, admins, keys;
};

subject_id one_of(const std::vector<subject_id>& all) {
    return *rc::gen::elementOf(all);
}

command_body deactivation(const subject_id& id) {
    change_user c;
    c.id = id;
    c.evaluate = set_active(*rc::gen::arbitrary<bool>());
    return c;
}

command_body some_step(town& t) {
    switch (*rc::gen::inRange(0, 12)) {
    case 0: {
        const subject_id id = fresh_id();
        t.keys.push_back(id);
        return create_key{id, secret_of(id), "k", {}, one_of(t.admins)};
    }
    case 1: return revoke_key{t.keys.empty() ? subject_id{} : one_of(t.keys)};
    case 2:
    case 3: return link_admin{one_of(t.admins), one_of(t.users)};
    case 4: return link_admin{one_of(t.admins), std::nullopt};
    case 5: return disable_admin{one_of(t.admins)};
    case 6:
        return set_admin_role{one_of(t.admins),
                              *rc::gen::element(admin_role::admin, admin_role::viewer)};
    case 7: return delete_user{one_of(t.users), {}};
    case 8: return suspend_user{one_of(t.users), suspension_reason::admin};
    case 9: return resume_user{one_of(t.users), suspension_reason::admin};
    case 10: return erase_user{one_of(t.users)};
    default: return deactivation(one_of(t.users));
    }
}

/// What must hold after every command.
void check(const directory& views, const town& t) {
    for (const key_state& key : views.keys(t.tenant)) {
        if (key.revoked || !key.owner) continue;
        const auto owner = views.admin(t.tenant, *key.owner);
        RC_ASSERT(owner.has_value());
        RC_ASSERT(!owner->core.disabled);
        RC_ASSERT(may_own_keys(owner->core.role));
    }
    for (const admin_state& admin : views.admins(t.tenant)) {
        if (admin.core.disabled || !admin.core.user) continue;
        const auto user = views.user(t.tenant, *admin.core.user);
        RC_ASSERT(user.has_value());
        RC_ASSERT(user->core.status() == user_status::active);
    }
}

} // namespace

RC_BOOST_PROP(no_key_outlives_its_owners_rights, ()) {
    static server s;
    static int run = 0;
    town t{s.make_tenant("t" + std::to_string(run++)), {}, {}, {}};
    for (int i = 0; i < 3; ++i) {
        const subject_id id = fresh_id();
        const std::string name = "n" + std::to_string(i);
        s.run(by_operator(t.tenant,
                          create_admin{id, admin_role::admin, {name, name}, secret_of(id), {}}));
        t.admins.push_back(id);
        t.users.push_back(s.make_user(t.tenant, wish_for(name)).id);
    }
    const int steps = *rc::gen::inRange(1, 25);
    for (int i = 0; i < steps; ++i) {
        static_cast<void>(s.ask(by_operator(t.tenant, some_step(t))));
        check(s.views(), t);
    }
    if (run % 10 != 0) return;
    s.reopen();
    check(s.views(), t);
    const auto report = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), {.verify_only = true});
    RC_ASSERT(report.has_value());
    RC_ASSERT(report->differences == 0u);
    RC_ASSERT(report->state_hash_differs.empty());
}

BOOST_AUTO_TEST_CASE(single_sign_on_survives_a_reopen_and_a_rebuild) {
    server s;
    const auto acme = s.make_tenant("acme");
    const sso_provider provider{
        "urn:one", "https://one.example/sso", {{digest_of(1), {1'900'000'000'000}}}, digest_of(2)};
    s.run(by_operator(acme, set_sso{provider, "<x/>"}));
    const auto before = s.views().tenant(acme);
    s.reopen();
    BOOST_TEST((s.views().tenant(acme) == before));
    const auto report = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), {});
    BOOST_REQUIRE(report.has_value());
    BOOST_TEST(report->differences == 0u);
    BOOST_TEST((s.views().tenant(acme) == before));
    BOOST_TEST((before->sso->provider == provider));
}

BOOST_AUTO_TEST_SUITE_END()
