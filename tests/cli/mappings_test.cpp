// Mappings as a tenant's admin and his provider meet them: a whole server, real sockets, the verbs.
#include "cli/json_view.hpp"
#include "cli/verbs.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

namespace rollcall::cli {
namespace {

const std::string user_schema = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"])";
const std::string display_rule =
    R"({"target":"displayName","template":"{name.givenName} {name.familyName}"})";
const std::string type_rule = R"({"target":"userType","from":"title","required":true})";
const std::string rules = "[" + display_rule + "," + type_rule + "]";
const std::string ann =
    "{" + user_schema +
    R"(,"userName":"ann","title":"Clerk","name":{"givenName":"Ann","familyName":"Lee"}})";

struct spoken {
    int code = 0;
    std::string out, err;
};

struct office {
    office() { key = house.make_tenant("acme"); }

    json_view mapping() { return json_view(house.must("GET", "/tenants/acme/mapping")); }

    std::string set(const std::string& more = "") {
        return house.must("PUT", "/tenants/acme/mapping", R"({"rules":)" + rules + more + "}");
    }

    std::string head() {
        return std::string(house.ask("GET", "/log?last=1").header("X-Next-Position"));
    }

    spoken say(std::vector<std::string> words) {
        words.insert(words.begin(), {"rollcall", "mapping"});
        words.insert(words.end(), {"--data", house.data().string()});
        std::ostringstream out;
        std::ostringstream err;
        const int code =
            run_command_line(words, {out, err}, [](const std::string&) { return std::nullopt; });
        return {code, out.str(), err.str()};
    }

    std::string file(const std::string& name, const std::string& text) {
        const auto path = house.data().parent_path() / name;
        std::ofstream(path) << text;
        return path.string();
    }

    served house;
    std::string key;
};

/// Rules that look for much: each has a source of 21 comparisons.
std::string looking(std::size_t count) {
    std::string source = R"(emails[value co \"qq\")";
    for (int i = 0; i < 20; ++i)
        source += R"( or value co \"qq\")";
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
        out += (out.empty() ? "[" : ",") + std::string(R"({"target":"ims[type eq \"t)") +
               std::to_string(i) + R"(\"].value","from":")" + source + R"(].display"})";
    }
    return out + "]";
}

std::string crowd() {
    std::string emails;
    for (int i = 0; i < 150; ++i) {
        emails += (i == 0 ? "" : ",") + std::string(R"({"display":"d","value":")") +
                  std::string(200, 'v') + std::to_string(i) + "\"}";
    }
    return "{" + user_schema + R"(,"userName":"ann","emails":[)" + emails + "]}";
}

/// As long as a text may be, and longer as it is printed: with parentheses.
std::string printed_longer() {
    const std::string begin = R"(emails[not(not(not(type eq \")";
    const std::string end = R"(\")))].value)";
    const std::size_t sent = begin.size() + end.size() - 2; // without the backslashes
    return R"([{"target":"title","from":")" + begin + std::string(512 - sent, 'a') + end + R"("}])";
}

bool contains(const std::string& text, std::string_view part) {
    BOOST_TEST_INFO(text);
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(mappings_test, office)

BOOST_AUTO_TEST_CASE(what_the_interface_answers) {
    struct row {
        const char* name;
        const char* method;
        const char* target;
        std::string body;
        unsigned status;
        const char* said;
    };

    const std::string place = "/tenants/acme/mapping";
    const row rows[] = {
        {"none", "GET", "", "", 200, R"({"version":0,"rules":[]})"},
        {"no rules", "PUT", "", "{}", 400, "rules is missing"},
        {"rules that are a text", "PUT", "", R"({"rules":"x"})", 400,
         "rules must be an object or an array"},
        {"rules that are null", "PUT", "", R"({"rules":null})", 400,
         "rules must be an object or an array"},
        {"an empty list", "PUT", "", R"({"rules":[]})", 400, "must have at least one rule"},
        {"a list of texts", "PUT", "", R"({"rules":["a"]})", 400, "rules[0]: must be an object"},
        {"an object", "PUT", "", R"({"rules":{"a":1}})", 400, "must be an array"},
        {"a misspelt member", "PUT", "", R"({"rule":[]})", 400, "unknown member 'rule'"},
        {"a version in words", "PUT", "", R"({"rules":)" + rules + R"(,"version":"1"})", 400,
         "version must be"},
        {"userName", "PUT", "", R"({"rules":[{"target":"userName","from":"title"}]})", 400,
         R"("faults":[{"where":"rules[0].target","message":"'userName' stays as it is sent)"},
        {"instead of one that there is not", "PUT", "", R"({"rules":)" + rules + R"(,"version":4})",
         412, "current version is 0"},
        {"more than is kept", "PUT", "", R"({"rules":)" + looking(32) + "}", 400,
         "rules: may have at most 8192 bytes"},
        {"what could not be read again", "PUT", "", R"({"rules":)" + printed_longer() + "}", 400,
         "rules[0].from: may have at most 512 bytes"},
        {"an unknown tenant", "PUT", "x", R"({"rules":)" + rules + "}", 404, ""},
        {"a parameter that there is not", "DELETE", "?force=yes", "", 400, "unknown parameter"},
        {"clear another one", "DELETE", "?version=3", "", 412, "current version is 0"},
        {"a version that is none", "DELETE", "?version=x", "", 400, "whole number"},
        {"nothing to clear", "DELETE", "", "", 200, R"({"version":0,"rules":[]})"},
        {"a preview of nobody", "POST", "/preview", "{}", 400, "sample is missing"},
        {"a preview of a text", "POST", "/preview", R"({"sample":"ann"})", 400,
         "sample must be an object"},
        {"a preview with faults", "POST", "/preview",
         R"({"sample":{},"rules":[{"target":"id","constant":"x"}]})", 400, "bad_mapping"},
        {"a preview of more than is kept", "POST", "/preview",
         R"({"sample":{},"rules":)" + looking(32) + "}", 400, "rules: may have at most 8192 bytes"},
        {"a preview of too much work", "POST", "/preview",
         R"({"sample":)" + crowd() + R"(,"rules":)" + looking(14) + "}", 413, "too many values"},
        {"a preview of what is no user", "POST", "/preview", R"({"sample":{"userName":"a"}})", 200,
         R"("stored":null,"display":null,"refused":{"status":400,"detail":"schemas)"},
        {"set", "PUT", "", R"({"rules":)" + rules + R"(,"version":0})", 200, R"("rules":[{)"},
        {"the same with another version", "PUT", "", R"({"rules":)" + rules + R"(,"version":0})",
         412, "Read it again"},
    };
    const std::string before = head();
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const bool elsewhere = std::string(r.target) == "x";
            const std::string target = elsewhere ? "/tenants/nobody/mapping" : place + r.target;
            const bool unchanged = head() == before;
            const auto answer = house.ask(r.method, target, r.body);
            BOOST_TEST(answer.status == r.status, answer.body);
            BOOST_TEST(contains(answer.body, r.said));
            if (std::string(r.name) != "set" && unchanged) BOOST_TEST(head() == before);
        }
    }
}

BOOST_AUTO_TEST_CASE(two_admins_do_not_overwrite_each_other) {
    const std::string first = json_view(set())->text("version");
    const std::string both = R"(,"version":)" + first + "}";
    const auto one =
        house.ask("PUT", "/tenants/acme/mapping", R"({"rules":[)" + display_rule + "]" + both);
    BOOST_TEST(one.status == 200u);
    const auto other =
        house.ask("PUT", "/tenants/acme/mapping", R"({"rules":[)" + type_rule + "]" + both);
    BOOST_TEST(other.status == 412u);
    BOOST_TEST(contains(other.body, "precondition_failed"));
    BOOST_TEST(mapping()->json("rules") == "[" + display_rule + "]");
    BOOST_TEST(house.ask("DELETE", "/tenants/acme/mapping?version=" + first).status == 412u);
    const std::string now = mapping()->text("version");
    BOOST_TEST(house.ask("DELETE", "/tenants/acme/mapping?version=" + now).status == 200u);
    BOOST_TEST(mapping()->text("version") == "0");
}

BOOST_AUTO_TEST_CASE(events_name_what_they_were_decided_under) {
    const auto policy = [&] {
        return json_view(house.must("GET", "/log?tenant=acme&last=1"))->text("policy");
    };
    const std::string jane = house.make_user(key, "jane");
    BOOST_TEST(policy() == "generic@1");
    const std::string version = json_view(set())->text("version");
    const json_view event(house.must("GET", "/log?tenant=acme&last=1"));
    BOOST_TEST(event->text("type") == "mapping_set");
    BOOST_TEST(event->text("seq") == version);
    BOOST_TEST(event->json("rules") == rules);
    BOOST_TEST(!event->has("policy"));
    BOOST_TEST(house.scim("POST", "/Users", key, ann).status == 201u);
    BOOST_TEST(policy() == "generic@1+mapping@" + version);
    // It is there after a restart, and who was there is turned with the next push.
    house.restart();
    const auto answer = house.scim(
        "PATCH", "/Users/" + jane, key,
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)"
        R"({"op":"replace","value":{"name":{"givenName":"Jane","familyName":"Roe"}}}]})");
    BOOST_TEST(json_view(answer.body)->text("displayName") == "Jane Roe");
    BOOST_TEST(policy() == "generic@1+mapping@" + version);
    // What an admin does is not turned.
    house.must("PATCH", "/tenants/acme/users/jane", R"({"displayName":"Dr Roe"})");
    BOOST_TEST(policy() == "generic@1");
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/users/jane"))
                   ->object("attributes")
                   .text("displayName") == "Dr Roe");
    house.must("DELETE", "/tenants/acme/mapping");
    BOOST_TEST(json_view(house.must("GET", "/log?tenant=acme&last=1"))->text("type") ==
               "mapping_cleared");
}

BOOST_AUTO_TEST_CASE(a_preview_shows_what_would_happen_and_keeps_nothing) {
    house.must("PATCH", "/tenants/acme", R"({"profile":"zkipster","plan":"default"})");
    const std::string plain = R"({"sample":{)" + user_schema + R"(,"userName":"ann"}})";
    BOOST_TEST(
        contains(house.must("POST", "/tenants/acme/mapping/preview", plain),
                 R"("refused":{"status":403,"detail":"SCIM is part of the plan enterprise)"));
    house.must("POST", "/plans", R"({"id":"enterprise","seats":null})");
    house.must("PATCH", "/tenants/acme", R"({"plan":"enterprise"})");
    const std::string phone =
        R"({"target":"phoneNumbers[type eq \"work\"].value","from":"nickName"})";

    struct row {
        const char* name;
        std::string rules; ///< empty: those in force
        std::string members;
        const char* value; ///< of the first rule
        const char* stored;
        const char* refused;
    };

    const row rows[] = {
        {"those in force, of which there are none", "", "", "", R"({"userName":"ann",)", ""},
        {"a template", "[" + display_rule + "]",
         R"(,"name":{"givenName":"Ann","familyName":"Lee"})", "Ann Lee",
         R"("displayName":"Ann Lee")", ""},
        {"nothing to set", "[" + display_rule + "]", "", "", R"({"userName":"ann",)", ""},
        {"nothing to set, which is required", "[" + type_rule + "]", "", "",
         R"({"userName":"ann",)", "title: the tenant's mapping needs a value to make userType"},
        {"what the product takes", "[" + phone + "]", R"(,"nickName":"+41 44 555 01 23")",
         "+41 44 555 01 23", R"("phoneNumbers":[{"value":"+41 44 555 01 23","type":"work"}])", ""},
        {"what the product does not take", "[" + phone + "]", R"(,"nickName":"0445550123")",
         "0445550123", R"("phoneNumbers":[{"value":"0445550123","type":"work"}])",
         "phoneNumbers.value: '0445550123' does not fit"},
    };
    const std::string before = head();
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const std::string body = R"({"sample":{)" + user_schema + R"(,"userName":"ann")" +
                                     r.members + "}" +
                                     (r.rules.empty() ? "" : R"(,"rules":)" + r.rules) + "}";
            const json_view seen(house.must("POST", "/tenants/acme/mapping/preview", body));
            const auto made = seen->items("rules");
            BOOST_TEST(made.size() == (r.rules.empty() ? 0u : 1u));
            if (!made.empty()) BOOST_TEST(made[0].text("value") == r.value);
            BOOST_TEST(contains(seen->json("stored"), r.stored));
            BOOST_TEST(seen->has("refused") == (r.refused[0] != '\0'));
            if (seen->has("refused")) {
                BOOST_TEST(contains(seen->object("refused").text("detail"), r.refused));
            } else {
                BOOST_TEST(!seen->text("display").empty());
            }
        }
    }
    BOOST_TEST(head() == before);
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/users"))->items("users").empty());
}

BOOST_AUTO_TEST_CASE(the_verbs) {
    const std::string good = file("mapping.json", R"({"rules":)" + rules + "}");
    const std::string bad =
        file("bad.json", R"({"rules":[{"target":"userName","from":"title"},{"target":"title"}]})");
    const std::string sample = file("ann.json", ann);
    const std::string poor = file("poor.json", "{" + user_schema + R"(,"userName":"ann"})");

    const auto wrong = say({"set", "acme", bad});
    BOOST_TEST(wrong.code == 1);
    BOOST_TEST(contains(wrong.err, "rules[0].target: 'userName' stays as it is sent"));
    BOOST_TEST(contains(wrong.err, "\n  rules[1]: must have one of from, template and constant"));
    BOOST_TEST(contains(say({"set", "acme", good + ".not"}).err, "cannot be read"));

    const auto tried = say({"preview", "acme", "--rules", good, "--sample", sample});
    BOOST_TEST(tried.code == 0);
    BOOST_TEST(contains(tried.out, "Ann Lee"));
    BOOST_TEST(contains(tried.out, "shown as: Ann Lee"));
    BOOST_TEST(mapping()->text("version") == "0");
    const auto refused = say({"preview", "acme", "--rules", good, "--sample", poor});
    BOOST_TEST(refused.code == 1);
    BOOST_TEST(contains(refused.out, "refused: 400 title: the tenant's mapping needs a value"));
    BOOST_TEST(contains(say({"preview", "acme", "--rules", sample, "--sample", poor}).err,
                        "is no mapping"));

    BOOST_TEST(contains(say({"set", "acme", good}).out, "with 2 rules turns what comes from now"));
    // What is shown can be set again, as long as nobody else has set another.
    const std::string shown = file("shown.json", say({"show", "acme"}).out);
    BOOST_TEST(say({"set", "acme", shown}).code == 0);
    BOOST_TEST(say({"preview", "acme", "--sample", poor}).code == 1);
    house.must("PUT", "/tenants/acme/mapping", R"({"rules":[)" + display_rule + "]}");
    BOOST_TEST(contains(say({"set", "acme", shown}).err, "was changed meanwhile"));
    BOOST_TEST(contains(say({"clear", "acme", "--version", "1"}).err, "was changed meanwhile"));
    BOOST_TEST(contains(say({"clear", "acme"}).out, "There is no mapping"));
    BOOST_TEST(say({"show", "acme"}).out == "{\"version\":0,\"rules\":[]}\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
