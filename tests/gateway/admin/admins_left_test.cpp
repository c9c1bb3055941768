// Which tenants have lost their primary admins, and whether the installation has its operators.
#include "gateway/admin/admins_left.hpp"
#include "tests/projections/server.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::admin {
namespace {

namespace test = projections::test;
using eventlog::admin_role;

constexpr std::int64_t hour_ms = 3'600'000;

struct offices {
    projections::tenant_no tenant(const std::string& slug) { return house.make_tenant(slug); }

    projections::subject_id admin(projections::tenant_no of, admin_role role,
                                  std::optional<base::moment> ends = {}) {
        projections::create_admin body;
        body.id = test::id_of(++last);
        body.role = role;
        body.content.name = body.content.name_key = "admin" + std::to_string(last);
        body.token_hash[0] = last;
        body.expires_at = ends;
        house.run(test::by_operator(of, body));
        return body.id;
    }

    void disable(projections::tenant_no of, const projections::subject_id& who) {
        house.run(test::by_operator(of, projections::disable_admin{who}));
    }

    std::vector<finding> look(base::moment at) { return look_at_admins(house.views(), at); }

    test::server house;
    std::uint8_t last = 0;
    const base::moment now = base::now();
    const base::moment later{now.unix_ms + hour_ms};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(admins_left_test, offices)

BOOST_AUTO_TEST_CASE(whoever_never_had_one_is_not_spoken_of) {
    admin(tenant("acme"), admin_role::admin, later);
    tenant("beta");
    admin(projections::system_tenant, admin_role::support, later);
    BOOST_TEST(look({later.unix_ms + 1}).empty());
}

BOOST_AUTO_TEST_CASE(tokens_end) {
    const auto acme = tenant("acme");
    admin(acme, admin_role::primary_admin, later);
    admin(acme, admin_role::admin);
    BOOST_TEST(look(now).empty());
    BOOST_TEST(look({later.unix_ms - 1}).empty());
    const auto found = look(later);
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST((found[0].how == finding::grade::note));
    BOOST_TEST(found[0].what == "admins");
    BOOST_TEST(found[0].says == "no primary admin has a live token any more: acme");
    BOOST_TEST(found[0].advice.find("rollcall admin token acme NAME") != std::string::npos);
    admin(acme, admin_role::primary_admin);
    BOOST_TEST(look(later).empty());
}

BOOST_AUTO_TEST_CASE(admins_are_disabled) {
    const auto acme = tenant("acme");
    const auto first = admin(acme, admin_role::primary_admin);
    const auto second = admin(acme, admin_role::primary_admin);
    disable(acme, first);
    BOOST_TEST(look(now).empty());
    disable(acme, second);
    BOOST_TEST(look(now).size() == 1u);
    house.run(test::by_operator(acme, projections::delete_tenant{}));
    BOOST_TEST(look(now).empty());
}

BOOST_AUTO_TEST_CASE(operators_are_looked_at_too) {
    admin(projections::system_tenant, admin_role::operator_, later);
    BOOST_TEST(look(now).empty());
    const auto found = look(later);
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(found[0].says == "no operator of the installation has a live token");
    BOOST_TEST(found[0].advice.find("rollcall operator token NAME") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_more_than_five_tenants_are_named) {
    for (const char* slug : {"a1", "a2", "a3", "a4", "a5"})
        admin(tenant(slug), admin_role::primary_admin, later);
    BOOST_REQUIRE(look(later).size() == 1u);
    BOOST_TEST(look(later)[0].says.ends_with(": a1, a2, a3, a4, a5"));
    admin(tenant("a6"), admin_role::primary_admin, later);
    BOOST_TEST(look(later)[0].says.ends_with(": a1, a2, a3, a4, a5 and 1 more"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
