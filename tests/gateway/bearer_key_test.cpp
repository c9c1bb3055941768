#include "gateway/bearer_key.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>

namespace rollcall::gateway {
namespace {

// Golden: scanners and people rely on this spelling.
constexpr std::string_view zero_key = "rc_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

BOOST_AUTO_TEST_SUITE(bearer_key_test)

BOOST_AUTO_TEST_CASE(the_spelling_is_fixed) {
    const std::string text = spell_bearer_key({});
    BOOST_TEST(text.starts_with(zero_key));
    BOOST_TEST(text.size() == bearer_key_size);
    BOOST_TEST(is_bearer_key(text));
    BOOST_TEST(make_bearer_key() != make_bearer_key());
}

BOOST_AUTO_TEST_CASE(what_is_no_key) {
    const std::string good = make_bearer_key();

    struct row {
        const char* name;
        std::string text;
    };

    std::string swapped = good;
    std::swap(swapped[10], swapped[11]);
    if (swapped == good) swapped[10] = swapped[10] == 'x' ? 'y' : 'x';
    const row rows[] = {
        {"empty", ""},
        {"the prefix alone", "rc_"},
        {"without its prefix", good.substr(3)},
        {"another prefix", "sk_" + good.substr(3)},
        {"prefix in capitals", "RC_" + good.substr(3)},
        {"cut by one", good.substr(0, good.size() - 1)},
        {"one more character", good + "A"},
        {"two characters swapped", swapped},
        {"a character outside of base64url", good.substr(0, 20) + "+" + good.substr(21)},
        {"a blank in the middle", good.substr(0, 20) + " " + good.substr(21)},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(!is_bearer_key(r.text));
        }
    }
}

RC_BOOST_PROP(one_wrong_character_is_noticed, (const key_bytes& random)) {
    std::string text = spell_bearer_key(random);
    RC_ASSERT(is_bearer_key(text));
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const char other = *rc::gen::elementOf(std::string("abcXYZ019-_"));
    RC_PRE(text[at] != other);
    text[at] = other;
    RC_ASSERT(!is_bearer_key(text));
}

BOOST_AUTO_TEST_CASE(digests_compare_as_values) {
    eventlog::digest a = secret_hash("a");
    eventlog::digest b = a;
    BOOST_TEST(equal_in_constant_time(a, b));
    for (const std::size_t at : {std::size_t{0}, b.size() / 2, b.size() - 1}) {
        b = a;
        b[at] ^= 1U;
        BOOST_TEST(!equal_in_constant_time(a, b));
    }
}

BOOST_AUTO_TEST_CASE(a_token_is_no_key_and_a_key_no_token) {
    const std::string token = make_admin_token();
    const std::string key = make_bearer_key();
    BOOST_TEST(token.size() == admin_token_size);
    BOOST_TEST((is_admin_token(token) && !is_bearer_key(token)));
    BOOST_TEST((is_bearer_key(key) && !is_admin_token(key)));
    BOOST_TEST(token != make_admin_token());
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string other = token;
        other[i] = other[i] == 'x' ? 'y' : 'x';
        BOOST_TEST(!is_admin_token(other), "changed at " << i);
    }
    for (const std::string& text :
         {std::string(), token + "A", token.substr(1), token.substr(0, token.size() - 1),
          "rca_" + key.substr(3), "rc_" + token.substr(4)}) {
        BOOST_TEST(!is_admin_token(text), text.size());
        BOOST_TEST(!is_bearer_key(text), text.size());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
