#include "gateway/scim/limits.hpp"
#include "gateway/scim/render.hpp"
#include "gateway/scim/selection.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

constexpr std::string_view document =
    R"({"externalId":"E","userName":"ann","name":{"familyName":"B","givenName":"Ann"})"
    R"(,"active":true,)"
    R"("emails":[{"value":"w","type":"work"},{"type":"home"}],"@ENT":{)"
    R"("costCenter":"C","manager":{"value":"9","displayName":"Bob"}}})";

std::string shown(std::optional<std::string_view> attributes,
                  std::optional<std::string_view> excluded, const resource_type& type = user_type(),
                  std::string_view of = document) {
    const auto selected = selection::read(
        type, attributes ? std::optional(sample::expand(*attributes)) : std::nullopt,
        excluded ? std::optional(sample::expand(*excluded)) : std::nullopt);
    if (!selected) return sample::line(selected.error());
    std::string out;
    const auto done = append_resource(out, type, sample::expand(of), sample::facts(), *selected);
    return done ? out : sample::line(done.error());
}

/// `{"schemas":[…],"id":"42"` with the core URN and these others.
std::string head(std::string_view more = "") {
    return "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"" + sample::expand(more) +
           "],\"id\":\"42\"";
}

BOOST_AUTO_TEST_SUITE(selection_test)

BOOST_AUTO_TEST_CASE(only_what_is_named) {
    struct {
        const char* attributes;
        const char* schemas;
        const char* rest;
    } const rows[]{
        {"userName", "", R"(,"userName":"ann"})"},
        {"USERNAME", "", R"(,"userName":"ann"})"},
        {"urn:ietf:params:scim:schemas:core:2.0:User:userName", "", R"(,"userName":"ann"})"},
        {" userName , ,externalId ", "", R"(,"externalId":"E","userName":"ann"})"},
        {"name", "", R"(,"name":{"familyName":"B","givenName":"Ann"}})"},
        {"name.givenName", "", R"(,"name":{"givenName":"Ann"}})"},
        {"name.givenName,name", "", R"(,"name":{"familyName":"B","givenName":"Ann"}})"},
        {"emails.value", "", R"(,"emails":[{"value":"w"}]})"},
        {"emails", "", R"(,"emails":[{"value":"w","type":"work"},{"type":"home"}]})"},
        {"@ENT", R"(,"@ENT")",
         R"(,"@ENT":{"costCenter":"C","manager":{"value":"9","displayName":"Bob"}}})"},
        {"@ENT:costCenter", R"(,"@ENT")", R"(,"@ENT":{"costCenter":"C"}})"},
        {"@ENT:manager.value", R"(,"@ENT")", R"(,"@ENT":{"manager":{"value":"9"}}})"},
        {"manager.displayName", R"(,"@ENT")", R"(,"@ENT":{"manager":{"displayName":"Bob"}}})"},
        {"@ENT:department", "", "}"},
        {"urn:rollcall:params:scim:schemas:1.0:User",
         R"(,"urn:rollcall:params:scim:schemas:1.0:User")",
         R"(,"urn:rollcall:params:scim:schemas:1.0:User":{"status":"active"}})"},
        {"meta.version", "", R"(,"meta":{"version":"W/\"7\""}})"},
        {"id", "", "}"},
        {"schemas", "", "}"},
        {"nosuch", "", "}"},
        {"password", "", "}"},
        {"nickName", "", "}"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.attributes) {
            BOOST_TEST(shown(row.attributes, {}) == head(row.schemas) + sample::expand(row.rest));
        }
    }
}

BOOST_AUTO_TEST_CASE(all_but_what_is_named) {
    constexpr const char* meta =
        R"(,"meta":{"resourceType":"User","created":"2026-01-31T08:30:00.000Z",)"
        R"("lastModified":"2026-02-01T09:00:00.500Z",)"
        R"("location":"https://rollcall.example/scim/v2/Users/42","version":"W/\"7\""}})";
    constexpr const char* ours =
        R"(,"urn:rollcall:params:scim:schemas:1.0:User":{"status":"active"})";
    constexpr const char* enterprise =
        R"(,"@ENT":{"costCenter":"C","manager":{"value":"9","displayName":"Bob"}})";
    const std::string core =
        R"(,"externalId":"E","userName":"ann","name":{"familyName":"B","givenName":"Ann"})"
        R"(,"active":true)";
    const std::string emails = R"(,"emails":[{"value":"w","type":"work"},{"type":"home"}])";
    const std::string both = R"(,"@ENT","urn:rollcall:params:scim:schemas:1.0:User")";

    struct {
        const char* excluded;
        std::string whole;
    } const rows[]{
        {"id,schemas", head(both) + core + emails + enterprise + ours + meta},
        {"nosuch", head(both) + core + emails + enterprise + ours + meta},
        {"emails,meta", head(both) + core + enterprise + ours + "}"},
        {"EMAILS.TYPE",
         head(both) + core + R"(,"emails":[{"value":"w"}])" + enterprise + ours + meta},
        {"emails.type,emails.value", head(both) + core + enterprise + ours + meta},
        {"@ENT",
         head(R"(,"urn:rollcall:params:scim:schemas:1.0:User")") + core + emails + ours + meta},
        {"@ENT:manager.value,@ENT:costCenter",
         head(both) + core + emails + R"(,"@ENT":{"manager":{"displayName":"Bob"}})" + ours + meta},
        {"urn:rollcall:params:scim:schemas:1.0:User:status",
         head(R"(,"@ENT")") + core + emails + enterprise + meta},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.excluded) {
            BOOST_TEST(shown({}, row.excluded) == sample::expand(row.whole));
        }
    }
}

BOOST_AUTO_TEST_CASE(saying_nothing_selects_nothing) {
    for (const auto& [attributes, excluded] :
         {std::pair<std::optional<std::string_view>, std::optional<std::string_view>>{{}, {}},
          {"", {}},
          {" , ,", ""},
          {{}, "  "}}) {
        const auto selected = selection::read(user_type(), attributes, excluded);
        BOOST_REQUIRE(selected.has_value());
        BOOST_TEST(selected->is_default());
    }
    BOOST_TEST(shown("userName", "emails").starts_with("invalidValue: attributes and excluded"));
}

BOOST_AUTO_TEST_CASE(returned_words_are_obeyed) {
    const resource_type& widget = sample::widget_type();
    constexpr std::string_view of =
        R"({"label":"w","parts":[{"value":"1","secret":"s"}],"onRequest":"R",)"
        R"("hidden":"H","loud":"L","urn:example:Must":{"code":"c"}})";
    const std::string begin = R"({"schemas":["urn:example:Widget"],"id":"42",)";
    BOOST_TEST(shown("label", {}, widget, of) == begin + R"("label":"w","loud":"L"})");
    BOOST_TEST(shown("onRequest,hidden", {}, widget, of) ==
               begin + R"("onRequest":"R","loud":"L"})");
    BOOST_TEST(shown("parts", {}, widget, of) == begin + R"("parts":[{"value":"1"}],"loud":"L"})");
    BOOST_TEST(shown("parts.secret", {}, widget, of) ==
               begin + R"("parts":[{"secret":"s"}],"loud":"L"})");
    const std::string all_but_meta = shown({}, "meta,loud", widget, of);
    BOOST_TEST(all_but_meta ==
               R"({"schemas":["urn:example:Widget","urn:example:Must"],"id":"42","label":"w",)"
               R"("parts":[{"value":"1"}],"loud":"L","urn:example:Must":{"code":"c"}})");
}

BOOST_AUTO_TEST_CASE(hidden_attributes_need_not_be_loaded) {
    const attribute& groups = *find_attribute(user_type().attributes(), "groups");
    const attribute& id = *find_attribute(user_type().attributes(), "id");
    BOOST_TEST(!selection().hides(groups));
    BOOST_TEST(selection::read(user_type(), "userName", {})->hides(groups));
    BOOST_TEST(!selection::read(user_type(), "groups.value", {})->hides(groups));
    BOOST_TEST(selection::read(user_type(), {}, "GROUPS")->hides(groups));
    BOOST_TEST(!selection::read(user_type(), {}, "groups.display")->hides(groups));
    BOOST_TEST(!selection::read(user_type(), {}, "id")->hides(id));
}

BOOST_AUTO_TEST_CASE(names_have_a_limit) {
    const auto names = [](std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i)
            out += "x,";
        return out;
    };
    BOOST_TEST(selection::read(user_type(), names(limits::selection_names_max), {}).has_value());
    BOOST_TEST(
        sample::line(
            selection::read(user_type(), names(limits::selection_names_max + 1), {}).error()) ==
        "invalidValue: attributes: must not have more than 200 names");
    BOOST_TEST(
        sample::line(
            selection::read(user_type(), {}, names(limits::selection_names_max + 1)).error()) ==
        "invalidValue: excludedAttributes: must not have more than 200 names");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
