#include "bench/response.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(response_test)

using rollcall::bench::response_counter;
using state = response_counter::state;

namespace {

struct row {
    std::string name;
    std::string bytes;
    state what;
    unsigned status = 0;
};

const std::string two_kilobytes(2048, 'x');

const std::vector<row>& rows() {
    static const std::vector<row> all = {
        {"with a body", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", state::complete, 200},
        {"without a body", "HTTP/1.1 204 No Content\r\n\r\n", state::complete, 204},
        {"a name in another case", "HTTP/1.1 201 Created\r\ncontent-length:1\r\n\r\nx",
         state::complete, 201},
        {"the length among others",
         "HTTP/1.1 200 OK\r\nX-Content-Length: 9\r\nContent-Length: 2048\r\nEtag: 1\r\n\r\n" +
             two_kilobytes,
         state::complete, 200},
        {"body cut short", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", state::under_way, 200},
        {"head cut short", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", state::under_way, 0},
        {"nothing", "", state::under_way, 0},
        {"in chunks",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1a\r\n"
         "abcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n",
         state::complete, 200},
        {"no chunk at all", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
         state::complete, 200},
        {"the last chunk missing",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", state::under_way,
         200},
        {"a chunk whose size is no number",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nabc\r\n", state::malformed,
         200},
        {"a trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n",
         state::malformed, 200},
        {"more than the last chunk",
         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nx", state::malformed, 200},
        {"more than the length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd",
         state::malformed, 200},
        {"a body without a length", "HTTP/1.1 200 OK\r\n\r\nabc", state::malformed, 200},
        {"a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc",
         state::malformed, 200},
        {"no status", "HTTP/1.1 OK\r\n\r\n", state::malformed, 0},
        {"not HTTP", "\r\n\r\n", state::malformed, 0},
    };
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(in_one_piece) {
    for (const row& r : rows()) {
        BOOST_TEST_CONTEXT(r.name) {
            response_counter c;
            c.add(r.bytes);
            BOOST_TEST((c.what() == r.what));
            BOOST_TEST(c.status() == r.status);
        }
    }
}

BOOST_AUTO_TEST_CASE(in_two_pieces_at_every_place) {
    for (const row& r : rows()) {
        for (std::size_t cut = 0; cut < r.bytes.size(); ++cut) {
            BOOST_TEST_CONTEXT(r.name << ", cut at " << cut) {
                response_counter c;
                c.add(std::string_view(r.bytes).substr(0, cut));
                if (c.what() != state::under_way) continue; // the rest would be another response's
                c.add(std::string_view(r.bytes).substr(cut));
                BOOST_TEST((c.what() == r.what));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(one_after_the_other) {
    response_counter c;
    for (const row& r : rows()) {
        BOOST_TEST_CONTEXT(r.name) {
            c.reset();
            c.add(r.bytes);
            BOOST_TEST((c.what() == r.what));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
