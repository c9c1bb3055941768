// Packed bodies, unpacked by zlib itself.
#include "gateway/http/gzip_packer.hpp"
#include "gateway/http/inflate.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>
#include <thread>
#include <vector>
#include <zlib.h>

namespace rollcall::http {
namespace {

/// One whole gzip member, and nothing behind it; nothing of it if it is not that.
std::string unpacked(const std::string& packed) {
    input_budget budget(std::size_t{1} << 30);
    input_buffer out{64, budget};
    if (inflate_gzip(packed, std::size_t{1} << 28, out) != inflate_outcome::done) return {};
    return std::string(out.bytes());
}

/// What a client can read of a body that has come so far.
std::string readable(const std::string& begun) {
    z_stream z{};
    BOOST_REQUIRE(::inflateInit2(&z, 16 + MAX_WBITS) == Z_OK);
    std::string out(begun.size() * 1100 + 100, '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(begun.data()));
    z.avail_in = static_cast<uInt>(begun.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    ::inflate(&z, Z_SYNC_FLUSH);
    out.resize(out.size() - z.avail_out);
    ::inflateEnd(&z);
    return out;
}

std::string text_of(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i)
        text += R"({"value":")" + std::to_string(i * 2654435761u) + R"("},)";
    text.resize(bytes);
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(gzip_packer_test)

RC_BOOST_PROP(what_is_packed_in_pieces_comes_out_whole, (const std::vector<std::string>& pieces)) {
    gzip_packer packer;
    std::string packed;
    std::string plain;
    for (const std::string& piece : pieces) {
        packer.append(packed, piece, false);
        plain += piece;
        RC_ASSERT(readable(packed) == plain);
    }
    packer.append(packed, {}, true);
    RC_ASSERT(unpacked(packed) == plain);
}

BOOST_AUTO_TEST_CASE(sizes_from_nothing_to_much) {
    for (const std::size_t bytes : {0u, 1u, 4095u, 65536u, 5'000'000u}) {
        BOOST_TEST_CONTEXT(bytes) {
            const std::string plain = text_of(bytes);
            std::string packed;
            gzip_packer().append(packed, plain, true);
            BOOST_TEST((unpacked(packed) == plain));
            BOOST_TEST((unpacked(packed + "x").empty()));
            if (bytes > 4000) BOOST_TEST(packed.size() < bytes);
        }
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_cannot_be_packed_grow_by_little) {
    std::string plain(200'000, '\0');
    std::uint32_t seed = 1;
    for (char& c : plain) {
        seed = seed * 1664525u + 1013904223u;
        c = static_cast<char>(seed >> 24);
    }
    std::string packed;
    gzip_packer().append(packed, plain, true);
    BOOST_TEST((unpacked(packed) == plain));
    BOOST_TEST(packed.size() < plain.size() + 200);
}

BOOST_AUTO_TEST_CASE(no_more_memory_is_held_than_the_packed_body_needs) {
    std::string packed;
    gzip_packer().append(packed, std::string(std::size_t{32} << 20, 'a'), true);
    BOOST_TEST(packed.capacity() < std::size_t{512} * 1024);
}

BOOST_AUTO_TEST_CASE(what_was_there_before_stays) {
    std::string out = "before";
    gzip_packer().append(out, "after", true);
    BOOST_TEST(out.starts_with("before"));
    BOOST_TEST(unpacked(out.substr(6)) == "after");
}

BOOST_AUTO_TEST_CASE(bodies_take_turns_on_one_thread) {
    gzip_packer one;
    gzip_packer two;
    std::string first;
    std::string second;
    for (int i = 0; i < 10; ++i) {
        one.append(first, text_of(1000), i == 9);
        two.append(second, "b" + std::to_string(i), i == 9);
    }
    BOOST_TEST(unpacked(first).size() == 10'000u);
    BOOST_TEST(unpacked(second) == "b0b1b2b3b4b5b6b7b8b9");
}

BOOST_AUTO_TEST_CASE(a_body_goes_from_thread_to_thread) {
    gzip_packer packer;
    std::string packed;
    for (int i = 0; i < 8; ++i)
        std::thread([&] { packer.append(packed, std::to_string(i), i == 7); }).join();
    BOOST_TEST(unpacked(packed) == "01234567");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::http
