#include "gateway/scim/filter_lexer.hpp"
#include "gateway/scim/text.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

/// The tokens of a text: words as they are, strings in angle brackets; or the error.
std::string tokens_of(std::string_view text) {
    filter_lexer lexer(text);
    std::string out;
    while (true) {
        const auto token = lexer.next();
        if (!token) return sample::line(token.error());
        if (token->what == filter_token::kind::end) return out;
        if (!out.empty()) out += ' ';
        out += token->what == filter_token::kind::string ? "<" + token->text + ">" : token->text;
    }
}

BOOST_AUTO_TEST_SUITE(filter_lexer_test)

BOOST_AUTO_TEST_CASE(texts_are_cut_into_tokens) {
    struct {
        const char* name;
        const char* text;
        const char* tokens;
    } const rows[]{
        {"empty", "", ""},
        {"blank", " \t\r\n ", ""},
        {"comparison", R"(userName eq "a b")", "userName eq <a b>"},
        {"no space before a quote", R"(value eq"x")", "value eq <x>"},
        {"no space behind a quote", R"("x"and b)", "<x> and b"},
        {"signs cut words", "not(a[b pr])or c", "not ( a [ b pr ] ) or c"},
        {"dot behind a bracket", "a[b pr].c", "a [ b pr ] .c"},
        {"URN", "urn:x:2.0:User:name.givenName", "urn:x:2.0:User:name.givenName"},
        {"escapes", R"("\"\\\/\b\f\n\r\t")", "<\"\\/\b\f\n\r\t>"},
        {"unicode escapes", R"("\u00e9\u00E9\u0041")",
         "<\u00e9\u00e9"
         "A>"},
        {"surrogate pair", R"("\uD83D\ude00")", "<\U0001F600>"},
        {"signs inside a string", R"("a) ] (")", "<a) ] (>"},
        {"empty string", R"("")", "<>"},
        {"open string", R"(a eq "x)",
         "invalidFilter: The filter cannot be read at character 8: expected a closing "
         "double "
         "quote..."},
        {"open behind a backslash", "\"a\\", "invalidFilter: ..."},
        {"unknown escape", R"("\x41")",
         "invalidFilter: The filter cannot be read at character 2: expected a JSON "
         "escape..."},
        {"short unicode escape", R"("\u12")", "invalidFilter: ..."},
        {"bad hex", R"("\u12g4")", "invalidFilter: ..."},
        {"lone high surrogate", R"("\ud800x")", "invalidFilter: ..."},
        {"lone low surrogate", R"("\udc00")", "invalidFilter: ..."},
        {"high surrogate twice", R"("\ud800\ud800")", "invalidFilter: ..."},
        {"control character", "\"a\nb\"", "invalidFilter: ..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string got = tokens_of(row.text);
            BOOST_TEST(sample::agrees(got, row.tokens), got);
        }
    }
}

BOOST_AUTO_TEST_CASE(errors_mark_the_place) {
    const std::string text =
        "displayName eq \"" + std::string(60, 'a') + "\u00e9\" x " + std::string(60, 'b');
    const filter_lexer lexer(text);
    const std::size_t at = text.find(" x ") + 1;
    const std::string detail = lexer.expected("and", at).value().detail;
    // Characters are counted, not bytes; the quoted text is cut on both sides.
    BOOST_TEST(
        detail.starts_with("The filter cannot be read at character 80: expected and at the mark "
                           ">>> in: ...aaa"));
    BOOST_TEST(detail.find("a\u00e9\" >>>x bbb") != std::string::npos);
    BOOST_TEST(detail.ends_with("bbb..."));
    BOOST_TEST(detail.size() < 220U);
}

BOOST_AUTO_TEST_CASE(quoted_text_is_never_cut_inside_a_character) {
    std::string text;
    for (int i = 0; i < 60; ++i)
        text += "\u00e9\U0001F600x";
    const filter_lexer lexer(text);
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const bool inside =
            at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
        if (!inside) BOOST_TEST(is_utf8(lexer.expected("more", at).value().detail));
    }
}

BOOST_AUTO_TEST_CASE(numbers_are_those_of_json) {
    for (const char* yes : {"0", "-0", "7", "-12", "1.5", "0.25", "1e3", "1E+3", "-1.5e-10"}) {
        BOOST_TEST(is_json_number(yes), yes);
    }
    for (const char* no :
         {"", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "1a", "NaN", "1 "}) {
        BOOST_TEST(!is_json_number(no), no);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
