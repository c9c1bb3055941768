#include "gateway/scim/body.hpp"
#include "gateway/scim/json_input.hpp"
#include "gateway/scim/json_mending.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/schema.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

BOOST_AUTO_TEST_SUITE(json_mending_test)

BOOST_AUTO_TEST_CASE(what_cannot_be_kept_is_replaced) {
    struct {
        const char* name;
        std::string text;
        const char* mended; ///< "" if there is nothing to mend
    } const rows[]{
        {"nothing", R"({"a":[1,true,null,"x"]})", ""},
        {"empty", "", ""},
        {"at the depth", R"([[[7]]])", ""},
        {"deeper", R"({"a":[[[7]],8],"b":9})", R"({"a":[[null],8],"b":9})"},
        {"deeper, with brackets in texts", R"([[[[{"]}\"":"]"}]]],1])", R"([[[null]],1])"},
        {"deeper twice", R"([[[[],{}]]])", R"([[[null,null]]])"},
        {"a faulty number deep down", R"([[[[1e999]]]])", R"([[[null]]])"},
        {"never closed", "[[[[1", "[[[null"},
        {"a large exponent", R"({"a":1e999})", R"({"a":null})"},
        {"likewise below zero", R"([-1E+999])", "[null]"},
        {"the largest number", "[1.7976931348623157e308]", ""},
        {"2^64", "[18446744073709551616]", "[null]"},
        {"one less", "[18446744073709551615]", ""},
        {"-2^63", "[-9223372036854775808]", ""},
        {"one less than that", "[-9223372036854775809]", "[null]"},
        {"no number", "[1e]", ""},
        {"a leading zero", "[01e999]", ""},
        {"a plus", "[+1e999]", "[+null]"},
        {"a large number in a text", R"(["1e999"])", ""},
        {"a high half", R"(["a\ud800b"])", R"(["a\ufffdb"])"},
        {"a low half", R"(["\uDC00"])", R"(["\ufffd"])"},
        {"the halves the wrong way round", R"(["\udc00\ud800"])", R"(["\ufffd\ufffd"])"},
        {"two high ones", R"(["\ud83d\ud83d\ude00"])", R"(["\ufffd\ud83d\ude00"])"},
        {"a pair", R"(["\ud83d\ude00"])", ""},
        {"an escaped backslash before it", R"(["\\ud800"])", ""},
        {"half an escape", R"(["\ud8"])", ""},
        {"in a name", R"({"\ud800":1})", R"({"\ufffd":1})"},
        {"a text that is not closed", R"(["\ud800)", R"(["\ufffd)"},
        {"an escape at the end", "[\"\\", ""},
        {"too many closed", "]]1e999", "]]null"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto mended = mend_json(row.text, 3);
            BOOST_TEST((mended ? mended->text : std::string()) == row.mended);
            if (mended) BOOST_TEST(!mended->why.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_beyond_our_bounds_is_a_fault_and_can_be_read) {
    struct {
        const char* name;
        std::string text;
        bool read;
        bool fault;
    } const rows[]{
        {"sound", R"({"active":false})", true, false},
        {"deep", R"({"a":)" + nested(limits::json_depth_max + 6) + "}", true, true},
        {"one too deep", nested(limits::json_depth_max + 1), true, true},
        {"very deep", nested(500'000), true, true},
        {"a number", R"({"a":1e999})", true, true},
        {"half a pair", R"({"a":"\ud800"})", true, true},
        {"that and no JSON", R"({"a":1e999)", false, false},
        {"deep and no JSON", nested(100) + "]", false, false},
        {"no JSON", "{", false, false},
        {"not UTF-8", "{\"a\":1e999,\"b\":\"\xff\"}", false, false},
        {"too long", "[1e999," + std::string(limits::json_bytes_max, ' ') + "1]", false, false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            std::optional<error> fault;
            BOOST_TEST(parse_json(row.text, fault).has_value() == row.read);
            BOOST_TEST(fault.has_value() == row.fault);
            if (fault) BOOST_TEST(fault->detail == parse_json(row.text).error().detail);
        }
    }
}

BOOST_AUTO_TEST_CASE(only_a_deactivation_gets_through) {
    const std::string beyond[]{R"("title":1e999)", R"("title":"\ud800")",
                               R"("x":)" + nested(limits::json_depth_max + 6)};
    const resource ann = sample::stored(R"({"userName":"ann","title":"T","active":true})");
    for (const std::string& one : beyond) {
        BOOST_TEST_CONTEXT(one.substr(0, 20)) {
            const auto message = [&](const char* active) {
                return sample::patch_body(R"({"op":"replace","value":{"active":)" +
                                          std::string(active) + "," + one + "}}");
            };
            const auto whole = [&](const char* active) {
                return sample::user_body(R"("userName":"b","active":)" + std::string(active) + "," +
                                         one);
            };
            const auto off = patch::read(user_type(), message("false"));
            BOOST_REQUIRE(off.has_value());
            const std::string outcome = sample::line(off->apply_to(ann));
            BOOST_TEST(sample::agrees(
                           outcome,
                           R"({"userName":"ann","title":"T","active":false} !invalidSyntax: ...)"),
                       outcome);
            BOOST_TEST(!patch::read(user_type(), message("true")).has_value());
            const auto replaced = replacement::read(user_type(), whole("false"));
            BOOST_REQUIRE(replaced.has_value());
            BOOST_TEST(replaced->deactivates());
            const std::string after = sample::line(replaced->apply_to(ann));
            BOOST_TEST(after.starts_with(R"({"userName":"ann","title":"T","active":false} !)"),
                       after);
            BOOST_TEST(!replacement::read(user_type(), whole("true")).has_value());
            BOOST_TEST(!read_new(user_type(), whole("false")).has_value());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
