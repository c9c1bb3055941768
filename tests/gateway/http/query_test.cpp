#include "gateway/http/query.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>
#include <utility>
#include <vector>

namespace rollcall::http {
namespace {

constexpr std::size_t segments_max = 5;
constexpr std::size_t parameters_max = 4;

std::string joined(const path_segments& path) {
    std::string all;
    for (std::size_t i = 0; i < path.size(); ++i) {
        all.append(i == 0 ? "" : " | ").append(path[i]);
    }
    return all;
}

std::string joined(const query_parameters& query) {
    std::string all;
    for (std::size_t i = 0; i < query.size(); ++i) {
        all.append(i == 0 ? "" : " | ").append(query[i].name).append("=").append(query[i].value);
    }
    return all;
}

std::string escaped(std::string_view text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
    return out;
}

BOOST_AUTO_TEST_SUITE(query_test)

BOOST_AUTO_TEST_CASE(paths_are_split_before_they_are_decoded) {
    struct {
        const char* name;
        const char* raw;
        const char* segments;
    } const rows[]{
        {"root", "/", ""},
        {"one", "/Users", "Users"},
        {"several", "/scim/v2/Users/42", "scim | v2 | Users | 42"},
        {"trailing slash", "/Users/", "Users"},
        {"doubled slashes", "//scim///v2//Users//", "scim | v2 | Users"},
        {"only slashes", "////", ""},
        {"escaped slash stays inside", "/a%2Fb/c", "a/b | c"},
        {"lower-case hex", "/a%2fb", "a/b"},
        {"plus is a plus", "/a+b", "a+b"},
        {"escaped percent is decoded once", "/%2541", "%41"},
        {"two-byte character", "/%C3%A9", "\xc3\xa9"},
        {"four-byte character", "/%F0%9F%99%82", "\xf0\x9f\x99\x82"},
        {"three dots are a name", "/...", "..."},
        {"dots in a name", "/a..b/.c", "a..b | .c"},
        {"as many as allowed", "/1/2/3/4/5/", "1 | 2 | 3 | 4 | 5"},
    };

    path_segments path;
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(path.parse(row.raw, segments_max).has_value());
            BOOST_TEST(joined(path) == row.segments);
        }
    }
}

BOOST_AUTO_TEST_CASE(bad_paths_are_refused_with_their_reason) {
    struct {
        const char* name;
        const char* raw;
        target_errc why;
    } const rows[]{
        {"lone percent", "/a%", target_errc::bad_escape},
        {"one digit", "/a%4", target_errc::bad_escape},
        {"not hex", "/a%4G", target_errc::bad_escape},
        {"not hex first", "/a%G4", target_errc::bad_escape},
        {"escape across a slash", "/a%4/1", target_errc::bad_escape},
        {"signed", "/a%+1", target_errc::bad_escape},
        {"dot", "/a/./b", target_errc::dot_segment},
        {"dot dot", "/a/../b", target_errc::dot_segment},
        {"dot dot at the end", "/a/..", target_errc::dot_segment},
        {"escaped dot dot", "/a/%2e%2E/b", target_errc::dot_segment},
        {"half escaped dot dot", "/a/.%2e/b", target_errc::dot_segment},
        {"NUL", "/a%00", target_errc::bad_text},
        {"line feed", "/a%0Ab", target_errc::bad_text},
        {"delete", "/a%7F", target_errc::bad_text},
        {"lone continuation", "/%80", target_errc::bad_text},
        {"cut character", "/%C3", target_errc::bad_text},
        {"character cut by a slash", "/%C3/%A9", target_errc::bad_text},
        {"overlong slash", "/%C0%AF", target_errc::bad_text},
        {"overlong in three bytes", "/%E0%80%AF", target_errc::bad_text},
        {"overlong in four bytes", "/%F0%80%80%AF", target_errc::bad_text},
        {"surrogate", "/%ED%A0%80", target_errc::bad_text},
        {"beyond Unicode", "/%F4%90%80%80", target_errc::bad_text},
        {"byte FF", "/%FF", target_errc::bad_text},
        {"one too many", "/1/2/3/4/5/6", target_errc::too_many_segments},
    };

    path_segments path;
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_REQUIRE(path.parse("/left/over", segments_max).has_value());
            const auto parsed = path.parse(row.raw, segments_max);
            BOOST_REQUIRE(!parsed.has_value());
            BOOST_TEST(parsed.error().code == row.why);
            BOOST_TEST(!parsed.error().message.empty());
            BOOST_TEST(path.size() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(queries_keep_order_and_duplicates) {
    struct {
        const char* name;
        const char* raw;
        const char* parameters;
    } const rows[]{
        {"empty", "", ""},
        {"one", "count=10", "count=10"},
        {"two", "startIndex=1&count=2", "startIndex=1 | count=2"},
        {"plus and escapes", "filter=userName+eq+%22a%2Bb%22", "filter=userName eq \"a+b\""},
        {"escaped separators", "a=%26%3D%3F", "a=&=?"},
        {"names are decoded too", "a%20b=c", "a b=c"},
        {"name alone", "aadOptscim062020", "aadOptscim062020="},
        {"empty value", "a=", "a="},
        {"empty name", "=b", "=b"},
        {"second equals sign", "a=b=c", "a=b=c"},
        {"second question mark", "a?b=c?d", "a?b=c?d"},
        {"empty parameters", "&&a=1&&b=2&", "a=1 | b=2"},
        {"duplicates", "a=1&b=2&a=3", "a=1 | b=2 | a=3"},
        {"as many as allowed", "a&b&c&d", "a= | b= | c= | d="},
    };

    query_parameters query;
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(query.parse(row.raw, parameters_max).has_value());
            BOOST_TEST(joined(query) == row.parameters);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_first_of_several_values_counts) {
    query_parameters query;
    BOOST_REQUIRE(query.parse("a=1&b=2&a=3", parameters_max).has_value());
    BOOST_TEST(query.first("a").value() == "1");
    BOOST_TEST(query.count("a") == 2U);
    BOOST_TEST(query.count("b") == 1U);
    BOOST_TEST(!query.first("c").has_value());
    BOOST_TEST(query.first("A").value() == "1"); // some clients spell them their own way
    BOOST_TEST(query.count("c") == 0U);
}

BOOST_AUTO_TEST_CASE(bad_queries_are_refused_with_their_reason) {
    struct {
        const char* name;
        const char* raw;
        target_errc why;
    } const rows[]{
        {"lone percent", "a=%", target_errc::bad_escape},
        {"lone percent in a name", "%=a", target_errc::bad_escape},
        {"escape across the equals sign", "a%4=1", target_errc::bad_escape},
        {"escape across parameters", "a=%4&1=2", target_errc::bad_escape},
        {"not hex", "a=%zz", target_errc::bad_escape},
        {"after good ones", "a=1&b=%2", target_errc::bad_escape},
        {"NUL", "a=%00", target_errc::bad_text},
        {"line ends", "a=%0D%0A", target_errc::bad_text},
        {"control character in a name", "a%1F=1", target_errc::bad_text},
        {"not UTF-8", "a=%FE", target_errc::bad_text},
        {"character cut by the equals sign", "%C3=%A9", target_errc::bad_text},
        {"one too many", "a&b&c&d&e", target_errc::too_many_parameters},
    };

    query_parameters query;
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_REQUIRE(query.parse("left=over", parameters_max).has_value());
            const auto parsed = query.parse(row.raw, parameters_max);
            BOOST_REQUIRE(!parsed.has_value());
            BOOST_TEST(parsed.error().code == row.why);
            BOOST_TEST(query.size() == 0U);
        }
    }
}

RC_BOOST_PROP(printable_text_survives_escaping, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::inRange<char>(0x20, 0x7f));
    query_parameters query;
    RC_ASSERT(query.parse("v=" + escaped(text), 1).has_value());
    RC_ASSERT(query.first("v").value() == text);
    if (!text.empty() && text != "." && text != "..") {
        path_segments path;
        RC_ASSERT(path.parse("/" + escaped(text) + "/end", 2).has_value());
        RC_ASSERT(path.size() == 2U);
        RC_ASSERT(path[0] == text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
