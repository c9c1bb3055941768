#include "gateway/scim/text.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::scim {
namespace {

BOOST_AUTO_TEST_SUITE(text_test)

BOOST_AUTO_TEST_CASE(folding_makes_equal_what_differs_in_case_or_composition) {
    struct {
        const char* name;
        const char* a;
        const char* b;
        bool same;
    } const rows[]{
        {"ASCII", "Work", "wORK", true},
        {"digits and signs stay", "a+B@x-1", "A+b@X-1", true},
        {"composed and decomposed", "\u00e9", "e\u0301", true},
        {"case and composition", "\u00c9", "e\u0301", true},
        {"full folding of sharp s", "Stra\u00dfe", "STRASSE", true},
        {"sigmas", "\u03a3\u03c3\u03c2", "\u03c2\u03a3\u03c3", true},
        {"Turkish dotless i stays", "\u0131", "i", false},
        {"another letter", "a", "b", false},
        {"trailing space counts", "a", "a ", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST((folded(row.a) == folded(row.b)) == row.same);
            BOOST_TEST(folded(folded(row.a)) == folded(row.a));
        }
    }
    BOOST_TEST(folded("\xff\xfe") == "\xff\xfe");
    BOOST_TEST(folded("") == "");
}

BOOST_AUTO_TEST_CASE(flags_in_words) {
    BOOST_TEST((read_flag("True") == true));
    BOOST_TEST((read_flag("FALSE") == false));
    for (const char* word : {"", "1", "yes", " true", "true ", "tru"}) {
        BOOST_TEST(!read_flag(word).has_value(), word);
    }
}

BOOST_AUTO_TEST_CASE(dates_need_a_time) {
    struct {
        const char* text;
        const char* instant; // empty: no dateTime
    } const rows[]{
        {"2008-01-23T04:56:22Z", "2008-01-23T04:56:22.000Z"},
        {"2008-01-23T04:56:22.5+02:00", "2008-01-23T02:56:22.500Z"},
        {"2008-01-23T04:56:22", "2008-01-23T04:56:22.000Z"},
        {"2008-01-23", ""},
        {"04:56:22Z", ""},
        {"2008-02-30T04:56:22Z", ""},
        {"yesterday", ""},
        {"", ""},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            const auto read = read_date_time(row.text);
            BOOST_TEST((read ? read->text() : "") == row.instant);
        }
    }
}

BOOST_AUTO_TEST_CASE(utf8_is_checked) {
    BOOST_TEST(is_utf8("a\u00e9\U0001F600"));
    BOOST_TEST(is_utf8(""));
    for (const char* bytes : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
        BOOST_TEST(!is_utf8(bytes));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
