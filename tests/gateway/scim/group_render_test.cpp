#include "gateway/scim/group_render.hpp"
#include "gateway/scim/json_input.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/resource.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>
#include <utility>
#include <vector>

namespace rollcall::scim {
namespace {

constexpr std::string_view guides = R"({"externalId":"e","displayName":"Guides"})";
constexpr std::string_view head =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"42")";
constexpr std::string_view meta =
    R"("meta":{"resourceType":"Group","created":"2026-01-31T08:30:00.000Z",)"
    R"("lastModified":"2026-02-01T09:00:00.500Z",)"
    R"("location":"https://rollcall.example/scim/v2/Groups/42","version":"W/\"7\""})";

computed facts() {
    computed out = sample::facts();
    out.status = "";
    return out;
}

using people = std::vector<std::string>;

selection read_selection(std::optional<std::string_view> attributes,
                         std::optional<std::string_view> excluded) {
    auto read = selection::read(group_type(), attributes, excluded);
    BOOST_REQUIRE(read.has_value());
    return std::move(*read);
}

std::string written(std::string_view document, const people& members, const selection& shown = {},
                    const computed& about = facts()) {
    std::string out;
    group_writer writer(out, document, about, shown);
    if (auto opened = writer.open(); !opened) return sample::line(opened.error());
    for (const std::string& id : members) {
        if (writer.shows_members()) writer.member(id);
    }
    writer.close();
    return out;
}

BOOST_AUTO_TEST_SUITE(group_render_test)

BOOST_AUTO_TEST_CASE(a_group_with_its_members) {
    const std::string open = std::string(head) + R"(,"externalId":"e","displayName":"Guides",)";
    BOOST_TEST(written(guides, {}) == open + R"("members":[],)" + std::string(meta) + "}");
    BOOST_TEST(
        written(guides, {"u1", "u2"}) ==
        open +
            R"("members":[{"value":"u1",)"
            R"("$ref":"https://rollcall.example/scim/v2/Users/u1","type":"User"},{"value":"u2",)"
            R"("$ref":"https://rollcall.example/scim/v2/Users/u2","type":"User"}],)" +
            std::string(meta) + "}");
}

BOOST_AUTO_TEST_CASE(as_much_as_is_asked_for) {
    const std::string ref = R"("$ref":"https://rollcall.example/scim/v2/Users/u1")";

    struct {
        const char* name;
        std::optional<std::string_view> attributes;
        std::optional<std::string_view> excluded;
        std::string shown; // behind the head, without the last brace
    } const rows[]{
        {"members", "members", {}, R"(,"members":[{"value":"u1",)" + ref + R"(,"type":"User"}])"},
        {"their ids", "members.value", {}, R"(,"members":[{"value":"u1"}])"},
        {"two parts and a name",
         "MEMBERS.VALUE,displayName,members.type",
         {},
         R"(,"displayName":"Guides","members":[{"value":"u1","type":"User"}])"},
        {"their references", "members.$ref", {}, R"(,"members":[{"value":"u1",)" + ref + "}]"},
        {"with meta behind",
         "members.value,meta.version",
         {},
         R"(,"members":[{"value":"u1"}],"meta":{"version":"W/\"7\""})"},
        {"by the URN",
         "urn:ietf:params:scim:schemas:core:2.0:Group:members.value",
         {},
         R"(,"members":[{"value":"u1"}])"},
        {"the id alone", "id", {}, ""},
        {"a name alone", "displayName", {}, R"(,"displayName":"Guides")"},
        {"an unknown part", "members.nosuch", {}, ""},
        {"without members",
         {},
         "members",
         R"(,"externalId":"e","displayName":"Guides",)" + std::string(meta)},
        {"without members and meta",
         {},
         "meta,Members",
         R"(,"externalId":"e","displayName":"Guides")"},
        {"without their references",
         {},
         "members.$ref,meta,externalId",
         R"(,"displayName":"Guides","members":[{"value":"u1","type":"User"}])"},
        {"without any part",
         {},
         "members.value,members.$ref,members.type,meta",
         R"(,"externalId":"e","displayName":"Guides")"},
        {"without what does not exist",
         {},
         "nosuch,meta,externalId",
         R"(,"displayName":"Guides","members":[{"value":"u1",)" + ref + R"(,"type":"User"}])"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const selection shown = read_selection(row.attributes, row.excluded);
            BOOST_TEST(written(guides, {"u1"}, shown) == std::string(head) + row.shown + "}");
            const bool none = row.shown.find("members") == std::string::npos;
            std::string out;
            const computed about = facts();
            BOOST_TEST(group_writer(out, guides, about, shown).shows_members() == !none);
            if (none) continue;
            const std::string empty = written(guides, {}, shown);
            BOOST_TEST(empty.find(R"("members":[])") != std::string::npos, empty);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_was_written_may_be_taken_away) {
    std::string whole;
    std::string out;
    {
        const std::string document(guides);
        const computed about = facts();
        const selection all;
        group_writer writer(out, document, about, all);
        const auto take = [&] {
            whole += out;
            out.clear();
        };
        BOOST_TEST(writer.open().has_value());
        take();
        for (const char* id : {"u1", "u2", "u3"}) {
            writer.member(id);
            take();
        }
        writer.close();
        take();
    }
    BOOST_TEST(whole == written(guides, {"u1", "u2", "u3"}));
}

BOOST_AUTO_TEST_CASE(documents_that_look_like_answers) {
    for (const char* document :
         {R"({"displayName":",\"meta\":{"})", R"({"externalId":"x","displayName":"a\\"})",
          R"({"externalId":",\"members\":[","displayName":"]},\"meta\":{\"a\":1}"})"}) {
        BOOST_TEST_CONTEXT(document) {
            for (const char* excluded : {"", "meta", "nosuch"}) {
                const std::string got = written(document, {"u"}, read_selection({}, excluded));
                const auto read = parse_json(got);
                BOOST_REQUIRE(read.has_value());
                BOOST_TEST((json_array((*read)["members"]).size() == 1));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_damaged_document_leaves_nothing) {
    std::string out = "before";
    const computed about = facts();
    const selection shown = read_selection("displayName", {});
    group_writer writer(out, R"({"displayName":7})", about, shown);
    const auto opened = writer.open();
    BOOST_REQUIRE(!opened.has_value());
    BOOST_TEST(opened.error().status == 500);
    BOOST_TEST(out == "before");
}

BOOST_AUTO_TEST_CASE(a_user_shows_his_groups) {
    std::string json = "[";
    append_group_reference(json, true, "g1", "Guides \"G\"", "https://h/\"x");
    append_group_reference(json, false, "g2", "B", "https://h/\"x");
    json += "]";
    BOOST_TEST(json ==
               R"([{"value":"g1","$ref":"https://h/\"x/Groups/g1","display":"Guides \"G\"",)"
               R"("type":"direct"},{"value":"g2","$ref":"https://h/\"x/Groups/g2",)"
               R"("display":"B","type":"direct"}])");
    computed about = sample::facts();
    about.groups = json;
    const resource who = sample::user(R"("userName":"ann")");
    for (const char* text :
         {R"(groups eq "g2")", R"(groups[value eq "g1" and display eq "guides \"g\""])",
          R"(groups.type eq "direct")"}) {
        BOOST_TEST(matches(*parse_filter(user_type(), text), who, about), text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
