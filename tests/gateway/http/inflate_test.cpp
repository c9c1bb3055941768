// Bodies with Content-Encoding: gzip, packed by zlib itself.
#include "gateway/http/inflate.hpp"
#include "gateway/http/request_reader.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <cstring>
#include <memory>
#include <string>
#include <zlib.h>

namespace rollcall::http {
namespace {

using namespace testing;

std::string gzip(std::string_view plain, int window = 16 + MAX_WBITS) {
    z_stream z{};
    BOOST_REQUIRE(
        ::deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(::deflateBound(&z, plain.size()), '\0');
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    z.avail_in = static_cast<uInt>(plain.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    BOOST_REQUIRE(::deflate(&z, Z_FINISH) == Z_STREAM_END);
    out.resize(z.total_out);
    ::deflateEnd(&z);
    return out;
}

struct unpacking {
    explicit unpacking(std::size_t budget_bytes = std::size_t{1} << 30) : budget(budget_bytes) {}

    inflate_outcome of(std::string_view packed, std::size_t bytes_max) {
        out.clear();
        return inflate_gzip(packed, bytes_max, out);
    }

    input_budget budget;
    input_buffer out{64, budget};
};

BOOST_AUTO_TEST_SUITE(inflate_test)

RC_BOOST_PROP(what_was_packed_comes_out, (const std::string& plain)) {
    unpacking u;
    RC_ASSERT(u.of(gzip(plain), plain.size()) == inflate_outcome::done);
    RC_ASSERT(u.out.bytes() == plain);
}

BOOST_AUTO_TEST_CASE(unpacking_stops_at_the_limit) {
    const std::string bomb = gzip(std::string(50'000'000, 'a'));
    BOOST_TEST(bomb.size() < 60'000u);
    unpacking u;
    BOOST_TEST((u.of(bomb, 1'000) == inflate_outcome::too_large));
    BOOST_TEST(u.out.size() == 1'001u);
    const std::string thousand = gzip(std::string(1'000, 'a'));
    BOOST_TEST((u.of(thousand, 1'000) == inflate_outcome::done));
    BOOST_TEST((u.of(thousand, 999) == inflate_outcome::too_large));
    unpacking poor(100);
    BOOST_TEST((poor.of(bomb, 10'000'000) == inflate_outcome::out_of_memory));
}

BOOST_AUTO_TEST_CASE(what_is_no_gzip_member_is_damaged) {
    const std::string good = gzip("{\"a\":1}");
    std::string flipped = good;
    flipped[flipped.size() - 6] ^= 1; // in the checksum

    struct row {
        const char* name;
        std::string bytes;
    };

    const row rows[] = {
        {"nothing", ""},
        {"plain text", "{\"a\":1}"},
        {"cut off", good.substr(0, good.size() - 1)},
        {"only the head", good.substr(0, 10)},
        {"a wrong checksum", flipped},
        {"bytes behind the end", good + "x"},
        {"two members", good + good},
        {"zlib instead of gzip", gzip("{\"a\":1}", MAX_WBITS)},
        {"a bare stream", gzip("{\"a\":1}", -MAX_WBITS)},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            unpacking u;
            BOOST_TEST((u.of(r.bytes, 1'000) == inflate_outcome::damaged));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_server_hands_on_what_was_packed) {
    http::limits bounds = unhurried();
    bounds.body_bytes_max = 2'000;
    running r(bounds);
    const std::string packed = gzip("hello, packed");

    struct row {
        const char* name;
        std::string coding;
        std::string body;
        unsigned status;
        std::string answer; ///< looked at if 200
    };

    const row rows[] = {
        {"gzip", "gzip", packed, 200, "hello, packed"},
        {"in another case", "GZIP", packed, 200, "hello, packed"},
        {"by its old name", "x-gzip", packed, 200, "hello, packed"},
        {"identity", "identity", "plain", 200, "plain"},
        {"at the limit", "gzip", gzip(std::string(2'000, 'a')), 200, std::string(2'000, 'a')},
        {"one past the limit", "gzip", gzip(std::string(2'001, 'a')), 413, ""},
        {"not packed", "gzip", "plain", 400, ""},
        {"another coding", "br", "plain", 415, ""},
        {"two codings", "gzip, gzip", packed, 415, ""},
    };
    for (const row& one : rows) {
        BOOST_TEST_CONTEXT(one.name) {
            client c = r.connect();
            const auto got = c.send("POST", "/echo", {{"Content-Encoding", one.coding}}, one.body);
            BOOST_REQUIRE(got.has_value());
            BOOST_TEST(got->status == one.status);
            if (one.status == 200) BOOST_TEST(got->body == one.answer);
            // What is behind it is read as before.
            if (one.status == 200) BOOST_TEST(c.send("POST", "/echo", {}, "next")->body == "next");
        }
    }
    client twice = r.connect();
    const auto both = twice.send(
        "POST", "/echo", {{"Content-Encoding", "gzip"}, {"Content-Encoding", "gzip"}}, packed);
    BOOST_TEST(both->status == 415u);
    // Without a body there is nothing to unpack. In chunks it works too.
    BOOST_TEST(r.connect().send("GET", "/hello", {{"Content-Encoding", "gzip"}})->status == 200u);
    client chunks = r.connect();
    BOOST_REQUIRE(chunks.send_raw(post(
        "/echo", "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "5\r\n" + packed.substr(0, 5) + "\r\n" +
            [&] {
                char size[16];
                std::snprintf(size, sizeof size, "%zx", packed.size() - 5);
                return std::string(size);
            }() +
            "\r\n" + packed.substr(5) + "\r\n0\r\n\r\n")));
    BOOST_TEST(chunks.receive()->body == "hello, packed");
}

BOOST_AUTO_TEST_CASE(what_is_unpacked_counts_in_the_share_of_who_sent_it) {
    const std::string packed = gzip(std::string(100'000, 'x'));
    BOOST_REQUIRE(packed.size() < 1000u);
    for (const std::size_t bytes : {std::size_t{200'000}, std::size_t{50'000}}) {
        BOOST_TEST_CONTEXT(bytes) {
            const http::limits bounds;
            input_budget budget(bounds.input_bytes_total_max);
            const auto share = std::make_shared<input_share>(bytes);
            request_reader reader(bounds, budget, "");
            BOOST_REQUIRE((reader.advance() == request_reader::step::need_bytes));
            const std::string sent = "POST / HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\n"
                                     "Content-Length: " +
                                     std::to_string(packed.size()) + "\r\n\r\n" + packed;
            std::memcpy(reader.room().data(), sent.data(), sent.size());
            reader.add(sent.size());
            BOOST_REQUIRE((reader.advance() == request_reader::step::head));
            reader.charge_to(share);
            if (bytes > 100'000) {
                BOOST_REQUIRE((reader.advance() == request_reader::step::complete));
                BOOST_TEST(share->left() <= bytes - 100'000 + bounds.input_bytes_start);
                reader.finish();
            } else {
                BOOST_REQUIRE((reader.advance() == request_reader::step::refused));
                BOOST_TEST((reader.why() == fault::input_share_used_up));
                reader.discard();
            }
            BOOST_TEST(share->left() == bytes);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
