#include "gateway/scim/search.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::scim {
namespace {

std::string message(const std::string& rest) {
    return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])" + rest + "}";
}

BOOST_AUTO_TEST_SUITE(search_test)

BOOST_AUTO_TEST_CASE(a_message_reads_as_a_query) {
    const auto whole = read_search(message(
        R"(,"filter":"userName eq \"a\"","ATTRIBUTES":["userName","emails.value"],"startIndex":-3,)"
        R"("count":18446744073709551615,"sortBy":"userName","excludedAttributes":null,"x":1)"));
    BOOST_REQUIRE(whole.has_value());
    BOOST_TEST(whole->filter.value() == "userName eq \"a\"");
    BOOST_TEST(whole->attributes.value() == "userName,emails.value,");
    BOOST_TEST(whole->start_index.value() == "-3");
    BOOST_TEST(whole->count.value() == "18446744073709551615");
    BOOST_TEST(!whole->excluded_attributes.has_value());
    const auto bare = read_search(message(""));
    BOOST_REQUIRE(bare.has_value());
    BOOST_TEST(!bare->filter.has_value());
    BOOST_TEST(!bare->count.has_value());
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
    struct row {
        const char* name;
        std::string body;
        scim_type type;
    };

    const row rows[] = {
        {"nothing", "", scim_type::invalid_syntax},
        {"not JSON", "{", scim_type::invalid_syntax},
        {"not an object", "[]", scim_type::invalid_syntax},
        {"no schemas", R"({"filter":"a pr"})", scim_type::invalid_syntax},
        {"another message", R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]})",
         scim_type::invalid_syntax},
        {"a member twice", message(R"(,"count":1,"Count":2)"), scim_type::invalid_syntax},
        {"a count as text", message(R"(,"count":"10")"), scim_type::invalid_value},
        {"a count that is not whole", message(R"(,"count":1.5)"), scim_type::invalid_value},
        {"a start as an array", message(R"(,"startIndex":[1])"), scim_type::invalid_value},
        {"attributes as text", message(R"(,"attributes":"userName")"), scim_type::invalid_value},
        {"attributes with a number", message(R"(,"attributes":["a",1])"), scim_type::invalid_value},
        {"excluded as an object", message(R"(,"excludedAttributes":{})"), scim_type::invalid_value},
        {"a filter as a number", message(R"(,"filter":1)"), scim_type::invalid_value},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read = read_search(r.body);
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST(read.error().status == 400);
            BOOST_TEST((read.error().type == r.type));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
