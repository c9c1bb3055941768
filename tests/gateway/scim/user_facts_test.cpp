#include "gateway/scim/user_facts.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::scim {
namespace {

BOOST_AUTO_TEST_SUITE(user_facts_test)

BOOST_AUTO_TEST_CASE(facts_are_lifted) {
    const user_facts facts = facts_of(
        sample::user(R"("userName":"Ann@Example.com","externalId":"00uA","active":"False",)"
                     R"("displayName":"Ann B",
           "emails":[{"value":"Z@x.org"},{"value":"ANN@x.org","type":"work"},{)"
                     R"("value":"ann@X.org","type":"home"},{"value":""},{"type":"other"},{)"
                     R"("value":"\u00c9@x"}])"));
    BOOST_TEST(facts.user_name == "Ann@Example.com");
    BOOST_TEST(facts.user_name_key == "ann@example.com");
    BOOST_TEST((facts.external_id == std::optional<std::string>("00uA")));
    BOOST_TEST(facts.active == false);
    BOOST_TEST(facts.display_name == "Ann B");
    BOOST_TEST(facts.email_keys == (std::vector<std::string>{"ann@x.org", "z@x.org", "\u00e9@x"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(facts_without_values) {
    const user_facts facts = facts_of(sample::user(R"("userName":"a","externalId":"")"));
    BOOST_TEST(!facts.external_id.has_value());
    BOOST_TEST(facts.email_keys.empty());
    BOOST_TEST(facts.active);
}

BOOST_AUTO_TEST_CASE(somebody_always_has_a_name_to_show) {
    struct {
        const char* name;
        const char* members;
        const char* shown;
    } const rows[]{
        {"displayName first", R"("displayName":"D","name":{"formatted":"F","givenName":"G"})", "D"},
        {"then the formatted name", R"("displayName":"","name":{"formatted":"F","givenName":"G"})",
         "F"},
        {"then its parts", R"("name":{"givenName":"G","familyName":"H"})", "G H"},
        {"given name alone", R"("name":{"givenName":"G"})", "G"},
        {"family name alone", R"("name":{"familyName":"H","givenName":""})", "H"},
        {"then the user name", R"("title":"T")", "Ann"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto user = sample::user("\"userName\":\"Ann\"," + std::string(row.members));
            BOOST_TEST(facts_of(user).display_name == row.shown);
        }
    }
}

BOOST_AUTO_TEST_CASE(addresses_have_keys) {
    BOOST_TEST(email_key("Ann@EXAMPLE.com") == "ann@example.com");
    BOOST_TEST(email_key("e\u0301@x") == email_key("\u00c9@X"));
    BOOST_TEST(email_key("a+b@x") != email_key("a@x"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
