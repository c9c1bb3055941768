#include "gateway/scim/body.hpp"
#include "gateway/scim/limits.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>

namespace rollcall::scim {
namespace {

std::string created(std::string_view body) {
    return sample::line(read_new(user_type(), body));
}

std::string replaced(std::string_view document, std::string_view body) {
    const auto change = replacement::read(user_type(), body);
    if (!change) return sample::line(change.error());
    return sample::line(change->apply_to(sample::stored(document)));
}

BOOST_AUTO_TEST_SUITE(body_test)

BOOST_AUTO_TEST_CASE(schemas_must_name_the_core) {
    struct {
        const char* name;
        const char* body;
        const char* outcome;
    } const rows[]{
        {"core alone",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a"})",
         R"({"userName":"a","active":true})"},
        {"any case", R"({"Schemas":["URN:ietf:params:scim:schemas:CORE:2.0:user"],"userName":"a"})",
         R"({"userName":"a","active":true})"},
        {"with unknown ones",
         R"({"schemas":["urn:x:y","urn:ietf:params:scim:schemas:core:2.0:User"],)"
         R"("userName":"a"})",
         R"({"userName":"a","active":true})"},
        {"extension listed without its object",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","@ENT"],)"
         R"("userName":"a"})",
         R"({"userName":"a","active":true})"},
        {"missing", R"({"userName":"a"})", "invalidSyntax: schemas: is missing..."},
        {"null", R"({"schemas":null,"userName":"a"})", "invalidSyntax: schemas: is missing..."},
        {"empty", R"({"schemas":[],"userName":"a"})",
         "invalidSyntax: schemas: must not be empty..."},
        {"text", R"({"schemas":"urn:ietf:params:scim:schemas:core:2.0:User","userName":"a"})",
         "invalidSyntax: schemas: must be an array..."},
        {"number inside", R"({"schemas":[7],"userName":"a"})",
         "invalidSyntax: schemas: must hold strings only..."},
        {"core missing", R"({"schemas":["@ENT"],"userName":"a"})",
         "invalidSyntax: schemas: does not name urn:ietf:params:scim:schemas:core:2.0:Us"
         "er..."},
        {"of another type",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"userName":"a"})",
         "invalidSyntax: schemas: does not name..."},
        {"twice",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",)"
         R"("urn:ietf:params:scim:schemas:core:2.0:USER"],"userName":"a"})",
         "invalidSyntax: schemas: names a URN twice..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string got = created(sample::expand(row.body));
            BOOST_TEST(sample::agrees(got, sample::expand(row.outcome)), got);
        }
    }
}

BOOST_AUTO_TEST_CASE(bodies_that_are_no_resource_are_refused) {
    struct {
        const char* name;
        const char* body;
        const char* outcome;
    } const rows[]{
        {"empty", "", "invalidSyntax: The body is empty"},
        {"array", "[]", "invalidSyntax: The body must be a JSON object"},
        {"string", R"("x")", "invalidSyntax: The body must be a JSON object"},
        {"null", "null", "invalidSyntax: The body must be a JSON object"},
        {"not JSON", "{", "invalidSyntax: ..."},
        {"a name twice", R"({"userName":"a","username":"b"})",
         "invalidSyntax: The member \"userName\" is given more than once..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string got = created(row.body);
            BOOST_TEST(sample::agrees(got, row.outcome), got);
        }
    }
}

BOOST_AUTO_TEST_CASE(members_become_a_document) {
    struct {
        const char* name;
        const char* members;
        const char* outcome;
    } const rows[]{
        {"user name only", R"("userName":"a")", R"({"userName":"a","active":true})"},
        {"kept as sent", R"("userName":"Ann@Example.COM","title":" a\tb ","nickName":"e\u0301")",
         "{\"userName\":\"Ann@Example.COM\",\"nickName\":\"e\u0301\",\"title\":\" a\\tb "
         "\",\"active\":true}"},
        {"canonical names in table order",
         R"("ACTIVE":false,"NAME":{"GIVENNAME":"A","FamilyName":"B"},"USERNAME":"x",)"
         R"("ExternalID":"E1")",
         R"({"externalId":"E1","userName":"x","name":{"familyName":"B","givenName":"A"},)"
         R"("active":false})"},
        {"read-only and unknown ones are ignored",
         R"("userName":"a","id":"7","meta":{"created":"x"},"groups":[{"value":"g"}],)"
         R"("shoeSize":44,"urn:rollcall:params:scim:schemas:1.0:User":{"status":"active"})",
         R"({"userName":"a","active":true})"},
        {"the password is dropped, whatever it is", R"("userName":"a","password":{"x":[1]})",
         R"({"userName":"a","active":true})"},
        {"null and empty arrays are nothing",
         R"("userName":"a","title":null,"emails":[],"name":{},"phoneNumbers":[null])",
         R"({"userName":"a","active":true})"},
        {"empty texts are nothing",
         R"("userName":"a","title":"","name":{"middleName":"","givenName":"G"},"nickName":"",)"
         R"("externalId":"","@ENT":{"department":""})",
         R"({"userName":"a","name":{"givenName":"G"},"active":true})"},
        {"blanks are text", R"("userName":"a","title":" ")",
         R"({"userName":"a","title":" ","active":true})"},
        {"an element with an empty value and labels is none",
         R"("userName":"a","phoneNumbers":[{"value":"","type":"work","primary":true},)"
         R"({"value":"1","type":"home","primary":true}],"photos":[{"VALUE":"","type":"photo"}])",
         R"({"userName":"a","active":true,"phoneNumbers":[{"value":"1","type":"home",)"
         R"("primary":true}]})"},
        {"an element with an empty value and more keeps the rest",
         R"("userName":"a","phoneNumbers":[{"value":"","type":"work","display":"d"}])",
         R"({"userName":"a","active":true,"phoneNumbers":[{"display":"d","type":"work"}]})"},
        {"an element without a value keeps its labels",
         R"("userName":"a","phoneNumbers":[{"type":"work"}],"addresses":[{"region":"",)"
         R"("type":"work"}])",
         R"({"userName":"a","active":true,"phoneNumbers":[{"type":"work"}],)"
         R"("addresses":[{"type":"work"}]})"},
        {"active as text", R"("userName":"a","active":"False")",
         R"({"userName":"a","active":false})"},
        {"active as text with blanks", R"("userName":"a","active":" False ")",
         R"({"userName":"a","active":false})"},
        {"active as a list of one", R"("userName":"a","active":[false])",
         R"({"userName":"a","active":false})"},
        {"active as an object", R"("userName":"a","active":{"value":"False"})",
         R"({"userName":"a","active":false})"},
        {"active null is the default", R"("userName":"a","active":null)",
         R"({"userName":"a","active":true})"},
        {"dotted names", R"("userName":"a","name.givenName":"G","name":{"familyName":"F"})",
         R"({"userName":"a","name":{"familyName":"F","givenName":"G"},"active":true})"},
        {"a dotted name of a list says nothing", R"("userName":"a","emails.value":"x")",
         R"({"userName":"a","active":true})"},
        {"qualified names",
         R"("urn:ietf:params:scim:schemas:core:2.0:User:userName":"a",)"
         R"("@ENT:department":"D")",
         R"({"userName":"a","active":true,"@ENT":{"department":"D"}})"},
        {"a core object",
         R"("urn:ietf:params:scim:schemas:core:2.0:User":{"USERNAME":"a","active":"False",)"
         R"("name.givenName":"G","@ENT":{"department":"D"},"shoeSize":44,"id":"7",)"
         R"("password":"p","emails":[{"value":"x"}]},"title":"T")",
         R"({"userName":"a","name":{"givenName":"G"},"title":"T","active":false,)"
         R"("emails":[{"value":"x"}],"@ENT":{"department":"D"}})"},
        {"a core object in any case",
         R"("userName":"a","URN:IETF:params:scim:schemas:core:2.0:USER":{"title":"T"})",
         R"({"userName":"a","title":"T","active":true})"},
        {"a core object that is null or empty",
         R"("userName":"a","urn:ietf:params:scim:schemas:core:2.0:User":null)",
         R"({"userName":"a","active":true})"},
        {"an extension object in any case",
         R"("userName":"a","URN:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:User":{)"
         R"("Department":"D","x":1,"manager.value":"9"})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{"value":"9"})"
         R"(}})"},
        {"an empty extension object is none", R"("userName":"a","@ENT":{"department":null})",
         R"({"userName":"a","active":true})"},
        {"an extension that is null", R"("userName":"a","@ENT":null)",
         R"({"userName":"a","active":true})"},
        {"manager as text", R"("userName":"a","@ENT":{"manager":"9"})",
         R"({"userName":"a","active":true,"@ENT":{"manager":{"value":"9"}}})"},
        {"manager as a list of one", R"("userName":"a","manager":[{"$ref":"u/9","value":"9"}])",
         R"({"userName":"a","active":true,"@ENT":{"manager":{"value":"9","$ref":"u/9"}}})"},
        {"manager as an empty text", R"("userName":"a","@ENT":{"manager":""})",
         R"({"userName":"a","active":true})"},
        {"manager without a value keeps its name",
         R"("userName":"a","@ENT":{"manager":{"value":"","displayName":"b@x"}})",
         R"({"userName":"a","active":true,"@ENT":{"manager":{"displayName":"b@x"}}})"},
        {"elements", R"("userName":"a","emails":[{"value":"A@x","primary":"TRUE","type":""},{}])",
         R"({"userName":"a","active":true,"emails":[{"value":"A@x","primary":true}]})"},
        {"the same value and type twice",
         R"("userName":"a","emails":[{"value":"x","type":"work"},{"value":"y"},)"
         R"({"type":"work","value":"x"},{"value":"y"}])",
         R"({"userName":"a","active":true,"emails":[{"value":"x","type":"work"},{"value":"y"}]})"},
        {"twice, the second is primary",
         R"("userName":"a","emails":[{"value":"x","primary":false},{"value":"x","primary":true}])",
         R"({"userName":"a","active":true,"emails":[{"value":"x","primary":true}]})"},
        {"twice, the first is primary",
         R"("userName":"a","emails":[{"value":"x","primary":true},{"value":"x","primary":false}])",
         R"({"userName":"a","active":true,"emails":[{"value":"x","primary":true}]})"},
        {"twice, both are primary",
         R"("userName":"a","emails":[{"value":"x","primary":true},{"value":"x","primary":true}])",
         R"({"userName":"a","active":true,"emails":[{"value":"x","primary":true}]})"},
        {"twice, one says more",
         R"("userName":"a","emails":[{"value":"x"},{"value":"x","display":"d"},{"value":"x"}])",
         R"({"userName":"a","active":true,"emails":[{"value":"x","display":"d"}]})"},
        {"twice, but something differs",
         R"("userName":"a","emails":[{"value":"x","display":"c"},{"value":"x","display":"d"}])",
         R"({"userName":"a","active":true,"emails":[{"value":"x","display":"c"},{"value":"x",)"
         R"("display":"d"}]})"},
        {"the same value with another type or case, or without a type",
         R"("userName":"a","emails":[{"value":"x","type":"work"},{"value":"x","type":"home"},)"
         R"({"value":"x"},{"value":"X"},{"value":"x","type":"Work"}])",
         R"({"userName":"a","active":true,"emails":[{"value":"x","type":"work"},{"value":"x",)"
         R"("type":"home"},{"value":"x"},{"value":"X"},{"value":"x","type":"Work"}]})"},
        {"no value twice",
         R"("userName":"a","addresses":[{"region":"R"},{"region":"R"}],"ims":[{"type":"t"},)"
         R"({"type":"t"}])",
         R"({"userName":"a","active":true,"ims":[{"type":"t"},{"type":"t"}],)"
         R"("addresses":[{"region":"R"},{"region":"R"}]})"},
        // refused
        {"no user name", R"("title":"x")",
         "invalidValue: userName: is required and must have a value"},
        {"null user name", R"("userName":null)", "invalidValue: userName: is required..."},
        {"empty user name", R"("userName":"")", "invalidValue: userName: is required..."},
        {"number for a user name", R"("userName":7)", "invalidValue: userName: must be a string"},
        {"a user name that is none", R"("userName":"henry\u2163")",
         "invalidValue: userName: a user name must not contain the character U+2163 at "
         "position "
         "6..."},
        {"wrong type", R"("userName":"a","title":7)", "invalidValue: title: must be a string"},
        {"wrong type below", R"("userName":"a","name":{"givenName":["x"]})",
         "invalidValue: name.givenName: must be a string"},
        {"wrong type in an element", R"("userName":"a","emails":[{"value":"x"},{"value":{}}])",
         "invalidValue: emails[1].value: must be a string"},
        {"active as a word", R"("userName":"a","active":"yes")",
         "invalidValue: active: must be true or false"},
        {"active as a number", R"("userName":"a","active":0)",
         "invalidValue: active: must be true or false"},
        {"active as a list of two", R"("userName":"a","active":[false,false])",
         "invalidValue: active: must be true or false"},
        {"a list of one for another flag",
         R"("userName":"a","emails":[{"value":"x","primary":[true]}])",
         "invalidValue: emails[0].primary: must be true or false"},
        {"one object for several", R"("userName":"a","emails":{"value":"x"})",
         "invalidValue: emails: must be an array"},
        {"texts for objects", R"("userName":"a","emails":["x"])",
         "invalidValue: emails[0]: must be an object"},
        {"text for a complex", R"("userName":"a","name":"Ann")",
         "invalidValue: name: must be an object"},
        {"two primaries",
         R"("userName":"a","emails":[{"value":"x","primary":true},{"value":"y",)"
         R"("primary":"True"}])",
         "invalidValue: emails: must not have more than one primary value"},
        {"a certificate that is not base64", R"("userName":"a","x509Certificates":[{"value":"*"}])",
         "invalidValue: x509Certificates[0].value: must be base64..."},
        {"an extension that is no object", R"("userName":"a","@ENT":"x")",
         "invalidValue: @ENT: must be an object"},
        {"wrong type in an extension", R"("userName":"a","@ENT":{"department":1})",
         "invalidValue: @ENT:department: must be a string"},
        {"one attribute under two names",
         R"("userName":"a","name.givenName":"G","name":{"givenName":"H"})",
         "invalidSyntax: name: is given more than once under different names"},
        {"a core object that is none",
         R"("userName":"a","urn:ietf:params:scim:schemas:core:2.0:User":false)",
         "invalidValue: urn:ietf:params:scim:schemas:core:2.0:User: must be an object"},
        {"wrong type in a core object",
         R"("userName":"a","urn:ietf:params:scim:schemas:core:2.0:User":{"title":7})",
         "invalidValue: title: must be a string"},
        {"one attribute in a core object and not",
         R"("userName":"a","active":true,)"
         R"("urn:ietf:params:scim:schemas:core:2.0:User":{"active":false})",
         "invalidSyntax: active: is given more than once under different names"},
        {"one attribute qualified and not",
         R"("userName":"a","urn:ietf:params:scim:schemas:core:2.0:User:userName":"b")",
         "invalidSyntax: userName: is given more than once under different names"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string got = created(sample::user_body(row.members));
            BOOST_TEST(sample::agrees(got, sample::expand(row.outcome)), got);
        }
    }
}

BOOST_AUTO_TEST_CASE(required_parts_are_checked) {
    const auto create = [](std::string_view members) {
        return sample::line(
            read_new(sample::widget_type(), "{\"schemas\":[\"" + std::string(sample::widget_urn) +
                                                "\"]," + std::string(members) + "}"));
    };
    BOOST_TEST(create(R"("label":"a","urn:example:Must":{"code":"1"})") ==
               R"({"label":"a","urn:example:Must":{"code":"1"}})");
    BOOST_TEST(create(R"("label":"a")") ==
               "invalidValue: urn:example:Must: is required and must have a value");
    BOOST_TEST(create(R"("label":"a","urn:example:Must":{"note":"n"})") ==
               "invalidValue: urn:example:Must:code: is required and must have a value");
    BOOST_TEST(create(R"("label":"a","parts":[{"note":"n"}],"urn:example:Must":{"code":"1"})") ==
               "invalidValue: parts.value: is required and must have a value");
}

BOOST_AUTO_TEST_CASE(a_refused_body_still_tells_whose_it_was) {
    struct {
        const char* body;
        const char* name;
    } const rows[]{
        {R"({"UserName":"Ann@X","title":7})", "ann@x"},
        {R"({"userName":"henry\u2163"})", "henry\u2163"}, // as sent, since it has no key
        {R"({"URN:ietf:params:scim:schemas:core:2.0:User":{"username":"Ann@X"}})", "ann@x"},
        {R"({"urn:ietf:params:scim:schemas:core:2.0:User":"Ann@X"})", ""},
        {R"({"userName":7})", ""},
        {R"({"title":"x"})", ""},
        {R"(["userName"])", ""},
        {"{", ""},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.body) {
            BOOST_TEST(user_name_in(row.body) == row.name);
        }
    }
}

BOOST_AUTO_TEST_CASE(elements_have_a_limit) {
    const auto with = [](std::size_t count) {
        std::string emails;
        for (std::size_t i = 0; i < count; ++i) {
            emails +=
                (i == 0 ? "" : ",") + std::string("{\"value\":\"") + std::to_string(i) + "\"}";
        }
        return read_new(user_type(),
                        sample::user_body("\"userName\":\"a\",\"emails\":[" + emails + "]"));
    };
    BOOST_TEST(with(limits::user_elements_max).has_value());
    const auto more = with(limits::user_elements_max + 1);
    BOOST_REQUIRE(!more.has_value());
    BOOST_TEST(more.error().detail == "emails: must not have more than 1000 values");
}

BOOST_AUTO_TEST_CASE(a_put_replaces) {
    constexpr std::string_view ann =
        R"({"externalId":"E1","userName":"ann","title":"Boss","active":false,"emails":[{)"
        R"("value":"a@x"}],"@ENT":{"costCenter":"C","department":"D"}})";

    struct {
        const char* name;
        const char* members;
        const char* outcome;
    } const rows[]{
        {"what is omitted goes, active stays", R"("userName":"ann")",
         R"({"userName":"ann","active":false})"},
        {"active null stays too", R"("userName":"ann","active":null)",
         R"({"userName":"ann","active":false})"},
        {"active true reactivates", R"("userName":"ann","active":"True")",
         R"({"userName":"ann","active":true})"},
        {"lists and extensions are replaced whole",
         R"("userName":"ann","emails":[{"value":"b@x"}],"@ENT":{"department":"E"})",
         R"({"userName":"ann","active":false,"emails":[{"value":"b@x"}],"@ENT":{)"
         R"("department":"E"}})"},
        {"id, meta, groups and password are ignored",
         R"("id":"other","meta":{"version":"v1.0"},"groups":[],"password":"x",)"
         R"("userName":"ann")",
         R"({"userName":"ann","active":false})"},
        {"empty values", R"("userName":"ann","title":"","emails":null)",
         R"({"userName":"ann","active":false})"},
        {"no user name", R"("title":"x")", "invalidValue: userName: is required..."},
        {"wrong type", R"("userName":"ann","title":1)", "invalidValue: title: must be a string"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string got = replaced(ann, sample::user_body(row.members));
            BOOST_TEST(sample::agrees(got, sample::expand(row.outcome)), got);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_put_that_deprovisions_always_works) {
    constexpr std::string_view ann = R"({"userName":"ann","title":"Boss","active":true})";
    constexpr std::string_view gone = R"({"userName":"ann","title":"Boss","active":false})";

    struct {
        const char* name;
        std::string body;
        const char* outcome; // what stands behind the untouched document
    } const rows[]{
        {"wrong type elsewhere", sample::user_body(R"("userName":"ann","title":7,"active":false)"),
         " !invalidValue: title: must be a string"},
        {"active as text", sample::user_body(R"("userName":"ann","title":7,"active":"False")"),
         " !invalidValue: title: must be a string"},
        {"active as text with blanks", R"({"active":" false"})",
         " !invalidSyntax: schemas: is missing..."},
        {"active as a list of one", R"({"active":["False"]})",
         " !invalidSyntax: schemas: is missing..."},
        {"active as an object", R"({"active":{"value":false}})",
         " !invalidSyntax: schemas: is missing..."},
        {"no schemas", R"({"userName":"ann","active":false})",
         " !invalidSyntax: schemas: is missing..."},
        {"no user name", sample::user_body(R"("active":false)"),
         " !invalidValue: userName: is required..."},
        {"another name twice",
         sample::user_body(R"("userName":"ann","title":"a","Title":"b","active":false)"),
         " !invalidSyntax: The member \"title\" is given more than once..."},
        {"active qualified", R"({"urn:ietf:params:scim:schemas:core:2.0:User:active":false})",
         " !invalidSyntax: schemas: is missing..."},
        {"active in a core object",
         R"({"urn:ietf:params:scim:schemas:core:2.0:User":{"userName":"ann","active":false}})",
         " !invalidSyntax: schemas: is missing..."},
        {"two faults", sample::user_body(R"("userName":"ann","title":7,"name":8,"active":false)"),
         " !invalidValue: title: must be a string !invalidValue: name: must be an object"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string got = replaced(ann, row.body);
            BOOST_TEST(sample::agrees(got, std::string(gone) + row.outcome), got);
            BOOST_TEST(replacement::read(user_type(), row.body)->deactivates());
        }
    }
    // Sound ones are applied in full; of what contradicts itself false counts, and what cannot be
    // read deprovisions nobody.
    BOOST_TEST(replaced(ann, sample::user_body(R"("userName":"ann","active":false)")) ==
               R"({"userName":"ann","active":false})");
    BOOST_TEST(sample::agrees(
        replaced(ann, sample::user_body(R"("userName":"ann","active":false,"Active":true)")),
        std::string(gone) + " !invalidSyntax: ..."));
    BOOST_TEST(sample::agrees(
        replaced(ann, sample::user_body(R"("userName":"ann","active":true,"Active":false)")),
        std::string(gone) + " !invalidSyntax: ..."));
    BOOST_TEST(sample::agrees(
        replaced(ann, sample::user_body(R"("userName":"ann","active":true,)"
                                        R"("urn:ietf:params:scim:schemas:core:2.0:User":)"
                                        R"({"active":false})")),
        std::string(gone) + " !invalidSyntax: active: is given more than once..."));
    for (const char* other : {R"("maybe")", "null", "{}"}) {
        const std::string twice = R"("userName":"ann","active":false,"active":)";
        BOOST_TEST(sample::agrees(replaced(ann, sample::user_body(twice + other)),
                                  std::string(gone) + " !invalidSyntax: ..."));
    }
    BOOST_TEST(
        sample::agrees(replaced(ann, sample::user_body(R"("userName":"ann","active":"maybe")")),
                       "invalidValue: active..."));
    BOOST_TEST(replaced(ann, sample::user_body(R"("urn:ietf:params:scim:schemas:core:2.0:User":)"
                                               R"({"userName":"ann","active":false})")) ==
               R"({"userName":"ann","active":false})");
    // Nor what others call so; but it is not answered as if it had been done.
    for (const char* stray :
         {R"("urn:x:y":{"active":false})", R"("urn:x:y:active":false)",
          R"("urn:ietf:params:scim:schemas:core:1.0:active":"False")", R"("User.active":false)",
          R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"active":false})"}) {
        const std::string members = R"("userName":"ann",)" + std::string(stray);
        BOOST_TEST_CONTEXT(stray) {
            BOOST_TEST(
                sample::agrees(replaced(ann, sample::user_body(members)), "invalidValue: ..."));
            BOOST_TEST(replaced(ann, sample::user_body(members + R"(,"active":true)")) ==
                       R"({"userName":"ann","active":true})");
        }
    }
    BOOST_TEST(sample::agrees(replaced(ann, R"({"active":false)"), "invalidSyntax: ..."));
    BOOST_TEST(sample::agrees(replaced(ann, R"([{"active":false}])"), "invalidSyntax: ..."));
    BOOST_TEST(sample::agrees(replaced(ann, R"({"title":7,"active":true})"), "invalidSyntax: ..."));
}

BOOST_AUTO_TEST_CASE(faults_are_kept_up_to_a_limit) {
    for (const std::size_t wrong : {limits::faults_max, limits::faults_max + 1}) {
        std::string members = "\"userName\":\"ann\",\"active\":false";
        std::size_t made = 0;
        for (const attribute& row : user_schema.attributes) {
            if (!row.stored || row.name == "userName" || row.name == "active" || made == wrong)
                continue;
            members += ",\"" + std::string(row.name) + "\":7";
            ++made;
        }
        for (const char* more : {"externalId", "department", "manager"}) {
            if (made == wrong) break;
            members += ",\"" + std::string(more) + "\":7";
            ++made;
        }
        BOOST_REQUIRE(made == wrong);
        const auto change = replacement::read(user_type(), sample::user_body(members));
        BOOST_REQUIRE(change.has_value());
        const auto done = change->apply_to(sample::user(R"("userName":"ann")"));
        BOOST_REQUIRE(done.has_value());
        BOOST_TEST(done->faults.size() == limits::faults_max);
    }
}

BOOST_AUTO_TEST_CASE(a_put_keeps_what_is_unseen_or_immutable) {
    const resource_type& type = sample::widget_type();
    const auto put = [&](std::string_view document, std::string_view members) {
        const auto current = resource::from_document(type, document);
        BOOST_REQUIRE(current.has_value());
        const auto change = replacement::read(
            type, "{\"schemas\":[\"" + std::string(sample::widget_urn) +
                      "\"],\"label\":\"a\",\"urn:example:Must\":{\"code\":\"1\"}" +
                      std::string(members) + "}");
        if (!change) return sample::line(change.error());
        return sample::line(change->apply_to(*current));
    };
    constexpr std::string_view must = R"("urn:example:Must":{"code":"1"}})";
    const auto doc = [&](std::string_view head) { return std::string(head) + std::string(must); };
    BOOST_TEST(put(doc(R"({"label":"a","origin":"O","onRequest":"R","hidden":"H",)"), "") ==
               doc(R"({"label":"a","origin":"O","onRequest":"R","hidden":"H",)"));
    BOOST_TEST(put(doc(R"({"label":"a","hidden":"H",)"), R"(,"hidden":"I")") ==
               doc(R"({"label":"a","hidden":"I",)"));
    BOOST_TEST(put(doc(R"({"label":"a",)"), R"(,"origin":"O")") ==
               doc(R"({"label":"a","origin":"O",)"));
    BOOST_TEST(put(doc(R"({"label":"a","origin":"O",)"), R"(,"origin":"O")") ==
               doc(R"({"label":"a","origin":"O",)"));
    BOOST_TEST(put(doc(R"({"label":"a","origin":"O",)"), R"(,"origin":"P")") ==
               "mutability: origin: cannot be changed once it is set");
    BOOST_TEST(put(doc(R"({"label":"a","axle":{"serial":"1"},)"), R"(,"axle":{"serial":"2"})") ==
               "mutability: axle.serial: cannot be changed once it is set");
    BOOST_TEST(put(doc(R"({"label":"a","axle":{"serial":"1","colour":"red"},)"),
                   R"(,"axle":{"colour":"blue"})") ==
               doc(R"({"label":"a","axle":{"serial":"1","colour":"blue"},)"));
}

BOOST_AUTO_TEST_CASE(groups_are_read_by_the_same_engine) {
    struct {
        const char* name;
        const char* members;
        const char* outcome;
    } const rows[]{
        {"members are read apart",
         R"("displayName":"G","members":[{"value":"1","display":"A"}],"externalId":"e")",
         R"({"externalId":"e","displayName":"G"})"},
        {"whatever they are", R"("displayName":"G","members":7)", R"({"displayName":"G"})"},
        {"what the server sets is ignored", R"("id":"x","meta":{"version":"1"},"displayName":"G")",
         R"({"displayName":"G"})"},
        {"what nobody knows too", R"("displayName":"G","description":"d","email":"g@x")",
         R"({"displayName":"G"})"},
        {"and foreign schemas",
         R"("displayName":"G","http://schemas.microsoft.com/2006/11/x:y":{"z":1})",
         R"({"displayName":"G"})"},
        {"the name in another spelling", R"("DISPLAYNAME":"G")", R"({"displayName":"G"})"},
        {"the name is kept as sent", R"("displayName":" G\u00e4ste ")",
         "{\"displayName\":\" G\u00e4ste \"}"},
        {"an empty external id is none", R"("displayName":"G","externalId":"")",
         R"({"displayName":"G"})"},
        {"no name", R"("members":[])",
         "invalidValue: displayName: is required and must have a value"},
        {"an empty name", R"("displayName":"")",
         "invalidValue: displayName: is required and must have a value"},
        {"null", R"("displayName":null)",
         "invalidValue: displayName: is required and must have a value"},
        {"a number", R"("displayName":7)", "invalidValue: displayName: must be a string"},
        {"a list", R"("displayName":["G"])", "invalidValue: displayName: must be a string"},
        {"two names", R"("displayName":"G","DisplayName":"H")", "invalidSyntax: The member..."},
    };

    const auto current = resource::from_document(group_type(), R"({"displayName":"Old"})");
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string body = sample::group_body(row.members);
            const std::string made = sample::line(read_new(group_type(), body));
            BOOST_TEST(sample::agrees(made, row.outcome), made);
            const auto change = replacement::read(group_type(), body);
            const std::string put =
                change ? sample::line(change->apply_to(*current)) : sample::line(change.error());
            BOOST_TEST(sample::agrees(put, row.outcome), put);
            if (change) BOOST_TEST(!change->deactivates());
        }
    }
}

/// JSON that is valid, of the shapes that clients send and others.
std::string random_json(int depth) {
    static const std::string names[] = {"userName",
                                        "active",
                                        "emails",
                                        "value",
                                        "type",
                                        "primary",
                                        "name",
                                        "givenName",
                                        "manager",
                                        "schemas",
                                        "x",
                                        "name.givenName",
                                        std::string(sample::enterprise_urn),
                                        "Active"};
    static const std::string scalars[] = {"null",
                                          "true",
                                          "false",
                                          "7",
                                          "-1.5",
                                          "\"\"",
                                          "\"a\"",
                                          "\"True\"",
                                          "\"\\u0000\"",
                                          "\"\u00e9\"",
                                          "\"urn:ietf:params:scim:schemas:core:2.0:User\""};
    const int kind = *rc::gen::inRange(0, depth > 3 ? 1 : 3);
    if (kind == 0) return scalars[*rc::gen::inRange<std::size_t>(0, std::size(scalars))];
    std::string out;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        if (!out.empty()) out += ',';
        if (kind == 1) {
            out += '"' + names[*rc::gen::inRange<std::size_t>(0, std::size(names))] + "\":";
        }
        out += random_json(depth + 1);
    }
    return kind == 1 ? "{" + out + "}" : "[" + out + "]";
}

RC_BOOST_PROP(any_json_is_read_or_refused_and_what_is_read_is_canonical, ()) {
    const std::string body = random_json(0);
    if (const auto made = read_new(user_type(), body)) {
        const std::string document = made->document();
        const auto again = resource::from_document(user_type(), document);
        RC_ASSERT(again.has_value());
        RC_ASSERT(*again == *made);
    }
    if (const auto change = replacement::read(user_type(), body)) {
        const auto current =
            resource::from_document(user_type(), R"({"userName":"a","active":true})");
        (void)change->apply_to(*current);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
