// What Okta and Microsoft Entra ID really send for groups, case by case, through the whole
// protocol: bodies, PATCH messages in both dialects, filters as they arrive after URL decoding.
#include "gateway/scim/body.hpp"
#include "gateway/scim/group_render.hpp"
#include "gateway/scim/lookups.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/team_facts.hpp"
#include "gateway/scim/team_members.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

std::string ids_in(std::string_view body) {
    const auto read = read_listed_members(body);
    if (!read) return sample::line(read.error());
    if (!*read) return "absent";
    std::string out;
    for (const std::string& id : **read)
        out += (out.empty() ? "" : " ") + id;
    return out.empty() ? "none" : out;
}

BOOST_AUTO_TEST_SUITE(identity_provider_groups_test)

BOOST_AUTO_TEST_CASE(creates_and_puts) {
    struct {
        const char* name;
        const char* body;
        const char* document;
        const char* members;
    } const rows[]{
        {"Okta",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
         R"("displayName":"Test SCIMv2","members":[]})",
         R"({"displayName":"Test SCIMv2"})", "none"},
        {"Okta with members",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
         R"("displayName":"Test SCIMv2","members":[{"value":"b1c794f24f4c49f4b5d503a4cb2686ea",)"
         R"("display":"SCIM 2 Group A"}]})",
         R"({"displayName":"Test SCIMv2"})", "b1c794f24f4c49f4b5d503a4cb2686ea"},
        {"Okta puts all of it",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
         R"("id":"85c4acc1-c4c3-432c-a6d0-12bbfc2ec4d6","displayName":"Test SCIMv2",)"
         R"("members":[{"value":"u2","display":"B"},{"value":"u1","display":"A"}],)"
         R"("meta":{"resourceType":"Group","version":"v1.0"}})",
         R"({"displayName":"Test SCIMv2"})", "u1 u2"},
        {"Entra, with a schema of its own",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",)"
         R"("http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],)"
         R"("externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"displayName",)"
         R"("meta":{"resourceType":"Group"}})",
         R"({"externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"displayName"})",
         "absent"},
        {"a body without members that a validator puts",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"New"})",
         R"({"displayName":"New"})", "absent"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(sample::line(read_new(group_type(), row.body)) == row.document);
            const auto change = replacement::read(group_type(), row.body);
            BOOST_REQUIRE(change.has_value());
            const auto old =
                resource::from_document(group_type(), R"({"externalId":"o","displayName":"Old"})");
            BOOST_TEST(sample::line(change->apply_to(*old)) == row.document);
            BOOST_TEST(ids_in(row.body) == row.members);
        }
    }
}

BOOST_AUTO_TEST_CASE(patches) {
    constexpr std::string_view group = R"({"externalId":"e","displayName":"Guides"})";

    struct {
        const char* name;
        const char* operations;
        const char* members;
        const char* document; // `same`: nothing to store
    } const rows[]{
        {"Okta renames",
         R"({"op":"replace","value":{"id":"abf4dd94-a4c0-4f67-89c9-76b03340cb9b",)"
         R"("displayName":"Test SCIMv2"}})",
         "none", R"({"externalId":"e","displayName":"Test SCIMv2"})"},
        {"Okta renames to the same name, as with every change of members",
         R"({"op":"replace","value":{"id":"g","displayName":"Guides"}})", "none", "same"},
        {"Okta adds and removes",
         R"({"op":"remove","path":"members[value eq \"89bb1940-b905-4575-9e7f-6f887cfb368e\"]"},)"
         R"({"op":"add","path":"members","value":[{"value":"23a35c27-23d3-4c03-b4c5-6443c09e7173",)"
         R"("display":"test.user@okta.local"}]})",
         "+23a35c27-23d3-4c03-b4c5-6443c09e7173 -89bb1940-b905-4575-9e7f-6f887cfb368e", "same"},
        {"Okta removes two and adds two",
         R"({"op":"remove","path":"members[value eq \"a\"]"},)"
         R"({"op":"remove","path":"members[value eq \"b\"]"},)"
         R"({"op":"add","path":"members","value":[{"value":"c","display":"C"},)"
         R"({"value":"d","display":"D"}]})",
         "+c +d -a -b", "same"},
        {"Okta pushes now",
         R"({"op":"replace","path":"members","value":[{"value":"a","display":"A"}]})", "all +a",
         "same"},
        {"Okta pushes an empty group now", R"({"op":"replace","path":"members","value":[]})", "all",
         "same"},
        {"Okta pushes an empty group now, without a path",
         R"({"op":"replace","value":{"members":[],"id":"g","displayName":"Guides"}})", "all",
         "same"},
        {"Entra renames", R"({"op":"Replace","path":"displayName","value":"1879db59-3bdf"})",
         "none", R"({"externalId":"e","displayName":"1879db59-3bdf"})"},
        {"Entra adds",
         R"({"op":"Add","path":"members","value":[{"$ref":null,)"
         R"("value":"f648f8d5ea4e4cd38e9c"}]})",
         "+f648f8d5ea4e4cd38e9c", "same"},
        {"Entra removes",
         R"({"op":"Remove","path":"members","value":[{"$ref":null,)"
         R"("value":"f648f8d5ea4e4cd38e9c"}]})",
         "-f648f8d5ea4e4cd38e9c", "same"},
        {"Entra removes, without a reference",
         R"({"op":"Remove","path":"members","value":[{"value":"u1091"}]})", "-u1091", "same"},
        {"Entra with the flag removes",
         R"({"op":"remove","path":"members[value eq \"7f4bc1a3-285e-48ae-8202-5accb43efb0e\"]"})",
         "-7f4bc1a3-285e-48ae-8202-5accb43efb0e", "same"},
        {"Entra adds several at once",
         R"({"op":"Add","path":"members","value":[{"value":"a"},{"value":"b"},{"value":"c"}]})",
         "+a +b +c", "same"},
        {"Microsoft's collection adds a text",
         R"({"op":"Add","path":"members","value":"string id 1"})", "+string id 1", "same"},
        {"Microsoft's validator adds and removes the same",
         R"({"op":"add","path":"members","value":[{"value":"a"}]},)"
         R"({"op":"remove","path":"members","value":[{"value":"a"}]})",
         "-a", "same"},
    };

    const auto current = resource::from_document(group_type(), group);
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto change = patch::read(group_type(), sample::patch_body(row.operations));
            BOOST_REQUIRE(change.has_value());
            BOOST_TEST(sample::line(change->members()) == row.members);
            const std::string document =
                std::string_view(row.document) == "same" ? std::string(group) : row.document;
            BOOST_TEST(sample::line(change->apply_to(*current)) == document);
        }
    }
}

BOOST_AUTO_TEST_CASE(lookups_and_filters) {
    struct {
        const char* filter;
        bool hit;
        std::size_t lookups;
    } const rows[]{
        {R"(displayName eq "Tour Guides")", true, 1},
        {R"(displayName eq "TOUR guides")", true, 1},
        {R"(DisplayName Eq "tour guides")", true, 1},
        {R"(displayName eq "Tour Guide")", false, 1},
        {R"(externalId eq "8aa1a0c0")", true, 1},
        {"externalId eq 8aa1a0c0", true, 1},
        {R"(externalId eq "8AA1A0C0")", false, 1},
        {R"(id eq "c4d56c3c-cd76" and members eq "u1")", true, 2},
        {R"(id eq "c4d56c3c-cd76" and members eq "u9")", false, 2},
        {"id eq c4d56c3c-cd76 and members eq 2819c223-7f76", false, 2},
        {R"(id eq "other" and members eq "u1")", false, 2},
    };

    const auto group = resource::from_document(
        group_type(), R"({"externalId":"8aa1a0c0","displayName":"Tour Guides"})");
    computed facts = sample::facts();
    facts.id = "c4d56c3c-cd76";
    facts.member_count = 1;
    facts.has_member = [](std::string_view id) { return id == "u1"; };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.filter) {
            const auto what = parse_filter(group_type(), row.filter);
            BOOST_REQUIRE(what.has_value());
            BOOST_TEST(matches(*what, *group, facts) == row.hit);
            BOOST_TEST(exact_lookups(*what).size() == row.lookups);
        }
    }
}

BOOST_AUTO_TEST_CASE(answers) {
    constexpr std::string_view group = R"({"externalId":"e","displayName":"Guides"})";
    computed facts = sample::facts();
    facts.status = "";
    const auto shown = [&](std::optional<std::string_view> attributes,
                           std::optional<std::string_view> excluded) {
        const auto what = selection::read(group_type(), attributes, excluded);
        std::string out;
        group_writer writer(out, group, facts, *what);
        BOOST_TEST(writer.open().has_value());
        if (writer.shows_members()) writer.member("u1");
        writer.close();
        return out;
    };
    // Who asks for none of the members and is shown some, shrinks the group to those.
    BOOST_TEST(shown({}, "members").find("members") == std::string::npos);
    BOOST_TEST(shown("id", {}) ==
               R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"42"})");
    // What a GET shows can be sent back whole.
    const std::string whole = shown({}, {});
    BOOST_TEST(sample::line(read_new(group_type(), whole)) == group);
    BOOST_TEST(ids_in(whole) == "u1");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
