#include "gateway/scim/limits.hpp"
#include "gateway/scim/path.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

std::string read(std::string_view text, const resource_type& type = user_type()) {
    const auto parsed = parse_path(type, sample::expand(text));
    return parsed ? print(*parsed) : sample::line(parsed.error());
}

BOOST_AUTO_TEST_SUITE(path_test)

BOOST_AUTO_TEST_CASE(paths_are_read) {
    struct {
        const char* text;
        const char* path;
    } const rows[]{
        {"userName", "userName"},
        {"NAME.familyname", "name.familyName"},
        {R"(addresses[type eq "work"])", R"(addresses[type eq "work"])"},
        {R"(addresses[type eq "work"].streetAddress)",
         R"(addresses[type eq "work"].streetAddress)"},
        {R"(emails[type eq "other"].Value)", R"(emails[type eq "other"].value)"},
        {R"(emails[ type eq "a]b\"]" ].value)", R"(emails[type eq "a]b\"]"].value)"},
        {"emails.value", "emails.value"},
        {R"(roles[primary eq "True"].display)", "roles[primary eq true].display"},
        {R"(emails[type eq "work" and value ew "x"])",
         R"(emails[type eq "work" and value ew "x"])"},
        {"@ENT:employeeNumber", "@ENT:employeeNumber"},
        {"@ENT", "@ENT"},
        {"@ENT.manager", "@ENT:manager"},
        {"manager", "@ENT:manager"},
        {R"(urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "work"].value)",
         R"(emails[type eq "work"].value)"},
        {"id", "id"},
        {"schemas", "schemas"},
        // invalidPath
        {"", "invalidPath: path '' is empty..."},
        {" ", "invalidPath: path ' ' names no attribute of User"},
        {".name", "invalidPath: path '.name' names no attribute of User"},
        {"name.", "invalidPath: ..."},
        {"name..x", "invalidPath: ..."},
        {"a.b.c", "invalidPath: ..."},
        {"nosuch", "invalidPath: path 'nosuch' names no attribute of User"},
        {"name.nosuch", "invalidPath: ..."},
        {"email", "invalidPath: ..."},
        {"@ENT:nosuch", "invalidPath: ..."},
        {R"(emails[type eq "work")",
         "invalidPath: path 'emails[type eq \"work\"' has no closing ]"},
        {R"(emails[type eq "work])", "invalidPath: ..."},
        {"emails]", "invalidPath: ..."},
        {R"(emails[type eq "work"]value)",
         "invalidPath: path 'emails[type eq \"work\"]value' has something..."},
        {R"(emails[type eq "work"].)", "invalidPath: ..."},
        {R"(emails[type eq "work"].a.b)", "invalidPath: ..."},
        {R"(emails[type eq "work"].nosuch)", "invalidPath: ..."},
        {R"(emails[type eq "work"] )", "invalidPath: ..."},
        {R"(emails[type eq "work"][type eq "home"])", "invalidPath: ..."},
        {R"(emails.value[type eq "work"])", "invalidPath: ..."},
        {R"(name[givenName eq "x"])",
         "invalidPath: path 'name[givenName eq \"x\"]' has brackets..."},
        {R"(@ENT[department eq "x"])", "invalidPath: ..."},
        {R"(nosuch[type eq "work"])", "invalidPath: ..."},
        // invalidFilter
        {R"(emails[type zz "work"])", "invalidFilter: ..."},
        {"emails[type eq]", "invalidFilter: ..."},
        {"emails[]", "invalidFilter: ..."},
        {R"(emails[nosuch eq "x"])", "invalidFilter: ..."},
        {"emails[0]", "invalidFilter: ..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            const std::string got = read(row.text);
            BOOST_TEST(sample::agrees(got, sample::expand(row.path)), got);
        }
    }
    BOOST_TEST(read("members", group_type()) == "members");
    BOOST_TEST(read(R"(members[value eq"2819"])", group_type()) == R"(members[value eq "2819"])");
    BOOST_TEST(read(R"(tags[value eq "x"])", sample::widget_type()) == R"(tags[value eq "x"])");
}

BOOST_AUTO_TEST_CASE(paths_of_foreign_schemas_are_told_from_wrong_ones) {
    struct {
        const char* text;
        bool foreign;
    } const rows[]{
        {"urn:ietf:params:scim:schemas:extension:Custom:2.0:User:tag", true},
        {"URN:ietf:params:scim:schemas:extension:Custom:2.0:User:tag", true},
        {"urn:ietf:params:scim:schemas:extension:Custom:2.0:User", true},
        {"urn:x:y:tag.part", true},
        {R"(urn:x:y:tags[type eq "a]"])", true},
        {R"(urn:x:y:tags[type eq "a"].value)", true},
        {"urn:ietf:params:scim:schemas:core:2.0:Users:title", true},
        {"urn:ietf:params:scim:schemas:core:2.0:Group:displayName", true}, // not of a user
        // ours
        {"@ENT", false},
        {"@ENT:nosuch", false},
        {"@ENT.nosuch", false},
        {"urn:ietf:params:scim:schemas:core:2.0:User", false},
        {"urn:ietf:params:scim:schemas:core:2.0:User:nosuch", false},
        {"URN:ietf:params:scim:schemas:CORE:2.0:User:nosuch[type eq 1]", false},
        {"urn:rollcall:params:scim:schemas:1.0:User:nosuch", false},
        // no URN
        {"", false},
        {"nosuch", false},
        {"x:y:tag", false},
        {"https://example.com/tag", false},
        {"urn:", false},
        {"urn:x", false},
        {"urn::y", false},
        // outside the grammar
        {"urn:x:y:", false},
        {"urn:x:y.", false},
        {"urn:x:y..z", false},
        {"urn:x:y: tag", false},
        {"urn:x:y:tag ", false},
        {"urn:x:y:t\"ag", false},
        {"urn:x:y:tag[", false},
        {"urn:x:y:tag]", false},
        {"urn:x:y:tag[]", false},
        {"urn:x:y:tag[ ]", false},
        {R"(urn:x:y:tag[type eq "a)", false},
        {R"(urn:x:y:tag[type eq "\q"])", false},
        {R"(urn:x:y:tag[type eq "a"]value)", false},
        {R"(urn:x:y:tag[type eq "a"].)", false},
        {R"(urn:x:y:tag[type eq "a"].a.b)", false},
        {R"(urn:x:y:tag[type eq "a"][type eq "b"])", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            const std::string text = sample::expand(row.text);
            BOOST_TEST(names_foreign_schema(user_type(), text) == row.foreign);
            if (row.foreign) BOOST_TEST(!parse_path(user_type(), text).has_value());
        }
    }
    const std::string name = "urn:x:y:";
    const auto of_size = [&](std::size_t size) {
        return name + std::string(size - name.size(), 'a');
    };
    BOOST_TEST(names_foreign_schema(user_type(), of_size(limits::filter_bytes_max)));
    BOOST_TEST(!names_foreign_schema(user_type(), of_size(limits::filter_bytes_max + 1)));
}

BOOST_AUTO_TEST_CASE(length_has_a_limit) {
    const auto with = [](std::size_t size) {
        const std::string frame = R"(emails[type eq ""])";
        return R"(emails[type eq ")" + std::string(size - frame.size(), 'x') + R"("])";
    };
    BOOST_TEST(parse_path(user_type(), with(limits::filter_bytes_max)).has_value());
    const auto longer = parse_path(user_type(), with(limits::filter_bytes_max + 1));
    BOOST_REQUIRE(!longer.has_value());
    BOOST_TEST((longer.error().type == scim_type::invalid_path));
    BOOST_TEST(longer.error().detail.size() < 200U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
