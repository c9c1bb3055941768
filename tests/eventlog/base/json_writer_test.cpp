#include "eventlog/base/json_writer.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>

using namespace rollcall::base;

BOOST_AUTO_TEST_SUITE(json_writer_test)

BOOST_AUTO_TEST_CASE(escapes) {
    struct row {
        const char* name;
        std::string text;
        const char* json;
    };

    const row rows[] = {
        {"empty", "", R"("")"},
        {"plain", "abc", R"("abc")"},
        {"quote", "a\"b", R"("a\"b")"},
        {"backslash", "a\\b", R"("a\\b")"},
        {"only escapes", "\"\\\"", R"("\"\\\"")"},
        {"short escapes", "\b\f\n\r\t", R"("\b\f\n\r\t")"},
        {"nul", std::string("a\0b", 3), R"("a\u0000b")"},
        {"control 1f", "\x1f", R"("\u001f")"},
        {"vertical tab", "\v", R"("\u000b")"},
        {"delete is plain", "\x7f", "\"\x7f\""},
        {"solidus is plain", "a/b", R"("a/b")"},
        {"utf-8 passes", "é\xf0\x9f\x98\x80", "\"é\xf0\x9f\x98\x80\""},
        {"escape at the end", "ab\n", R"("ab\n")"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            std::string out = "x";
            append_json_string(out, r.text);
            BOOST_TEST(out == std::string("x") + r.json);
        }
    }
}

BOOST_AUTO_TEST_CASE(commas_stand_between_and_nowhere_else) {
    std::string out;
    json_writer json(out);
    json.begin_object().key("a").begin_array().end_array();
    json.key("b").begin_array().value(1).begin_object().end_object().value("x").null().end_array();
    json.member("c", true).key("d").begin_object().member("e", false).end_object();
    json.key("f").raw("[1,2]").member("g", 7u).end_object();
    BOOST_TEST(out == R"({"a":[],"b":[1,{},"x",null],"c":true,"d":{"e":false},"f":[1,2],"g":7})");
}

BOOST_AUTO_TEST_CASE(numbers_at_their_ends) {
    std::string out;
    json_writer json(out);
    json.begin_array();
    json.value(std::numeric_limits<std::int64_t>::min());
    json.value(std::numeric_limits<std::uint64_t>::max());
    json.value(0.1).value(1.5).value(-0.0).value(1e300);
    json.end_array();
    BOOST_TEST(out == "[-9223372036854775808,18446744073709551615,0.1,1.5,-0,1e+300]");
}

BOOST_AUTO_TEST_SUITE_END()
