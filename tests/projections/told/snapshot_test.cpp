// A snapshot has everything that is so at its moment, nothing that comes later, and shows whether
// it is whole.
#include "eventlog/base/encoding.hpp"
#include "projections/read.hpp"
#include "projections/told/snapshot.hpp"
#include "projections/told/state_message.hpp"
#include "tests/projections/random_life.hpp"
#include "tests/projections/server.hpp"
#include "tests/projections/told/told_case.hpp"

#include <algorithm>
#include <vector>

namespace rollcall::told {
namespace {

using namespace test;
using namespace projections;
using projections::test::by_operator;
using projections::test::random_life;
using projections::test::server;
using projections::test::team_named;
using projections::test::wish_for;

std::vector<std::string> lines_of(snapshot& all) {
    std::vector<std::string> lines;
    for (std::string line; all.next(line); line.clear())
        lines.push_back(line);
    return lines;
}

/// The states in it, sorted.
std::vector<std::string> states_in(const std::vector<std::string>& lines) {
    std::vector<std::string> states(lines.begin() + 1, lines.end() - 1);
    std::sort(states.begin(), states.end());
    return states;
}

/// What the directory says.
std::vector<std::string> as_it_is(server& s, tenant_no tenant) {
    const telling how = how_told(privacy::full, event_mode::structured);
    const auto now = s.views().tenant(tenant);
    const state_place place{tenant, now->slug, {}};
    std::vector<std::string> states;
    const auto add = [&](const message& m) { states.push_back(*m.value + '\n'); };
    s.views().list(tenant, 0, [&](const user_view& u) {
        add(user_message(how, place, *s.views().user(tenant, u.id)));
        return true;
    });
    s.views().list_teams(tenant, 0, [&](const team_view& t) {
        add(team_message(how, place, *s.views().team(tenant, t.id)));
        const auto rows = s.views().snapshot();
        const auto members = s.views().members(tenant, t.id);
        for (subject_id user; members->next(user);)
            add(member_message(how, place, {t.id, user, *read_member(*rows, tenant, t.id, user)}));
        return true;
    });
    add(seats_message(how, {}, *now, s.views().counters(tenant), s.log().chain(tenant)->seq));
    std::sort(states.begin(), states.end());
    return states;
}

} // namespace

BOOST_AUTO_TEST_SUITE(snapshot_test)

BOOST_AUTO_TEST_CASE(it_is_the_directory_of_its_moment) {
    server s;
    const tenant_no tenants[] = {s.make_tenant("one"), s.make_tenant("two")};
    random_life life(7);
    base::moment now{1'700'000'000'000};
    const auto live = [&](int commands) {
        for (int i = 0; i < commands; ++i) {
            now.unix_ms += 1000;
            s.run(life.next(now));
        }
    };
    live(150);
    const auto expected = as_it_is(s, tenants[0]);
    const auto head = s.log().chain(tenants[0]);
    snapshot all(s.log(), tenants[0], how_told());
    std::string first;
    BOOST_REQUIRE(all.next(first));
    live(60);

    std::vector<std::string> lines{first};
    for (std::string& line : lines_of(all))
        lines.push_back(std::move(line));
    BOOST_REQUIRE(lines.size() > 20u);
    BOOST_TEST(states_in(lines) == expected, boost::test_tools::per_element());
    BOOST_TEST((all.as_of() == head->seq));
    BOOST_TEST(holds(first, R"({"type":"snapshot","lineage":"4c4c4c4c-)"));
    BOOST_TEST(holds(first, R"("tenant":"one","position":")" + head->at.text() + R"(","seq":)" +
                                std::to_string(head->seq.value) + R"(,"hash":")" +
                                base::hex(head->hash)));
    std::string before;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
        before += lines[i];
    BOOST_TEST(lines.back() == R"({"type":"snapshot_end","lines":)" +
                                   std::to_string(lines.size() - 1) + R"(,"sha256":")" +
                                   base::hex(base::sha256({before})) + "\"}\n");
    std::string nothing;
    BOOST_TEST(!all.next(nothing));
    BOOST_TEST(nothing.empty());
}

BOOST_AUTO_TEST_CASE(an_empty_tenant_has_its_seats) {
    server s;
    snapshot all(s.log(), s.make_tenant("one"), how_told());
    const auto lines = lines_of(all);
    BOOST_REQUIRE(lines.size() == 3u);
    BOOST_TEST(holds(lines[0], R"("users":0,"teams":0,"memberships":0})"));
    BOOST_TEST(holds(lines[1], R"("type":"seats","seq":1)"));
}

BOOST_AUTO_TEST_CASE(it_tells_of_people_what_it_may) {
    server s;
    const tenant_no one = s.make_tenant("one");
    s.make_user(one, wish_for("jane"));
    s.run(by_operator(one, create_team{support::id_of(0x71), team_named("sales"), {}}));
    for (const privacy how : {privacy::full, privacy::minimal, privacy::sealed}) {
        BOOST_TEST_CONTEXT(privacy_name(how)) {
            snapshot all(s.log(), one, how_told(how));
            std::string text;
            for (const std::string& line : lines_of(all))
                text += line;
            BOOST_TEST(holds(text, "jane") == (how == privacy::full));
            BOOST_TEST(holds(text, "sales") == (how == privacy::full));
            BOOST_TEST(holds(text, R"("sealed":")") == (how == privacy::sealed));
        }
    }
}

BOOST_AUTO_TEST_CASE(there_is_none_of_nobody) {
    server s;
    s.make_tenant("one");
    BOOST_CHECK_THROW(snapshot(s.log(), {9}, how_told()), storage_failure);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
