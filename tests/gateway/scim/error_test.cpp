#include "gateway/scim/error.hpp"
#include "gateway/scim/json_input.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::scim {
namespace {

BOOST_AUTO_TEST_SUITE(error_test)

BOOST_AUTO_TEST_CASE(body_has_the_form_of_the_rfc) {
    struct {
        const char* name;
        error what;
        const char* body;
    } const rows[]{
        {"with a type", fault(scim_type::invalid_filter, "what"),
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400",)"
         R"("scimType":"invalidFilter","detail":"what"})"},
        {"without a type",
         {404, scim_type::none, "Resource 7 not found"},
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404",)"
         R"("detail":"Resource 7 not found"})"},
        {"without a detail",
         {500, scim_type::none, ""},
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"500"})"},
        {"text of a client is escaped", fault(scim_type::invalid_path, "path '\"\n'"),
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400",)"
         R"("scimType":"invalidPath","detail":"path '\"\n'"})"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            std::string body;
            append_error(body, row.what);
            BOOST_TEST(body == row.body);
            BOOST_TEST(parse_json(body).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(each_type_has_its_word_and_status) {
    struct {
        scim_type type;
        const char* word;
        int status;
    } const rows[]{
        {scim_type::invalid_filter, "invalidFilter", 400},
        {scim_type::too_many, "tooMany", 400},
        {scim_type::uniqueness, "uniqueness", 409},
        {scim_type::mutability, "mutability", 400},
        {scim_type::invalid_syntax, "invalidSyntax", 400},
        {scim_type::invalid_path, "invalidPath", 400},
        {scim_type::no_target, "noTarget", 400},
        {scim_type::invalid_value, "invalidValue", 400},
        {scim_type::invalid_vers, "invalidVers", 400},
        {scim_type::sensitive, "sensitive", 403},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.word) {
            BOOST_TEST(word(row.type) == row.word);
            BOOST_TEST(fault(row.type, "").status == row.status);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
