// Which state messages an event makes necessary: the rule in rows, and that whoever folds what was
// sent has the directory, however the log was cut into pages and whatever was sent once more.
#include "projections/told/state_changes.hpp"
#include "projections/told/state_message.hpp"
#include "tests/projections/random_life.hpp"
#include "tests/projections/server.hpp"
#include "tests/projections/told/told_case.hpp"
#include "tests/support/properties.hpp"

#include <algorithm>
#include <map>

namespace rollcall::told {
namespace {

using namespace test;
using projections::test::by_operator;
using projections::test::random_life;
using projections::test::server;
using projections::test::set_active;
using projections::test::team_named;
using projections::test::wish_for;
using namespace projections;

std::vector<read_event> page_of(server& s, position first, std::size_t most) {
    std::vector<read_event> page;
    const auto walk = s.log().records(first, false);
    const auto rows = s.log().snapshot();
    for (std::string_view bytes; page.size() < most && walk->next(bytes);) {
        const auto record = read_record(bytes, record_check::crc);
        BOOST_REQUIRE(record.has_value());
        auto e = decode_event(*record, content_mode::leave_sealed, *rows, s.keys());
        BOOST_REQUIRE(e.has_value());
        page.push_back(std::move(*e));
    }
    return page;
}

/// All that the events from `first` on make necessary as things are now.
std::vector<message> told_from(server& s, position first, const telling& how = how_told()) {
    const auto page = page_of(s, first, 100'000);
    const auto rows = s.log().snapshot();
    names known(*rows);
    std::vector<message> out;
    for (const read_event& e : page)
        append_state_messages(out, how, s.log(), *rows, known, e);
    return out;
}

std::vector<std::string> keys_of(const std::vector<message>& all) {
    std::vector<std::string> keys;
    for (const message& m : all)
        keys.push_back((m.value ? "" : "no ") + m.key);
    return keys;
}

using folded = std::map<std::string, std::string>;

void fold(folded& all, const message& m) {
    if (m.value) {
        all[m.key] = *m.value;
    } else {
        all.erase(m.key);
    }
}

/// What the directory says, by the same keys.
folded as_it_is(server& s, const telling& how, tenant_no tenant) {
    folded all;
    const std::string slug = s.views().tenant(tenant)->slug;
    const state_place place{tenant, slug, {}};
    s.views().list(tenant, 0, [&](const user_view& u) {
        fold(all, user_message(how, place, *s.views().user(tenant, u.id)));
        return true;
    });
    s.views().list_teams(tenant, 0, [&](const team_view& t) {
        fold(all, team_message(how, place, *s.views().team(tenant, t.id)));
        const auto rows = s.views().snapshot();
        const auto members = s.views().members(tenant, t.id);
        for (subject_id user; members->next(user);) {
            const auto since = read_member(*rows, tenant, t.id, user);
            fold(all, member_message(how, place, {t.id, user, since.value()}));
        }
        return true;
    });
    return all;
}

/// Publishes a life in pages while it goes on, and begins again somewhere now and then.
void follow_a_life(std::uint32_t seed) {
    std::mt19937 random(seed);
    server s;
    const tenant_no tenants[] = {s.make_tenant("one"), s.make_tenant("two")};
    random_life life(seed);
    const telling how = how_told();
    folded seen;
    position next{position::embedded, 1};
    const auto publish = [&](std::size_t most) {
        const auto page = page_of(s, next, most);
        const auto rows = s.log().snapshot();
        names known(*rows);
        for (const read_event& e : page) {
            std::vector<message> out;
            append_state_messages(out, how, s.log(), *rows, known, e);
            for (const message& m : out)
                fold(seen, m);
            next = e.at.next();
        }
        return !page.empty();
    };
    base::moment now{1'700'000'000'000};
    for (int i = 0; i < 120; ++i) {
        now.unix_ms += 1000;
        s.run(life.next(now));
        if (random() % 4 == 0) publish(1 + random() % 9);
        if (random() % 25 == 0) next.offset = 1 + random() % next.offset;
    }
    while (publish(1 + random() % 50)) {}
    folded expected;
    for (const tenant_no tenant : tenants)
        expected.merge(as_it_is(s, how, tenant));
    RC_ASSERT(seen == expected);

    next.offset = 1 + random() % next.offset;
    while (publish(1 + random() % 50)) {}
    RC_ASSERT(seen == expected);
}

} // namespace

BOOST_AUTO_TEST_SUITE(state_changes_test)

BOOST_AUTO_TEST_CASE(a_backlog_costs_one_message_each) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    const user_state joe = s.make_user(acme, wish_for("joe"));
    const subject_id team = support::id_of(0x71);
    s.run(by_operator(acme, create_team{team, team_named("sales"), {jane.id, joe.id}}));
    for (const bool active : {false, true, false, true})
        s.run(by_operator(acme, change_user{jane.id, {}, set_active(active), {}, true}));
    s.run(by_operator(acme, delete_user{joe.id, {}}));

    const std::vector<std::string> expected{
        member_key("acme", team, jane.id),        user_key("acme", jane.id),
        "no " + member_key("acme", team, joe.id), team_key("acme", team),
        "no " + user_key("acme", joe.id),
    };
    const auto keys = keys_of(told_from(s, {position::embedded, 1}));
    BOOST_TEST(keys == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(who_left_and_came_back_is_told_once) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    const subject_id team = support::id_of(0x71);
    s.run(by_operator(acme, create_team{team, team_named("sales"), {jane.id}}));
    change_team leave{team, {}, nullptr, {}, {}};
    leave.members.remove = {jane.id};
    s.run(by_operator(acme, leave));
    change_team join{team, {}, nullptr, {}, {}};
    join.members.add = {jane.id};
    s.run(by_operator(acme, join));
    const auto keys = keys_of(told_from(s, {position::embedded, 1}));
    BOOST_TEST(std::count(keys.begin(), keys.end(), member_key("acme", team, jane.id)) == 1);
    BOOST_TEST(std::count(keys.begin(), keys.end(), "no " + member_key("acme", team, jane.id)) ==
               0);
    BOOST_TEST(keys.back() == team_key("acme", team));
}

BOOST_AUTO_TEST_CASE(an_erasure_ends_also_who_was_deleted_before) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    s.run(by_operator(acme, delete_user{jane.id, {}}));
    const position erased = s.run(by_operator(acme, erase_user{jane.id})).at;
    const auto all = told_from(s, erased);
    BOOST_REQUIRE(all.size() == 1u);
    BOOST_TEST(!all.front().value.has_value());
    BOOST_TEST((all.front().at == erased));
}

BOOST_AUTO_TEST_CASE(sealed_is_the_newest_part_that_holds_the_person) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const user_state jane = s.make_user(acme, wish_for("jane"));
    // A change of states behind the last one of attributes seals nothing anew.
    const position at = s.run(by_operator(acme, suspend_user{jane.id})).at;
    const auto all = told_from(s, at, how_told(privacy::sealed));
    BOOST_REQUIRE(all.size() == 1u);
    BOOST_TEST(holds(*all.front().value, R"("status":"suspended")"));
    BOOST_TEST(holds(*all.front().value, R"("sealed":")"));
    const auto now = s.views().user(acme, jane.id);
    const std::string sealed = find_sealed(s.log(), acme, jane.id, at, now->core.sealed_hash);
    BOOST_TEST((hash_sealed(sealed) == now->core.sealed_hash));
    BOOST_TEST(find_sealed(s.log(), acme, jane.id, at, support::filled<32>(1)).empty());
}

BOOST_AUTO_TEST_CASE(facts_about_others_tell_no_state) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    s.run(by_operator(acme, projections::test::admin_named(3, "ada", admin_role::viewer)));
    BOOST_TEST(told_from(s, {position::embedded, 1}).empty());
}

BOOST_AUTO_TEST_CASE(a_fold_of_what_was_sent_is_the_directory) {
    support::check_in_cases(10, [](std::uint32_t seed) { follow_a_life(seed); });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
