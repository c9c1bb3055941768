#include "gateway/scim/limits.hpp"
#include "gateway/scim/user_name.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>

namespace rollcall::scim {
namespace {

std::string key_or_refusal(std::string_view name) {
    const auto key = user_name_key(name);
    return key ? *key : "refused";
}

BOOST_AUTO_TEST_SUITE(user_name_test)

BOOST_AUTO_TEST_CASE(names_have_keys) {
    struct {
        const char* name;
        const char* spelled;
        const char* key;
    } const rows[]{
        {"ASCII is lowered", "Juliet@Example.com", "juliet@example.com"},
        {"all printable ASCII", "!#$%&'*+-/=?^_`{|}~.\\\"<>()[],:;",
         "!#$%&'*+-/=?^_`{|}~.\\\"<>()[],:;"},
        {"fullwidth is mapped", "\uff21\uff22\uff23", "abc"},
        {"fullwidth at sign", "a\uff20b", "a@b"},
        {"halfwidth katakana is mapped", "\uff76", "\u30ab"},
        {"decomposed is composed", "jose\u0301", "jos\u00e9"},
        {"capital sigma", "\u03a3", "\u03c3"},
        {"final sigma stays", "\u03c2", "\u03c2"},
        {"sharp s stays", "fu\u00dfball", "fu\u00dfball"},
        {"capital sharp s", "\u1e9e", "\u00df"},
        {"dotted capital I", "\u0130", "i\u0307"},
        {"parts with a space between", "Foo Bar", "foo bar"},
        {"Cyrillic", "\u0418\u0432\u0430\u043d", "\u0438\u0432\u0430\u043d"},
        {"Japanese", "\u5c71\u7530", "\u5c71\u7530"},
        {"katakana middle dot beside katakana", "\u30a2\u30fb\u30a4", "\u30a2\u30fb\u30a4"},
        {"Catalan middle dot", "l\u00b7l", "l\u00b7l"},
        {"Hebrew", "\u05d0\u05d1", "\u05d0\u05d1"},
        {"Hebrew with digits", "\u05d01", "\u05d01"},
        {"Arabic-Indic digits alone", "\u0627\u0661", "\u0627\u0661"},
        {"joiner behind a virama", "\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"},
        {"Greek numeral sign before Greek", "\u0375\u03b1", "\u0375\u03b1"},
        {"Hebrew mailbox at a Latin domain", "\u05d0\u05d1@Acme.example",
         "\u05d0\u05d1@acme.example"},
        {"Arabic given name, Latin family name", "\u0627\u0628.Doe@acme.example",
         "\u0627\u0628.doe@acme.example"},
        {"Latin word, Hebrew word", "Jane \u05d0\u05d1", "jane \u05d0\u05d1"},
        {"geresh behind Hebrew", "\u05d0\u05f3", "\u05d0\u05f3"},
        // refused
        {"empty", "", "refused"},
        {"a space alone", " ", "refused"},
        {"leading space", " a", "refused"},
        {"trailing space", "a ", "refused"},
        {"ideographic space maps to a space at the end", "a\u3000", "refused"},
        {"tab", "a\tb", "refused"},
        {"control character", "a\x01", "refused"},
        {"delete", "a\x7f", "refused"},
        {"no-break space", "a\u00a0b", "refused"},
        {"Roman numeral four", "henry\u2163", "refused"},
        {"infinity", "\u221e", "refused"},
        {"emoji", "\U0001F600", "refused"},
        {"ligature", "\ufb01", "refused"},
        {"Kelvin sign", "\u212a", "refused"},
        {"superscript two", "x\u00b2", "refused"},
        {"zero width space", "a\u200bb", "refused"},
        {"byte order mark", "\ufeffa", "refused"},
        {"soft hyphen", "a\u00adb", "refused"},
        {"tatweel", "\u0640", "refused"},
        {"unassigned", "a\u0378", "refused"},
        {"private use", "\ue000", "refused"},
        {"old Hangul jamo", "\u1100", "refused"},
        {"middle dot between others", "a\u00b7b", "refused"},
        {"middle dot at the end", "l\u00b7", "refused"},
        {"joiner without a virama", "a\u200db", "refused"},
        {"joiner at the start", "\u200da", "refused"},
        {"katakana middle dot alone", "a\u30fbb", "refused"},
        {"geresh without Hebrew", "a\u05f3", "refused"},
        {"Greek numeral sign without Greek", "\u0375a", "refused"},
        {"both kinds of Arabic digits", "\u0627\u0661\u06f1", "refused"},
        {"Hebrew then Latin", "\u05d0a", "refused"},
        {"Latin then Hebrew", "a\u05d0", "refused"},
        {"both in one part of an address", "a\u05d0@acme.example", "refused"},
        {"both in the domain's first label", "jane@\u05d0a.example", "refused"},
        {"right-to-left with both kinds of digits", "\u0627\u06611", "refused"},
        {"digit before right-to-left", "1\u05d0", "refused"},
        {"right-to-left that ends in a sign", "\u05d0-", "refused"},
        {"invalid UTF-8", "a\xff\u00e9", "refused"},
        {"cut UTF-8", "\xc3", "refused"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(key_or_refusal(row.spelled) == row.key);
        }
    }
    BOOST_TEST(key_or_refusal(std::string_view("a\0b", 3)) == "refused");
}

BOOST_AUTO_TEST_CASE(a_refusal_names_the_character) {
    const auto refused = user_name_key("henry\u2163");
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().type == scim_type::invalid_value));
    BOOST_TEST(refused.error().detail.find("U+2163 at position 6") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(length_has_a_limit) {
    const std::string longest(limits::user_name_bytes_max, 'a');
    BOOST_TEST(user_name_key(longest).has_value());
    BOOST_TEST(!user_name_key(longest + "a").has_value());
}

BOOST_AUTO_TEST_CASE(fragments_follow_the_same_mapping) {
    BOOST_TEST(user_name_fragment("\uff21B") == "ab");
    BOOST_TEST(user_name_fragment(" A") == " a");
    BOOST_TEST(user_name_fragment("") == "");
    BOOST_TEST(user_name_fragment("\xff") == "\xff");
}

/// Code points of a few scripts, signs and marks, as UTF-8.
std::string random_name() {
    static const std::string pieces[] = {
        "a",      "Z",       "7",      "@",      ".",      " ",
        "\u00e9", "e\u0301", "\u03a3", "\uff21", "\u0130", "\u1e9e",
        "\u05d0", "\u0627",  "\u5c71", "\u0301", "\u30ab", "\uff76\uff9e",
        "\u00b7", "l"};
    std::string out;
    for (int i = *rc::gen::inRange(1, 8); i > 0; --i) {
        out += pieces[*rc::gen::inRange<std::size_t>(0, std::size(pieces))];
    }
    return out;
}

RC_BOOST_PROP(the_key_of_a_key_is_itself, ()) {
    const auto key = user_name_key(random_name());
    if (!key) return;
    const auto again = user_name_key(*key);
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *key);
}

RC_BOOST_PROP(a_key_is_the_fragment_of_its_name, ()) {
    const std::string name = random_name();
    const auto key = user_name_key(name);
    if (key) RC_ASSERT(*key == user_name_fragment(name));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
