// Which tenants their products' gates shut out.
#include "gateway/admin/gates_left.hpp"
#include "tests/projections/server.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::admin {
namespace {

namespace test = projections::test;
using eventlog::admin_role;

constexpr std::int64_t hour_ms = 3'600'000;

struct gates {
    projections::tenant_no tenant(const std::string& slug, const std::string& profile) {
        const auto made = house.make_tenant(slug);
        projections::set_tenant change;
        change.profile = profile;
        house.run(test::by_operator(made, change));
        return made;
    }

    projections::subject_id admin(projections::tenant_no of) {
        const std::string name = "admin" + std::to_string(++last);
        house.run(test::by_operator(
            of,
            projections::create_admin{
                test::id_of(last), admin_role::admin, {name, name}, test::digest_of(last), {}}));
        return test::id_of(last);
    }

    projections::subject_id key(projections::tenant_no of,
                                std::optional<projections::subject_id> owner,
                                std::optional<base::moment> ends = {}) {
        ++last;
        house.run(
            test::by_operator(of, projections::create_key{test::id_of(last), test::digest_of(last),
                                                          "k", ends, owner}));
        return test::id_of(last);
    }

    /// `keys: …; sso: …`
    std::string look(base::moment at) {
        std::string all;
        for (const finding& f : look_at_gates(house.views(), *book, at)) {
            const bool broken = f.what == "mapping";
            BOOST_TEST((f.how == (broken ? finding::grade::bad : finding::grade::note)));
            BOOST_TEST(!f.advice.empty());
            all += (all.empty() ? "" : "; ") + f.what + f.says.substr(f.says.rfind(':'));
        }
        return all;
    }

    test::server house;
    std::shared_ptr<const profiles::profile_book> book = profiles::profile_book::open({}).value();
    std::uint8_t last = 0;
    const base::moment now = base::now();
    const base::moment later{now.unix_ms + hour_ms};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(gates_left_test, gates)

BOOST_AUTO_TEST_CASE(only_who_has_such_a_profile_is_spoken_of) {
    tenant("acme", "generic");
    tenant("bold", "zkipster");
    BOOST_TEST(look(now) == "");
    tenant("lost", "no-such-profile");
    BOOST_TEST(look(now) == "");
    tenant("zed", "ziflow");
    BOOST_TEST(look(now) == "keys: zed; sso: zed");
}

BOOST_AUTO_TEST_CASE(a_live_key_with_an_owner_is_asked_for) {
    const auto zed = tenant("zed", "ziflow");
    const auto ada = admin(zed);
    house.run(test::by_operator(
        zed, projections::set_sso{{"urn:idp", "https://idp.example/sso", {}, {}}, {}}));
    key(zed, std::nullopt);
    BOOST_TEST(look(now) == "keys: zed");
    const auto first = key(zed, ada);
    BOOST_TEST(look(now) == "");
    house.run(test::by_operator(zed, projections::revoke_key{first}));
    BOOST_TEST(look(now) == "keys: zed");
    key(zed, ada, later);
    BOOST_TEST(look(now) == "");
    BOOST_TEST(look(later) == "keys: zed");
    house.run(test::by_operator(zed, projections::disable_admin{ada}));
    BOOST_TEST(look(now) == "keys: zed");
    house.run(test::by_operator(zed, projections::delete_tenant{}));
    BOOST_TEST(look(now) == "");
}

BOOST_AUTO_TEST_CASE(an_admin_with_nearly_all_the_keys_that_he_may_own) {
    const auto acme = tenant("acme", "generic");
    const auto ada = admin(acme);
    const auto bob = admin(acme);
    const auto first = key(acme, ada);
    key(acme, ada, later);
    for (std::size_t i = 3; i < owner_keys_told; ++i)
        key(acme, ada);
    key(acme, bob);
    key(acme, std::nullopt);
    BOOST_TEST(look(now) == "");
    key(acme, ada);
    BOOST_TEST(look(now) == "keys: acme");
    BOOST_TEST(look(later) == ""); // one has expired
    house.run(test::by_operator(acme, projections::revoke_key{first}));
    BOOST_TEST(look(now) == "");
}

BOOST_AUTO_TEST_CASE(a_mapping_that_cannot_be_read_is_bad) {
    const auto acme = tenant("acme", "generic");
    const auto lost = tenant("lost", "no-such-profile");
    house.run(test::by_operator(
        acme, projections::set_mapping{R"([{"target":"title","from":"nickName"}])", {}}));
    BOOST_TEST(look(now) == "");
    const projections::set_mapping unread{R"([{"target":"title","spell":"nickName"}])", {}};
    house.run(test::by_operator(acme, unread));
    BOOST_TEST(look(now) == "mapping: acme");
    house.run(test::by_operator(lost, unread));
    BOOST_TEST(look(now) == "mapping: acme, lost");
    house.run(test::by_operator(acme, projections::set_mapping{"", {}}));
    house.run(test::by_operator(lost, projections::delete_tenant{}));
    BOOST_TEST(look(now) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
