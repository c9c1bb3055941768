#include "eventlog/base/crc32c.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>

namespace {

using rollcall::base::crc32c;

/// The definition, one bit at a time: what both fast ways must agree with.
std::uint32_t by_definition(std::string_view bytes) {
    std::uint32_t crc = ~0u;
    for (const char c : bytes) {
        crc ^= static_cast<std::uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
    }
    return ~crc;
}

std::string counting(int from, int step) {
    std::string bytes;
    for (int i = 0; i < 32; ++i)
        bytes.push_back(static_cast<char>(from + i * step));
    return bytes;
}

} // namespace

BOOST_AUTO_TEST_SUITE(crc32c_test)

BOOST_AUTO_TEST_CASE(known_vectors) {
    struct row {
        const char* name;
        std::string bytes;
        std::uint32_t crc;
    };

    const row rows[] = {
        {"empty", "", 0},
        {"the digits", "123456789", 0xe3069283},
        {"RFC 3720 B.4: 32 zeros", std::string(32, '\0'), 0x8a9136aa},
        {"RFC 3720 B.4: 32 ones", std::string(32, '\xff'), 0x62a8ab43},
        {"RFC 3720 B.4: 0 to 31", counting(0, 1), 0x46dd794e},
        {"RFC 3720 B.4: 31 to 0", counting(31, -1), 0x113fdb5c},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(crc32c(r.bytes) == r.crc);
            BOOST_TEST(by_definition(r.bytes) == r.crc);
        }
    }
}

RC_BOOST_PROP(same_as_the_definition_at_any_length_and_alignment, (const std::string& bytes)) {
    for (std::size_t from = 0; from < std::min<std::size_t>(9, bytes.size() + 1); ++from) {
        const std::string_view part = std::string_view(bytes).substr(from);
        RC_ASSERT(crc32c(part) == by_definition(part));
    }
}

BOOST_AUTO_TEST_SUITE_END()
