#include "gateway/http/response_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

namespace rollcall::http {
namespace {

constexpr std::size_t bytes_max = 100;
using step = response_reader::step;

BOOST_AUTO_TEST_SUITE(response_reader_test)

BOOST_AUTO_TEST_CASE(answers_are_read_one_after_another) {
    struct {
        const char* name;
        const char* bytes;
        bool head_only;
        unsigned status;
        const char* body;
        bool keep_alive;
    } const rows[]{
        {"body", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", false, 200, "hi", true},
        {"no phrase", "HTTP/1.1 299 \r\ncontent-length:0\r\n\r\n", false, 299, "", true},
        {"closing", "HTTP/1.1 400 x\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n", false, 400,
         "", false},
        {"1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", false, 200, "a", false},
        {"no content", "HTTP/1.1 204 No Content\r\n\r\n", false, 204, "", true},
        {"continue", "HTTP/1.1 100 Continue\r\n\r\n", false, 100, "", true},
        {"not modified", "HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n", false, 304, "", true},
        {"head", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", true, 200, "", true},
        {"chunks",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
         false, 200, "abc", true},
        {"no chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n",
         false, 200, "", true},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            response_reader r(bytes_max);
            const std::string twice = std::string(row.bytes) + row.bytes;
            for (const char c : twice)
                r.add({&c, 1});
            for (int i = 0; i < 2; ++i) {
                BOOST_REQUIRE(r.advance(row.head_only) == step::complete);
                BOOST_TEST(r.status() == row.status);
                BOOST_TEST(r.body() == row.body);
                BOOST_TEST(r.keep_alive() == row.keep_alive);
                r.finish();
            }
            BOOST_TEST((r.advance(row.head_only) == step::need_bytes));
            BOOST_TEST(r.rest().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(fields_are_listed) {
    response_reader r(bytes_max);
    r.add("HTTP/1.1 200 OK\r\nA:  b c \r\nno colon\r\nD: \r\nContent-Length: 0\r\n\r\n");
    BOOST_REQUIRE(r.advance(false) == step::complete);
    const auto fields = r.fields();
    BOOST_REQUIRE(fields.size() == 3U);
    BOOST_TEST(fields[0].first == "A");
    BOOST_TEST(fields[0].second == "b c");
    BOOST_TEST(fields[1].second == "");
}

BOOST_AUTO_TEST_CASE(bad_answers_are_refused) {
    struct {
        const char* name;
        std::string bytes;
    } const rows[]{
        {"not HTTP", "SSH-2.0-x\r\n\r\n"},
        {"empty", "\r\n\r\n"},
        {"cut", "HTTP/1.1 2\r\n\r\n"},
        {"HTTP/2", "HTTP/2 200 OK\r\n\r\n"},
        {"status not a number", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n"},
        {"no length", "HTTP/1.1 200 OK\r\n\r\n"},
        {"length and chunks",
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n"},
        {"chunk size not a number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"},
        {"chunk without size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n"},
        {"chunk longer than it says",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"},
        {"chunk too large", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"},
        {"length not a number", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"},
        {"empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n"},
        {"length beyond 64 bits",
         "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"},
        {"length near 64 bits", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"},
        {"one byte too large", "HTTP/1.1 200 OK\r\nContent-Length: 62\r\n\r\n"}, // after 39
        {"head without end", std::string(101, 'x')},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            response_reader r(bytes_max);
            r.add(row.bytes);
            BOOST_TEST((r.advance(false) == step::bad));
        }
    }
    response_reader r(bytes_max);
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 61\r\n\r\n";
    BOOST_REQUIRE(head.size() == 39U);
    r.add(head + std::string(61, 'x'));
    BOOST_TEST((r.advance(false) == step::complete));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
