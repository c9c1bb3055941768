// Keys of the state topic come apart into what they were made of, and nothing else does.
#include "projections/told/state_key.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::told {

BOOST_AUTO_TEST_SUITE(state_key_test)

BOOST_AUTO_TEST_CASE(keys_are_read_back) {
    const auto a = support::id_of(0xa1);
    const auto b = support::id_of(0xb2);
    const std::pair<std::string, state_key> rows[] = {
        {user_key("acme", a), {"acme", state_kind::user, a, {}}},
        {team_key("acme", a), {"acme", state_kind::team, a, {}}},
        {member_key("a-1", a, b), {"a-1", state_kind::member, a, b}},
        {seats_key("acme"), {"acme", state_kind::seats, {}, {}}},
        // Slugs may be words of this grammar.
        {user_key("user", a), {"user", state_kind::user, a, {}}},
        {seats_key("seats"), {"seats", state_kind::seats, {}, {}}},
    };
    for (const auto& [text, key] : rows)
        BOOST_TEST((parse_state_key(text) == key), text);
}

BOOST_AUTO_TEST_CASE(nothing_else_is_a_key) {
    const std::string a = support::id_of(0xa1).text();
    const std::string rows[] = {
        "",
        "/",
        "acme",
        "acme/",
        "/seats",
        "acme/seats/",
        "acme/seats/" + a,
        "acme/user",
        "acme/user/",
        "acme/user/" + a + "/",
        "acme/user/" + a + "/" + a,
        "acme/user/" + a.substr(1),
        "acme/user/A1" + a.substr(2),
        "acme/team/x",
        "acme/member/" + a,
        "acme/member/" + a + "/",
        "acme/member/" + a + "/x",
        "acme/member/" + a + "/" + a + "/" + a,
        "acme/users/" + a,
        "acme//" + a,
        "/user/" + a,
        " acme/user/" + a + " ",
    };
    for (const std::string& text : rows)
        BOOST_TEST(!parse_state_key(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
