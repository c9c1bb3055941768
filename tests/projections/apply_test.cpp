#include "eventlog/error.hpp"
#include "projections/apply.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(apply_test)

namespace {

const event_header header{tenant_no{3}, {17}, {1000}, id_of(7), digest_of(9)};

user_facts facts(std::uint64_t ordinal, bool active = true) {
    return {ordinal, user_origin::provisioned, active, active, {"active"}};
}

user_core living(std::uint64_t ordinal) {
    user_core core;
    core.ordinal = ordinal;
    core.created_seq = {5};
    core.version = {5};
    core.created = {500};
    core.modified = {500};
    core.sealed_hash = digest_of(1);
    return core;
}

const std::optional<user_core> nobody;

team_facts facts_of_team(std::uint64_t ordinal) {
    return {ordinal, {"displayName"}};
}

team_core standing(std::uint64_t ordinal, std::uint64_t members = 0) {
    team_core core;
    core.ordinal = ordinal;
    core.created_seq = {5};
    core.version = {5};
    core.created = {500};
    core.modified = {500};
    core.members = members;
    core.sealed_hash = digest_of(1);
    return core;
}

const std::optional<team_core> no_team;

} // namespace

BOOST_AUTO_TEST_CASE(a_user_from_creation_to_deletion) {
    const auto created = after(nobody, header, user_created{facts(4), {}});
    BOOST_REQUIRE(created.has_value());
    const user_core& core = created->value();
    BOOST_TEST(core.ordinal == 4u);
    BOOST_TEST((core.created_seq == tenant_seq{17} && core.version == tenant_seq{17}));
    BOOST_TEST((core.created == base::moment{1000} && core.modified == base::moment{1000}));
    BOOST_TEST((core.sealed_hash == digest_of(9)));

    const event_header later{tenant_no{3}, {18}, {2000}, id_of(7), digest_of(10)};
    const auto changed = after(*created, later, user_deactivated{facts(4, false), {}});
    BOOST_REQUIRE(changed.has_value());
    BOOST_TEST((changed->value().created_seq == tenant_seq{17}));
    BOOST_TEST((changed->value().created == base::moment{1000}));
    BOOST_TEST((changed->value().version == tenant_seq{18}));
    BOOST_TEST((changed->value().modified == base::moment{2000}));
    BOOST_TEST((changed->value().sealed_hash == digest_of(10)));
    BOOST_TEST(!changed->value().active);
    BOOST_TEST((changed->value().status() == user_status::deactivated));

    const auto deleted = after(*changed, later, user_deleted{});
    BOOST_REQUIRE(deleted.has_value());
    BOOST_TEST(!deleted->has_value());
}

BOOST_AUTO_TEST_CASE(an_erasure_reaches_everybody) {
    for (const auto& before : {nobody, std::optional(living(4))}) {
        const auto erased = after(before, header, user_erased{});
        BOOST_REQUIRE(erased.has_value());
        BOOST_TEST(!erased->has_value());
    }
}

BOOST_AUTO_TEST_CASE(user_facts_that_do_not_follow) {
    struct wrong_case {
        const char* name;
        std::optional<user_core> before;
        event_body body;
    };

    const wrong_case cases[] = {
        {"created twice", living(4), user_created{facts(4), {}}},
        {"changed before creation", nobody, user_changed{facts(4), {}}},
        {"deactivated before creation", nobody, user_deactivated{facts(4), {}}},
        {"reactivated before creation", nobody, user_reactivated{facts(4), {}}},
        {"restored after deletion", nobody, user_restored{facts(4), {}}},
        {"deleted twice", nobody, user_deleted{}},
        {"moved in the listing", living(4), user_changed{facts(5), {}}},
        {"a password before creation", nobody, password_set{}},
        {"a password removed before creation", nobody, password_removed{}},
        {"a password removed where there is none", living(4), password_removed{}},
    };
    for (const wrong_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto now = after(c.before, header, c.body);
            BOOST_REQUIRE(!now.has_value());
            BOOST_TEST((now.error().code == log_errc::out_of_order));
            BOOST_TEST(now.error().message.find(id_of(7).text()) != std::string::npos);
            BOOST_TEST(now.error().message.find("17") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_team_from_creation_to_deletion) {
    const auto created = after(no_team, header, team_created{facts_of_team(4), {}});
    BOOST_REQUIRE(created.has_value());
    const team_core expected{4, {17}, {17}, {1000}, {1000}, 0, digest_of(9)};
    BOOST_TEST((**created == expected));

    const event_header joined_at{tenant_no{3}, {18}, {2000}, id_of(7), {}};
    const auto joined =
        after(*created, joined_at, members_changed{{id_of(1), id_of(2), id_of(3)}, {}});
    BOOST_REQUIRE(joined.has_value());
    const team_core with_three{4, {17}, {18}, {1000}, {2000}, 3, digest_of(9)};
    BOOST_TEST((**joined == with_three), "who joins changes neither name nor content");

    const event_header changed_at{tenant_no{3}, {19}, {3000}, id_of(7), digest_of(10)};
    const auto changed = after(*joined, changed_at, team_changed{facts_of_team(4), {}});
    BOOST_REQUIRE(changed.has_value());
    const team_core renamed{4, {17}, {19}, {1000}, {3000}, 3, digest_of(10)};
    BOOST_TEST((**changed == renamed));

    const auto swapped =
        after(*changed, changed_at, members_changed{{id_of(4)}, {id_of(1), id_of(2)}});
    BOOST_REQUIRE(swapped.has_value());
    BOOST_TEST((*swapped)->members == 2u);
    const auto left = after(*swapped, changed_at, members_changed{{}, {id_of(3), id_of(4)}});
    BOOST_REQUIRE(left.has_value());
    BOOST_TEST((*left)->members == 0u);
    const auto deleted = after(*left, changed_at, team_deleted{});
    BOOST_REQUIRE(deleted.has_value());
    BOOST_TEST(!deleted->has_value());
}

BOOST_AUTO_TEST_CASE(team_facts_that_do_not_follow) {
    struct wrong_case {
        const char* name;
        std::optional<team_core> before;
        event_body body;
    };

    const wrong_case cases[] = {
        {"created twice", standing(4), team_created{facts_of_team(4), {}}},
        {"changed before creation", no_team, team_changed{facts_of_team(4), {}}},
        {"joined before creation", no_team, members_changed{{id_of(1)}, {}}},
        {"left before creation", no_team, members_changed{{}, {id_of(1)}}},
        {"deleted before creation", no_team, team_deleted{}},
        {"deleted with a member in it", standing(4, 1), team_deleted{}},
        {"more leave than are there", standing(4, 1), members_changed{{}, {id_of(1), id_of(2)}}},
        {"more leave than were there and join", standing(4, 1),
         members_changed{{id_of(1)}, {id_of(2), id_of(3), id_of(4)}}},
        {"moved in the listing", standing(4), team_changed{facts_of_team(5), {}}},
    };
    for (const wrong_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto now = after(c.before, header, c.body);
            BOOST_REQUIRE(!now.has_value());
            BOOST_TEST((now.error().code == log_errc::out_of_order));
            BOOST_TEST(now.error().message.find(id_of(7).text()) != std::string::npos);
            BOOST_TEST(now.error().message.find("17") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(tenant_and_key_facts_that_do_not_follow) {
    const std::optional<tenant_state> no_tenant;
    const std::optional<tenant_state> tenant = tenant_state{};
    const std::optional<key_state> no_key;
    const std::optional<key_state> key = key_state{};
    BOOST_TEST(!after(tenant, header, tenant_created{}));
    BOOST_TEST(!after(no_tenant, header, tenant_changed{}));
    BOOST_TEST(!after(no_tenant, header, tenant_deleted{}));
    BOOST_TEST(!after(no_tenant, header, mapping_set{"[1]"}));
    BOOST_TEST(!after(no_tenant, header, mapping_cleared{}));
    BOOST_TEST(!after(key, header, key_created{}));
    BOOST_TEST(!after(no_key, header, key_expiry_changed{}));
    BOOST_TEST(!after(no_key, header, key_revoked{}));
}

BOOST_AUTO_TEST_CASE(tenants_and_keys_remain_marked) {
    const auto tenant = after(std::optional<tenant_state>(), header,
                              tenant_created{"acme", {"Acme", "generic", "default", 5, true}});
    BOOST_REQUIRE(tenant.has_value());
    BOOST_TEST(tenant->slug == "acme");
    BOOST_TEST((tenant->number == tenant_no{3} && tenant->version == tenant_seq{17}));
    const auto deleted = after(std::optional(*tenant), header, tenant_deleted{});
    BOOST_REQUIRE(deleted.has_value());
    BOOST_TEST(deleted->deleted);
    BOOST_TEST(deleted->slug == "acme");

    const auto key =
        after(std::optional<key_state>(), header, key_created{digest_of(2), "okta", {}});
    BOOST_REQUIRE(key.has_value());
    BOOST_TEST((key->id == id_of(7) && key->secret_hash == digest_of(2)));
    const auto moved = after(std::optional(*key), header, key_expiry_changed{base::moment{5}});
    BOOST_TEST((moved->expires_at == base::moment{5}));
    const auto revoked = after(std::optional(*moved), header, key_revoked{});
    BOOST_TEST(revoked->revoked);
    BOOST_TEST((revoked->expires_at == base::moment{5}));
}

BOOST_AUTO_TEST_CASE(every_event_belongs_to_one_fold) {
    BOOST_TEST((entity_of(event_type::tenant_deleted) == entity::tenant));
    BOOST_TEST((entity_of(event_type::key_expiry_changed) == entity::key));
    BOOST_TEST((entity_of(event_type::user_erased) == entity::user));
    BOOST_TEST((entity_of(event_type::password_set) == entity::user));
    for (const event_type type : {event_type::team_created, event_type::team_changed,
                                  event_type::team_deleted, event_type::members_changed}) {
        BOOST_TEST((entity_of(type) == entity::team));
    }
}

BOOST_AUTO_TEST_SUITE_END()
