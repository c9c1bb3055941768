#include "gateway/scim/coerce.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

struct coerce_row {
    const char* name;
    const char* attribute; // of the widget
    const char* json;
    const char* outcome; // JSON, "none", or line() of the error
};

std::string outcome_of(const coerce_row& row, bool any_shape) {
    const attribute* what = find_attribute(sample::widget_type().attributes(), row.attribute);
    BOOST_REQUIRE(what != nullptr);
    const auto from = parse_json(row.json);
    BOOST_REQUIRE(from.has_value());
    const auto read =
        coerce(*what, *from, what->name,
               {.any_shape = any_shape, .elements_max = sample::widget_type().elements_max()});
    if (!read) return sample::line(read.error());
    if (!*read) return "none";
    std::string out;
    append_json(out, **read);
    return out;
}

void check(const coerce_row& row, bool any_shape) {
    BOOST_TEST_CONTEXT(row.name) {
        const std::string got = outcome_of(row, any_shape);
        BOOST_TEST(sample::agrees(got, row.outcome), got);
    }
}

BOOST_AUTO_TEST_SUITE(coerce_test)

BOOST_AUTO_TEST_CASE(values_of_bodies) {
    const coerce_row rows[]{
        {"string", "label", R"("a\"\u0000\u00e9")", "\"a\\\"\\u0000\u00e9\""},
        {"empty string is a value where one is required", "label", R"("")", R"("")"},
        {"empty string is a value where it cannot change", "origin", R"("")", R"("")"},
        {"empty string is a value as an element", "tags", R"([""])", R"([""])"},
        {"empty string is none elsewhere", "loud", R"("")", "none"},
        {"null is none", "label", "null", "none"},
        {"empty array is none", "label", "[]", "none"},
        {"number for a string", "label", "7", "invalidValue: label: must be a string"},
        {"boolean for a string", "label", "true", "invalidValue: label: must be a string"},
        {"object for a string", "label", R"({"value":"x"})",
         "invalidValue: label: must be a string"},
        {"array for a string", "label", R"(["x"])", "invalidValue: label: must be a string"},

        {"integer", "count", "-7", "-7"},
        {"smallest integer", "count", "-9223372036854775808", "-9223372036854775808"},
        {"largest integer", "count", "9223372036854775807", "9223372036854775807"},
        {"one past it", "count", "9223372036854775808", "invalidValue: count: must be a whole..."},
        {"fraction for an integer", "count", "1.0", "invalidValue: count: must be a whole..."},
        {"exponent for an integer", "count", "1e3", "invalidValue: count: must be a whole..."},
        {"text for an integer", "count", R"("7")", "invalidValue: count: must be a whole..."},
        {"empty text for an integer", "count", R"("")", "none"},

        {"decimal", "weight", "1.25", "1.25"},
        {"whole decimal", "weight", "3", "3"},
        {"minus zero", "weight", "-0.0", "0"},
        {"text for a decimal", "weight", R"("1.25")", "invalidValue: weight: must be a number"},

        {"date", "made", R"("2008-01-23T04:56:22+02:00")", R"("2008-01-23T04:56:22+02:00")"},
        {"date without time", "made", R"("2008-01-23")",
         "invalidValue: made: must be a date and..."},
        {"number for a date", "made", "1201064182", "invalidValue: made: must be a string"},
        {"empty text for a date", "made", R"("")", "none"},

        {"base64", "blob", R"("TWFu")", R"("TWFu")"},
        {"base64 with padding", "blob", R"("TWE=")", R"("TWE=")"},
        {"base64 without padding", "blob", R"("TWE")", R"("TWE")"},
        {"URL-safe alphabet", "blob", R"("TW-_")", "invalidValue: blob: must be base64..."},
        {"one digit too many", "blob", R"("TWFuT")", "invalidValue: blob: must be base64..."},
        {"wrong padding", "blob", R"("TWFu=")", "invalidValue: blob: must be base64..."},
        {"padding inside", "blob", R"("T=Fu")", "invalidValue: blob: must be base64..."},
        {"padding alone", "blob", R"("====")", "invalidValue: blob: must be base64..."},

        {"complex", "axle", R"({"COLOUR":"red","wheel":1})", R"({"colour":"red"})"},
        {"read-only part", "axle", R"({"colour":"red","stamp":7})", R"({"colour":"red"})"},
        {"empty complex", "axle", "{}", "none"},
        {"complex of nulls", "axle", R"({"colour":null})", "none"},
        {"text for a complex", "axle", R"("red")", "invalidValue: axle: must be an object"},
        {"wrong part", "axle", R"({"colour":7})", "invalidValue: axle.colour: must be a string"},

        {"list", "tags", R"(["a",null,"b"])", R"(["a","b"])"},
        {"list of nulls", "tags", "[null]", "none"},
        {"text for a list", "tags", R"("a")", "invalidValue: tags: must be an array"},
        {"empty text for a list", "tags", R"("")", "none"},
        {"wrong element", "tags", R"(["a",7])", "invalidValue: tags[1]: must be a string"},
        {"list in a list", "tags", R"([["a"]])", "invalidValue: tags[0]: must not be an array"},
        {"as many as allowed", "tags", R"(["1","2","3","4","5"])", R"(["1","2","3","4","5"])"},
        {"one more", "tags", R"(["1","2","3","4","5","6"])",
         "invalidValue: tags: must not have more than 5 values"},

        {"complex list", "parts", R"([{"value":"a"},{},{"note":""}])", R"([{"value":"a"}])"},
        {"empty identifier is none", "parts", R"([{"value":"","note":"n"}])", R"([{"note":"n"}])"},
        {"object for a list", "parts", R"({"value":"a"})", "invalidValue: parts: must be an array"},
        {"text for an element", "parts", R"(["a"])", "invalidValue: parts[0]: must be an object"},
        {"wrong part of an element", "parts", R"([{"value":"a"},{"value":1}])",
         "invalidValue: parts[1].value: must be a string"},
    };
    for (const coerce_row& row : rows)
        check(row, false);
}

BOOST_AUTO_TEST_CASE(values_of_patches_come_in_other_shapes_too) {
    const coerce_row rows[]{
        {"text for a list", "tags", R"("a")", R"(["a"])"},
        {"object for a list", "parts", R"({"value":"a"})", R"([{"value":"a"}])"},
        {"text for an element", "parts", R"(["a",{"value":"b"}])",
         R"([{"value":"a"},{"value":"b"}])"},
        {"list of one for a complex", "axle", R"([{"colour":"red"}])", R"({"colour":"red"})"},
        {"list of one for a string", "label", R"(["a"])", R"("a")"},
        {"list of one for a number", "count", "[7]", "7"},
        {"list of two for a string", "label", R"(["a","b"])",
         "invalidValue: label: must be a string"},
        {"list of null for a string", "label", "[null]", "invalidValue: label: must be a string"},
        {"list in a list for a string", "label", R"([["a"]])",
         "invalidValue: label: must be a string"},
        {"list of two for a complex", "axle", R"([{"colour":"red"},{"colour":"blue"}])",
         "invalidValue: axle: must be an object"},
        {"text for a complex without value", "axle", R"("red")",
         "invalidValue: axle: must be an object"},
        {"list in a list", "parts", R"([[{"value":"a"}]])",
         "invalidValue: parts[0]: must not be an array"},
    };
    for (const coerce_row& row : rows)
        check(row, true);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
