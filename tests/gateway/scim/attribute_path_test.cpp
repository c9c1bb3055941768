#include "gateway/scim/attribute_path.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::scim {
namespace {

BOOST_AUTO_TEST_SUITE(attribute_path_test)

BOOST_AUTO_TEST_CASE(names_are_resolved) {
    struct {
        const char* name;
        const char* resolved; // empty: no such attribute
    } const rows[]{
        {"userName", "userName"},
        {"USERNAME", "userName"},
        {"name.GIVENname", "name.givenName"},
        {"emails", "emails"},
        {"emails.$ref", ""},
        {"groups.$ref", "groups.$ref"},
        {"meta.lastModified", "meta.lastModified"},
        {"id", "id"},
        {"schemas", "schemas"},
        {"urn:ietf:params:scim:schemas:core:2.0:User:userName", "userName"},
        {"URN:IETF:params:scim:schemas:CORE:2.0:user:USERNAME", "userName"},
        {"urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "name.givenName"},
        {"urn:ietf:params:scim:schemas:core:2.0:User:externalId", "externalId"},
        {"@ENT", "@ENT"},
        {"@ENT:department", "@ENT:department"},
        {"@ENT:manager.value", "@ENT:manager.value"},
        {"@ENT.manager", "@ENT:manager"}, // an old client's dot
        {"manager", "@ENT:manager"},      // an extension's name, unqualified
        {"manager.displayName", "@ENT:manager.displayName"},
        {"department", "@ENT:department"},
        {"status", "urn:rollcall:params:scim:schemas:1.0:User:status"},
        // not attributes
        {"", ""},
        {"nosuch", ""},
        {".name", ""},
        {"name.", ""},
        {"name..givenName", ""},
        {"name.givenName.x", ""},
        {"name.nosuch", ""},
        {"userName.value", ""},
        {"user Name", ""},
        {" userName", ""},
        {"urn:ietf:params:scim:schemas:core:2.0:User", ""},
        {"urn:ietf:params:scim:schemas:core:2.0:User:", ""},
        {"urn:ietf:params:scim:schemas:core:2.0:User:department", ""},
        {"urn:ietf:params:scim:schemas:core:2.0:Users:userName", ""},
        {"@ENT:", ""},
        {"@ENT:nosuch", ""},
        {"@ENT:userName", ""},
        {"@ENTdepartment", ""},
        {"urn:unknown:userName", ""},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT("name: " << row.name) {
            const auto path = resolve(user_type(), sample::expand(row.name));
            BOOST_TEST((path ? path->text() : "") == sample::expand(row.resolved));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_longest_urn_wins_and_doubt_resolves_to_nothing) {
    const auto in_widget = [](std::string_view name) {
        const auto path = resolve(sample::widget_type(), name);
        return path ? path->text() : std::string();
    };
    BOOST_TEST(in_widget("urn:example:Must:More:extra") == "urn:example:Must:More:extra");
    BOOST_TEST(in_widget("urn:example:Must:note") == "urn:example:Must:note");
    BOOST_TEST(in_widget("urn:example:Must:extra") == "");
    BOOST_TEST(in_widget("extra") == "urn:example:Must:More:extra");
    BOOST_TEST(in_widget("code") == ""); // both extensions have one
}

BOOST_AUTO_TEST_CASE(resolving_the_canonical_text_gives_the_same_path) {
    for (const attribute& row : user_type().attributes()) {
        const auto again = [](const attribute_path& path) {
            BOOST_TEST_CONTEXT(path.text()) {
                const auto read = resolve(user_type(), path.text());
                BOOST_REQUIRE(read.has_value());
                BOOST_TEST((*read == path));
            }
        };
        attribute_path path;
        (row.is_extension ? path.extension : path.attr) = &row;
        again(path);
        for (const attribute& inner : row.sub_attributes) {
            attribute_path deeper = path;
            (row.is_extension ? deeper.attr : deeper.sub) = &inner;
            again(deeper);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
