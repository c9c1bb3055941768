// Conversations over real sockets: what is sent, what comes back, and when the connection ends.
#include "gateway/http/session.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <vector>

namespace rollcall::http {
namespace {

using namespace testing;
using std::string;
using std::chrono::milliseconds;

constexpr milliseconds soon{40};

string repeated(std::string_view text, int times) {
    string all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

BOOST_AUTO_TEST_SUITE(session_test)

BOOST_AUTO_TEST_CASE(conversations) {
    // Each row ends when the server closes, which a last request with `Connection: close` brings
    // about.
    const string end = get("/hello", "Connection: close\r\n");

    struct {
        const char* name;
        string sent;
        string statuses;
    } const rows[]{
        {"one request", end, "200"},
        {"kept alive", get("/hello") + end, "200 200"},
        {"pipeline", repeated(get("/hello"), 5) + get("/nothing") + end,
         "200 200 200 200 200 404 200"},
        {"longer than one turn", repeated(get("/hello"), 33) + end,
         repeated("200 ", 33).append("200")},
        {"answers larger than are gathered", repeated(get("/big?bytes=50000"), 4) + end,
         "200 200 200 200 200"},
        {"1.0 closes", "GET /hello HTTP/1.0\r\n\r\n" + get("/hello"), "200"},
        {"1.0 kept alive", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + end,
         "200 200"},
        {"nothing is read behind close", end + get("/hello"), "200"},
        {"the handler closes", get("/close") + get("/hello"), "200"},
        {"bodies",
         post("/echo", "Content-Length: 3\r\n", "abc") +
             post("/echo", "Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n") + end,
         "200 200 200"},
        {"refused head, body at hand",
         post("/echo", "X-Refuse: yes\r\nContent-Length: 3\r\n", "abc") + end, "401 200"},
        {"refused head, body to come",
         post("/echo", "X-Refuse: yes\r\nContent-Length: 300\r\n", "abc"), "401"},
        {"refused head, chunks",
         post("/echo", "X-Refuse: yes\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n") + end,
         "401"},
        {"no body, no refusal", get("/hello", "X-Refuse: yes\r\n") + end, "200 200"},
        {"refused head that waits",
         post("/echo", "X-Refuse: yes\r\nContent-Length: 3\r\nExpect: 100-continue\r\n", ""),
         "401"},
        {"malformed", "NONSENSE\r\n\r\n", "400"},
        {"malformed behind good", get("/hello") + "NONSENSE\r\n\r\n" + get("/hello"), "200 400"},
        {"smuggling: length and chunks",
         post("/echo", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
              "0\r\n\r\n" + get("/hello")),
         "400"},
        {"smuggling: unknown encoding",
         post("/echo", "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + get("/hello")), "400"},
        {"smuggling: request in a trailer",
         post("/echo", "Transfer-Encoding: chunked\r\n", "0\r\nA: b\r\n\r\n") + end, "200 200"},
        {"smuggling: bare line feeds", "GET /hello HTTP/1.1\nHost: h\n\n" + get("/hello"), "400"},
        {"bad target", get("/a/../b") + get("/hello"), "400"},
        {"absolute form", get("http://h/hello"), "400"},
        {"too long a target", get("/" + string(9000, 'a')), "414"},
        {"too large a head", get("/hello", "A: " + string(17000, 'x') + "\r\n"), "431"},
        {"too many fields", get("/hello", repeated("A: b\r\n", 101)), "431"},
        {"too large a body", post("/echo", "Content-Length: 1048577\r\n", "abc"), "413"},
        {"too large a chunk", post("/echo", "Transfer-Encoding: chunked\r\n", "100001\r\nabc"),
         "413"},
        {"too large a body is not asked for",
         post("/echo", "Content-Length: 1048577\r\nExpect: 100-continue\r\n", ""), "413"},
        {"larger than allowed here", post("/large", "Content-Length: 1048578\r\n", "abc"), "413"},
        {"larger than allowed here is not asked for",
         post("/large", "Content-Length: 1048578\r\nExpect: 100-continue\r\n", ""), "413"},
        {"larger than can be counted",
         post("/large", "Content-Length: 18446744073709551615\r\n", "abc"), "413"},
        {"a larger chunk than allowed here",
         post("/large", "Transfer-Encoding: chunked\r\n", "100002\r\nabc"), "413"},
        {"a larger body is refused like others",
         post("/large", "X-Refuse: yes\r\nContent-Length: 1048577\r\n", "abc"), "401"},
        {"other expectation", post("/echo", "Expect: miracles\r\nContent-Length: 1\r\n", "a"),
         "417"},
        {"unknown method reaches the handler", "BREW /hello HTTP/1.1\r\nHost: h\r\n\r\n" + end,
         "200 200"},
        {"nobody's answer", get("/lose") + get("/hello"), "503"},
    };

    const running r;
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            client c = r.connect();
            BOOST_REQUIRE(c.send_raw(row.sent).has_value());
            const auto all = c.receive_to_end();
            BOOST_REQUIRE(all.has_value());
            BOOST_TEST(statuses(*all) == row.statuses);
        }
    }
    BOOST_TEST(r.front->counters().requests > 50U);
}

BOOST_AUTO_TEST_CASE(a_half_closed_client_gets_its_answers) {
    const running r;
    client c = r.connect();
    BOOST_REQUIRE(c.send_raw(get("/hello") + get("/hello")).has_value());
    c.finish_sending();
    BOOST_TEST(statuses(c.receive_to_end().value()) == "200 200");
}

BOOST_AUTO_TEST_CASE(a_large_body_is_refused_readably) {
    // The client is still sending when the answer comes: it must not be lost in a reset.
    const running r;
    client c = r.connect();
    const string body(std::size_t{900} * 1024, 'x');
    const auto got = c.send("POST", "/echo", {{"X-Refuse", "yes"}}, body);
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->status == 401U);
    BOOST_TEST(got->header("Connection") == "close");
}

BOOST_AUTO_TEST_CASE(large_bodies_go_both_ways) {
    const running r;
    client c = r.connect();
    for (const std::size_t size : {std::size_t{0}, std::size_t{4096}, std::size_t{1024} * 1024}) {
        string body(size, 'x');
        for (std::size_t i = 0; i < size; ++i)
            body[i] = static_cast<char>('a' + i % 23);
        const auto got = c.send("POST", "/echo", {}, body);
        BOOST_REQUIRE(got.has_value());
        BOOST_TEST((got->body == body));
    }
    const auto big = c.send("GET", "/big?bytes=20000000");
    BOOST_REQUIRE(big.has_value());
    BOOST_TEST(big->body.size() == 20'000'000U);
    BOOST_TEST(c.send("GET", "/hello")->body == "hello");
}

BOOST_AUTO_TEST_CASE(one_request_may_be_allowed_a_larger_body) {
    const running r;
    client c = r.connect();
    const string most(1048577, 'x');
    const auto whole = c.send("POST", "/large", {}, most);
    BOOST_REQUIRE(whole.has_value());
    BOOST_TEST(whole->body == "1048577");
    BOOST_REQUIRE(c.send_raw(post("/large", "Transfer-Encoding: chunked\r\n",
                                  "100001\r\n" + most + "\r\n0\r\n\r\n"))
                      .has_value());
    const auto chunked = c.receive();
    BOOST_REQUIRE(chunked.has_value());
    BOOST_TEST(chunked->body == "1048577");
    // It is allowed to that request, not to the connection.
    const auto usual = c.send("POST", "/echo", {}, most);
    BOOST_REQUIRE(usual.has_value());
    BOOST_TEST(usual->status == 413U);
}

BOOST_AUTO_TEST_CASE(head_is_get_without_body) {
    const running r;
    client c = r.connect();
    const auto head = c.send("HEAD", "/hello");
    BOOST_REQUIRE(head.has_value());
    BOOST_TEST(head->header("Content-Length") == "5");
    BOOST_TEST(head->body.empty());
    BOOST_TEST(c.send("GET", "/hello")->body == "hello");
}

BOOST_AUTO_TEST_CASE(every_answer_carries_an_id_and_safety) {
    const running r;
    client c = r.connect();
    const auto own = c.send("GET", "/who", {{"X-Request-Id", "mine-1"}});
    BOOST_REQUIRE(own.has_value());
    BOOST_TEST(own->body == "GET /who 127.0.0.1 mine-1");
    BOOST_TEST(own->header("x-request-id") == "mine-1");
    BOOST_TEST(own->header("cache-control") == "no-store");
    BOOST_TEST(own->header("x-content-type-options") == "nosniff");
    const auto made = c.send("GET", "/who");
    BOOST_TEST(made->header("x-request-id").size() == 36U);
    BOOST_TEST(made->body.ends_with(made->header("x-request-id")));
    BOOST_REQUIRE(c.send_raw("NONSENSE\r\n\r\n").has_value());
    const auto bad = c.receive();
    BOOST_TEST(bad->status == 400U);
    BOOST_TEST(bad->header("x-request-id").size() == 36U);
    BOOST_TEST(bad->header("x-request-id") != made->header("x-request-id"));
}

BOOST_AUTO_TEST_CASE(continue_is_sent_when_the_head_was_accepted) {
    const running r;
    client c = r.connect();
    BOOST_REQUIRE(c.send_raw(get("/hello") +
                             post("/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n", ""))
                      .has_value());
    BOOST_TEST(c.receive()->status == 200U);
    BOOST_TEST(c.receive()->status == 100U);
    BOOST_REQUIRE(c.send_raw("abc").has_value());
    const auto got = c.receive();
    BOOST_TEST(got->status == 200U);
    BOOST_TEST(got->body == "abc");
    // Who does not wait is not told to go on.
    BOOST_REQUIRE(c.send_raw(post("/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n", "def"))
                      .has_value());
    BOOST_TEST(c.receive()->body == "def");
}

// --- Deferred answers ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(deferred_answers_come_in_order) {
    running r;
    client c = r.connect();
    BOOST_REQUIRE(c.send_raw(get("/hello") + get("/later/1") + get("/hello") + get("/later/2") +
                             get("/hello"))
                      .has_value());
    BOOST_TEST(c.receive()->body == "hello"); // not held back by what follows
    std::move(r.answers.take_waiting(1)[0]).complete(routes::answered());
    BOOST_TEST(c.receive()->body == "/later/1");
    BOOST_TEST(c.receive()->body == "hello");
    std::move(r.answers.take_waiting(1)[0]).complete(routes::answered());
    BOOST_TEST(c.receive()->body == "/later/2");
    BOOST_TEST(c.receive()->body == "hello");
}

BOOST_AUTO_TEST_CASE(a_continuation_may_defer_again) {
    running r;
    client c = r.connect();
    BOOST_REQUIRE(c.send_raw(post("/later", "Content-Length: 4\r\n", "body")).has_value());
    std::move(r.answers.take_waiting(1)[0]).complete([&r](exchange& x) {
        x.answer().text(500, "not the answer");
        r.answers.wait(x.defer());
    });
    std::move(r.answers.take_waiting(1)[0]).complete([](exchange& x) {
        x.answer().text(200, x.asked().body());
    });
    const auto got = c.receive();
    BOOST_TEST(got->status == 200U);
    BOOST_TEST(got->body == "body");
    BOOST_TEST(c.send("GET", "/hello")->status == 200U);
}

BOOST_AUTO_TEST_CASE(a_batch_answers_many_connections) {
    running r({}, 2);
    std::vector<client> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(r.connect());
        BOOST_REQUIRE(clients.back().send_raw(get("/later/" + std::to_string(i))).has_value());
    }
    {
        completion_batch batch;
        for (pending_answer& p : r.answers.take_waiting(20)) {
            batch.add(std::move(p), routes::answered());
        }
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        BOOST_TEST(clients[i].receive()->body == "/later/" + std::to_string(i));
    }
}

BOOST_AUTO_TEST_CASE(an_answer_may_come_from_within_the_handler) {
    class at_once final : public handler {
        void handle(exchange& x) noexcept override { x.defer().complete(routes::answered()); }
    } answers;

    server_options options;
    options.doors.push_back(door{endpoint::tcp("127.0.0.1", 0), &answers});
    const auto front = server::start(std::move(options)).value();
    client c(front->endpoints()[0]);
    BOOST_REQUIRE(c.send_raw(repeated(get("/x"), 50)).has_value());
    for (int i = 0; i < 50; ++i)
        BOOST_TEST(c.receive()->body == "/x");
}

BOOST_AUTO_TEST_CASE(a_client_that_has_gone_harms_nobody) {
    running r;
    const int rounds = 50;
    for (int i = 0; i < rounds; ++i) {
        client c = r.connect();
        BOOST_REQUIRE(c.send_raw(get("/later/" + std::to_string(i))).has_value());
        pending_answer p = std::move(r.answers.take_waiting(1)[0]);
        c.disconnect();
        if (i % 3 != 0) std::move(p).complete(routes::answered()); // or given up
    }
    client other = r.connect();
    BOOST_TEST(other.send("GET", "/hello")->status == 200U);
    other.disconnect();
    BOOST_TEST(r.front->drain(patience));
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_not_given_to_the_next_in_the_slot) {
    http::limits bounds;
    bounds.handling_time_max = soon;
    bounds.linger_time_max = soon;
    running r(bounds);
    client first = r.connect();
    BOOST_REQUIRE(first.send_raw(get("/later/first")).has_value());
    pending_answer late = std::move(r.answers.take_waiting(1)[0]);
    BOOST_TEST(statuses(first.receive_to_end().value()) == "503");
    BOOST_REQUIRE(eventually([&] { return r.front->counters().connections_open == 0; }));

    client second = r.connect(); // in the same slot
    BOOST_REQUIRE(second.send_raw(get("/later/second")).has_value());
    auto waiting = r.answers.take_waiting(1);
    std::move(late).complete(routes::answered());
    BOOST_REQUIRE(eventually([&] { return r.front->counters().answers_unclaimed == 1; }));
    std::move(waiting[0]).complete(routes::answered());
    const auto got = second.receive();
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST((got->status == 503U || got->body == "/later/second"));
}

// --- Deadlines ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_step_has_its_deadline) {
    struct {
        const char* name;
        std::chrono::milliseconds http::limits::*step;
        string sent;
        const char* statuses;
        std::uint64_t counters_snapshot::*counted;
    } const rows[]{
        {"nothing at all", &http::limits::head_time_max, "", "", &counters_snapshot::timeouts_head},
        {"half a request line", &http::limits::head_time_max, "GET /he", "408",
         &counters_snapshot::timeouts_head},
        {"head without end", &http::limits::head_time_max, "GET /hello HTTP/1.1\r\nHost: h\r\n",
         "408", &counters_snapshot::timeouts_head},
        {"second head", &http::limits::head_time_max, get("/hello") + "GET", "200 408",
         &counters_snapshot::timeouts_head},
        {"body", &http::limits::body_time_max, post("/echo", "Content-Length: 3\r\n", "ab"), "408",
         &counters_snapshot::timeouts_body},
        {"chunk", &http::limits::body_time_max,
         post("/echo", "Transfer-Encoding: chunked\r\n", "3\r\nab"), "408",
         &counters_snapshot::timeouts_body},
        {"chunk extension without end", &http::limits::body_time_max,
         post("/echo", "Transfer-Encoding: chunked\r\n", "3;a=\"bcdef"), "408",
         &counters_snapshot::timeouts_body},
        {"handling", &http::limits::handling_time_max, get("/hello") + get("/later"), "200 503",
         &counters_snapshot::timeouts_handling},
        {"idle", &http::limits::idle_time_max, get("/hello"), "200",
         &counters_snapshot::timeouts_idle},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            http::limits bounds = unhurried();
            bounds.*row.step = soon;
            const running r(bounds);
            client c = r.connect();
            BOOST_REQUIRE(c.send_raw(row.sent).has_value());
            const auto all = c.receive_to_end();
            BOOST_REQUIRE(all.has_value());
            BOOST_TEST(statuses(*all) == row.statuses);
            BOOST_TEST((r.front->counters().*row.counted) == 1U);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_outcome_says_when_to_come_again) {
    http::limits bounds = unhurried();
    bounds.handling_time_max = soon;
    bounds.retry_after = std::chrono::seconds(7);
    running r(bounds);
    client c = r.connect();
    const auto got = c.send("GET", "/later");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->status == 503U);
    BOOST_TEST(got->header("Retry-After") == "7");
    BOOST_TEST(got->header("Connection") == "close");
    BOOST_TEST(got->body.find("unknown") != string::npos);
}

BOOST_AUTO_TEST_CASE(a_slow_sender_delays_nobody) {
    http::limits bounds = unhurried();
    bounds.head_time_max = milliseconds(300);
    const running r(bounds);
    client slow = r.connect();
    client quick = r.connect();
    int served = 0;
    const string head = "GET /hello HTTP/1.1\r\nHost: h\r\nX-Slow: " + string(10'000, 'x');
    for (const char c : head) { // one byte between two requests of somebody else
        if (!slow.send_raw({&c, 1}).has_value()) break;
        BOOST_REQUIRE(quick.send("GET", "/hello")->status == 200U);
        ++served;
        if (r.front->counters().timeouts_head > 0) break;
    }
    BOOST_TEST(statuses(slow.receive_to_end().value()) == "408");
    BOOST_TEST(served > 10);
    BOOST_TEST(quick.send("GET", "/hello")->status == 200U);
}

BOOST_AUTO_TEST_CASE(who_does_not_read_is_cut) {
    http::limits bounds = unhurried();
    bounds.write_time_max = soon;
    const running r(bounds);
    const descriptor socket = dial(r.front->endpoints().front(), patience).value();
    // More than two socket buffers hold.
    const string asked = get("/big?bytes=67108864") + get("/hello");
    BOOST_REQUIRE(::send(socket.get(), asked.data(), asked.size(), MSG_NOSIGNAL) > 0);
    // An ordinary close could not reach us: our window is shut. A reset does, and frees the
    // kernel's copy of what we would not take.
    pollfd one{socket.get(), 0, 0};
    BOOST_REQUIRE(::poll(&one, 1, 30'000) == 1);
    BOOST_TEST((one.revents & POLLERR) != 0);
    BOOST_TEST(r.front->counters().timeouts_write == 1U);
    BOOST_TEST(r.front->counters().requests == 1U);
    BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
}

BOOST_AUTO_TEST_CASE(an_answer_may_be_made_while_another_is_written) {
    const string both = get("/big?bytes=30000000") + get("/later/b");
    http::limits bounds = unhurried();
    bounds.gathered_answer_bytes_max = std::size_t{1} << 30; // the first waits for the second
    {
        running r(bounds);
        client c = r.connect();
        BOOST_REQUIRE(c.send_raw(both + get("/hello")).has_value());
        std::move(r.answers.take_waiting(1)[0]).complete(routes::answered());
        BOOST_TEST(c.receive()->body.size() == 30'000'000U);
        BOOST_TEST(c.receive()->body == "/later/b");
        BOOST_TEST(c.receive()->body == "hello");
    }
    bounds.write_time_max = soon;
    { // nobody reads: time runs from the later answer
        running r(bounds);
        client c = r.connect();
        BOOST_REQUIRE(c.send_raw(both).has_value());
        std::move(r.answers.take_waiting(1)[0]).complete(routes::answered());
        BOOST_TEST(eventually([&] { return r.front->counters().timeouts_write == 1; }));
    }
    bounds.handling_time_max = soon;
    { // nobody reads, nobody answers
        running r(bounds);
        client c = r.connect();
        BOOST_REQUIRE(c.send_raw(both).has_value());
        const auto waiting = r.answers.take_waiting(1);
        BOOST_TEST(eventually([&] { return r.front->counters().timeouts_write == 1; }));
        BOOST_TEST(r.front->counters().timeouts_handling == 1U);
        BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
    }
}

BOOST_AUTO_TEST_CASE(after_its_last_answer_a_connection_does_not_stay) {
    http::limits bounds = unhurried();
    bounds.linger_time_max = soon;
    const running r(bounds);
    client c = r.connect();
    BOOST_REQUIRE(c.send_raw("NONSENSE\r\n\r\n").has_value());
    BOOST_TEST(c.receive()->status == 400U);
    // The client neither reads on nor closes.
    BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
}

BOOST_AUTO_TEST_CASE(input_after_the_last_answer_is_bounded) {
    http::limits bounds = unhurried();
    bounds.linger_bytes_max = 100'000;
    bounds.linger_time_max = patience;
    const running r(bounds);
    client c = r.connect();
    BOOST_REQUIRE(c.send_raw("NONSENSE\r\n\r\n").has_value());
    const string more(50'000, 'x');
    std::size_t sent = 0;
    while (sent < std::size_t{256} * 1024 * 1024 && c.send_raw(more).has_value()) {
        sent += more.size(); // what two socket buffers hold gets away before we notice
    }
    BOOST_TEST(sent < std::size_t{256} * 1024 * 1024);
    BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
