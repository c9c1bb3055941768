#include "gateway/scim/lookups.hpp"
#include "gateway/scim/user_facts.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

std::string lookups_of(std::string_view text, const resource_type& type = user_type()) {
    const auto what = parse_filter(type, text);
    BOOST_REQUIRE(what.has_value());
    constexpr const char* names[] = {"id", "userName", "teamName", "member", "externalId", "email"};
    std::string out;
    for (const exact_lookup& one : exact_lookups(*what)) {
        out += (out.empty() ? "" : " ") + std::string(names[static_cast<int>(one.field)]) + "=" +
               one.key;
    }
    return out;
}

BOOST_AUTO_TEST_SUITE(lookups_test)

BOOST_AUTO_TEST_CASE(equalities_that_must_hold_are_found) {
    struct {
        const char* text;
        const char* lookups;
    } const rows[]{
        {R"(userName eq "Ann@X.com")", "userName=ann@x.com"},
        {R"(externalId eq "Ext-1")", "externalId=Ext-1"},
        {R"(id eq "42")", "id=42"},
        {R"(emails eq "A@x")", "email=a@x"},
        {R"(email eq "A@x")", "email=a@x"},
        {R"(emails.value eq "A@x")", "email=a@x"},
        {R"(emails[type eq "work" and value eq "A@x"])", "email=a@x"},
        {R"(emails[type eq "work"].value eq "A@x")", "email=a@x"},
        {R"(emails[value eq "A@x"])", "email=a@x"},
        {R"(title pr and userName eq "a" and (active eq true and id eq "7"))", "userName=a id=7"},
        {R"((userName eq "a"))", "userName=a"},
        {R"(userName eq "henry\u2163")", "userName="},
        // nothing that an index could answer
        {R"(userName ne "a")", ""},
        {R"(userName sw "a")", ""},
        {"userName pr", ""},
        {"externalId eq null", ""},
        {R"(title eq "a")", ""},
        {R"(userName eq "a" or id eq "7")", ""},
        {R"(not (userName eq "a"))", ""},
        {R"(emails[type eq "work" or value eq "A@x"])", ""},
        {R"(emails[not (value eq "A@x")])", ""},
        {R"(emails[type eq "work"])", ""},
        {R"(emails eq "")", ""},
        {R"(phoneNumbers.value eq "1")", ""},
        {R"(manager eq "7")", ""},
        {R"(groups.value eq "7")", ""},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            BOOST_TEST(lookups_of(row.text) == row.lookups);
        }
    }
}

BOOST_AUTO_TEST_CASE(groups_have_their_own) {
    struct {
        const char* text;
        const char* lookups;
    } const rows[]{
        {R"(displayName eq "Tour GUIDES")", "teamName=tour guides"},
        {R"(externalId eq "8aa1-X")", "externalId=8aa1-X"},
        {R"(id eq "G")", "id=G"},
        {R"(members eq "U")", "member=U"},
        {R"(members.value eq "U")", "member=U"},
        {R"(members[value eq "U"])", "member=U"},
        {R"(id eq "g" and members eq "u")", "id=g member=u"},
        {R"(meta.created pr and (displayName eq "a" and members[value eq "u"]))",
         "teamName=a member=u"},
        {R"(displayName eq "")", "teamName="},
        // nothing that an index could answer
        {R"(members[value eq "u" or value eq "v"])", ""},
        {R"(not (members eq "u"))", ""},
        {R"(members eq "u" or id eq "g")", ""},
        {"members pr", ""},
        {R"(displayName sw "a")", ""},
        {"displayName eq null", ""},
        {R"(displayName ne "a")", ""},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            BOOST_TEST(lookups_of(row.text, group_type()) == row.lookups);
        }
    }
    // A user's displayName is another attribute, and nobody's alone.
    BOOST_TEST(lookups_of(R"(displayName eq "a")") == "");
}

BOOST_AUTO_TEST_CASE(keys_are_those_of_the_facts) {
    const user_facts facts =
        facts_of(sample::user("\"userName\":\"J\u00d6RG\",\"externalId\":\"E\",\"emails\":[{"
                              "\"value\":\"J\u00d6rg@X\"}]"));
    BOOST_TEST(lookups_of("userName eq \"jo\u0308rg\"") == "userName=" + facts.user_name_key);
    BOOST_TEST(lookups_of("emails eq \"jo\u0308RG@x\"") == "email=" + facts.email_keys.front());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
