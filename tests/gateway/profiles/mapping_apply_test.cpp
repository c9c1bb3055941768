#include "gateway/profiles/mapping_apply.hpp"
#include "gateway/profiles/mapping_reader.hpp"
#include "gateway/scim/body.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/patch.hpp"
#include "tests/support/properties.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

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
    scim::resource who = user(R"(,"emails":[)" + emails + "]");
    const auto refused = turn(by, nullptr, who, false);
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST(refused.error().status == 413);
}

// What a request costs is one sum: what is looked for, what is set, and who was there before.
BOOST_AUTO_TEST_CASE(all_that_a_request_costs_is_one_sum) {
    std::string emails;
    for (std::size_t i = 0; i < 800; ++i) {
        emails += (i == 0 ? "" : ",") + std::string(R"({"display":"d","value":"a)") +
                  std::to_string(i) + std::string(200, 'v') + "\"}";
    }
    // The last one is what is looked for.
    const scim::resource who = user(R"(,"emails":[)" + emails + R"(,{"display":"d","value":"q"}])");
    const auto rules = [](std::size_t looks, const char* required) {
        std::string which = R"(value co \"q\")";
        for (std::size_t i = 1; i < looks; ++i)
            which += R"( or value co \"q\")";
        return rules_of(R"([{"target":"title","from":"emails[)" + which +
                        R"(].display","required":)" + required + "}]");
    };
    const auto costs_too_much = [&who](const mapping& by, const scim::resource* before, bool both) {
        scim::resource after = who;
        const auto done = turn(by, before, after, both);
        return !done && done.error().status == 413;
    };
    // The dearest that can still be set.
    std::size_t most = 1;
    while (!costs_too_much(rules(most + 1, "false"), nullptr, false))
        BOOST_REQUIRE(++most < 64);
    BOOST_REQUIRE(most > 3);
    const mapping dear = rules(most / 2 + 1, "false");
    BOOST_TEST(!costs_too_much(dear, nullptr, false));
    BOOST_TEST(!costs_too_much(dear, &who, false));
    BOOST_TEST(costs_too_much(dear, &who, true), "both users are turned");
    BOOST_TEST(costs_too_much(rules(most / 2 + 1, "true"), nullptr, false),
               "what is required is looked for");
}

// Whoever was there before is turned if he can be.
BOOST_AUTO_TEST_CASE(who_was_there_before_is_turned_too) {
    const mapping by = rules_of(R"([{"target":"title","from":"nickName"}])");
    const scim::resource before = user(R"(,"nickName":"Jo")");
    const scim::resource long_before =
        user(R"(,"nickName":")" + std::string(mapping_value_bytes_max + 1, 'x') + "\"");

    struct row {
        const char* name;
        const scim::resource* before;
        bool both;
        const char* title; ///< null: nobody is returned
    };

    const row rows[] = {
        {"somebody new", nullptr, true, nullptr},
        {"nobody asks for it", &before, false, nullptr},
        {"somebody", &before, true, R"("title":"Jo")"},
        {"he cannot be turned", &long_before, true, nullptr},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            scim::resource after = user(R"(,"nickName":"Al")");
            const auto done = turn(by, r.before, after, r.both);
            BOOST_REQUIRE(done.has_value());
            BOOST_TEST((after.document().find(R"("title":"Al")") != std::string::npos));
            BOOST_TEST(done->has_value() == (r.title != nullptr));
            if (*done && r.title != nullptr) {
                BOOST_TEST(((*done)->document().find(r.title) != std::string::npos));
            }
        }
    }
}

// Any rules of a list that stand together, and any user: turning him twice is turning him once.
BOOST_AUTO_TEST_CASE(turning_twice_is_turning_once) {
    static const std::vector<std::string> list = {
        display,
        work_mail,
        work_phone,
        work_country,
        R"({"target":"userType","constant":"Employee"})",
        R"({"target":"department","from":"title"})",
        R"({"target":"nickName","from":"externalId"})",
        R"({"target":"emails[type eq \"other\"].value","from":"emails[type eq \"home\"].value"})",
        R"({"target":"emails[type eq \"other\"].display","template":"{locale} {title}"})",
        R"({"target":"photos[type eq \"photo\" and display eq \"D\"].value","from":"profileUrl"})",
        R"({"target":"roles[type eq \"work\"].value","from":"locale","required":true})",
    };
    const auto one_of = [](std::vector<std::string> all) {
        return *rc::gen::elementOf(std::move(all));
    };
    support::check_in_cases(300, [&] {
        const auto chosen =
            *rc::gen::container<std::vector<bool>>(list.size(), rc::gen::arbitrary<bool>());
        std::string rules;
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (chosen[i]) rules += (rules.empty() ? "" : ",") + list[i];
        }
        if (rules.empty()) rules = display;
        const auto by = read_mapping("[" + rules + "]");
        RC_ASSERT(by.has_value());

        std::string sent;
        for (const char* name : {"title", "nickName", "locale", "displayName", "userType",
                                 "externalId", "profileUrl"}) {
            const std::string text = one_of({"", "", "A", "u", "https://x.example/"});
            if (!text.empty()) sent += ",\"" + std::string(name) + "\":\"" + text + "\"";
        }
        sent += one_of({"", R"(,"name":{"givenName":"Ann"})",
                        R"(,"name":{"givenName":"Ann","familyName":"Lee"})"});
        for (const char* name : {"emails", "phoneNumbers", "photos", "roles", "addresses"}) {
            const std::string value = std::string(name) == "addresses" ? "locality" : "value";
            std::string elements;
            bool primary = false;
            const auto many = *rc::gen::inRange(0, 5);
            for (int i = 0; i < many; ++i) {
                std::string one =
                    one_of({"", R"(,"type":"work")", R"(,"type":"Home")", R"(,"type":"mobile")",
                            R"(,"type":"other")", R"(,"type":"photo")"});
                if (value == "value") one += one_of({"", "", R"(,"display":"D")"});
                if (!primary && *rc::gen::arbitrary<bool>()) {
                    primary = true;
                    one += R"(,"primary":true)";
                }
                elements.append(i == 0 ? "{\"" : ",{\"").append(value);
                elements.append("\":\"https://v.example/").append(std::to_string(i));
                elements.append("\"").append(one).append("}");
            }
            if (many > 0) sent += ",\"" + std::string(name) + "\":[" + elements + "]";
        }
        const auto read = scim::read_new(
            scim::user_type(),
            R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"u")" + sent +
                "}");
        RC_ASSERT(read.has_value());
        scim::resource once = *read;
        RC_ASSERT(apply_mapping(*by, once).has_value());
        const auto again = scim::resource::from_document(scim::user_type(), once.document());
        RC_ASSERT(again.has_value());
        scim::resource twice = *again;
        RC_ASSERT(apply_mapping(*by, twice).has_value());
        RC_ASSERT(twice.document() == once.document());
    });
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
            scim::resource after = user(r.after);
            const auto done = turn(by, before ? &*before : nullptr, after, false);
            BOOST_TEST(!done.has_value() == (r.says[0] != '\0'));
            if (!done) BOOST_TEST((done.error().detail.find(r.says) == 0), done.error().detail);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
