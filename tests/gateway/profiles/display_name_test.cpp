#include "gateway/profiles/display_name.hpp"
#include "gateway/scim/body.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::profiles {
namespace {

scim::resource user(const std::string& members) {
    const auto read = scim::read_new(
        scim::user_type(),
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"j@x")" + members +
            "}");
    BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
    return *read;
}

struct row {
    const char* what;
    std::vector<std::string> templates;
    std::string members;
    std::string shown;
};

const row rows[] = {
    {"its only attribute", {"{userName}"}, "", "j@x"},
    {"text around", {"<{userName}>!"}, "", "<j@x>!"},
    {"two attributes",
     {"{name.givenName} {name.familyName}"},
     R"(,"name":{"givenName":"Jane","familyName":"Doe"})",
     "Jane Doe"},
    {"one of two is not there",
     {"{name.givenName} {name.familyName}", "{userName}"},
     R"(,"name":{"givenName":"Jane"})",
     "j@x"},
    {"the first that can be filled",
     {"{displayName}", "{userName}"},
     R"(,"displayName":"Jane")",
     "Jane"},
    {"none can be filled", {"{displayName}"}, "", ""},
    {"no template", {}, R"(,"displayName":"Jane")", ""},
    {"of several e-mails the primary",
     {"{emails.value}"},
     R"(,"emails":[{"value":"a@x"},{"value":"b@x","primary":true}])",
     "b@x"},
    {"of several without a primary the first",
     {"{emails.value}"},
     R"(,"emails":[{"value":"a@x"},{"value":"b@x"}])",
     "a@x"},
    {"of an extension",
     {"{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber}"},
     R"(,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"7"})",
     "7"},
};

const std::pair<const char*, const char*> bad[] = {
    {"", "names no attribute"},
    {"Jane", "names no attribute"},
    {"{userName", "without its other one"},
    {"userName}", "without its other one"},
    {"{}", "names ''"},
    {"{nobody}", "names 'nobody'"},
    {"{emails}", "names 'emails'"},
    {"{name}", "names 'name'"},
    {"{active}", "names 'active'"},
    {"{password}", "names 'password'"},
    {"{{userName}}", "names '{userName'"},
    {"{emails[type eq].value}", "names 'emails[type eq].value'"},
    {"{emails[type eq \"work\"]}", "names 'emails[type eq"},
};

BOOST_AUTO_TEST_SUITE(display_name_test)

BOOST_AUTO_TEST_CASE(what_people_are_shown) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.what) {
            std::vector<display_template> templates;
            for (const std::string& text : r.templates) {
                auto read = read_template(text);
                BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error()));
                templates.push_back(std::move(*read));
            }
            BOOST_TEST(display_name_of(templates, user(r.members)) == r.shown);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_template) {
    for (const auto& [text, says] : bad) {
        BOOST_TEST_CONTEXT(text) {
            const auto read = read_template(text);
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST((read.error().find(says) != std::string::npos), read.error());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
