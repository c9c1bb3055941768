#include "gateway/http/request_reader.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::http {
namespace {

using std::string;
using step = request_reader::step;

// A reader with the memory behind it, driven as a session would.
struct reading {
    explicit reading(http::limits chosen = {})
        : bounds(chosen), budget(chosen.input_bytes_total_max) {}

    // Feeds `bytes` in pieces of at most `piece`; how far the first request gets.
    step feed(std::string_view bytes, std::size_t piece = std::size_t{1} << 20) {
        for (;;) {
            const step reached = go();
            if (reached != step::need_bytes || bytes.empty()) return reached;
            const auto room = reader.room();
            BOOST_REQUIRE(!room.empty());
            const std::size_t n = std::min({room.size(), bytes.size(), piece});
            std::memcpy(room.data(), bytes.data(), n);
            reader.add(n);
            bytes.remove_prefix(n);
        }
    }

    // Advances past the head.
    step go() {
        step reached = reader.advance();
        if (reached == step::head) {
            reader.stamp(base::moment{1'700'000'000'000});
            reader.charge_to(payer);
            reached = reader.advance();
        }
        return reached;
    }

    http::limits bounds;
    input_budget budget;
    std::shared_ptr<input_share> payer;
    request_reader reader{bounds, budget, "192.0.2.1"};
};

string get(std::string_view fields, std::string_view target = "/") {
    return "GET " + string(target) + " HTTP/1.1\r\nHost: h\r\n" + string(fields) + "\r\n";
}

string post(std::string_view fields, std::string_view body) {
    return "POST /Users HTTP/1.1\r\nHost: h\r\n" + string(fields) + "\r\n" + string(body);
}

string chunked(std::string_view chunks) {
    return post("Transfer-Encoding: chunked\r\n", chunks);
}

BOOST_AUTO_TEST_SUITE(request_reader_test)

BOOST_AUTO_TEST_CASE(good_requests_are_read) {
    struct {
        const char* name;
        string bytes;
        method verb;
        const char* target;
        const char* body;
        bool keep_alive;
    } const rows[]{
        {"plain get", get(""), method::get, "/", "", true},
        {"query", get("", "/Users?count=1"), method::get, "/Users?count=1", "", true},
        {"blank line before", "\r\n" + get(""), method::get, "/", "", true},
        {"no host in 1.0", "GET / HTTP/1.0\r\n\r\n", method::get, "/", "", false},
        {"1.0 kept alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", method::get, "/", "",
         true},
        {"close", get("Connection: close\r\n"), method::get, "/", "", false},
        {"close among others", get("Connection: x, Close\r\n"), method::get, "/", "", false},
        {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", method::get, "/", "", true},
        {"host with port", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", method::get, "/", "", true},
        {"head", "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", method::head, "/", "", true},
        {"patch", "PATCH /a HTTP/1.1\r\nHost: h\r\n\r\n", method::patch, "/a", "", true},
        {"delete", "DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n", method::del, "/a", "", true},
        {"unknown method", "BREW /a HTTP/1.1\r\nHost: h\r\n\r\n", method::other, "/a", "", true},
        {"methods have case", "get /a HTTP/1.1\r\nHost: h\r\n\r\n", method::other, "/a", "", true},
        {"length", post("Content-Length: 3\r\n", "abc"), method::post, "/Users", "abc", true},
        {"length zero", post("Content-Length: 0\r\n", ""), method::post, "/Users", "", true},
        {"leading zeros", post("Content-Length: 003\r\n", "abc"), method::post, "/Users", "abc",
         true},
        {"body of a get", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", method::get,
         "/", "hi", true},
        {"no length, no body", post("", ""), method::post, "/Users", "", true},
        {"one chunk", chunked("3\r\nabc\r\n0\r\n\r\n"), method::post, "/Users", "abc", true},
        {"chunks", chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"), method::post, "/Users", "abc", true},
        {"no chunk", chunked("0\r\n\r\n"), method::post, "/Users", "", true},
        {"hex sizes", chunked("A\r\n0123456789\r\n00a\r\n0123456789\r\n0\r\n\r\n"), method::post,
         "/Users", "01234567890123456789", true},
        {"chunk extension", chunked("3;a=b;c=\"d\"\r\nabc\r\n0;e\r\n\r\n"), method::post, "/Users",
         "abc", true},
        {"tab and beyond ASCII in an extension",
         chunked("3;a=\"\t\xc3\xa9\\\"\"\r\nabc\r\n0;b=\"\t\"\r\n\r\n"), method::post, "/Users",
         "abc", true},
        {"trailer", chunked("3\r\nabc\r\n0\r\nDigest: x\r\n\r\n"), method::post, "/Users", "abc",
         true},
        {"chunked in capitals", post("Transfer-Encoding: Chunked\r\n", "1\r\na\r\n0\r\n\r\n"),
         method::post, "/Users", "a", true},
    };

    for (const auto& row : rows) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
            BOOST_TEST_CONTEXT(row.name << ", in pieces of " << piece) {
                reading r;
                BOOST_REQUIRE(r.feed(row.bytes, piece) == step::complete);
                const request& asked = r.reader.asked();
                BOOST_TEST((asked.method() == row.verb));
                BOOST_TEST(asked.target() == row.target);
                BOOST_TEST(asked.body() == row.body);
                BOOST_TEST(asked.keep_alive() == row.keep_alive);
                r.reader.finish();
                BOOST_TEST(!r.reader.under_way());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(bad_requests_are_refused) {
    const fault malformed = fault::malformed;

    struct {
        const char* name;
        string bytes;
        fault why;
    } const rows[]{
        // Two readers could disagree about where such a request ends.
        {"length and chunks", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", ""),
         malformed},
        {"chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", ""),
         malformed},
        {"two equal lengths", post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"), malformed},
        {"two lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), malformed},
        {"list of lengths", post("Content-Length: 3, 3\r\n", "abc"), malformed},
        {"signed length", post("Content-Length: +3\r\n", "abc"), malformed},
        {"negative length", post("Content-Length: -3\r\n", "abc"), malformed},
        {"hex length", post("Content-Length: 0x3\r\n", "abc"), malformed},
        {"length with blank", post("Content-Length: 1 3\r\n", "abc"), malformed},
        {"empty length", post("Content-Length:\r\n", ""), malformed},
        {"length beyond 64 bits", post("Content-Length: 99999999999999999999\r\n", ""), malformed},
        {"gzip", post("Transfer-Encoding: gzip\r\n", ""), malformed},
        {"gzip, then chunked", post("Transfer-Encoding: gzip, chunked\r\n", ""), malformed},
        {"chunked, then identity", post("Transfer-Encoding: chunked, identity\r\n", ""), malformed},
        {"chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", ""), malformed},
        {"two fields", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""),
         malformed},
        {"gzip field, chunked field",
         post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", ""), malformed},
        {"gzip and length", post("Transfer-Encoding: gzip\r\nContent-Length: 3\r\n", "abc"),
         malformed},
        {"xchunked", post("Transfer-Encoding: xchunked\r\n", ""), malformed},
        {"chunked with parameter", post("Transfer-Encoding: chunked;a=b\r\n", ""), malformed},
        {"quoted chunked", post("Transfer-Encoding: \"chunked\"\r\n", ""), malformed},
        {"empty encoding", post("Transfer-Encoding:\r\n", ""), malformed},
        {"vertical tab before chunked",
         post("Transfer-Encoding: \x0b"
              "chunked\r\n",
              ""),
         malformed},
        {"chunks in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         malformed},
        {"blank before colon", post("Content-Length : 3\r\n", "abc"), malformed},
        {"tab before colon", post("Transfer-Encoding\t: chunked\r\n", ""), malformed},
        {"folded line", get("X: a\r\n b\r\n"), malformed},
        {"folded with tab", get("X: a\r\n\tb\r\n"), malformed},
        {"first field folded", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", malformed},
        {"bare line feed", "GET / HTTP/1.1\nHost: h\n\n", malformed},
        {"bare line feed in the middle", get("A: b\nC: d\r\n"), malformed},
        {"bare line feed at the end", "GET / HTTP/1.1\r\nHost: h\r\n\n", malformed},
        {"bare carriage return", get("A: b\rC: d\r\n"), malformed},
        {"NUL in a value", get(std::string_view("A: b\0c\r\n", 8)), malformed},
        {"NUL in a name", get(std::string_view("A\0: b\r\n", 7)), malformed},
        {"field without colon", get("Nonsense\r\n"), malformed},
        {"field without name", get(": x\r\n"), malformed},
        {"blank in a name", get("A B: c\r\n"), malformed},
        {"two blank lines before", "\r\n\r\n" + get(""), malformed},
        // The authority must be one.
        {"no host", "GET / HTTP/1.1\r\n\r\n", malformed},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", malformed},
        {"two hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", malformed},
        {"host with user", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", malformed},
        {"host with path", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", malformed},
        {"host with blank", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", malformed},
        {"host with quote", "GET / HTTP/1.1\r\nHost: a\"b\r\n\r\n", malformed},
        // The request line.
        {"binary", "\x16\x03\x01\x02", malformed},
        {"no method", " / HTTP/1.1\r\nHost: h\r\n\r\n", malformed},
        {"method not a token", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n", malformed},
        {"no target", "GET  HTTP/1.1\r\nHost: h\r\n\r\n", malformed},
        {"two blanks", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", malformed},
        {"blank in target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", malformed},
        {"no version", "GET /\r\nHost: h\r\n\r\n", malformed},
        {"version 0.9", "GET / HTTP/0.9\r\nHost: h\r\n\r\n", malformed},
        {"version 1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", malformed},
        {"version 2.0", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", malformed},
        {"preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", malformed},
        {"lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", malformed},
        {"blank after version", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", malformed},
        {"absolute form", get("", "http://h/"), fault::bad_target},
        {"authority form", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", fault::bad_target},
        {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", fault::bad_target},
        {"no leading slash", get("", "Users"), fault::bad_target},
        {"fragment", get("", "/a#b"), fault::bad_target},
        {"beyond ASCII", get("", "/\xc3\xa9"), fault::bad_target},
        {"bad escape in path", get("", "/%zz"), fault::bad_target},
        {"bad escape in query", get("", "/?a=%z"), fault::bad_target},
        {"dot dot", get("", "/a/../b"), fault::bad_target},
        // Expectations.
        {"other expectation", post("Expect: 200-ok\r\nContent-Length: 1\r\n", "a"),
         fault::bad_expectation},
        {"second expectation", post("Expect: x\r\nExpect: 100-continue\r\n", ""),
         fault::bad_expectation},
        // Chunks.
        {"chunk size not hex", chunked("g\r\na\r\n0\r\n\r\n"), malformed},
        {"no chunk size", chunked("\r\n0\r\n\r\n"), malformed},
        {"chunk size with sign", chunked("+1\r\na\r\n0\r\n\r\n"), malformed},
        {"chunk size with prefix", chunked("0x1\r\na\r\n0\r\n\r\n"), malformed},
        {"blank before chunk size", chunked(" 1\r\na\r\n0\r\n\r\n"), malformed},
        {"chunk longer than said", chunked("1\r\nab\r\n0\r\n\r\n"), malformed},
        {"bare line feed after chunk", chunked("1\r\na\n0\r\n\r\n"), malformed},
        {"bare line feed after size", chunked("1\na\r\n0\r\n\r\n"), malformed},
        {"chunk size beyond 64 bits", chunked("11111111111111111\r\n"), malformed},
        {"length in a trailer", chunked("0\r\nContent-Length: 3\r\n\r\n"), malformed},
        {"encoding in a trailer", chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n"), malformed},
        {"bad trailer", chunked("0\r\nNonsense\r\n\r\n"), malformed},
        {"line feed in an extension", chunked("1;a\n\r\na\r\n0\r\n\r\n"), malformed},
        {"quoted line feed", chunked("1;a=\"\n\"\r\na\r\n0\r\n\r\n"), malformed},
        {"escaped line feed", chunked("1;a=\"\\\n\"\r\na\r\n0\r\n\r\n"), malformed},
        {"quoted null", chunked("1;a=\"" + string(1, '\0') + "\"\r\na\r\n0\r\n\r\n"), malformed},
        {"escaped null", chunked("1;a=\"\\" + string(1, '\0') + "\"\r\na\r\n0\r\n\r\n"), malformed},
        {"quoted delete", chunked("1;a=\"\x7f\"\r\na\r\n0\r\n\r\n"), malformed},
        {"quoted unit separator", chunked("1;a=\"\x1f\"\r\na\r\n0\r\n\r\n"), malformed},
        {"quoted carriage return", chunked("1;a=\"\r\"\r\na\r\n0\r\n\r\n"), malformed},
        {"quoted line feed, second chunk", chunked("1\r\na\r\n1;a=\"\n\"\r\na\r\n0\r\n\r\n"),
         malformed},
        {"quoted line feed, last chunk", chunked("1\r\na\r\n0;a=\"\n\"\r\n\r\n"), malformed},
        {"quoted null, last chunk", chunked("0;a=\"" + string(1, '\0') + "\"\r\n\r\n"), malformed},
        {"quoted line feed before a trailer", chunked("0;a=\"\n\"\r\nA: b\r\n\r\n"), malformed},
        {"line feed in a trailer", chunked("0\r\nA: b\nc\r\n\r\n"), malformed},
        {"null in a trailer", chunked("0\r\nA: b" + string(1, '\0') + "\r\n\r\n"), malformed},
        {"delete in a trailer", chunked("0\r\nA: \x7f\r\n\r\n"), malformed},
        {"control character in a trailer's name", chunked("0\r\nA\x01: b\r\n\r\n"), malformed},
    };

    for (const auto& row : rows) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20}) {
            BOOST_TEST_CONTEXT(row.name << ", in pieces of " << piece) {
                reading r;
                BOOST_REQUIRE(r.feed(row.bytes, piece) == step::refused);
                BOOST_TEST(describe(r.reader.why()).name == describe(row.why).name);
                BOOST_TEST((r.reader.advance() == step::refused));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(unfinished_requests_wait) {
    const string rows[]{
        "",
        "G",
        "GET / HTTP/1.1",
        "\r",
        "GET / HTTP/1.1\r\nHost: h\r\n\r",
        chunked("0"),
        chunked("1"),
        chunked("3\r\nab"),
        chunked("1\r\na\r\n"),
        chunked("0\r\nA: b\r\n"),
        chunked("1;a=\"no end"),
        post("Content-Length: 3\r\n", "ab"),
    };
    for (const string& row : rows) {
        BOOST_TEST_CONTEXT(row) {
            reading r;
            BOOST_TEST((r.feed(row) == step::need_bytes));
            BOOST_TEST(!r.reader.room().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(each_limit_holds_to_the_byte) {
    http::limits tight;
    tight.head_bytes_max = 300;
    tight.target_bytes_max = 100;
    tight.head_fields_max = 5;
    tight.body_bytes_max = 50;
    tight.chunk_overhead_bytes_max = 40;
    tight.path_segments_max = 3;
    tight.query_parameters_max = 2;

    const auto head_of = [](std::size_t bytes) {
        const std::size_t rest = get("A: \r\n").size();
        return get("A: " + string(bytes - rest, 'x') + "\r\n");
    };
    const auto target_of = [](std::size_t bytes) { return get("", "/" + string(bytes - 1, 'a')); };
    const auto fields_of = [](std::size_t count) {
        string fields; // Host is one of them
        for (std::size_t i = 1; i < count; ++i)
            fields += "A: b\r\n";
        return get(fields);
    };
    const auto body_of = [](std::size_t bytes) {
        return post("Content-Length: " + std::to_string(bytes) + "\r\n", string(bytes, 'b'));
    };
    const auto chunks_of = [](std::size_t bytes) { // in two chunks
        return chunked("19\r\n" + string(25, 'b') + "\r\n" + (bytes == 50 ? "19" : "1a") + "\r\n" +
                       string(bytes - 25, 'b') + "\r\n0\r\n\r\n");
    };
    const auto overhead_of = [](std::size_t bytes) { // "1;" + "\r\na\r\n" + "0\r\n\r\n" = 2 + 4 + 5
        return chunked("1;" + string(bytes - 11, 'x') + "\r\na\r\n0\r\n\r\n");
    };
    const auto trailer_of = [](std::size_t bytes) { // "0\r\n" + "A: " + "\r\n\r\n"
        return chunked("0\r\nA: " + string(bytes - 10, 'x') + "\r\n\r\n");
    };

    struct {
        const char* name;
        string at_limit;
        string past_limit;
        fault why;
    } const rows[]{
        {"head", head_of(300), head_of(301), fault::head_too_large},
        {"head without end", "", get("").substr(0, 16) + string(284, 'x'), fault::head_too_large},
        {"target", target_of(100), target_of(101), fault::target_too_long},
        {"target without end", "", "GET /" + string(160, 'a'), fault::target_too_long},
        {"fields", fields_of(5), fields_of(6), fault::head_too_large},
        {"body", body_of(50), body_of(51), fault::body_too_large},
        {"announced body", "", post("Content-Length: 51\r\n", ""), fault::body_too_large},
        {"chunks", chunks_of(50), chunks_of(51), fault::body_too_large},
        {"announced chunk", "", chunked("33\r\nb"), fault::body_too_large},
        {"chunk overhead", overhead_of(40), overhead_of(41), fault::body_too_large},
        {"endless extension", "", chunked("1;" + string(40, 'x')), fault::body_too_large},
        {"trailer", trailer_of(40), trailer_of(41), fault::body_too_large},
        {"endless trailer", "", chunked("0\r\nA: " + string(40, 'x')), fault::body_too_large},
        {"segments", get("", "/a/b/c"), get("", "/a/b/c/d"), fault::target_too_long},
        {"parameters", get("", "/?a&b"), get("", "/?a&b&c"), fault::target_too_long},
    };

    for (const auto& row : rows) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20}) {
            for (const std::size_t start : {std::size_t{64}, std::size_t{4096}}) {
                BOOST_TEST_CONTEXT(row.name << ", in pieces of " << piece << " into " << start) {
                    tight.input_bytes_start = start;
                    if (!row.at_limit.empty()) {
                        reading at(tight);
                        BOOST_TEST((at.feed(row.at_limit, piece) == step::complete));
                    }
                    reading past(tight);
                    BOOST_REQUIRE(past.feed(row.past_limit, piece) == step::refused);
                    BOOST_TEST(describe(past.reader.why()).name == describe(row.why).name);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(input_is_charged_to_a_common_budget) {
    http::limits few;
    few.input_bytes_start = 100;
    few.input_bytes_total_max = 150;
    few.idle_buffer_bytes_max = 100;
    reading r(few);
    const string body(240, 'b');
    BOOST_REQUIRE(r.feed(post("Content-Length: 240\r\n", body)) == step::complete);
    BOOST_TEST(r.reader.asked().body() == body);
    BOOST_TEST(r.budget.left() < 50U);
    {
        request_reader other(r.bounds, r.budget, "");
        const string more = get("A: " + string(200, 'x') + "\r\n");
        step reached = other.advance();
        std::string_view rest = more;
        while (reached == step::need_bytes && !rest.empty()) {
            const auto room = other.room();
            const std::size_t n = std::min(room.size(), rest.size());
            std::memcpy(room.data(), rest.data(), n);
            other.add(n);
            rest.remove_prefix(n);
            reached = other.advance();
        }
        BOOST_REQUIRE(reached == step::refused);
        BOOST_TEST((other.why() == fault::no_memory));
    }
    r.reader.finish();
    BOOST_TEST(r.budget.left() == 150U);

    http::limits none = few;
    none.input_bytes_total_max = 0;
    reading chunks(none);
    BOOST_REQUIRE(chunks.feed(chunked("65\r\n" + string(101, 'c') + "\r\n0\r\n\r\n")) ==
                  step::refused);
    BOOST_TEST((chunks.reader.why() == fault::no_memory));
}

BOOST_AUTO_TEST_CASE(a_body_counts_in_the_share_of_who_sends_it) {
    struct {
        const char* name;
        string bytes;
        std::size_t share;
        bool whole;
    } const rows[]{
        {"length", post("Content-Length: 240\r\n", string(240, 'b')), 240, true},
        {"length, too little", post("Content-Length: 240\r\n", string(240, 'b')), 100, false},
        {"small enough for nothing", post("Content-Length: 40\r\n", string(40, 'b')), 0, true},
        {"chunk", chunked("f0\r\n" + string(240, 'c') + "\r\n0\r\n\r\n"), 1000, true},
        {"chunk, too little", chunked("f0\r\n" + string(240, 'c') + "\r\n0\r\n\r\n"), 100, false},
    };

    http::limits small;
    small.input_bytes_start = 100;
    small.idle_buffer_bytes_max = 1000; // the buffer stays, but is nobody's after its request
    for (const auto& row : rows) {
        for (const std::size_t piece : {std::size_t{7}, std::size_t{1} << 20}) {
            BOOST_TEST_CONTEXT(row.name << ", in pieces of " << piece) {
                const auto share = std::make_shared<input_share>(row.share);
                reading r(small);
                r.payer = share;
                const step reached = r.feed(row.bytes, piece);
                BOOST_TEST((reached == (row.whole ? step::complete : step::refused)));
                if (row.whole) {
                    r.reader.finish();
                } else {
                    BOOST_TEST((r.reader.why() == fault::input_share_used_up));
                    r.reader.discard();
                }
                BOOST_TEST(share->left() == row.share);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refused_request_keeps_the_id_that_it_brought) {
    const string good = "X-Request-Id: id-1\r\n";

    struct {
        const char* name;
        string bytes;
        const char* id; ///< empty: none that can be kept
    } const rows[]{
        {"expectation", get(good + "Expect: foo\r\n"), "id-1"},
        {"expectation before it", get("Expect: foo\r\n" + good), "id-1"},
        {"two lengths", post(good + "Content-Length: 1\r\nContent-Length: 2\r\n", ""), "id-1"},
        {"length and chunks",
         post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n" + good, ""), "id-1"},
        {"two hosts", get("Host: b\r\n" + good), "id-1"},
        {"no host", "GET / HTTP/1.1\r\n" + good + "\r\n", "id-1"},
        {"its name in other letters", get("x-REQUEST-id:\tid-1 \r\nHost: b\r\n"), "id-1"},
        {"two of them: the first", get(good + "X-Request-Id: id-2\r\nHost: b\r\n"), "id-1"},
        {"folded line behind it", get(good + " x\r\n"), "id-1"},
        {"bare line feed behind it", get(good + "A: b\n"), "id-1"},
        {"its own line is bad", get("X-Request-Id: id-1\n"), ""},
        {"bad characters", get("X-Request-Id: a b\r\nHost: b\r\n"), ""},
        {"too long", get("X-Request-Id: " + string(65, 'a') + "\r\nHost: b\r\n"), ""},
        {"empty", get("X-Request-Id:\r\nHost: b\r\n"), ""},
        {"another field", get("X-Request-Ids: id-1\r\nHost: b\r\n"), ""},
        {"in a value", get("A: X-Request-Id: id-1\r\nHost: b\r\n"), ""},
        {"none", get("Host: b\r\n"), ""},
    };

    for (const auto& row : rows) {
        for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20}) {
            BOOST_TEST_CONTEXT(row.name << ", in pieces of " << piece) {
                reading r;
                BOOST_REQUIRE(r.feed(row.bytes, piece) == step::refused);
                BOOST_TEST(!r.reader.head_read());
                BOOST_TEST(r.reader.request_id_seen() == row.id);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_id_of_the_request_before_is_not_kept) {
    reading r;
    BOOST_REQUIRE(r.feed(get("X-Request-Id: id-1\r\n") + get("Host: b\r\n")) == step::complete);
    r.reader.finish();
    BOOST_REQUIRE(r.feed("") == step::refused);
    BOOST_TEST(r.reader.request_id_seen() == "");
}

BOOST_AUTO_TEST_CASE(a_trailer_is_never_a_header) {
    reading r;
    BOOST_REQUIRE(r.feed(post("Transfer-Encoding: chunked\r\nX-First: 1\r\n",
                              "1\r\na\r\n0\r\nAuthorization: Bearer evil\r\nHost: evil\r\n"
                              "X-First: 2\r\n\r\n")) == step::complete);
    const request& asked = r.reader.asked();
    BOOST_TEST(!asked.has_header("authorization"));
    BOOST_TEST(!asked.has_header("content-length"));
    BOOST_TEST(asked.header("host") == "h");
    BOOST_TEST(asked.header("x-first") == "1");
    BOOST_TEST(asked.body() == "a");
}

BOOST_AUTO_TEST_CASE(fields_are_found_without_case) {
    reading r;
    BOOST_REQUIRE(r.feed(get("Authorization:  Bearer a b \t\r\nX: 1\r\nx: 2\r\nEmpty:\r\n")) ==
                  step::complete);
    const request& asked = r.reader.asked();
    BOOST_TEST(asked.header("authorization") == "Bearer a b");
    BOOST_TEST(asked.header("AUTHORIZATION") == "Bearer a b");
    BOOST_TEST(asked.header("x") == "1");
    BOOST_TEST(asked.header("empty") == "");
    BOOST_TEST(asked.has_header("empty"));
    BOOST_TEST(!asked.has_header("auth"));
    BOOST_TEST(asked.peer() == "192.0.2.1");
    BOOST_TEST(asked.arrived().unix_ms == 1'700'000'000'000);
}

BOOST_AUTO_TEST_CASE(request_ids_and_traces_are_taken_only_if_clean) {
    const string trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const auto with = [](string text, std::size_t at, char c) {
        text[at] = c;
        return text;
    };

    struct {
        const char* name;
        string field, value;
        bool taken;
    } const rows[]{
        {"id", "X-Request-Id", "Az09._-", true},
        {"longest id", "X-Request-Id", string(64, 'a'), true},
        {"id too long", "X-Request-Id", string(65, 'a'), false},
        {"empty id", "X-Request-Id", "", false},
        {"id with blank", "X-Request-Id", "a b", false},
        {"id with quote", "X-Request-Id", "a\"b", false},
        {"id beyond ASCII", "X-Request-Id", "\xc3\xa9", false},
        {"second id", "X-Request-Id: a b\r\nX-Request-Id", "c", false},
        {"trace", "traceparent", trace, true},
        {"trace in another case of its name", "TraceParent", trace, true},
        {"trace of a later version", "traceparent", with(trace, 1, '1'), true},
        {"malformed trace", "traceparent", with(trace, 3, 'A'), false},
        {"same trace twice", "traceparent: " + trace + "\r\ntraceparent", trace, false},
        {"empty trace", "traceparent", "", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            reading r;
            BOOST_REQUIRE(r.feed(get(row.field + ": " + row.value + "\r\n")) == step::complete);
            const request& asked = r.reader.asked();
            const bool is_id = row.field.starts_with("X-");
            const auto seen = is_id ? asked.request_id() : asked.traceparent();
            BOOST_TEST((seen == row.value && !seen.empty()) == row.taken);
            if (!is_id || !row.taken) BOOST_TEST(asked.request_id().size() == 36U);
            if (!is_id && !row.taken) BOOST_TEST(seen.empty());
            if (!is_id) BOOST_TEST(asked.trace_id() == (row.taken ? row.value.substr(3, 32) : ""));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_later_version_s_trace_is_kept_as_far_as_it_is_known) {
    const string trace = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    reading r;
    BOOST_REQUIRE(r.feed(get("traceparent: " + trace + "-what-comes\r\n")) == step::complete);
    BOOST_TEST(r.reader.asked().traceparent() == trace);
}

BOOST_AUTO_TEST_CASE(what_is_announced_is_known_after_the_head) {
    struct {
        const char* name;
        string bytes;
        bool announced, at_hand, expected;
    } const rows[]{
        {"none", get(""), false, true, false},
        {"zero", post("Content-Length: 0\r\n", ""), false, true, false},
        {"waits for us", post("Content-Length: 1\r\nExpect: 100-Continue\r\n", ""), true, false,
         true},
        {"did not wait", post("Content-Length: 1\r\nExpect: 100-continue\r\n", "a"), true, true,
         false},
        {"half", post("Content-Length: 2\r\n", "a"), true, false, false},
        {"chunks", chunked("1\r\na\r\n0\r\n\r\n"), true, false, false},
        {"1.0 does not wait",
         "POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n", true, false,
         false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            reading r;
            BOOST_REQUIRE(r.reader.advance() == step::need_bytes);
            const auto room = r.reader.room();
            BOOST_REQUIRE(room.size() >= row.bytes.size());
            std::memcpy(room.data(), row.bytes.data(), row.bytes.size());
            r.reader.add(row.bytes.size());
            BOOST_REQUIRE(r.reader.advance() == step::head);
            BOOST_TEST(r.reader.body_announced() == row.announced);
            BOOST_TEST(r.reader.body_at_hand() == row.at_hand);
            BOOST_TEST(r.reader.continue_expected() == row.expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_body_at_hand_can_be_skipped) {
    reading r;
    BOOST_REQUIRE(r.reader.advance() == step::need_bytes);
    const string bytes = post("Content-Length: 3\r\n", "abc") + get("", "/next");
    std::memcpy(r.reader.room().data(), bytes.data(), bytes.size());
    r.reader.add(bytes.size());
    BOOST_REQUIRE(r.reader.advance() == step::head);
    BOOST_REQUIRE(r.reader.body_at_hand());
    r.reader.finish();
    BOOST_REQUIRE(r.go() == step::complete);
    BOOST_TEST(r.reader.asked().target() == "/next");
}

BOOST_AUTO_TEST_CASE(a_body_may_be_read_past_its_end) {
    for (const string& bytes : {get(""), post("Content-Length: 900\r\n", string(900, 'b')),
                                chunked("384\r\n" + string(900, 'b') + "\r\n0\r\n\r\n")}) {
        http::limits small;
        small.input_bytes_start = 128;
        reading r(small);
        BOOST_REQUIRE(r.feed(bytes) == step::complete);
        const std::string_view body = r.reader.asked().body();
        string copy(body.size() + body_padding_bytes, '\0');
        std::memcpy(copy.data(), body.data(), copy.size()); // the sanitizer is the judge
        BOOST_TEST(copy.starts_with(body));
    }
}

// What is sent is what is read, wherever the network cuts it, and whatever follows in the same
// bytes.
RC_BOOST_PROP(a_pipeline_reads_the_same_however_it_is_cut, ()) {
    struct sent {
        string target, body;
    };

    string bytes;
    std::vector<sent> all;
    const auto count = *rc::gen::inRange<std::size_t>(1, 6);
    for (std::size_t i = 0; i < count; ++i) {
        sent one{"/" + std::to_string(i), *rc::gen::container<string>(rc::gen::arbitrary<char>())};
        if (*rc::gen::arbitrary<bool>()) {
            bytes += "POST " + one.target +
                     " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(one.body.size()) +
                     "\r\n\r\n" + one.body;
        } else {
            bytes +=
                "POST " + one.target + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
            std::string_view rest = one.body;
            while (!rest.empty()) {
                const auto n = *rc::gen::inRange<std::size_t>(1, rest.size() + 1);
                char size[20];
                std::snprintf(size, sizeof size, "%zx", n);
                bytes.append(size).append("\r\n").append(rest.substr(0, n)).append("\r\n");
                rest.remove_prefix(n);
            }
            bytes += "0\r\n\r\n";
        }
        all.push_back(std::move(one));
    }
    http::limits small;
    small.input_bytes_start = *rc::gen::inRange<std::size_t>(1, 200);
    reading r(small);
    std::string_view rest = bytes;
    for (const sent& one : all) {
        for (step reached = r.go(); reached != step::complete; reached = r.go()) {
            RC_ASSERT(reached == step::need_bytes);
            RC_ASSERT(!rest.empty());
            const auto room = r.reader.room();
            const auto n =
                std::min({*rc::gen::inRange<std::size_t>(1, 100), room.size(), rest.size()});
            std::memcpy(room.data(), rest.data(), n);
            r.reader.add(n);
            rest.remove_prefix(n);
        }
        RC_ASSERT(r.reader.asked().target() == one.target);
        RC_ASSERT(r.reader.asked().body() == one.body);
        r.reader.finish();
    }
    RC_ASSERT(rest.empty());
    RC_ASSERT(!r.reader.under_way());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
