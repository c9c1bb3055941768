#include "gateway/scim/json_input.hpp"
#include "gateway/scim/limits.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += text;
    return out;
}

std::string nested(std::size_t depth) {
    return repeat("[", depth) + repeat("]", depth);
}

BOOST_AUTO_TEST_SUITE(json_input_test)

BOOST_AUTO_TEST_CASE(text_that_is_not_json_is_refused) {
    struct {
        const char* name;
        std::string text;
        const char* outcome; // of line(), or "ok"
    } const rows[]{
        {"an object", R"({"a":[1,true,null,"x"]})", "ok"},
        {"a scalar", "7", "ok"},
        {"white space around", " \r\n\t{} \n", "ok"},
        {"empty", "", "invalidSyntax: The body is empty"},
        {"blank", "  \n", "invalidSyntax: The body is empty"},
        {"cut in an object", R"({"a":)", "invalidSyntax: ..."},
        {"cut in a string", R"({"a":"b)", "invalidSyntax: ..."},
        {"trailing text", R"({} x)", "invalidSyntax: ..."},
        {"two documents", "{}{}", "invalidSyntax: ..."},
        {"single quotes", "{'a':1}", "invalidSyntax: ..."},
        {"trailing comma", R"({"a":1,})", "invalidSyntax: ..."},
        {"comment", "{/**/}", "invalidSyntax: ..."},
        {"bare word", R"({"a":tru})", "invalidSyntax: ..."},
        {"leading zero", R"({"a":01})", "invalidSyntax: ..."},
        {"huge integer", R"({"a":123456789012345678901234567890})", "invalidSyntax: ..."},
        {"invalid UTF-8", "{\"a\":\"\xff\"}", "invalidSyntax: The body is not valid UTF-8"},
        {"overlong UTF-8", "{\"a\":\"\xc0\xaf\"}", "invalidSyntax: The body is not valid UTF-8"},
        {"raw control character", "{\"a\":\"\x01\"}", "invalidSyntax: ..."},
        {"lone surrogate", R"({"a":"\ud800"})", "invalidSyntax: ..."},
        {"NUL byte", std::string("{}\0", 3), "invalidSyntax: ..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto read = parse_json(row.text);
            const std::string got = read ? "ok" : sample::line(read.error());
            BOOST_TEST(sample::agrees(got, row.outcome), got);
        }
    }
}

BOOST_AUTO_TEST_CASE(depth_has_a_limit) {
    BOOST_TEST(parse_json(nested(limits::json_depth_max)).has_value());
    const auto deeper = parse_json(nested(limits::json_depth_max + 1));
    BOOST_REQUIRE(!deeper.has_value());
    BOOST_TEST(deeper.error().detail == "The body is nested deeper than 64 levels");
    BOOST_TEST(!parse_json(repeat("{\"a\":", 200'000)).has_value());
}

BOOST_AUTO_TEST_CASE(length_has_a_limit) {
    const std::string filler(limits::json_bytes_max - 2, 'x');
    BOOST_TEST(parse_json("\"" + filler + "\"").has_value());
    const auto longer = parse_json("\"" + filler + "x\"");
    BOOST_REQUIRE(!longer.has_value());
    BOOST_TEST(longer.error().status == 413);
}

BOOST_AUTO_TEST_CASE(a_refused_text_leaves_the_parser_usable) {
    for (const std::string& text : {std::string("{"), std::string(), nested(100)}) {
        (void)parse_json(text);
        const auto read = parse_json(R"({"c":3})");
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST(find_member(*read, "C").has_value());
    }
}

BOOST_AUTO_TEST_CASE(names_given_twice_are_found) {
    std::string many = "{";
    for (int i = 0; i < 3000; ++i)
        many += "\"member" + std::to_string(i) + "\":1,";

    struct {
        const char* name;
        std::string text;
        const char* twice; // empty: none
    } const rows[]{
        {"none", R"({"a":1,"b":{"a":2}})", ""},
        {"the same", R"({"a":1,"b":2,"a":3})", "a"},
        {"another case", R"({"userName":1,"USERNAME":2})", "userName"},
        {"escaped spelling", R"({"a":1,"\u0061":2})", "a"},
        {"deep inside", R"({"x":[{"y":[[{"type":1,"Type":2}]]}]})", "type"},
        {"the same in two objects", R"([{"a":1},{"a":2}])", ""},
        {"among thousands: none", many + R"("z":1})", ""},
        {"among thousands: one", many + R"("Member7":1})", "member7"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto read = parse_json(row.text);
            BOOST_REQUIRE(read.has_value());
            const auto found = find_duplicate_names(*read);
            BOOST_TEST(found.has_value() == (*row.twice != '\0'));
            if (!found) continue;
            BOOST_TEST((found->type == scim_type::invalid_syntax));
            BOOST_TEST(found->detail.find('"' + std::string(row.twice) + '"') != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
