#include "gateway/scim/limits.hpp"
#include "gateway/scim/patch.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

/// Ann, as stored, and what one operation makes of her.
constexpr std::string_view ann =
    R"({"externalId":"E1","userName":"ann","name":{"familyName":"B",)"
    R"("givenName":"Ann"},"title":"Boss","active":true,)"
    R"("emails":[{"value":"a@work","type":"work","primary":true},{"value":"a@home",)"
    R"("type":"home"}],)"
    R"("@ENT":{"department":"D","manager":{"value":"9","displayName":"Bob"}}})";

struct patch_row {
    const char* name;
    const char* operations;
    /// The document afterwards or the error; `same` for Ann as she was; `-x +y` below.
    const char* outcome;
};

/// Runs rows on a small document.
void check(std::string_view document, const patch_row& row,
           const resource_type& type = user_type()) {
    BOOST_TEST_CONTEXT(row.name) {
        const std::string got = sample::patched_document(type, document, row.operations);
        const std::string expected =
            std::string_view(row.outcome) == "same" ? std::string(document) : row.outcome;
        BOOST_TEST(sample::agrees(got, sample::expand(expected)), got);
    }
}

std::string read_line(std::string_view body) {
    const auto change = patch::read(user_type(), body);
    return change ? "ok" : sample::line(change.error());
}

BOOST_AUTO_TEST_SUITE(patch_test)

BOOST_AUTO_TEST_CASE(messages) {
    struct {
        const char* name;
        std::string body;
        const char* outcome;
    } const rows[]{
        {"sound", sample::patch_body(R"({"op":"add","path":"title","value":"x"})"), "ok"},
        {"op in any case", sample::patch_body(R"({"op":"REPLACE","path":"title","value":"x"})"),
         "ok"},
        {"names in any case",
         R"({"Schemas":["URN:ietf:params:scim:api:messages:2.0:patchop"],"operations":[{)"
         R"("OP":"Add","Path":"title","VALUE":"x"}]})",
         "ok"},
        {"empty", "", "invalidSyntax: The body is empty"},
        {"not JSON", "{", "invalidSyntax: ..."},
        {"array", "[]", "invalidSyntax: The body must be a JSON object"},
        {"no schemas", R"({"Operations":[{"op":"remove","path":"title"}]})",
         "invalidSyntax: schemas: is missing; send "
         "[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"]"},
        {"other schemas",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"Operations":[{)"
         R"("op":"remove","path":"title"}]})",
         "invalidSyntax: schemas: does not name..."},
        {"no operations", R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]})",
         "invalidSyntax: Operations: must be an array with at least one operation"},
        {"empty operations", sample::patch_body(""),
         "invalidSyntax: Operations: must be an array..."},
        {"operations are an object",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{)"
         R"("op":"add"}})",
         "invalidSyntax: Operations: must be an array..."},
        {"an operation is a text", sample::patch_body(R"("add")"),
         "invalidSyntax: Operations: each must be an object"},
        {"no op", sample::patch_body(R"({"path":"title","value":"x"})"),
         "invalidSyntax: op: must be add, remove or replace"},
        {"unknown op", sample::patch_body(R"({"op":"move","path":"title","value":"x"})"),
         "invalidSyntax: op: ..."},
        {"op is a number", sample::patch_body(R"({"op":1,"path":"title","value":"x"})"),
         "invalidSyntax: op: ..."},
        {"op twice", sample::patch_body(R"({"op":"add","Op":"remove","path":"title","value":"x"})"),
         "invalidSyntax: The member \"op\" is given more than once..."},
        {"path is a number", sample::patch_body(R"({"op":"add","path":7,"value":"x"})"),
         "invalidPath: path: must be a string"},
        {"an empty path is none", sample::patch_body(R"({"op":"add","path":"","value":"x"})"),
         "invalidValue: value: must be an object when there is no path"},
        {"remove with an empty path", sample::patch_body(R"({"op":"remove","path":""})"),
         "noTarget: path: remove needs one"},
        {"path is a blank",
         sample::patch_body(R"({"op":"add","path":" ","value":{"active":false}})"),
         "invalidPath: path ' ' names no attribute of User"},
        {"unknown path", sample::patch_body(R"({"op":"replace","path":"shoeSize","value":"x"})"),
         "invalidPath: path 'shoeSize' names no attribute of User"},
        {"bad filter in a path",
         sample::patch_body(R"({"op":"add","path":"emails[type zz \"x\"].value","value":"x"})"),
         "invalidFilter: ..."},
        {"no value", sample::patch_body(R"({"op":"add","path":"title"})"),
         "invalidValue: title: the operation has no value"},
        {"no value, replace", sample::patch_body(R"({"op":"replace","path":"title"})"),
         "invalidValue: title: the operation has no value"},
        {"neither path nor value", sample::patch_body(R"({"op":"add"})"),
         "invalidValue: value: must be an object when there is no path"},
        {"text without a path",
         sample::patch_body(R"({"op":"replace","value":"{\"active\":false}"})"),
         "invalidValue: value: must be an object when there is no path"},
        {"remove without a path", sample::patch_body(R"({"op":"remove","value":{"title":"x"}})"),
         "noTarget: path: remove needs one"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string got = read_line(row.body);
            BOOST_TEST(sample::agrees(got, row.outcome), got);
        }
    }
}

BOOST_AUTO_TEST_CASE(single_values) {
    constexpr std::string_view doc =
        R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"title":"Boss",)"
        R"("active":true})";
    const patch_row rows[]{
        {"add sets", R"({"op":"add","path":"nickName","value":"A"})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"nickName":"A",)"
         R"("title":"Boss","active":true})"},
        {"add replaces", R"({"op":"add","path":"title","value":"Chief"})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"title":"Chief",)"
         R"("active":true})"},
        {"replace without a value before is an add",
         R"({"op":"replace","path":"nickName","value":"A"})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"nickName":"A",)"
         R"("title":"Boss","active":true})"},
        {"replace with an empty text removes", R"({"op":"replace","path":"title","value":""})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"active":true})"},
        {"add an empty text removes", R"({"op":"add","path":"title","value":""})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"active":true})"},
        {"an empty text where nothing was", R"({"op":"replace","path":"nickName","value":""})",
         "same"},
        {"an empty text without a path", R"({"op":"replace","value":{"title":"","nickName":""}})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"active":true})"},
        {"part: an empty text removes", R"({"op":"add","path":"name.middleName","value":""})",
         R"({"userName":"ann","name":{"givenName":"Ann"},"title":"Boss","active":true})"},
        {"complex: empty parts go",
         R"({"op":"replace","path":"name","value":{"givenName":"Anne","middleName":""}})",
         R"({"userName":"ann","name":{"givenName":"Anne"},"title":"Boss","active":true})"},
        {"complex: empty parts go with add too",
         R"({"op":"add","value":{"name":{"middleName":""}}})",
         R"({"userName":"ann","name":{"givenName":"Ann"},"title":"Boss","active":true})"},
        {"replace with null removes", R"({"op":"replace","path":"title","value":null})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"active":true})"},
        {"add null is nothing", R"({"op":"add","path":"title","value":null})", "same"},
        {"add [] is nothing", R"({"op":"add","path":"title","value":[]})", "same"},
        {"remove", R"({"op":"remove","path":"title"})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"active":true})"},
        {"remove what is not there", R"({"op":"remove","path":"nickName"})", "same"},
        {"add the same", R"({"op":"add","path":"title","value":"Boss"})", "same"},
        {"complex: add merges", R"({"op":"add","path":"name","value":{"familyName":"B"}})",
         R"({"userName":"ann","name":{"familyName":"B","givenName":"Ann","middleName":"M"})"
         R"(,"title":"Boss","active":true})"},
        {"complex: replace merges",
         R"({"op":"replace","path":"name","value":{"GivenName":"Anne"}})",
         R"({"userName":"ann","name":{"givenName":"Anne","middleName":"M"},"title":"Boss",)"
         R"("active":true})"},
        {"complex: null parts go",
         R"({"op":"replace","path":"name","value":{"givenName":"Anne","middleName":null}})",
         R"({"userName":"ann","name":{"givenName":"Anne"},"title":"Boss","active":true})"},
        {"complex: add null parts is nothing",
         R"({"op":"add","path":"name","value":{"middleName":null}})", "same"},
        {"complex: an empty object is nothing", R"({"op":"replace","path":"name","value":{}})",
         "same"},
        {"complex: unknown parts are nothing", R"({"op":"replace","path":"name","value":{"x":1}})",
         "same"},
        {"complex: remove", R"({"op":"remove","path":"name"})",
         R"({"userName":"ann","title":"Boss","active":true})"},
        {"part: set", R"({"op":"replace","path":"name.givenName","value":"Anne"})",
         R"({"userName":"ann","name":{"givenName":"Anne","middleName":"M"},"title":"Boss",)"
         R"("active":true})"},
        {"part: remove", R"({"op":"remove","path":"name.middleName"})",
         R"({"userName":"ann","name":{"givenName":"Ann"},"title":"Boss","active":true})"},
        {"parts: the last one takes the whole",
         R"({"op":"remove","path":"name.middleName"},{"op":"remove",)"
         R"("path":"name.givenName"})",
         R"({"userName":"ann","title":"Boss","active":true})"},
        {"in order",
         R"({"op":"remove","path":"title"},{"op":"add","path":"title","value":"x"},{)"
         R"("op":"replace","path":"title","value":"y"})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"title":"y",)"
         R"("active":true})"},
        {"qualified",
         R"({"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:title",)"
         R"("value":"y"})",
         R"({"userName":"ann","name":{"givenName":"Ann","middleName":"M"},"title":"y",)"
         R"("active":true})"},
        {"password is accepted and dropped",
         R"({"op":"replace","path":"password","value":"x"},{"op":"remove",)"
         R"("path":"password"})",
         "same"},
        // refused
        {"wrong type", R"({"op":"add","path":"title","value":7})",
         "invalidValue: title: must be a string"},
        {"object for a text", R"({"op":"add","path":"title","value":{"a":1}})",
         "invalidValue: title: must be a string"},
        {"wrong type of a part", R"({"op":"add","path":"name","value":{"givenName":1}})",
         "invalidValue: name.givenName: must be a string"},
        {"text for a complex", R"({"op":"replace","path":"name","value":"x"})",
         "invalidValue: name: must be an object"},
        {"remove the user name", R"({"op":"remove","path":"userName"})",
         "mutability: userName: is required and cannot be removed"},
        {"replace the user name with null", R"({"op":"replace","path":"userName","value":null})",
         "mutability: userName: is required and must have a value"},
        {"replace the user name with []", R"({"op":"replace","path":"userName","value":[]})",
         "mutability: ..."},
        {"empty user name", R"({"op":"replace","path":"userName","value":""})",
         "invalidValue: userName: is required and must have a value"},
        {"a user name that is none", R"({"op":"replace","path":"userName","value":"\u221e"})",
         "invalidValue: userName: a user name must not contain the character U+221E..."},
        {"remove active", R"({"op":"remove","path":"active"})",
         "invalidValue: active: cannot be removed; set it to true or false"},
        {"active null", R"({"op":"replace","path":"active","value":null})",
         "invalidValue: active: cannot be removed..."},
        {"active as a word", R"({"op":"replace","path":"active","value":"yes"})",
         "invalidValue: active: must be true or false"},
        {"id", R"({"op":"replace","path":"id","value":"7"})",
         "mutability: id: is set by the server only"},
        {"meta", R"({"op":"remove","path":"meta"})", "mutability: meta: ..."},
        {"a part of meta", R"({"op":"replace","path":"meta.created","value":"x"})",
         "mutability: meta.created: ..."},
        {"groups", R"({"op":"add","path":"groups","value":[{"value":"g"}]})",
         "mutability: groups: ..."},
        {"chosen groups", R"({"op":"remove","path":"groups[value eq \"g\"]"})",
         "mutability: groups: ..."},
        {"status",
         R"({"op":"replace","path":"urn:rollcall:params:scim:schemas:1.0:User:status",)"
         R"("value":"active"})",
         "mutability: urn:rollcall:params:scim:schemas:1.0:User:status: ..."},
        {"our extension", R"({"op":"remove","path":"urn:rollcall:params:scim:schemas:1.0:User"})",
         "mutability: ..."},
    };
    for (const patch_row& row : rows)
        check(doc, row);
}

BOOST_AUTO_TEST_CASE(several_values) {
    constexpr std::string_view doc =
        R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
        R"("primary":true},{"value":"h","type":"home"}]})";
    const patch_row rows[]{
        {"add appends", R"({"op":"add","path":"emails","value":[{"value":"o","type":"other"}]})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"},{"value":"o","type":"other"}]})"},
        {"add takes one object", R"({"op":"add","path":"emails","value":{"value":"o"}})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"},{"value":"o"}]})"},
        {"add takes a text", R"({"op":"add","path":"emails","value":"o"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"},{"value":"o"}]})"},
        {"add what is there",
         R"({"op":"add","path":"emails","value":[{"value":"h","type":"home"}]})", "same"},
        {"add to what is there",
         R"({"op":"add","path":"emails","value":[{"value":"h","type":"HOME","display":"H"})"
         R"(]})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","display":"H","type":"HOME"}]})"},
        {"the same value with another type is another",
         R"({"op":"add","path":"emails","value":[{"value":"h","type":"other"}]})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"},{"value":"h","type":"other"}]})"},
        {"a new primary takes it from the others",
         R"({"op":"add","path":"emails","value":[{"value":"o","primary":true}]})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":false},{"value":"h","type":"home"},{"value":"o","primary":true}]})"},
        {"what is there becomes primary",
         R"({"op":"add","path":"emails","value":[{"value":"h","type":"home","primary":true}]})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":false},{"value":"h","type":"home","primary":true}]})"},
        {"add [] is nothing", R"({"op":"add","path":"emails","value":[]})", "same"},
        {"add an empty text is nothing", R"({"op":"add","path":"emails","value":""})", "same"},
        {"replace all", R"({"op":"replace","path":"emails","value":[{"value":"x"}]})",
         R"({"userName":"a","active":true,"emails":[{"value":"x"}]})"},
        {"replace with []", R"({"op":"replace","path":"emails","value":[]})",
         R"({"userName":"a","active":true})"},
        {"replace with null", R"({"op":"replace","path":"emails","value":null})",
         R"({"userName":"a","active":true})"},
        {"remove all", R"({"op":"remove","path":"emails"})", R"({"userName":"a","active":true})"},
        {"remove the listed",
         R"({"op":"remove","path":"emails","value":[{"value":"W"},{"value":"none"}]})",
         R"({"userName":"a","active":true,"emails":[{"value":"h","type":"home"}]})"},
        {"remove a list of nothing", R"({"op":"remove","path":"emails","value":[]})", "same"},
        {"remove listed without value",
         R"({"op":"remove","path":"emails","value":[{"type":"home"}]})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true}]})"},
        {"remove chosen", R"({"op":"remove","path":"emails[type eq \"work\"]"})",
         R"({"userName":"a","active":true,"emails":[{"value":"h","type":"home"}]})"},
        {"remove chosen: none", R"({"op":"remove","path":"emails[type eq \"other\"]"})", "same"},
        {"remove the last ones", R"({"op":"remove","path":"emails[value pr]"})",
         R"({"userName":"a","active":true})"},
        {"remove a part of the chosen",
         R"({"op":"remove","path":"emails[type eq \"work\"].primary"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work"},{)"
         R"("value":"h","type":"home"}]})"},
        {"remove a part of all", R"({"op":"remove","path":"emails.type"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","primary":true},{)"
         R"("value":"h"}]})"},
        {"an element without parts goes",
         R"({"op":"remove","path":"emails.type"},{"op":"remove","path":"emails[value eq )"
         R"(\"h\"].value"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","primary":true}]})"},
        {"remove a part: attribute not there", R"({"op":"remove","path":"ims.type"})", "same"},
        {"set a part of the chosen",
         R"({"op":"replace","path":"emails[type eq \"work\"].value","value":"x"})",
         R"({"userName":"a","active":true,"emails":[{"value":"x","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"}]})"},
        {"clear a part of the chosen",
         R"({"op":"replace","path":"emails[type eq \"work\"].primary","value":null})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work"},{)"
         R"("value":"h","type":"home"}]})"},
        {"set a part of all", R"({"op":"add","path":"emails.display","value":"d"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","display":"d",)"
         R"("type":"work","primary":true},{"value":"h","display":"d","type":"home"}]})"},
        {"primary moves",
         R"({"op":"replace","path":"emails[type eq \"home\"].primary","value":"True"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":false},{"value":"h","type":"home","primary":true}]})"},
        {"add merges into the chosen",
         R"({"op":"add","path":"emails[type eq \"home\"]","value":{"display":"d"}})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","display":"d","type":"home"}]})"},
        {"replace puts in place of the chosen",
         R"({"op":"replace","path":"emails[type eq \"home\"]","value":{"value":"n"}})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"n"}]})"},
        {"replace the chosen with null",
         R"({"op":"replace","path":"emails[type eq \"home\"]","value":null})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true}]})"},
        {"blank a part of the chosen",
         R"({"op":"replace","path":"emails[type eq \"home\"].type","value":""})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h"}]})"},
        {"blank the value of the chosen: its labels stay",
         R"({"op":"replace","path":"emails[type eq \"home\"].value","value":""})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"type":"home"}]})"},
        {"blank the value of none",
         R"({"op":"replace","path":"emails[type eq \"other\"].value","value":""})", "same"},
        {"blank the chosen",
         R"({"op":"replace","path":"emails[type eq \"home\"]","value":{"value":"",)"
         R"("type":"home"}})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true}]})"},
        {"add a blank one",
         R"({"op":"add","path":"emails","value":[{"value":"","type":"other","primary":true}]})",
         "same"},
        {"replace with blank ones",
         R"({"op":"replace","path":"emails","value":[{"value":"","type":"work"}]})",
         R"({"userName":"a","active":true})"},
        {"removing a blank one removes none of its type",
         R"({"op":"remove","path":"emails","value":[{"value":"","type":"home"}]})", "same"},
        {"add creates what eq terms describe",
         R"({"op":"add","path":"emails[type eq \"other\"].value","value":"o"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"},{"value":"o","type":"other"}]})"},
        {"so does replace",
         R"({"op":"replace","path":"emails[type eq \"other\" and display eq \"D\"].value",)"
         R"("value":"o"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"},{"value":"o","display":"D",)"
         R"("type":"other"}]})"},
        {"and with an object",
         R"({"op":"add","path":"emails[type eq \"other\"]","value":[{"value":"o"}]})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"},{"value":"o","type":"other"}]})"},
        {"and with a text", R"({"op":"replace","path":"emails[type eq \"other\"]","value":"o"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"},{"value":"o","type":"other"}]})"},
        {"and where nothing was",
         R"({"op":"add","path":"ims[type eq \"xmpp\"].value","value":"i"})",
         R"({"userName":"a","active":true,"emails":[{"value":"w","type":"work",)"
         R"("primary":true},{"value":"h","type":"home"}],"ims":[{"value":"i",)"
         R"("type":"xmpp"}]})"},
        // refused
        {"no such value, other operators",
         R"({"op":"replace","path":"emails[type sw \"o\"].value","value":"x"})",
         "noTarget: emails[type sw \"o\"].value: there is no such value"},
        {"no such value, or",
         R"({"op":"add","path":"emails[type eq \"o\" or type eq \"p\"].value","value":"x"})",
         "noTarget: ..."},
        {"no such value, not",
         R"({"op":"add","path":"emails[not (value pr)].display","value":"x"})", "noTarget: ..."},
        {"no such value, null",
         R"({"op":"add","path":"emails[value eq null].display","value":"x"})", "noTarget: ..."},
        {"a part of none", R"({"op":"replace","path":"ims.value","value":"x"})",
         "noTarget: ims.value: there is no such value"},
        {"two primaries given",
         R"({"op":"replace","path":"emails","value":[{"value":"x","primary":true},{)"
         R"("value":"y","primary":true}]})",
         "invalidValue: emails: must not have more than one primary value"},
        {"two primaries made", R"({"op":"replace","path":"emails.primary","value":true})",
         "invalidValue: emails: must not have more than one primary value"},
        {"wrong element", R"({"op":"add","path":"emails","value":[{"value":7}]})",
         "invalidValue: emails[0].value: must be a string"},
        {"wrong part", R"({"op":"add","path":"emails[type eq \"work\"].value","value":{}})",
         "invalidValue: emails[type eq \"work\"].value: must be a string"},
        {"two for one",
         R"({"op":"add","path":"emails[type eq \"work\"]","value":[{"value":"x"},{)"
         R"("value":"y"}]})",
         "invalidValue: emails[type eq \"work\"]: must be one value"},
    };
    for (const patch_row& row : rows)
        check(doc, row);
}

BOOST_AUTO_TEST_CASE(values_without_a_path) {
    constexpr std::string_view doc = R"({"userName":"a","name":{"givenName":"G"},"active":true})";
    const patch_row rows[]{
        {"members are changes", R"({"op":"replace","value":{"title":"T","active":"False"}})",
         R"({"userName":"a","name":{"givenName":"G"},"title":"T","active":false})"},
        {"add too", R"({"op":"add","value":{"emails":[{"value":"x"}],"NAME":{"familyName":"F"}}})",
         R"({"userName":"a","name":{"familyName":"F","givenName":"G"},"active":true,)"
         R"("emails":[{"value":"x"}]})"},
        {"dotted and qualified",
         R"({"op":"replace","value":{"name.givenName":"K","@ENT:employeeNumber":"7",)"
         R"("urn:ietf:params:scim:schemas:core:2.0:User:title":"T"}})",
         R"({"userName":"a","name":{"givenName":"K"},"title":"T","active":true,"@ENT":{)"
         R"("employeeNumber":"7"}})"},
        {"core object",
         R"({"op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:USER":{)"
         R"("Active":"False","name.givenName":"K","nosuch":1,"id":"7",)"
         R"("@ENT":{"department":"D"}}}})",
         R"({"userName":"a","name":{"givenName":"K"},"active":false,"@ENT":{)"
         R"("department":"D"}})"},
        {"core object: the last word counts",
         R"({"op":"replace","value":{"title":"S",)"
         R"("urn:ietf:params:scim:schemas:core:2.0:User":{"title":"T"}}})",
         R"({"userName":"a","name":{"givenName":"G"},"title":"T","active":true})"},
        {"core object: null is nothing",
         R"({"op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User":null}})", "same"},
        {"qualified active",
         R"({"op":"add","value":{"urn:ietf:params:scim:schemas:core:2.0:User:active":false}})",
         R"({"userName":"a","name":{"givenName":"G"},"active":false})"},
        {"qualified active as a path",
         R"({"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:active",)"
         R"("value":"False"})",
         R"({"userName":"a","name":{"givenName":"G"},"active":false})"},
        {"the core URN as a path",
         R"({"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User",)"
         R"("value":{"active":false,"title":"T"}})",
         R"({"userName":"a","name":{"givenName":"G"},"title":"T","active":false})"},
        {"extension object", R"({"op":"add","value":{"@ENT":{"department":"D","nosuch":1}}})",
         R"({"userName":"a","name":{"givenName":"G"},"active":true,"@ENT":{)"
         R"("department":"D"}})"},
        {"value path as a name", R"({"op":"add","value":{"emails[type eq \"work\"].value":"x"}})",
         R"({"userName":"a","name":{"givenName":"G"},"active":true,"emails":[{"value":"x",)"
         R"("type":"work"}]})"},
        {"null clears", R"({"op":"replace","value":{"name":null}})",
         R"({"userName":"a","active":true})"},
        {"add null is nothing", R"({"op":"add","value":{"name":null}})", "same"},
        {"a whole resource is tolerated",
         R"({"op":"replace","value":{"schemas":["x"],"id":"7","meta":{"version":"v"},)"
         R"("groups":[{"value":"g"}],"userName":"a","password":"p",)"
         R"("urn:rollcall:params:scim:schemas:1.0:User":{"status":"deactivated"},)"
         R"("status":"x"}})",
         "same"},
        {"unknown names are ignored",
         R"({"op":"replace","value":{"shoeSize":44,"name.nosuch":1,"a..b":1,"emails[":1,)"
         R"("emails[zz]":2,"urn:x:y":{"a":1}}})",
         "same"},
        {"nothing", R"({"op":"replace","value":{}})", "same"},
        {"an empty path is no path", R"({"op":"replace","path":"","value":{"active":false}})",
         R"({"userName":"a","name":{"givenName":"G"},"active":false})"},
        {"path null is no path", R"({"op":"replace","path":null,"value":{"title":"T"}})",
         R"({"userName":"a","name":{"givenName":"G"},"title":"T","active":true})"},
        {"wrong type", R"({"op":"replace","value":{"title":7}})",
         "invalidValue: title: must be a string"},
        {"extension that is no object", R"({"op":"replace","value":{"@ENT":"x"}})",
         "invalidValue: @ENT: must be an object"},
        {"core object that is none",
         R"({"op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User":false}})",
         "invalidValue: urn:ietf:params:scim:schemas:core:2.0:User: must be an object"},
        {"the core URN is not removed",
         R"({"op":"remove","path":"urn:ietf:params:scim:schemas:core:2.0:User"})",
         "invalidPath: ..."},
        {"user name null", R"({"op":"replace","value":{"userName":null}})",
         "mutability: userName: ..."},
        {"the same name twice", R"({"op":"replace","value":{"title":"a","Title":"b"}})",
         "invalidSyntax: ..."},
    };
    for (const patch_row& row : rows)
        check(doc, row);
}

BOOST_AUTO_TEST_CASE(operations_on_foreign_schemas_are_skipped) {
    constexpr std::string_view doc = R"({"userName":"a","title":"T","active":true})";
    const patch_row rows[]{
        {"alone", R"({"op":"Replace","path":"urn:x:Custom:2.0:User:tag","value":"x"})", "same"},
        {"add", R"({"op":"add","path":"urn:x:Custom:2.0:User:tag","value":{"a":[7]}})", "same"},
        {"remove", R"({"op":"remove","path":"urn:x:Custom:2.0:User:tag"})", "same"},
        {"without a value", R"({"op":"add","path":"urn:x:Custom:2.0:User:tag"})", "same"},
        {"chosen", R"({"op":"add","path":"urn:x:y:tags[type eq \"a\"].value","value":1})", "same"},
        {"the others are applied",
         R"({"op":"add","path":"urn:x:y:a","value":"x"},{"op":"replace","path":"title",)"
         R"("value":"U"},{"op":"remove","path":"urn:x:y:b"},{"op":"replace","path":"active",)"
         R"("value":"False"})",
         R"({"userName":"a","title":"U","active":false})"},
        {"a foreign active that is true",
         R"({"op":"replace","path":"urn:x:y:active","value":true})", "same"},
        {"a foreign active that is no flag",
         R"({"op":"add","path":"urn:x:y:active","value":"yes"})", "same"},
        {"a foreign active removed", R"({"op":"remove","path":"urn:x:y:active"})", "same"},
        {"a foreign deactivation beside a real one",
         R"({"op":"replace","path":"urn:x:y:active","value":false},)"
         R"({"op":"replace","path":"active","value":false})",
         R"({"userName":"a","title":"T","active":false})"},
        {"a foreign deactivation beside our own word for active",
         R"({"op":"replace","path":"urn:x:y:active","value":false},)"
         R"({"op":"replace","value":{"title":"U","active":true}})",
         R"({"userName":"a","title":"U","active":true})"},
        {"something else that is off", R"({"op":"add","value":{"urn:x:y":{"muted":false}}})",
         "same"},
        // refused
        {"the others are still checked",
         R"({"op":"add","path":"urn:x:y:a","value":"x"},{"op":"add","path":"nosuch","value":1})",
         "invalidPath: path 'nosuch' names no attribute of User"},
        {"a deactivation in foreign words",
         R"({"op":"replace","path":"urn:scim:schemas:core:1.0:Active","value":false})",
         "invalidPath: ..."},
        {"the same without a path", R"({"op":"replace","value":{"urn:x:y:active":"False"}})",
         "invalidPath: ..."},
        {"the same in an object", R"({"op":"replace","value":{"urn:x:y":{"active":false}}})",
         "invalidPath: ..."},
        {"in a schema that is ours", R"({"op":"replace","value":{"@ENT":{"active":false}}})",
         "invalidPath: ..."},
        {"the same in one word", R"({"op":"replace","value":{"@ENT:active":"False"}})",
         "invalidPath: ..."},
        {"the same with its path", R"({"op":"add","path":"@ENT","value":{"active":false}})",
         "invalidPath: ..."},
        {"in the schema of what the server says",
         R"({"op":"add","value":{"urn:rollcall:params:scim:schemas:1.0:User":{"active":false}}})",
         "invalidPath: ..."},
        {"in a list of one", R"({"op":"add","path":"urn:x:y:active","value":["False"]})",
         "invalidPath: ..."},
        {"as an object", R"({"op":"add","path":"urn:x:y:active","value":{"value":false}})",
         "invalidPath: ..."},
        {"as a list of objects",
         R"({"op":"add","value":{"urn:x:y:active":[{"active":0},)"
         R"({"value":false}]}})",
         "invalidPath: ..."},
        {"deep inside", R"({"op":"add","value":{"urn:x:y":[{"a":{"urn:x:y:active":false}}]}})",
         "invalidPath: ..."},
        {"with a value of its own", R"({"op":"add","path":"urn:x:y:active.value","value":false})",
         "invalidPath: ..."},
        {"chosen by itself",
         R"({"op":"replace","path":"urn:x:y:active[value eq true]","value":false})",
         "invalidPath: ..."},
        {"nearly ours: a dot", R"({"op":"replace","value":{"User.active":false}})",
         "invalidPath: ..."},
        {"nearly ours: a slash", R"({"op":"replace","value":{"/active":false}})",
         "invalidPath: '/active' names no attribute of User; to deactivate, set active to false"},
        {"nearly ours: a blank", R"({"op":"replace","value":{"active ":false}})",
         "invalidPath: ..."},
        {"nearly ours: its value", R"({"op":"replace","value":{"active.value":false}})",
         "invalidPath: ..."},
        {"nearly ours: an object", R"({"op":"replace","value":{"user":{"active":false}}})",
         "invalidPath: ..."},
        {"a password as an operand is not repeated",
         R"({"op":"replace","path":"Password[value eq \"S3cret\"]","value":"x"})",
         "invalidPath: path 'password' has brackets..."},
        {"a part of something foreign",
         R"({"op":"replace","path":"urn:x:y:status.active","value":false})", "invalidPath: ..."},
        {"unknown op", R"({"op":"set","path":"urn:x:y:a","value":"x"})", "invalidSyntax: op: ..."},
        {"unknown in the enterprise schema", R"({"op":"add","path":"@ENT:nosuch","value":"x"})",
         "invalidPath: ..."},
        {"unknown in the core schema",
         R"({"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:nosuch","value":"x"})",
         "invalidPath: ..."},
        {"no bracket closes", R"({"op":"add","path":"urn:x:y:a[b","value":"x"})",
         "invalidPath: ..."},
        {"a blank", R"({"op":"add","path":"urn:x:y: a","value":"x"})", "invalidPath: ..."},
    };
    for (const patch_row& row : rows)
        check(doc, row);
}

BOOST_AUTO_TEST_CASE(extensions_and_managers) {
    constexpr std::string_view doc =
        R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{"value":"9",)"
        R"("$ref":"u/9","displayName":"Bob"}}})";
    const patch_row rows[]{
        {"an attribute", R"({"op":"replace","path":"@ENT:department","value":"E"})",
         R"({"userName":"a","active":true,"@ENT":{"department":"E","manager":{"value":"9",)"
         R"("$ref":"u/9","displayName":"Bob"}}})"},
        {"the whole merges", R"({"op":"replace","path":"@ENT","value":{"costCenter":"C"}})",
         R"({"userName":"a","active":true,"@ENT":{"costCenter":"C","department":"D",)"
         R"("manager":{"value":"9","$ref":"u/9","displayName":"Bob"}}})"},
        {"the whole is removed", R"({"op":"remove","path":"@ENT"})",
         R"({"userName":"a","active":true})"},
        {"the whole becomes null", R"({"op":"replace","path":"@ENT","value":null})",
         R"({"userName":"a","active":true})"},
        {"the last attribute takes it along",
         R"({"op":"remove","path":"@ENT:department"},{"op":"remove","path":"@ENT:manager"})",
         R"({"userName":"a","active":true})"},
        {"manager as a text", R"({"op":"Add","path":"@ENT:manager","value":"271"})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{)"
         R"("value":"271"}}})"},
        {"manager as an object",
         R"({"op":"replace","path":"manager","value":{"value":"271","displayName":"Eve"}})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{)"
         R"("value":"271","displayName":"Eve"}}})"},
        {"manager as a list of one",
         R"({"op":"Add","path":"manager","value":[{"$ref":"u/2","value":"2"}]})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{"value":"2",)"
         R"("$ref":"u/2"}}})"},
        {"the same manager keeps what is known of him",
         R"({"op":"replace","path":"manager","value":"9"})", "same"},
        {"his name alone", R"({"op":"replace","path":"manager","value":{"displayName":"Rob"}})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{"value":"9",)"
         R"("$ref":"u/9","displayName":"Rob"}}})"},
        {"by the old dotted URN", R"({"op":"replace","path":"@ENT.manager","value":"3"})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{"value":"3"})"
         R"(}})"},
        {"cleared by an empty text", R"({"op":"replace","path":"@ENT:manager","value":""})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D"}})"},
        {"cleared by an empty value",
         R"({"op":"replace","path":"@ENT:manager","value":{"value":""}})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D"}})"},
        {"cleared by add of an empty value",
         R"({"op":"add","path":"@ENT:manager","value":{"value":""}})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D"}})"},
        {"cleared without a path", R"({"op":"replace","value":{"@ENT":{"manager":""}}})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D"}})"},
        {"his value cleared, his name set",
         R"({"op":"replace","path":"manager","value":{"value":"","displayName":"Eve"}})",
         R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{)"
         R"("$ref":"u/9","displayName":"Eve"}}})"},
        {"a number is no manager", R"({"op":"replace","path":"manager","value":7})",
         "invalidValue: @ENT:manager: must be an object"},
        {"two are no manager",
         R"({"op":"replace","path":"manager","value":[{"value":"1"},{"value":"2"}]})",
         "invalidValue: @ENT:manager: must be an object"},
        {"a text is no extension", R"({"op":"add","path":"@ENT","value":"x"})",
         "invalidValue: @ENT: must be an object"},
        // schemas
        {"adding a URN that is there", R"({"op":"add","path":"schemas","value":["@ENT"]})", "same"},
        {"adding an unknown one", R"({"op":"add","path":"schemas","value":"urn:x:y"})", "same"},
        {"removing an extension's URN", R"({"op":"remove","path":"schemas","value":["@ENT"]})",
         R"({"userName":"a","active":true})"},
        {"removing it by filter", R"({"op":"remove","path":"schemas[value eq \"@ENT\"]"})",
         R"({"userName":"a","active":true})"},
        {"replacing without it",
         R"({"op":"replace","path":"schemas","value":["urn:ietf:params:scim:schemas:core:2)"
         R"(.0:User"]})",
         R"({"userName":"a","active":true})"},
        {"replacing without the core", R"({"op":"replace","path":"schemas","value":["@ENT"]})",
         "mutability: schemas: urn:ietf:params:scim:schemas:core:2.0:User cannot be "
         "removed"},
        {"removing all", R"({"op":"remove","path":"schemas"})", "mutability: schemas: ..."},
        {"null", R"({"op":"replace","path":"schemas","value":null})", "mutability: schemas: ..."},
    };
    for (const patch_row& row : rows)
        check(sample::expand(doc), row);
}

BOOST_AUTO_TEST_CASE(groups) {
    constexpr std::string_view doc = R"({"externalId":"e","displayName":"G"})";
    const patch_row rows[]{
        {"rename", R"({"op":"Replace","path":"displayName","value":"H"})",
         R"({"externalId":"e","displayName":"H"})"},
        {"rename without a path", R"({"op":"replace","value":{"id":"g","displayName":"H"}})",
         R"({"externalId":"e","displayName":"H"})"},
        {"to the same name", R"({"op":"replace","value":{"displayName":"G"}})", "same"},
        {"the external id goes", R"({"op":"remove","path":"externalId"})",
         R"({"displayName":"G"})"},
        {"members are no part of the document",
         R"({"op":"add","path":"members","value":[{"value":"3"}]})", "same"},
        {"beside a rename", R"({"op":"replace","value":{"members":[],"displayName":"H"}})",
         R"({"externalId":"e","displayName":"H"})"},
        {"no name", R"({"op":"remove","path":"displayName"})", "mutability: displayName: ..."},
        {"null", R"({"op":"replace","path":"displayName","value":null})",
         "mutability: displayName: ..."},
        {"an empty name", R"({"op":"replace","path":"displayName","value":""})",
         "invalidValue: displayName: is required and must have a value"},
        {"an empty name without a path", R"({"op":"replace","value":{"displayName":""}})",
         "invalidValue: displayName: is required and must have a value"},
        {"an unknown attribute", R"({"op":"replace","path":"owner","value":"x"})",
         "invalidPath: path 'owner' names no attribute of Group"},
        {"the id", R"({"op":"replace","path":"id","value":"x"})", "mutability: id: ..."},
    };
    for (const patch_row& row : rows)
        check(doc, row, group_type());
}

BOOST_AUTO_TEST_CASE(immutable_required_and_plain_values) {
    constexpr std::string_view doc =
        R"({"label":"w","origin":"O","tags":["Red","blue"],"parts":[{"value":"1",)"
        R"("note":"n"}],"urn:example:Must":{"code":"c","note":"n"}})";
    const patch_row rows[]{
        {"immutable: the same", R"({"op":"add","path":"origin","value":"O"})", "same"},
        {"immutable: another", R"({"op":"replace","path":"origin","value":"P"})",
         "mutability: origin: cannot be changed once it is set"},
        {"immutable: remove", R"({"op":"remove","path":"origin"})", "mutability: origin: ..."},
        {"immutable: first value", R"({"op":"add","path":"axle.serial","value":"1"})",
         R"({"label":"w","origin":"O","axle":{"serial":"1"},"tags":["Red","blue"],)"
         R"("parts":[{"value":"1","note":"n"}],"urn:example:Must":{"code":"c","note":"n"}})"},
        {"read-only part", R"({"op":"add","path":"axle.stamp","value":"1"})",
         "mutability: axle.stamp: is set by the server only"},
        {"read-only part of an object", R"({"op":"add","path":"axle","value":{"stamp":"1"}})",
         "same"},
        {"plain: add by the case rule", R"({"op":"add","path":"tags","value":["RED","green"]})",
         R"({"label":"w","origin":"O","tags":["Red","blue","green"],"parts":[{"value":"1",)"
         R"("note":"n"}],"urn:example:Must":{"code":"c","note":"n"}})"},
        {"plain: remove listed", R"({"op":"remove","path":"tags","value":["RED"]})",
         R"({"label":"w","origin":"O","tags":["blue"],"parts":[{"value":"1","note":"n"}],)"
         R"("urn:example:Must":{"code":"c","note":"n"}})"},
        {"plain: replace chosen",
         R"({"op":"replace","path":"tags[value eq \"red\"]","value":"pink"})",
         R"({"label":"w","origin":"O","tags":["pink","blue"],"parts":[{"value":"1",)"
         R"("note":"n"}],"urn:example:Must":{"code":"c","note":"n"}})"},
        {"plain: no such", R"({"op":"replace","path":"tags[value eq \"x\"]","value":"pink"})",
         "noTarget: ..."},
        {"required part", R"({"op":"remove","path":"parts[note eq \"n\"].value"})",
         "invalidValue: parts.value: is required and must have a value"},
        {"required part, put back",
         R"({"op":"remove","path":"parts[note eq \"n\"].value"},{"op":"add",)"
         R"("path":"parts[note eq \"n\"].value","value":"2"})",
         R"({"label":"w","origin":"O","tags":["Red","blue"],"parts":[{"value":"2",)"
         R"("note":"n"}],"urn:example:Must":{"code":"c","note":"n"}})"},
        {"required extension", R"({"op":"remove","path":"urn:example:Must"})",
         "mutability: urn:example:Must: is required..."},
        {"required in an extension", R"({"op":"remove","path":"urn:example:Must:code"})",
         "mutability: urn:example:Must:code: is required..."},
        {"as many as allowed", R"({"op":"add","path":"tags","value":["3","4","5"]})",
         R"({"label":"w","origin":"O","tags":["Red","blue","3","4","5"],"parts":[{)"
         R"("value":"1","note":"n"}],"urn:example:Must":{"code":"c","note":"n"}})"},
        {"one more", R"({"op":"add","path":"tags","value":["3","4","5","6"]})",
         "invalidValue: tags: must not have more than 5 values"},
    };
    for (const patch_row& row : rows)
        check(doc, row, sample::widget_type());
}

BOOST_AUTO_TEST_CASE(deprovisioning_always_works) {
    const std::string document = sample::expand(ann);
    std::string gone = document;
    gone.replace(gone.find("\"active\":true"), 13, "\"active\":false");

    struct {
        const char* name;
        const char* operations;
        const char* faults;
    } const rows[]{
        {"unknown attribute before",
         R"({"op":"replace","path":"shoeSize","value":1},{"op":"replace","path":"active",)"
         R"("value":false})",
         " !invalidPath: path 'shoeSize' names no attribute of User"},
        {"wrong type behind",
         R"({"op":"Replace","path":"active","value":"False"},{"op":"add","path":"title",)"
         R"("value":7})",
         " !invalidValue: title: must be a string"},
        {"in the same value", R"({"op":"replace","value":{"title":7,"active":false}})",
         " !invalidValue: title: must be a string"},
        {"no such value",
         R"({"op":"replace","path":"title","value":"x"},{"op":"replace","path":"ims[type )"
         R"(sw \"x\"].value","value":"x"},{"op":"replace","value":{"active":false}})",
         " !noTarget: ims[type sw \"x\"].value: there is no such value"},
        {"read-only",
         R"({"op":"replace","path":"id","value":"x"},{"op":"replace","value":{)"
         R"("active":false}})",
         " !mutability: id: is set by the server only"},
        {"removing the user name",
         R"({"op":"remove","path":"userName"},{"op":"replace","value":{"active":false}})",
         " !mutability: userName: is required and cannot be removed"},
        {"unknown op",
         R"({"op":"set","path":"title","value":1},{"op":"replace","value":{"active":false})"
         R"(})",
         " !invalidSyntax: op: must be add, remove or replace"},
        {"operation that is no object", R"(7,{"op":"replace","value":{"active":false}})",
         " !invalidSyntax: Operations: each must be an object"},
        {"two faults",
         R"({"op":"remove"},{"op":"add","path":"title","value":7},{"op":"add",)"
         R"("path":"active","value":false})",
         " !noTarget: path: remove needs one !invalidValue: title: must be a string"},
        {"the last word counts",
         R"({"op":"add","path":"active","value":true},{"op":"add","path":"title",)"
         R"("value":7},{"op":"add","path":"active","value":false})",
         " !invalidValue: title: must be a string"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(sample::patched_document(user_type(), document, row.operations) ==
                       gone + row.faults);
        }
    }
    const auto refused = [&](std::string_view operations) {
        return sample::patched_document(user_type(), document, operations);
    };
    BOOST_TEST(sample::agrees(
        refused(R"({"op":"add","path":"active","value":false},{"op":"add","path":"title",)"
                R"("value":7},{"op":"add","path":"active","value":true})"),
        "invalidValue: ..."));
    BOOST_TEST(sample::agrees(refused(R"({"op":"set","path":"active","value":false})"),
                              "invalidSyntax: ..."));
    BOOST_TEST(sample::agrees(
        refused(R"({"op":"replace","path":"active","value":"no"},{"op":"add","path":"title",)"
                R"("value":7})"),
        "invalidValue: ..."));
    // A sound message is applied in full.
    BOOST_TEST(
        refused(R"({"op":"replace","value":{"active":false,"title":"Ex"}})").find("\"Ex\"") !=
        std::string::npos);
}

BOOST_AUTO_TEST_CASE(active_is_understood_in_many_shapes) {
    struct {
        const char* name;
        const char* value;
        const char* outcome; ///< `false`, `true`, or the error
    } const rows[]{
        {"flag", "false", "false"},
        {"text", R"("False")", "false"},
        {"blanks around", R"(" False ")", "false"},
        {"other blanks", R"("\tFALSE\r\n")", "false"},
        {"list of one", "[false]", "false"},
        {"list of one text", R"([" false"])", "false"},
        {"object with value", R"({"value":false})", "false"},
        {"object with its own name", R"({"ACTIVE":"False"})", "false"},
        {"list of one object", R"([{"Value":false}])", "false"},
        {"true as well", R"([{"value":" True"}])", "true"},
        // refused
        {"number", "0", "invalidValue: active: must be true or false"},
        {"number in a list", "[0]", "invalidValue: active: must be true or false"},
        {"number in an object", R"({"value":0})", "invalidValue: active: must be true or false"},
        {"number in a text", R"("0")", "invalidValue: active: must be true or false"},
        {"blank inside", R"("fal se")", "invalidValue: ..."},
        {"blanks alone", R"("  ")", "invalidValue: ..."},
        {"list of two", "[false,false]", "invalidValue: ..."},
        {"list of null", "[null]", "invalidValue: ..."},
        {"list in a list", "[[false]]", "invalidValue: ..."},
        {"empty object", "{}", "invalidValue: ..."},
        {"another member", R"({"title":false})", "invalidValue: ..."},
        {"two members", R"({"value":false,"title":"x"})", "invalidValue: ..."},
        {"list in an object", R"({"value":[false]})", "invalidValue: ..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string_view outcome = row.outcome;
            const bool refused = outcome.starts_with("invalid");
            const std::string expected =
                refused ? std::string(outcome)
                        : R"({"userName":"a","active":)" + std::string(outcome) + "}";
            const auto got = [&](const std::string& operation) {
                return sample::patched(R"("userName":"a")", operation);
            };
            const std::string is = row.value;
            const std::string by_path =
                got(R"({"op":"replace","path":"active","value":)" + is + "}");
            BOOST_TEST(sample::agrees(by_path, expected), by_path);
            const std::string by_member = got(R"({"op":"add","value":{"active":)" + is + "}}");
            BOOST_TEST(sample::agrees(by_member, expected), by_member);
            // Beside a fault the person goes all the same, and only then.
            const auto faulty = patch::read(
                user_type(), sample::patch_body(R"({"op":"remove"},{"op":"add","path":"active",)"
                                                R"("value":)" +
                                                is + "}"));
            BOOST_TEST((faulty.has_value() && faulty->deactivates()) == (outcome == "false"));
        }
    }
}

BOOST_AUTO_TEST_CASE(messages_with_faults_that_deprovision) {
    const resource current = sample::stored(R"({"userName":"a","active":true})");

    struct {
        const char* name;
        const char* body;
        const char* faults;
    } const rows[]{
        {"no schemas", R"({"Operations":[{"op":"replace","value":{"active":false}}]})",
         " !invalidSyntax: schemas: is missing..."},
        {"a name twice",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
         R"("op":"replace","value":{"title":"x","Title":"y","active":false}}]})",
         " !invalidSyntax: The member \"title\" is given more than once..."},
        {"operations are an object",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{)"
         R"("op":"replace","value":{"active":false}}})",
         " !invalidSyntax: Operations: must be an array"},
        {"operations twice",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
         R"("op":"replace","path":"title","value":"x"}],"Operations":[{)"
         R"("op":"replace","path":"active","value":false}]})",
         " !invalidSyntax: The member \"Operations\" is given more than once..."},
        {"operations twice, the first deactivates",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"operations":[{)"
         R"("op":"replace","path":"active","value":false}],"Operations":[]})",
         " !invalidSyntax: The member \"operations\" is given more than once..."},
        {"operations twice, off and on",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"operations":[{)"
         R"("op":"replace","path":"active","value":false}],"Operations":[{)"
         R"("op":"replace","path":"active","value":true}]})",
         " !invalidSyntax: The member..."},
        {"off and on in one operation",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
         R"("op":"replace","value":{"active":false,"active":true}}]})",
         " !invalidSyntax: The member \"active\" is given more than once..."},
        {"on and off in one operation",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
         R"("op":"replace","value":{"active":true,"Active":"False"}}]})",
         " !invalidSyntax: The member \"active\" is given more than once..."},
        {"off, and on in the core schema's object",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
         R"("op":"replace","value":{"active":false,)"
         R"("urn:ietf:params:scim:schemas:core:2.0:User":{"active":true}}}]})",
         " !invalidValue: active: is set both to true and to false"},
        {"off in the core schema's object, and on",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
         R"("op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User":{)"
         R"("active":false},"active":true}}]})",
         " !invalidValue: active: is set both to true and to false"},
        {"the core schema's object twice, off and on",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
         R"("op":"replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User":{)"
         R"("active":false},"urn:ietf:params:scim:schemas:core:2.0:User":{"active":true}}}]})",
         " !invalidSyntax: The member..."},
        {"off and on under two names",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
         R"("op":"replace","value":{"active":false,)"
         R"("urn:ietf:params:scim:schemas:core:2.0:User:active":true}}]})",
         " !invalidValue: active: is set both to true and to false"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto change = patch::read(user_type(), row.body);
            BOOST_REQUIRE(change.has_value());
            BOOST_TEST(change->deactivates());
            const std::string got = sample::line(change->apply_to(current));
            BOOST_TEST(
                sample::agrees(got, R"({"userName":"a","active":false})" + std::string(row.faults)),
                got);
        }
    }
}

BOOST_AUTO_TEST_CASE(operations_have_an_order) {
    const auto sent = [](std::string_view first, std::string_view second) {
        const auto one = [](std::string_view is) {
            return R"({"op":"replace","path":"active","value":)" + std::string(is) + "}";
        };
        return sample::patched(R"("userName":"a")", one(first) + "," + one(second));
    };
    BOOST_TEST(sent("false", "true") == R"({"userName":"a","active":true})");
    BOOST_TEST(sent("true", "false") == R"({"userName":"a","active":false})");
}

BOOST_AUTO_TEST_CASE(a_patch_can_be_applied_again_elsewhere) {
    const auto change = patch::read(
        user_type(),
        sample::patch_body(R"({"op":"add","path":"emails[type eq \"work\"].value","value":"n"},{)"
                           R"("op":"replace","path":"title","value":"T"})"));
    BOOST_REQUIRE(change.has_value());
    const auto on = [&](std::string_view document) {
        return sample::line(change->apply_to(sample::stored(document)));
    };
    BOOST_TEST(on(R"({"userName":"a","active":true})") ==
               R"({"userName":"a","title":"T","active":true,"emails":[{"value":"n",)"
               R"("type":"work"}]})");
    BOOST_TEST(on(R"({"userName":"b","active":false,"emails":[{"value":"o","type":"work"}]})") ==
               R"({"userName":"b","title":"T","active":false,"emails":[{"value":"n",)"
               R"("type":"work"}]})");
    BOOST_TEST(on(R"({"userName":"a","active":true})") ==
               R"({"userName":"a","title":"T","active":true,"emails":[{"value":"n",)"
               R"("type":"work"}]})");
}

BOOST_AUTO_TEST_CASE(steps_have_a_limit) {
    const auto steps = [](std::size_t count, const char* last) {
        std::string operations;
        for (std::size_t i = 0; i < count; ++i) {
            operations +=
                std::string(i == 0 ? "" : ",") + R"({"op":"replace","path":"title","value":"x"})";
        }
        return sample::patch_body(operations + last);
    };
    BOOST_TEST(read_line(steps(limits::patch_steps_max, "")) == "ok");
    BOOST_TEST(read_line(steps(limits::patch_steps_max + 1, "")) ==
               "413: The PATCH changes more than 2000 things; send it in parts");
    const auto change =
        patch::read(user_type(), steps(limits::patch_steps_max + 1,
                                       R"(,{"op":"replace","value":{"active":false}})"));
    BOOST_REQUIRE(change.has_value());
    BOOST_TEST(
        sample::line(change->apply_to(sample::stored(R"({"userName":"a","active":true})"))) ==
        R"({"userName":"a","active":false} !413: The PATCH changes more than 2000 )"
        R"(things; send it in parts)");
}

BOOST_AUTO_TEST_CASE(faults_are_kept_up_to_a_limit) {
    for (const std::size_t wrong : {limits::faults_max, limits::faults_max + 1}) {
        std::string operations = R"({"op":"replace","value":{"active":false}})";
        for (std::size_t i = 0; i < wrong; ++i)
            operations += R"(,{"op":"remove"})";
        const auto change = patch::read(user_type(), sample::patch_body(operations));
        const auto done = change->apply_to(sample::stored(R"({"userName":"a","active":true})"));
        BOOST_REQUIRE(done.has_value());
        BOOST_TEST(done->faults.size() == limits::faults_max);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
