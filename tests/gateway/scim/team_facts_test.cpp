#include "gateway/scim/filter.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/team_facts.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

resource team(std::string_view document) {
    auto read = resource::from_document(group_type(), document);
    BOOST_REQUIRE_MESSAGE(read, sample::line(read));
    return std::move(*read);
}

resource team_named(const std::string& name) {
    return team("{\"displayName\":\"" + name + "\"}");
}

BOOST_AUTO_TEST_SUITE(team_facts_test)

BOOST_AUTO_TEST_CASE(facts_are_lifted) {
    const team_facts plain = team_facts_of(team(R"({"displayName":"Tour GUIDES"})"));
    BOOST_TEST(plain.name == "Tour GUIDES");
    BOOST_TEST(plain.name_key == "tour guides");
    BOOST_TEST(!plain.external_id.has_value());
    const team_facts known =
        team_facts_of(team(R"({"externalId":"8aa1-X","displayName":"Tour GUIDES"})"));
    BOOST_TEST((known.external_id == "8aa1-X"));
}

BOOST_AUTO_TEST_CASE(the_key_says_what_a_filter_says) {
    struct {
        const char* a;
        const char* b;
        bool same;
    } const rows[]{
        {"Guides", "GUIDES", true},
        {"G\u00e4ste", "GA\u0308STE", true},
        {"Stra\u00dfe", "STRASSE", true},
        {"\u03a3\u03c3\u03c2", "\u03c3\u03c3\u03c3", true},
        {"Guides", "Guides ", false},
        {" Guides", "Guides", false},
        {"Tour  Guides", "Tour Guides", false},
        {"\uff27uides", "Guides", false}, // width is no case
        {"Gaste", "G\u00e4ste", false},
        {"a", "b", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.a << " / " << row.b) {
            const bool same = team_facts_of(team_named(row.a)).name_key ==
                              team_facts_of(team_named(row.b)).name_key;
            BOOST_TEST(same == row.same);
            const auto what =
                parse_filter(group_type(), "displayName eq \"" + std::string(row.a) + "\"");
            BOOST_REQUIRE(what.has_value());
            BOOST_TEST(matches(*what, team_named(row.b), sample::facts()) == row.same);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
