#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using rollcall::base::hex;
using rollcall::base::sha256;

BOOST_AUTO_TEST_SUITE(sha256_test)

BOOST_AUTO_TEST_CASE(vectors_of_fips_180) {
    struct row {
        const char* name;
        std::string text;
        const char* digest;
    };

    const row rows[] = {
        {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"a million a", std::string(1'000'000, 'a'),
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(hex(sha256({r.text})) == r.digest);
            const std::string_view text = r.text;
            const auto half = text.size() / 2;
            BOOST_TEST(hex(sha256({text.substr(0, half), "", text.substr(half)})) == r.digest);
            rollcall::base::running_sha256 running;
            running.add(text.substr(0, half));
            BOOST_TEST(hex(running.digest()) == hex(sha256({text.substr(0, half)})));
            running.add(text.substr(half));
            BOOST_TEST(hex(running.digest()) == r.digest);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
