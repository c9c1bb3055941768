#include "gateway/profiles/mapping_apply.hpp"
#include "gateway/profiles/mapping_reader.hpp"
#include "gateway/scim/body.hpp"
#include "gateway/scim/patch.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace rollcall::profiles {
namespace {

mapping rules_of(const std::string& text) {
    auto read = read_mapping(text);
    BOOST_REQUIRE_MESSAGE(
        read.has_value(),
        (read ? "" : read.error().front().where + ": " + read.error().front().message));
    return std::move(*read);
}

scim::resource user(const std::string& members) {
    auto read = scim::read_new(
        scim::user_type(),
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u")" + members +
            "}");
    BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
    return std::move(*read);
}

scim::resource turned(const mapping& by, scim::resource who) {
    const auto done = apply_mapping(by, who);
    BOOST_REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().detail));
    return who;
}

const std::string display = R"({"target":"displayName",)"
                            R"("template":"{name.givenName} {name.familyName}"})";
const std::string work_mail = R"({"target":"emails[type eq \"work\"].value","from":"userName"})";
const std::string work_phone = R"({"target":"phoneNumbers[type eq \"work\"].value",)"
                               R"("from":"phoneNumbers[type eq \"mobile\"].value"})";
const std::string work_country =
    R"({"target":"addresses[type eq \"work\"].country","from":"locale"})";

struct row {
    const char* name;
    std::string rules;
    std::string sent; ///< members beside userName
    std::string kept; ///< likewise, and `active`
};

const row rows[] = {
    {"a rename", R"({"target":"title","from":"nickName"})", R"(,"nickName":"Jo")",
     R"(,"nickName":"Jo","title":"Jo","active":true)"},
    {"what was sent for the target is not kept", R"({"target":"title","from":"nickName"})",
     R"(,"nickName":"Jo","title":"Boss")", R"(,"nickName":"Jo","title":"Jo","active":true)"},
    {"nor if there is nothing to set", R"({"target":"title","from":"nickName"})",
     R"(,"title":"Boss")", R"(,"active":true)"},
    {"a constant", R"({"target":"userType","constant":"Employee"})", "",
     R"(,"userType":"Employee","active":true)"},
    {"a template", display, R"(,"name":{"givenName":"Ann","familyName":"Lee"})",
     R"(,"name":{"familyName":"Lee","givenName":"Ann"},"displayName":"Ann Lee","active":true)"},
    {"a template of which a part is missing", display, R"(,"name":{"givenName":"Ann"})",
     R"(,"name":{"givenName":"Ann"},"active":true)"},
    {"an extension that there was not", R"({"target":"department","from":"title"})",
     R"(,"title":"Sales")",
     R"(,"title":"Sales","active":true,)"
     R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales"})"},
    {"an extension of which nothing is left", R"({"target":"department","from":"title"})",
     R"(,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Sales"})",
     R"(,"active":true)"},
    {"an element that there was not", work_mail, "",
     R"(,"active":true,"emails":[{"value":"u","type":"work"}])"},
    {"an element that there was", work_mail,
     R"(,"emails":[{"value":"x","display":"X","type":"Work","primary":true},{"value":"y"}])",
     R"(,"active":true,"emails":[{"value":"y"},)"
     R"({"value":"u","display":"X","type":"Work","primary":true}])"},
    {"of several elements one is left", work_mail,
     R"(,"emails":[{"value":"x","type":"work"},{"value":"y","type":"work"}])",
     R"(,"active":true,"emails":[{"value":"u","type":"work"}])"},
    {"from an element", work_phone, R"(,"phoneNumbers":[{"value":"1","type":"mobile"}])",
     R"(,"active":true,"phoneNumbers":[{"value":"1","type":"mobile"},)"
     R"({"value":"1","type":"work"}])"},
    {"from an element that there is not", work_phone,
     R"(,"phoneNumbers":[{"value":"1","type":"fax"},{"value":"2","type":"work","primary":true}])",
     R"(,"active":true,"phoneNumbers":[{"value":"1","type":"fax"}])"},
    {"an element that has more than the target", work_country,
     R"(,"addresses":[{"locality":"Zug","country":"CH","type":"work"}])",
     R"(,"active":true,"addresses":[{"locality":"Zug","type":"work"}])"},
    {"the last element goes with its list", work_country,
     R"(,"addresses":[{"country":"CH","type":"work"}])", R"(,"active":true)"},
    {"the primary element of a list", R"({"target":"title","from":"emails.value"})",
     R"(,"emails":[{"value":"a"},{"value":"b","primary":true}])",
     R"(,"title":"b","active":true,"emails":[{"value":"a"},{"value":"b","primary":true}])"},
    {"several rules",
     display + "," + work_mail +
         R"(,{"target":"emails[type eq \"other\"].value",)"
         R"("from":"externalId"})",
     R"(,"externalId":"e")",
     R"(,"active":true,"emails":[{"value":"u","type":"work"},{"value":"e","type":"other"}])"},
};

/// The document of a user with these members.
std::string document(const std::string& members) {
    // externalId stands first in a document.
    return user(members).document();
}

BOOST_AUTO_TEST_SUITE(mapping_apply_test)

BOOST_AUTO_TEST_CASE(what_becomes_of_a_user) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const mapping by = rules_of("[" + r.rules + "]");
            const auto once = turned(by, user(r.sent));
            const bool external = r.sent.find("externalId") != std::string::npos;
            BOOST_TEST(once.document() ==
                       document((external ? R"(,"externalId":"e")" : "") + r.kept));
            BOOST_TEST(turned(by, once).document() == once.document());
            // As a document that is read again, too: nothing empty is left in it.
            BOOST_TEST(
                scim::resource::from_document(scim::user_type(), once.document()).has_value());
        }
    }
}

// A PATCH that is applied to the user who is kept comes to the same as one that is applied to the
// user who was sent: so Okta's PUT and anybody's PATCH agree.
BOOST_AUTO_TEST_CASE(a_patch_of_the_turned_is_the_turned_of_the_patched) {
    const mapping by = rules_of("[" + display + "," + work_mail + "," + work_phone + "," +
                                work_country + R"(,{"target":"department","from":"title"}])");
    const std::string sent[] = {
        "",
        R"(,"name":{"givenName":"Ann","familyName":"Lee"},"title":"Sales","locale":"CH")",
        R"(,"displayName":"X","emails":[{"value":"x","type":"home","primary":true}],)"
        R"("phoneNumbers":[{"value":"1","type":"mobile"},{"value":"2","type":"work"}])",
        R"(,"addresses":[{"locality":"Zug","type":"work"},{"locality":"Bern","type":"home"}])",
    };
    const std::string operations[] = {
        R"({"op":"replace","path":"name.familyName","value":"Li"})",
        R"({"op":"remove","path":"name.givenName"})",
        R"({"op":"Replace","value":{"name.givenName":"Bo","title":"Legal","active":"True"}})",
        R"({"op":"add","path":"displayName","value":"Somebody"})",
        R"({"op":"remove","path":"displayName"})",
        R"({"op":"replace","path":"userName","value":"v"})",
        R"({"op":"add","path":"emails","value":[{"value":"z","type":"other"}]})",
        R"({"op":"replace","path":"emails[type eq \"work\"].display","value":"W"})",
        R"({"op":"add","path":"phoneNumbers[type eq \"mobile\"].value","value":"9"})",
        R"({"op":"remove","path":"phoneNumbers"})",
        R"({"op":"remove","path":"phoneNumbers[type eq \"mobile\"]"})",
        R"({"op":"replace","path":"addresses[type eq \"work\"].locality","value":"Chur"})",
        R"({"op":"replace","path":"locale","value":"DE"})",
        R"({"op":"remove","path":"title"})",
    };
    for (const std::string& who : sent) {
        for (const std::string& first : operations) {
            for (const std::string& second : operations) {
                BOOST_TEST_CONTEXT(who << " " << first << " " << second) {
                    const auto patch = scim::patch::read(
                        scim::user_type(),
                        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                        R"("Operations":[)" +
                            first + "," + second + "]}");
                    BOOST_REQUIRE(patch.has_value());
                    const scim::resource plain = user(who);
                    const auto of_sent = patch->apply_to(plain);
                    const auto of_kept = patch->apply_to(turned(by, plain));
                    BOOST_REQUIRE(of_sent.has_value());
                    BOOST_REQUIRE(of_kept.has_value());
                    BOOST_TEST(turned(by, of_kept->outcome).document() ==
                               turned(by, of_sent->outcome).document());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_too_long_is_refused) {
    const mapping by = rules_of(R"([{"target":"title","template":"{nickName}"}])");
    scim::resource most =
        user(R"(,"nickName":")" + std::string(mapping_value_bytes_max, 'x') + "\"");
    BOOST_TEST(apply_mapping(by, most).has_value());
    scim::resource more =
        user(R"(,"nickName":")" + std::string(mapping_value_bytes_max + 1, 'x') + "\"");
    const auto refused = apply_mapping(by, more);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().status == 400);
    BOOST_TEST(refused.error().detail ==
               "title: what the tenant's mapping makes of the user has more than 4096 bytes");
}

BOOST_AUTO_TEST_CASE(what_costs_too_much_is_refused) {
    std::string emails;
    for (std::size_t i = 0; i < 900; ++i) {
        emails += (i == 0 ? "" : ",") + std::string(R"({"value":"a)") + std::to_string(i) +
                  R"(","type":")" + std::string(200, 't') + "\"}";
    }
    std::string rules;
    for (int i = 0; i < 16; ++i) {
        rules += (i == 0 ? "" : ",") + std::string(R"({"target":"emails[type eq \"t)") +
                 std::to_string(i) + R"(\"].value","from":"userName"})";
    }
    scim::resource who = user(R"(,"emails":[)" + emails + "]");
    const auto refused = apply_mapping(rules_of("[" + rules + "]"), who);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().status == 413);
}

// What a required rule looks for costs as much, and is judged before anything is set.
BOOST_AUTO_TEST_CASE(what_costs_too_much_to_judge_is_refused) {
    std::string emails;
    for (std::size_t i = 0; i < 900; ++i) {
        emails += (i == 0 ? "" : ",") + std::string(R"({"display":"d","value":"a)") +
                  std::to_string(i) + std::string(200, 'v') + "\"}";
    }
    std::string looks = R"(value co \"q\")";
    for (std::size_t i = 0; i < 20; ++i)
        looks += R"( or value co \"q\")";
    const std::string source = "emails[" + looks + "].display";
    const mapping by =
        rules_of(R"([{"target":"title","from":")" + source + R"(","required":true}])");
    const auto refused = judge_mapping(by, nullptr, user(R"(,"emails":[)" + emails + "]"));
    BOOST_REQUIRE(refused.has_value());
    BOOST_TEST(refused->status == 413);
}

struct required_row {
    const char* name;
    const char* before; ///< null: he is new
    const char* after;
    const char* says; ///< empty: nothing
};

const required_row required[] = {
    {"a create that brings it", nullptr, R"(,"title":"Boss")", ""},
    {"a create without", nullptr, "", "title: the tenant's mapping needs a value to make userType"},
    {"who had it and loses it", R"(,"title":"Boss")", "", "title: the tenant's mapping needs"},
    {"who had none before", "", R"(,"nickName":"x")", ""},
    {"who gets one", "", R"(,"title":"Boss")", ""},
    {"who keeps it", R"(,"title":"Boss")", R"(,"title":"Clerk")", ""},
};

BOOST_AUTO_TEST_CASE(what_a_rule_requires) {
    const mapping by = rules_of(R"([{"target":"userType","from":"title","required":true},)"
                                R"({"target":"locale","from":"nickName"}])");
    for (const required_row& r : required) {
        BOOST_TEST_CONTEXT(r.name) {
            std::optional<scim::resource> before;
            if (r.before != nullptr) before = user(r.before);
            const auto said = judge_mapping(by, before ? &*before : nullptr, user(r.after));
            BOOST_TEST(said.has_value() == (r.says[0] != '\0'));
            if (said) BOOST_TEST((said->detail.find(r.says) == 0), said->detail);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
