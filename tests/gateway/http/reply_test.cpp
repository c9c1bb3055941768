#include "gateway/http/fault.hpp"
#include "gateway/http/reply.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>

namespace rollcall::http {
namespace {

constexpr std::size_t keep_all = std::size_t{1} << 20;

BOOST_AUTO_TEST_SUITE(reply_test)

BOOST_AUTO_TEST_CASE(bytes_on_the_wire) {
    const std::string common = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";

    struct {
        const char* name;
        std::function<void(reply&)> fill;
        reply::framing how;
        std::string bytes;
    } const rows[]{
        {"nothing said",
         [](reply&) {},
         {},
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + common + "\r\n"},
        {"json",
         [](reply& r) { r.json(201, "{}"); },
         {},
         "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n" +
             common + "\r\n{}"},
        {"text",
         [](reply& r) { r.text(404, "no"); },
         {},
         "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
         "2\r\n" +
             common + "\r\nno"},
        {"no content has no length",
         [](reply& r) { r.empty(204); },
         {},
         "HTTP/1.1 204 No Content\r\n" + common + "\r\n"},
        {"no content has no body",
         [](reply& r) {
             r.json(200, "{}");
             r.status = 204;
         },
         {},
         "HTTP/1.1 204 No Content\r\n" + common + "\r\n"},
        {"not modified has no body",
         [](reply& r) {
             r.json(304, "{}");
             r.add_header("ETag", "W/\"1\"");
         },
         {},
         "HTTP/1.1 304 Not Modified\r\n" + common + "ETag: W/\"1\"\r\n\r\n"},
        {"head has a length and no body",
         [](reply& r) { r.text(200, "hello"); },
         {"", 11, true, true},
         "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n" +
             common + "\r\n"},
        {"request id",
         [](reply&) {},
         {"abc", 11, false, true},
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Request-Id: abc\r\n" + common + "\r\n"},
        {"closing",
         [](reply&) {},
         {"", 11, false, false},
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + common + "Connection: close\r\n\r\n"},
        {"kept alive in 1.0",
         [](reply&) {},
         {"", 10, false, true},
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + common + "Connection: keep-alive\r\n\r\n"},
        {"closing in 1.0",
         [](reply&) {},
         {"", 10, false, false},
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + common + "Connection: close\r\n\r\n"},
        {"cacheable",
         [](reply& r) { r.cache_control = "max-age=60"; },
         {},
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nCache-Control: max-age=60\r\n"
         "X-Content-Type-Options: nosniff\r\n\r\n"},
        {"header injection",
         [](reply& r) { r.add_header("Location", "/a\r\nSet-Cookie: x\n\x7f\t"); },
         {},
         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + common +
             "Location: /a  Set-Cookie: x   \r\n\r\n"},
        {"status without phrase",
         [](reply& r) { r.empty(299); },
         {},
         "HTTP/1.1 299 \r\nContent-Length: 0\r\n" + common + "\r\n"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            reply r;
            row.fill(r);
            std::string out = "before";
            r.append_to(out, row.how);
            BOOST_TEST(out == "before" + row.bytes);
        }
    }
}

BOOST_AUTO_TEST_CASE(clearing_leaves_nothing) {
    reply r;
    r.json(404, "{\"secret\":1}");
    r.cache_control = "max-age=60";
    r.add_header("ETag", "1");
    r.close_after();
    r.clear(keep_all);
    std::string cleared;
    std::string fresh;
    r.append_to(cleared, {});
    reply().append_to(fresh, {});
    BOOST_TEST(cleared == fresh);
    BOOST_TEST(!r.closes());
}

BOOST_AUTO_TEST_CASE(large_buffers_are_given_back) {
    reply r;
    r.body.assign(1000, 'x');
    r.clear(r.body.capacity());
    BOOST_TEST(r.body.capacity() >= 1000U);
    r.clear(r.body.capacity() - 1);
    BOOST_TEST(r.body.capacity() < 1000U);
}

BOOST_AUTO_TEST_CASE(every_fault_has_a_row_that_helps) {
    for (int i = 0; i <= static_cast<int>(fault::answer_lost); ++i) {
        const fault_row& row = describe(static_cast<fault>(i));
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(!reason_phrase(row.status).empty());
            BOOST_TEST(row.detail.ends_with('.'));
            BOOST_TEST(row.retry == (row.status == 503 || row.status == 429));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
