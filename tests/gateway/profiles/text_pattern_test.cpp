#include "gateway/profiles/text_pattern.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

namespace rollcall::profiles {
namespace {

struct row {
    const char* what;
    const char* pattern;
    std::string text;
    bool fits;
};

const row rows[] = {
    {"whole text", "[0-9]+", "123", true},
    {"a part is not enough", "[0-9]+", "a123", false},
    {"nor at its start", "[0-9]+", "123a", false},
    {"nor on a line of its own", "[0-9]+", "123\nx", false},
    {"anchors do no harm", "^[0-9]+$", "123", true},
    {"case counts", "abc", "ABC", false},
    {"unless it says so", "(?i)abc", "ABC", true},
    {"characters and not bytes", "Z.rich", "Zürich", true},
    {"what is no UTF-8 fits nothing", ".", "\xff", false},
};

struct bad_row {
    const char* what;
    std::string pattern;
    const char* says;
};

const bad_row bad[] = {
    {"empty", "", "is empty"},
    {"an open group", "(a", "missing )"},
    {"an open class", "[a", "missing ]"},
    {"repeats nothing", "*a", "no argument"},
    {"looks ahead", "(?=a)b", "invalid perl operator"},
    {"a reference back", R"((a)\1)", "invalid escape"},
    {"repeats too often", "a{1001}", "invalid repetition"},
    {"too long", std::string(pattern_bytes_max + 1, 'a'), "longer than 512 bytes"},
    {"too large when compiled", "((a{200}){4}){20}", ""},
};

BOOST_AUTO_TEST_SUITE(text_pattern_test)

BOOST_AUTO_TEST_CASE(whole_texts_fit) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.what) {
            const auto pattern = text_pattern::compile(r.pattern);
            BOOST_REQUIRE(pattern.has_value());
            BOOST_TEST(pattern->fits(r.text) == r.fits);
            BOOST_TEST(pattern->text() == r.pattern);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_pattern) {
    for (const bad_row& r : bad) {
        BOOST_TEST_CONTEXT(r.what) {
            const auto pattern = text_pattern::compile(r.pattern);
            BOOST_REQUIRE(!pattern.has_value());
            BOOST_TEST((pattern.error().find(r.says) != std::string::npos), pattern.error());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_longest_that_may_be) {
    const std::string pattern(pattern_bytes_max, 'a');
    BOOST_REQUIRE(text_pattern::compile(pattern).has_value());
    BOOST_TEST(text_pattern::compile(pattern)->fits(pattern));
}

BOOST_AUTO_TEST_CASE(no_text_takes_long) {
    // Engines that look back need 2^n steps for this; the text is as large as a user may be.
    const auto pattern = text_pattern::compile("(a+)+b");
    BOOST_REQUIRE(pattern.has_value());
    const std::string text(256u << 10, 'a');
    const auto began = std::chrono::steady_clock::now();
    BOOST_TEST(!pattern->fits(text));
    BOOST_TEST((std::chrono::steady_clock::now() - began < std::chrono::seconds(5)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
