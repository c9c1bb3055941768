// What is said of people and teams whose keys are gone, and that a rebuild goes through with it.
#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"
#include "eventlog/keyring.hpp"
#include "projections/lost_people.hpp"
#include "projections/rebuild.hpp"
#include "tests/projections/server.hpp"

#include <algorithm>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

namespace {

struct losing_server : server {
    tenant_no acme = make_tenant("acme");
    tenant_no bold = make_tenant("bold");
    user_state ann = make_user(acme, wish_for("ann"));
    user_state bob = make_user(acme, wish_for("bob"));
    user_state gone = make_user(acme, wish_for("gone"));
    user_state zoe = make_user(bold, wish_for("zoe"));
    team_state sales = make_team(1, "sales", {ann.id, bob.id});
    team_state ops = make_team(2, "ops", {ann.id, bob.id});
    team_state old = make_team(3, "old", {bob.id});

    admin_state ada = make_admin(acme, 41, "ada");
    admin_state off = make_admin(acme, 42, "off");
    admin_state olga = make_admin(system_tenant, 43, "olga");

    losing_server() {
        run(by_operator(acme, disable_admin{off.id}));
        run(by_operator(acme, set_admin_role{ada.id, admin_role::admin}));
        run(by_operator(acme, delete_user{gone.id, {}}));
        run(by_operator(acme, delete_team{old.id, {}}));
        run(by_operator(acme, change_team{ops.id, {}, nullptr, {}, {false, {}, {bob.id}}}));
    }

    team_state make_team(std::uint8_t id, const std::string& name, std::vector<subject_id> who) {
        std::sort(who.begin(), who.end());
        return *run(by_operator(acme, create_team{test::id_of(id), team_named(name), who})).team;
    }

    admin_state make_admin(tenant_no tenant, std::uint8_t id, const std::string& name) {
        const auto role = tenant == system_tenant ? admin_role::operator_ : admin_role::viewer;
        return *run(by_operator(tenant, admin_named(id, name, role))).admin;
    }

    [[nodiscard]] std::string name_of(const subject_id& id) const {
        for (const auto& [name, known] : {std::pair("ann", ann.id),
                                          {"bob", bob.id},
                                          {"gone", gone.id},
                                          {"zoe", zoe.id},
                                          {"sales", sales.id},
                                          {"ops", ops.id},
                                          {"old", old.id},
                                          {"ada", ada.id},
                                          {"off", off.id},
                                          {"olga", olga.id}}) {
            if (known == id) return name;
        }
        return id.text();
    }

    base::result<std::vector<event>> facts(const subject_set& lost) {
        return facts_of_loss(log(), lost, base::moment{1'700'000'000'000});
    }

    /// `sales-ann user_erased(ann)`
    std::vector<std::string> words(const subject_set& lost) {
        const auto found = facts(lost);
        BOOST_REQUIRE_MESSAGE(found.has_value(), found.error().message);
        std::vector<std::string> all;
        for (const event& e : *found) {
            BOOST_TEST((e.by.kind == actor_kind::local_operator));
            std::string word = name_of(e.subject);
            if (const auto* moved = std::get_if<members_changed>(&e.body)) {
                for (const subject_id& id : moved->removed)
                    word += "-" + name_of(id);
                BOOST_TEST(moved->added.empty());
            } else {
                word = std::string(event_type_name(type_of(e.body))) + "(" + word + ")";
            }
            all.push_back(word);
        }
        return all;
    }

    /// Puts the facts behind the log, as a restore does, and takes the keys away.
    void lose(const subject_set& lost) {
        const auto found = facts(lost);
        BOOST_REQUIRE(found);
        std::vector<record_draft> drafts;
        std::map<tenant_no, chain_head> heads;
        for (const event& e : *found) {
            chain_head& head = heads[e.tenant];
            if (head.seq.value == 0) head = *log().chain(e.tenant);
            head.seq.value += 1;
            drafts.push_back(draft_record(e, encode_clear(e.body), schema_of(e.body), {}, head.seq,
                                          head.hash, 0));
            head.hash = drafts.back().hash;
        }
        std::vector<row_change> erased;
        for (const tenant_subject& who : lost.all()) {
            std::string key(1, 'S');
            base::put_be(key, who.tenant.value);
            base::put_bytes(key, who.id.bytes);
            erased.push_back({table::keys, key, std::nullopt});
        }
        BOOST_REQUIRE(log().commit(drafts, erased));
    }
};

subject_set set_of(std::initializer_list<tenant_subject> all) {
    subject_set set;
    for (const tenant_subject& who : all)
        set.add(who);
    return set;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(lost_people_test, losing_server)

BOOST_AUTO_TEST_CASE(they_leave_each_other_and_then_they_go) {
    using texts = std::vector<std::string>;

    struct row {
        const char* name;
        subject_set lost;
        texts facts;
    };

    const row rows[] = {
        {"nobody", {}, {}},
        {"one in two teams",
         set_of({{acme, ann.id}}),
         {"sales-ann", "ops-ann", "user_erased(ann)"}},
        {"one who left a team by himself",
         set_of({{acme, bob.id}}),
         {"sales-bob", "user_erased(bob)"}},
        {"who was deleted has history", set_of({{acme, gone.id}}), {"user_erased(gone)"}},
        {"a team", set_of({{acme, sales.id}}), {"sales-ann-bob", "team_deleted(sales)"}},
        {"a team that was deleted", set_of({{acme, old.id}}), {}},
        {"an admin", set_of({{acme, ada.id}}), {"admin_disabled(ada)"}},
        {"an operator", set_of({{system_tenant, olga.id}}), {"admin_disabled(olga)"}},
        {"an admin who was disabled", set_of({{acme, off.id}}), {}},
        {"of another tenant", set_of({{bold, zoe.id}}), {"user_erased(zoe)"}},
        {"a team and its member",
         set_of({{acme, sales.id}, {acme, ann.id}, {bold, zoe.id}}),
         {"sales-ann-bob", "ops-ann", "team_deleted(sales)", "user_erased(ann)",
          "user_erased(zoe)"}},
        {"the same id elsewhere is somebody else", set_of({{bold, ann.id}}), {}},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const texts found = words(r.lost);
            BOOST_TEST(found == r.facts, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(rights_go_with_those_who_are_lost) {
    const subject_id zed = test::id_of(44);
    const auto key_of_zed = [&](std::uint8_t n) {
        run(by_operator(acme, create_key{test::id_of(n), test::digest_of(n), "k", {}, zed}));
        return test::id_of(n).text();
    };
    run(by_operator(acme, admin_named(44, "zed", admin_role::admin)));
    run(by_operator(acme, link_admin{zed, ann.id}));
    const std::string live = key_of_zed(45);
    key_of_zed(46);
    run(by_operator(acme, revoke_key{test::id_of(46)}));
    const std::vector<std::string> with_user{"sales-ann", "ops-ann", "user_erased(ann)",
                                             "admin_disabled(" + zed.text() + ")",
                                             "key_revoked(" + live + ")"};
    BOOST_TEST(words(set_of({{acme, ann.id}})) == with_user, boost::test_tools::per_element());
    const std::vector<std::string> himself{"admin_disabled(" + zed.text() + ")",
                                           "key_revoked(" + live + ")"};
    BOOST_TEST(words(set_of({{acme, zed}})) == himself, boost::test_tools::per_element());
    run(by_operator(acme, link_admin{zed, std::nullopt}));
    const std::vector<std::string> unlinked{"sales-ann", "ops-ann", "user_erased(ann)"};
    BOOST_TEST(words(set_of({{acme, ann.id}})) == unlinked, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_neither_is_not_given_up) {
    const auto made =
        run(by_operator(acme, create_key{test::id_of(9), test::digest_of(9), "k", {}}));
    static_cast<void>(made);
    const auto found = facts(set_of({{acme, test::id_of(9)}}));
    BOOST_REQUIRE(!found);
    BOOST_TEST((found.error().code == log_errc::missing_keys));
}

BOOST_AUTO_TEST_CASE(a_rebuild_goes_through_with_it_and_not_without) {
    const subject_set lost =
        set_of({{acme, ann.id}, {acme, sales.id}, {acme, gone.id}, {acme, ada.id}, {acme, off.id}});
    lose(lost);
    const auto made = rebuild(log(), keys(), &queue(), &views(), {});
    BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().message);
    BOOST_TEST(made->flipped);
    BOOST_TEST(!views().user(acme, ann.id).has_value());
    BOOST_TEST(!views().team(acme, sales.id).has_value());
    BOOST_TEST(views().user(acme, bob.id).has_value());
    BOOST_TEST(views().counters(acme).memberships == 0u);
    BOOST_TEST(views().admin(acme, ada.id)->core.disabled);
    BOOST_TEST(views().admin(acme, ada.id)->content.name.empty());
    BOOST_TEST(!views().admin_named(acme, "ada").has_value());
    BOOST_TEST(views().admin_named(system_tenant, "olga").has_value());
    rebuild_options only;
    only.verify_only = true;
    const auto again = rebuild(log(), keys(), &queue(), &views(), only);
    BOOST_REQUIRE(again);
    BOOST_TEST(again->differences == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
