#include "gateway/profiles/mapping_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::profiles {
namespace {

struct bad_row {
    const char* name;
    std::string rules;
    std::string where; ///< of the first fault
    std::string says;
};

/// A rule with these members.
std::string one(const std::string& members) {
    return "[{" + members + "}]";
}

/// A rule that sets `target` from another attribute.
std::string from(const std::string& target, const std::string& source) {
    return R"({"target":")" + target + R"(","from":")" + source + R"("})";
}

std::string many(std::size_t rules) {
    std::string out = "[";
    for (std::size_t i = 0; i < rules; ++i) {
        out += i == 0 ? "" : ",";
        out += R"({"target":"emails[type eq \"t)" + std::to_string(i) +
               R"(\"].value","from":"userName"})";
    }
    return out + "]";
}

std::string reading(std::size_t sources) {
    std::string text;
    std::string rules;
    for (std::size_t i = 0; i < sources; ++i) {
        text += "{title}";
        if (text.size() < 420 && i + 1 < sources) continue;
        rules += (rules.empty() ? "" : ",") +
                 std::string(R"({"target":"phoneNumbers[type eq \"t)") + std::to_string(i) +
                 R"(\"].value","template":")" + text + "\"}";
        text.clear();
    }
    return "[" + rules + "]";
}

const std::string work = R"(emails[type eq \"work\"].value)";
const std::string home = R"(emails[type eq \"home\"].value)";
const std::string enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const bad_row bad[] = {
    {"not JSON", "[{", "rules", "JSON"},
    {"no array", R"({"target":"title"})", "rules", "must be an array"},
    {"nothing", "[]", "rules", "at least one rule"},
    {"too many", many(mapping_rules_max + 1), "rules", "at most 32"},
    {"no rule", "[5]", "rules[0]", "must be an object"},
    {"a text", R"(["title"])", "rules[0]", "must be an object"},
    {"a member twice", one(R"("target":"title","Target":"title","from":"nickName")"), "rules",
     "more than once"},
    {"an unknown member", one(R"("target":"title","form":"nickName")"), "rules[0]",
     "unknown member 'form'; known: target, from, template, constant, required"},
    {"no target", one(R"("from":"nickName")"), "rules[0].target", "is missing"},
    {"no source", one(R"("target":"title")"), "rules[0]", "one of from, template and constant"},
    {"two sources", one(R"("target":"title","from":"nickName","constant":"x")"),
     "rules[0].constant", "stands beside from"},
    {"a target that is no text", one(R"("target":5,"from":"nickName")"), "rules[0].target",
     "must be a text"},
    {"an empty target", one(R"("target":"","from":"nickName")"), "rules[0].target", "not empty"},
    {"an empty constant", one(R"("target":"title","constant":"")"), "rules[0].constant",
     "not empty"},
    {"a constant that is true", one(R"("target":"title","constant":true)"), "rules[0].constant",
     "must be a text"},
    {"a long constant",
     one(R"("target":"title","constant":")" + std::string(mapping_text_max + 1, 'x') + "\""),
     "rules[0].constant", "at most 512 bytes"},
    {"required in words", one(R"("target":"title","from":"nickName","required":"yes")"),
     "rules[0].required", "true or false"},
    {"an unknown target", "[" + from("shoeSize", "title") + "]", "rules[0].target",
     "path 'shoeSize' names no attribute of User"},
    {"an unknown source", "[" + from("title", "shoeSize") + "]", "rules[0].from",
     "path 'shoeSize' names no attribute of User"},
    {"the second rule", "[" + from("title", "nickName") + "," + from("locale", "x") + "]",
     "rules[1].from", "path 'x' names no attribute"},
    {"active", "[" + from("active", "title") + "]", "rules[0].target",
     "'active' is the provider's alone"},
    {"userName", "[" + from("userName", "title") + "]", "rules[0].target",
     "stays as it is sent, since the provider looks for the user by it"},
    {"userName in full",
     "[" + from("urn:ietf:params:scim:schemas:core:2.0:User:userName", "title") + "]",
     "rules[0].target", "stays as it is sent"},
    {"externalId", "[" + from("externalId", "title") + "]", "rules[0].target",
     "provider's own name"},
    {"password", "[" + from("password", "title") + "]", "rules[0].target", "is never kept"},
    {"schemas", "[" + from("schemas", "title") + "]", "rules[0].target", "follows from"},
    {"id", "[" + from("id", "title") + "]", "rules[0].target", "set by the server only"},
    {"meta", "[" + from("meta.location", "title") + "]", "rules[0].target",
     "set by the server only"},
    {"groups", "[" + from("groups.display", "title") + "]", "rules[0].target",
     "set by the server only"},
    {"our own extension",
     "[" + from("urn:rollcall:params:scim:schemas:1.0:User:status", "title") + "]",
     "rules[0].target", "set by the server only"},
    {"a password as source", "[" + from("title", "password") + "]", "rules[0].from",
     "nothing that a provider sends and that is kept"},
    {"an id as source", "[" + from("title", "id") + "]", "rules[0].from", "nothing that"},
    {"a name with parts", "[" + from("name", "title") + "]", "rules[0].target",
     "has several parts"},
    {"a whole extension", "[" + from(enterprise, "title") + "]", "rules[0].target",
     "has several parts"},
    {"a whole list", "[" + from("emails", "title") + "]", "rules[0].target", "has several parts"},
    {"a whole list as source", "[" + from("title", "emails") + "]", "rules[0].from",
     "has several parts"},
    {"a whole element", "[" + from(R"(emails[type eq \"work\"])", "title") + "]", "rules[0].target",
     "has several parts"},
    {"each of a list", "[" + from("emails.value", "title") + "]", "rules[0].target",
     "say in brackets which one is set"},
    {"brackets that say no value", "[" + from(R"(emails[type ne \"work\"].value)", "title") + "]",
     "rules[0].target", "do not say what to make"},
    {"brackets with or",
     "[" + from(R"(emails[type eq \"a\" or type eq \"b\"].value)", "title") + "]",
     "rules[0].target", "do not say what to make"},
    {"brackets that cannot be read", "[" + from(R"(emails[type eq].value)", "title") + "]",
     "rules[0].target", ""},
    {"brackets of a name", "[" + from(R"(name[type eq \"a\"].givenName)", "title") + "]",
     "rules[0].target", "only one value"},
    {"a target in its own brackets", "[" + from(R"(emails[type eq \"a\"].type)", "title") + "]",
     "rules[0].target", "names in its brackets what it sets"},
    {"brackets with the primary one", "[" + from(R"(emails[primary eq true].value)", "title") + "]",
     "rules[0].target", "names primary in its brackets, which is the provider's to change"},
    {"brackets with a type and the primary one",
     "[" + from(R"(emails[type eq \"work\" and primary eq true].value)", "title") + "]",
     "rules[0].target", "names primary in its brackets"},
    {"brackets with the value", "[" + from(R"(emails[value eq \"a@b.c\"].display)", "title") + "]",
     "rules[0].target", "names value in its brackets"},
    {"brackets that name two types",
     "[" + from(R"(emails[type eq \"work\" and type eq \"home\"].value)", "title") + "]",
     "rules[0].target", "names an attribute in its brackets twice"},
    {"brackets that name one type twice",
     "[" + from(R"(emails[type eq \"work\" and type eq \"work\"].value)", "title") + "]",
     "rules[0].target", "names an attribute in its brackets twice"},
    {"a flag", "[" + from(R"(emails[type eq \"a\"].primary)", "title") + "]", "rules[0].target",
     "is of the type boolean: a mapping is about texts"},
    {"a flag as source", "[" + from("title", "active") + "]", "rules[0].from",
     "is of the type boolean"},
    {"a certificate", "[" + from("title", "x509Certificates.value") + "]", "rules[0].from",
     "is of the type binary"},
    {"a URL for a text", "[" + from("title", "profileUrl") + "]", "rules[0].from",
     "is of the type reference and the target of string"},
    {"a text for a URL", "[" + from("profileUrl", "title") + "]", "rules[0].from",
     "is of the type string and the target of reference"},
    {"a brace too few", one(R"("target":"title","template":"{userName")"), "rules[0].template",
     "has a brace without its other one"},
    {"a brace too many", one(R"("target":"title","template":"userName}")"), "rules[0].template",
     "has a brace without its other one"},
    {"a template of nobody", one(R"("target":"title","template":"{nobody}")"), "rules[0].template",
     "names 'nobody', which is no text of a user"},
    {"a template without attributes", one(R"("target":"title","template":"Clerk")"),
     "rules[0].template", "names no attribute"},
    {"a long template",
     one(R"("target":"title","template":"{userName})" + std::string(mapping_text_max, 'x') + "\""),
     "rules[0].template", "at most 512 bytes"},
    {"too many sources", reading(mapping_sources_max + 1), "rules",
     "at most 64 attributes together; these read 65"},
    {"one target twice", "[" + from("title", "nickName") + "," + from("TITLE", "locale") + "]",
     "rules[1].target", "'title' is set by rules[0] already"},
    {"one element twice", "[" + from(work, "title") + "," + from(work, "nickName") + "]",
     "rules[1].target", "is set by rules[0] already"},
    {"elements that may be one",
     "[" + from(work, "title") + "," + from(R"(emails[display eq \"x\"].value)", "nickName") + "]",
     "rules[1].target", "may be the value that rules[0] sets"},
    {"of itself", "[" + from("title", "title") + "]", "rules[0].from", "what the rule itself sets"},
    {"of itself in a template", one(R"("target":"displayName","template":"Dr {displayName}")"),
     "rules[0].template",
     "what the rule itself sets: a mapping reads only what the provider sends"},
    {"a chain", "[" + from("title", "nickName") + "," + from("locale", "title") + "]",
     "rules[1].from", "'title' is, or may be, what rules[0] sets"},
    {"a chain backwards", "[" + from("locale", "title") + "," + from("title", "nickName") + "]",
     "rules[0].from", "'title' is, or may be, what rules[1] sets"},
    {"a circle", "[" + from("title", "nickName") + "," + from("nickName", "title") + "]",
     "rules[0].from", "'nickName' is, or may be, what rules[1] sets"},
    {"any element of a list that has a target", "[" + from(work, "emails.value") + "]",
     "rules[0].from", "'emails.value' is, or may be, what the rule itself sets"},
    {"another part of the target's element",
     "[" + from(work, R"(emails[type eq \"WORK\"].display)") + "]", "rules[0].from",
     "what the rule itself sets"},
    {"an element that may be the target's",
     "[" + from(work, R"(emails[primary eq true].value)") + "]", "rules[0].from", "is, or may be"},
};

struct good_row {
    const char* name;
    std::string rules;
    std::string kept; ///< the same, as it is kept; empty: as it is
};

const good_row good[] = {
    {"a rename", "[" + from("title", "nickName") + "]", ""},
    {"spelt otherwise", R"([ {"from" : "NICKNAME", "target" : "Title", "required" : false} ])",
     "[" + from("title", "nickName") + "]"},
    {"a constant", one(R"("target":"userType","constant":"{not} a template")"), ""},
    {"required", one(R"("target":"title","from":"nickName","required":true)"), ""},
    {"a template", one(R"("target":"displayName","template":"{name.givenName} {userName}")"), ""},
    {"an extension", one(R"("target":"department","from":"title")"),
     "[" + from(enterprise + ":department", "title") + "]"},
    {"elements on both sides", "[" + from(work, home) + "]", ""},
    {"elements in a template",
     one(R"("target":"title","template":"{emails[type eq \"work\"].value}")"), ""},
    {"a URL of a URL", "[" + from("profileUrl", "photos.value") + "]", ""},
    {"two parts of one element",
     "[" + from(R"(addresses[type eq \"work\"].country)", "locale") + "," +
         from(R"(addresses[type eq \"work\"].locality)", "title") + "]",
     ""},
    {"two elements", "[" + from(work, "userName") + "," + from(home, "externalId") + "]", ""},
    {"as many rules as may be", many(mapping_rules_max), ""},
    {"as many sources as may be", reading(mapping_sources_max), ""},
    {"as long as may be",
     one(R"("target":"title","constant":")" + std::string(mapping_text_max, 'x') + "\""), ""},
};

BOOST_AUTO_TEST_SUITE(mapping_reader_test)

BOOST_AUTO_TEST_CASE(what_is_no_mapping) {
    for (const bad_row& r : bad) {
        BOOST_TEST_CONTEXT(r.name << ": " << r.rules.substr(0, 200)) {
            const auto read = read_mapping(r.rules);
            BOOST_REQUIRE(!read.has_value());
            const mapping_fault& first = read.error().front();
            BOOST_TEST(first.where == r.where);
            BOOST_TEST((first.message.find(r.says) != std::string::npos), first.message);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_read_is_kept) {
    for (const good_row& r : good) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read = read_mapping(r.rules);
            BOOST_REQUIRE_MESSAGE(
                read.has_value(),
                (read ? "" : read.error().front().where + ": " + read.error().front().message));
            std::string kept;
            append_rules(kept, *read);
            BOOST_TEST(kept == (r.kept.empty() ? r.rules : r.kept));
            const auto again = read_mapping(kept);
            BOOST_REQUIRE(again.has_value());
            std::string twice;
            append_rules(twice, *again);
            BOOST_TEST(twice == kept);
        }
    }
}

// docs/MAPPING.md shows these.
BOOST_AUTO_TEST_CASE(faults_as_the_page_shows_them) {
    const auto said = [](const std::string& text) {
        const auto read = read_mapping(text);
        BOOST_REQUIRE(!read.has_value());
        return read.error().front().where + ": " + read.error().front().message;
    };
    BOOST_TEST(said("[" + from("userName", "title") + "]") ==
               "rules[0].target: 'userName' stays as it is sent, since the provider looks for the "
               "user by it: map it in the provider's app");
    BOOST_TEST(said("[" + from("title", "nickName") + "," + from("locale", "title") + "]") ==
               "rules[1].from: 'title' is, or may be, what rules[0] sets: a mapping reads only "
               "what the provider sends, so say what 'title' is made of");
    BOOST_TEST(said("[" + from("title", "nickName") + "," + from("locale", "timezone") +
                    R"(,{"target":"displayName","template":"{name.givenName"}])") ==
               "rules[2].template: '{name.givenName' has a brace without its other one");
}

BOOST_AUTO_TEST_CASE(all_faults_are_told) {
    const auto read = read_mapping("[" + from("id", "title") + "," + from("x", "y") + "]");
    BOOST_REQUIRE(!read.has_value());
    std::string where;
    for (const mapping_fault& one : read.error())
        where += one.where + ' ';
    BOOST_TEST(where == "rules[0].target rules[1].target ");

    std::string worst = "[";
    for (std::size_t i = 0; i < mapping_rules_max; ++i)
        worst += (i == 0 ? "" : ",") + from("title", "title");
    BOOST_TEST(read_mapping(worst + "]").error().size() == mapping_faults_max);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
