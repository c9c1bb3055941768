#include "eventlog/error.hpp"
#include "eventlog/seal.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

using namespace rollcall::eventlog;
using namespace rollcall::support;

namespace {

const secret_key key_a(filled<32>(0xaa));
const secret_key key_b(filled<32>(0xab));

} // namespace

BOOST_AUTO_TEST_SUITE(seal_test)

RC_BOOST_PROP(opens_under_the_same_key_and_context, (std::string plain, std::string context)) {
    const std::string sealed = seal(key_a, context, plain);
    RC_ASSERT(sealed.size() == plain.size() + seal_overhead);
    const auto opened = unseal(key_a, context, sealed);
    RC_ASSERT(opened.has_value() && *opened == plain);
    RC_ASSERT(seal(key_a, context, plain) != sealed);
}

BOOST_AUTO_TEST_CASE(does_not_open_otherwise) {
    const std::string sealed = seal(key_a, "here", "secret");

    struct row {
        const char* name;
        secret_key key;
        std::string context;
        std::string sealed;
    };

    const row rows[] = {
        {"wrong key", key_b, "here", sealed},
        {"wrong context", key_a, "there", sealed},
        {"no context", key_a, "", sealed},
        {"empty", key_a, "here", ""},
        {"one byte less than the overhead", key_a, "here", sealed.substr(0, seal_overhead - 1)},
        {"nonce only", key_a, "here", sealed.substr(0, 24)},
        {"cut", key_a, "here", sealed.substr(0, sealed.size() - 1)},
        {"trailing byte", key_a, "here", sealed + "x"},
        {"zeros", key_a, "here", std::string(sealed.size(), '\0')},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto opened = unseal(r.key, r.context, r.sealed);
            BOOST_REQUIRE(!opened.has_value());
            BOOST_TEST((opened.error().code == log_errc::sealed_damaged));
        }
    }
    for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
        std::string bytes = sealed;
        bytes[i / 8] = static_cast<char>(static_cast<unsigned char>(bytes[i / 8]) ^ 1u << i % 8);
        BOOST_REQUIRE_MESSAGE(!unseal(key_a, "here", bytes), "bit " << i);
    }
}

BOOST_AUTO_TEST_CASE(event_contexts_differ_in_each_part) {
    const std::string base = event_seal_context({1}, id_of(1), 20, 1);
    BOOST_TEST(base == event_seal_context({1}, id_of(1), 20, 1));
    BOOST_TEST(base != event_seal_context({2}, id_of(1), 20, 1));
    BOOST_TEST(base != event_seal_context({1}, id_of(2), 20, 1));
    BOOST_TEST(base != event_seal_context({1}, id_of(1), 21, 1));
    BOOST_TEST(base != event_seal_context({1}, id_of(1), 20, 2));
}

BOOST_AUTO_TEST_CASE(lookup_hashes_meet_for_equal_values_under_one_key_only) {
    BOOST_TEST((lookup_hash(key_a, "jane") == lookup_hash(key_a, "jane")));
    BOOST_TEST((lookup_hash(key_a, "jane") != lookup_hash(key_a, "Jane")));
    BOOST_TEST((lookup_hash(key_a, "jane") != lookup_hash(key_b, "jane")));
    BOOST_TEST((lookup_hash(key_a, "") != lookup_hash(key_b, "")));
}

BOOST_AUTO_TEST_CASE(random_keys_differ) {
    BOOST_TEST((secret_key::random().bytes() != secret_key::random().bytes()));
}

BOOST_AUTO_TEST_SUITE_END()
