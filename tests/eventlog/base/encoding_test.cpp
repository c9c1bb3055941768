#include "eventlog/base/encoding.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

using namespace rollcall::base;

BOOST_AUTO_TEST_SUITE(encoding_test)

BOOST_AUTO_TEST_CASE(hex_rows) {
    struct row {
        const char* name;
        const char* text;
        bool valid;
    };

    const row rows[] = {
        {"empty", "", true},          {"lower", "00ff7f", true},  {"upper", "AbCd", true},
        {"one digit", "a", false},    {"odd", "abc", false},      {"foreign letter", "0g", false},
        {"space", "0 ", false},       {"prefix", "0x00", false},  {"sign", "-1", false},
        {"line end", "00\n0", false}, {"before 0", "//", false},  {"after 9", "::", false},
        {"before A", "@@", false},    {"after f", "``gg", false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(parse_hex(r.text).has_value() == r.valid);
        }
    }
    BOOST_TEST(hex(*parse_hex("00Ff7F")) == "00ff7f");
}

RC_BOOST_PROP(hex_reads_back, (const std::vector<std::uint8_t>& bytes)) {
    RC_ASSERT(parse_hex(hex(bytes)) == bytes);
}

BOOST_AUTO_TEST_CASE(base64url_vectors_of_rfc_4648) {
    struct row {
        const char* bytes;
        const char* text;
    };

    const row rows[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xff\xef\xbe", "_---"},
        {"\xfb\xff", "-_8"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.text) {
            BOOST_TEST(base64url(as_bytes(r.bytes)) == r.text);
        }
    }
}

RC_BOOST_PROP(base64url_has_the_length_and_the_letters, (const std::vector<std::uint8_t>& bytes)) {
    const std::string text = base64url(bytes);
    RC_ASSERT(text.size() == (bytes.size() * 8 + 5) / 6);
    RC_ASSERT(text.find_first_not_of(
                  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
              std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
