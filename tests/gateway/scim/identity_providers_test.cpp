// What Okta and Microsoft Entra ID really send for users, case by case, through the whole protocol:
// bodies, PATCH messages in both dialects, filters as they arrive after URL decoding.
#include "gateway/scim/body.hpp"
#include "gateway/scim/lookups.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/render.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

BOOST_AUTO_TEST_SUITE(identity_providers_test)

BOOST_AUTO_TEST_CASE(creates) {
    struct {
        const char* name;
        const char* body;
        const char* document;
    } const rows[]{
        {"Okta",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
         R"("userName":"test.user@okta.local",
             "name":{"givenName":"Test","familyName":"User"},
             "emails":[{"primary":true,"value":"test.user@okta.local",)"
         R"("type":"work"}],
             "displayName":"Test User","locale":"en-US",)"
         R"("externalId":"00ujl29u0le5T6Aj10h7",
             "groups":[],"password":"1mz050nq","active":true})",
         R"({"externalId":"00ujl29u0le5T6Aj10h7","userName":"test.user@okta.local",)"
         R"("name":{"familyName":"User","givenName":"Test"},"displayName":"Test User",)"
         R"("locale":"en-US","active":true,"emails":[{"value":"test.user@okta.local",)"
         R"("type":"work","primary":true}]})"},
        {"Entra",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","@ENT"],
             "externalId":"0a21f0f2","userName":"Test_User_00aa",)"
         R"("active":true,
             "emails":[{"primary":true,"type":"work",)"
         R"("value":"Test_User_11bb@testuser.com"}],
             "meta":{"resourceType":"User"},
             "name":{"formatted":"givenName familyName",)"
         R"("familyName":"familyName","givenName":"givenName"},"roles":[]})",
         R"({"externalId":"0a21f0f2","userName":"Test_User_00aa","name":{)"
         R"("formatted":"givenName familyName","familyName":"familyName",)"
         R"("givenName":"givenName"},"active":true,"emails":[{)"
         R"("value":"Test_User_11bb@testuser.com","type":"work","primary":true}]})"},
        {"Entra with the misspelt URN and nulls at the top",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",)"
         R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0User"],
             "userName":"u","addresses":null,"phoneNumbers":null,)"
         R"("manager":null,"department":null})",
         R"({"userName":"u","active":true})"},
        {"Entra, only what the mapping has",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u@x",)"
         R"("active":"True",
             "phoneNumbers":[{"type":"mobile","value":"55555555555"}]})",
         R"({"userName":"u@x","active":true,"phoneNumbers":[{"value":"55555555555",)"
         R"("type":"mobile"}]})"},
        {"Microsoft's validator: primary as a text",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u",
             "roles":[{"primary":"True","display":"d","value":"v","type":"t"}])"
         R"(})",
         R"({"userName":"u","active":true,"roles":[{"value":"v","display":"d","type":"t",)"
         R"("primary":true}]})"},
        {"Microsoft's validator: user name only",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u"})",
         R"({"userName":"u","active":true})"},
        {"an extension that schemas does not list",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u",)"
         R"("@ENT":{"department":"D"}})",
         R"({"userName":"u","active":true,"@ENT":{"department":"D"}})"},
        {"a foreign extension",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u",
             "urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:U)"
         R"(ser":{"tag":"x"}})",
         R"({"userName":"u","active":true})"},
        {"Okta with a manager by e-mail",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","@ENT"],)"
         R"("userName":"u",
             "@ENT":{"employeeNumber":"701984","manager":{"value":"26118915",)"
         R"("displayName":"boss@example.com"}}})",
         R"({"userName":"u","active":true,"@ENT":{"employeeNumber":"701984","manager":{)"
         R"("value":"26118915","displayName":"boss@example.com"}}})"},
        {"empty values",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u",)"
         R"("title":"",
             "name":{"middleName":"","givenName":null},"emails":[{)"
         R"("value":"a@x","type":""}]})",
         R"({"userName":"u","active":true,"emails":[{"value":"a@x"}]})"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(sample::line(read_new(user_type(), sample::expand(row.body))) ==
                       sample::expand(row.document));
        }
    }
}

BOOST_AUTO_TEST_CASE(okta_puts_back_what_it_got) {
    const auto change = replacement::read(
        user_type(),
        R"({"id":"{id}","externalId":"00uq2","meta":{"resourceType":"User",)"
        R"("created":"04-12-2018 00:00:00","lastModified":"04-12-2018 00:00:00",)"
        R"("version":"v1.0"},
            "schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
        R"("userName":"jane.doe@example.com","displayName":"Jane Doe","locale":"en_US",)"
        R"("active":true,
            "password":"TkdFNVdIVkxhM2c9","emails":[{)"
        R"("value":"jane.doe@example.com","type":"work","primary":true}],"name":{)"
        R"("familyName":"Doe","givenName":"Jane"},"groups":[]})");
    BOOST_REQUIRE(change.has_value());
    constexpr std::string_view jane =
        R"({"externalId":"00uq2","userName":"jane.doe@example.com","name":{)"
        R"("familyName":"Doe","givenName":"Jane"},"displayName":"Jane Doe",)"
        R"("locale":"en_US","active":true,"emails":[{"value":"jane.doe@example.com",)"
        R"("type":"work","primary":true}]})";
    const auto again = change->apply_to(sample::stored(jane));
    BOOST_TEST(sample::line(again) == jane);
    BOOST_TEST(changed_attributes(sample::stored(jane), again->outcome).empty());
    // What a GET shows can be sent back whole.
    std::string shown;
    append_resource(shown, user_type(), jane, sample::facts());
    const auto echoed = replacement::read(user_type(), shown);
    BOOST_REQUIRE(echoed.has_value());
    BOOST_TEST(sample::line(echoed->apply_to(sample::stored(jane))) == jane);
}

BOOST_AUTO_TEST_CASE(patches) {
    struct {
        const char* name;
        const char* document;
        const char* operations;
        const char* outcome;
    } const rows[]{
        {"Okta deactivates", R"({"userName":"u","active":true})",
         R"({"op":"replace","value":{"active":false}})", R"({"userName":"u","active":false})"},
        {"Entra deactivates", R"({"userName":"u","active":true})",
         R"({"op":"Replace","path":"active","value":"False"})",
         R"({"userName":"u","active":false})"},
        {"Entra with the flag deactivates", R"({"userName":"u","active":true})",
         R"({"op":"replace","path":"active","value":false})", R"({"userName":"u","active":false})"},
        {"Okta reactivates", R"({"userName":"u","active":false})",
         R"({"op":"replace","value":{"active":true}})", R"({"userName":"u","active":true})"},
        {"Okta sets a password", R"({"userName":"u","active":true})",
         R"({"op":"replace","value":{"password":"secret"}},{"op":"replace",)"
         R"("path":"password","value":"secret"})",
         R"({"userName":"u","active":true})"},
        {"Entra adds a nick name", R"({"userName":"u","active":true})",
         R"({"op":"Add","path":"nickName","value":"Babs"})",
         R"({"userName":"u","nickName":"Babs","active":true})"},
        {"Entra, one operation each",
         R"({"userName":"u","active":true,"emails":[{"value":"o","type":"work"}]})",
         R"({"op":"Replace","path":"displayName","value":"Bjfe"},
            {"op":"Replace","path":"emails[type eq \"work\"].value",)"
         R"("value":"n@x"},
            {"op":"Replace","path":"name.givenName","value":"Kkom"},{)"
         R"("op":"Replace","path":"name.familyName","value":"Unua"},
            {"op":"Replace","path":"externalId","value":"E"},
            {"op":"Replace","path":"@ENT:employeeNumber","value":"Aklq"})",
         R"({"externalId":"E","userName":"u","name":{"familyName":"Unua",)"
         R"("givenName":"Kkom"},"displayName":"Bjfe","active":true,"emails":[{)"
         R"("value":"n@x","type":"work"}],"@ENT":{"employeeNumber":"Aklq"}})"},
        {"Entra with the flag, folded", R"({"userName":"u","active":true})",
         R"({"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom",)"
         R"("name.familyName":"Unua","@ENT:employeeNumber":"Aklq"}})",
         R"({"userName":"u","name":{"familyName":"Unua","givenName":"Kkom"},)"
         R"("displayName":"Bjfe","active":true,"@ENT":{"employeeNumber":"Aklq"}})"},
        {"a mail for somebody without one", R"({"userName":"u","active":true})",
         R"({"op":"add","path":"emails[type eq \"work\"].value","value":"x"})",
         R"({"userName":"u","active":true,"emails":[{"value":"x","type":"work"}]})"},
        {"a mail beside another",
         R"({"userName":"u","active":true,"emails":[{"value":"h","type":"home"}]})",
         R"({"op":"add","path":"emails[type eq \"work\"].value","value":"x"})",
         R"({"userName":"u","active":true,"emails":[{"value":"h","type":"home"},{)"
         R"("value":"x","type":"work"}]})"},
        {"an address, part by part", R"({"userName":"u","active":true})",
         R"({"op":"Replace","path":"addresses[type eq \"work\"].streetAddress",)"
         R"("value":"S"},{"op":"Replace","path":"addresses[type eq \"work\"].Country",)"
         R"("value":"US"})",
         R"({"userName":"u","active":true,"addresses":[{"streetAddress":"S",)"
         R"("country":"US","type":"work"}]})"},
        {"one role from two operations", R"({"userName":"u","active":true})",
         R"({"op":"replace","path":"roles[primary eq \"True\"].display","value":"D"},{)"
         R"("op":"replace","path":"roles[primary eq \"True\"].value","value":"V"})",
         R"({"userName":"u","active":true,"roles":[{"value":"V","display":"D",)"
         R"("primary":true}]})"},
        {"a role as JSON in a text is kept as sent", R"({"userName":"u","active":true})",
         R"({"op":"Add","path":"roles","value":[{"value":"{\"id\":\"06b0\",)"
         R"(\"value\":\"25\"}"}]})",
         R"({"userName":"u","active":true,"roles":[{"value":"{\"id\":\"06b0\",)"
         R"(\"value\":\"25\"}"}]})"},
        {"the core URN in a path", R"({"userName":"u","active":true})",
         R"({"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:userName",)"
         R"("value":"v"})",
         R"({"userName":"v","active":true})"},
        {"a rename to the same name", R"({"userName":"u","active":true})",
         R"({"op":"replace","value":{"id":"42","userName":"u"}})",
         R"({"userName":"u","active":true})"},
        {"removed, added, replaced", R"({"userName":"u","displayName":"A","active":true})",
         R"({"op":"remove","path":"displayName"},{"op":"add","path":"displayName",)"
         R"("value":"B"},{"op":"replace","path":"displayName","value":"C"})",
         R"({"userName":"u","displayName":"C","active":true})"},
        {"manager as Entra adds it", R"({"userName":"u","active":true})",
         R"({"op":"Add","path":"manager","value":[{"$ref":"http://h/scim/Users/00aa",)"
         R"("value":"00aa"}]})",
         R"({"userName":"u","active":true,"@ENT":{"manager":{"value":"00aa",)"
         R"("$ref":"http://h/scim/Users/00aa"}}})"},
        {"manager cleared, and the extension with it",
         R"({"userName":"u","active":true,"@ENT":{"manager":{"value":"1"}}})",
         R"({"op":"replace","path":"@ENT:manager","value":{"value":""}})",
         R"({"userName":"u","active":true})"},
        {"manager removed", R"({"userName":"u","active":true,"@ENT":{"manager":{"value":"1"}}})",
         R"({"op":"Remove","path":"@ENT:manager"})", R"({"userName":"u","active":true})"},
        {"a custom attribute beside a deactivation", R"({"userName":"u","active":true})",
         R"({"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:x:2.0:User:tag")"
         R"(,"value":"t"},{"op":"Replace","path":"active","value":"False"})",
         R"({"userName":"u","active":false})"},
        {"an unknown attribute beside a deactivation", R"({"userName":"u","active":true})",
         R"({"op":"Replace","path":"@ENT:tag","value":"t"},{"op":"Replace","path":"active",)"
         R"("value":"False"})",
         R"({"userName":"u","active":false} !invalidPath: path '@ENT:tag' names no attribute of )"
         R"(User)"},
        {"a value that is JSON in a text", R"({"userName":"u","active":true})",
         R"({"op":"replace","value":"{\"active\":false}"})",
         "invalidValue: value: must be an object when there is no path"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(sample::patched_document(user_type(), row.document, row.operations) ==
                       sample::expand(row.outcome));
        }
    }
}

BOOST_AUTO_TEST_CASE(lookups_and_filters) {
    const resource who = sample::user(
        R"("userName":"noemie.hoppe@schaefer.us","externalId":"ext","displayName":"UXVR",)"
        R"("active":false,
           "emails":[{"value":"a+b@x.com","type":"work"}],"manager":"2819c223")");

    struct {
        const char* filter;
        bool hit;
        std::size_t lookups;
    } const rows[]{
        {R"(userName eq "NOEMIE.HOPPE@SCHAEFER.US")", true, 1},
        {R"(emails.value eq "a+b@x.com")", true, 1},
        {R"(emails eq "A+B@x.com")", true, 1},
        {R"(email eq "a+b@x.com")", true, 1},
        {R"(emails[type eq "work"].value eq "a+b@x.com")", true, 1},
        {R"(emails[type eq "home"].value eq "a+b@x.com")", false, 1},
        {"externalId eq ext", true, 1},
        {R"(externalId eq "EXT")", false, 1},
        {"id eq 54D382A4-2050 and manager eq 2819c223", true, 1},
        {R"(id eq "54D382A4-2050" and manager eq "other")", false, 1},
        {R"(DisplayName eq "uxvr")", true, 0},
        {"(ActiVe eq false)", true, 0},
        {R"(active Eq "False")", true, 0},
        {R"(userName eq "3f2504e0-4f89-11d3-9a0c-0305e82c3301")", false, 1},
        {R"(displayName eq "U'\" or \u0041")", false, 0},
    };

    computed facts = sample::facts();
    facts.id = "54D382A4-2050";
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.filter) {
            const auto what = parse_filter(user_type(), row.filter);
            BOOST_REQUIRE(what.has_value());
            BOOST_TEST(matches(*what, who, facts) == row.hit);
            BOOST_TEST(exact_lookups(*what).size() == row.lookups);
        }
    }
}

BOOST_AUTO_TEST_CASE(entra_asks_for_the_id_alone) {
    std::string out;
    const auto done = append_resource(out, user_type(), R"({"userName":"u","active":true})",
                                      sample::facts(), *selection::read(user_type(), "id", {}));
    BOOST_TEST(done.has_value());
    BOOST_TEST(out == R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"42"})");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
