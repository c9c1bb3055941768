#include "eventlog/base/wire.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

using namespace rollcall::base;

namespace {

std::string bytes(std::initializer_list<int> list) {
    std::string out;
    for (const int b : list)
        out.push_back(static_cast<char>(b));
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(wire_test)

BOOST_AUTO_TEST_CASE(varints_that_are_read) {
    struct row {
        std::string in;
        std::uint64_t value;
    };

    const row rows[] = {
        {bytes({0}), 0},
        {bytes({0x7f}), 127},
        {bytes({0x80, 0x01}), 128},
        {bytes({0xff, 0x7f}), 16383},
        {bytes({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}), UINT64_MAX},
        {bytes({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}), 1ull << 63},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.value) {
            std::string_view in = r.in;
            std::uint64_t value = 1;
            BOOST_TEST(get_varint(in, value));
            BOOST_TEST(in.empty());
            BOOST_TEST(value == r.value);
            std::string out;
            put_varint(out, r.value);
            BOOST_TEST(out == r.in);
        }
    }
}

BOOST_AUTO_TEST_CASE(varints_that_are_refused) {
    struct row {
        const char* name;
        std::string in;
    };

    const row rows[] = {
        {"nothing", ""},
        {"cut off", bytes({0x80})},
        {"cut off late", std::string(9, '\x80')},
        {"65 bits", bytes({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02})},
        {"eleven bytes", std::string(10, '\x80') + '\x01'},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            std::string_view in = r.in;
            std::uint64_t value = 0;
            BOOST_TEST(!get_varint(in, value));
        }
    }
}

RC_BOOST_PROP(integers_read_back, (std::uint16_t a, std::uint32_t b, std::uint64_t c)) {
    std::string out;
    put_le(out, a);
    put_be(out, b);
    put_varint(out, c);
    put_be(out, c);
    put_le(out, c);
    std::string_view in = out;
    std::uint16_t a2 = 0;
    std::uint32_t b2 = 0;
    std::uint64_t c2 = 0;
    std::uint64_t c3 = 0;
    std::uint64_t c4 = 0;
    RC_ASSERT(get_le(in, a2) && get_be(in, b2) && get_varint(in, c2) && get_be(in, c3) &&
              get_le(in, c4) && in.empty());
    RC_ASSERT(a2 == a && b2 == b && c2 == c && c3 == c && c4 == c);
}

RC_BOOST_PROP(big_endian_sorts_as_the_numbers_do, (std::uint64_t a, std::uint64_t b)) {
    std::string x;
    std::string y;
    put_be(x, a);
    put_be(y, b);
    RC_ASSERT((a < b) == (x < y));
}

BOOST_AUTO_TEST_CASE(what_is_too_short_is_left_alone) {
    std::string_view in = "abc";
    std::uint32_t four = 7;
    std::array<std::uint8_t, 4> array{};
    BOOST_TEST(!get_le(in, four));
    BOOST_TEST(!get_be(in, four));
    BOOST_TEST(!get_bytes(in, array));
    BOOST_TEST(in == "abc");
}

BOOST_AUTO_TEST_SUITE_END()
