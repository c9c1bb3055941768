// Bodies that are made while they are sent.
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>

namespace rollcall::http {
namespace {

using namespace testing;
using std::chrono::milliseconds;

/// What the test does with the pieces of one body.
enum class plan : std::uint8_t {
    at_once,    ///< each piece comes at once
    by_hand,    ///< each when the test says
    breaks_off, ///< the second piece says that there is none
    is_lost,    ///< nobody answers for the second piece
};

struct source_log {
    std::atomic<int> asked{0};
    std::atomic<int> living{0};
};

class counted_source final : public body_source {
  public:
    counted_source(source_log& log, routes& waiting, plan how, int pieces, std::size_t bytes)
        : log_(log), waiting_(waiting), how_(how), left_(pieces), bytes_(bytes) {
        ++log_.living;
    }

    ~counted_source() override { --log_.living; }

    counted_source(const counted_source&) = delete;
    counted_source& operator=(const counted_source&) = delete;

    void next(pending_answer to) noexcept override {
        const bool first = ++log_.asked == 1;
        --left_;
        if (!first && how_ == plan::is_lost) return;
        if (how_ == plan::by_hand) return waiting_.wait(std::move(to));
        const bool breaks = !first && how_ == plan::breaks_off;
        std::move(to).complete([breaks, more = left_ > 0, bytes = bytes_](exchange& x) {
            if (breaks) return x.answer().break_off();
            x.answer().body.assign(bytes, 'p');
            if (more) x.answer().more_follows();
        });
    }

  private:
    source_log& log_;
    routes& waiting_;
    plan how_;
    int left_;
    std::size_t bytes_;
};

/// `/pieces` streams "head " and then pieces; everything else is answered by the usual routes.
class streaming final : public handler {
  public:
    explicit streaming(plan how, int pieces = 3, std::size_t bytes = 4)
        : how_(how), pieces_(pieces), bytes_(bytes) {}

    void handle(exchange& x) noexcept override {
        if (x.asked().path()[0] != "pieces") return usual.handle(x);
        x.answer().text(200, "head ");
        x.answer().stream(std::make_shared<counted_source>(log, usual, how_, pieces_, bytes_));
    }

    routes usual;
    source_log log;

  private:
    plan how_;
    int pieces_;
    std::size_t bytes_;
};

struct streaming_server {
    explicit streaming_server(streaming& with, http::limits bounds = unhurried()) {
        bounds.deadline_tick = milliseconds(2);
        server_options options;
        options.doors.push_back(door{endpoint::tcp("127.0.0.1", 0), &with});
        options.threads = 1;
        options.limits = bounds;
        auto started = server::start(std::move(options));
        BOOST_REQUIRE(started.has_value());
        front = std::move(*started);
    }

    [[nodiscard]] client connect() const {
        client_options options;
        options.answer_time_max = patience;
        client c(front->endpoints().front(), options);
        BOOST_REQUIRE(c.connect().has_value());
        return c;
    }

    std::unique_ptr<server> front;
};

BOOST_AUTO_TEST_SUITE(session_stream_test)

BOOST_AUTO_TEST_CASE(pieces_become_one_body_and_the_connection_goes_on) {
    struct row {
        const char* name;
        int pieces;
        std::size_t bytes;
    };

    const row rows[] = {
        {"one", 1, 4}, {"some", 3, 4}, {"empty ones", 3, 0}, {"large ones", 20, 1'000'000}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            streaming with(plan::at_once, r.pieces, r.bytes);
            const streaming_server s(with);
            client c = s.connect();
            const std::string whole =
                "head " + std::string(static_cast<std::size_t>(r.pieces) * r.bytes, 'p');
            for (int i = 0; i < 2; ++i) {
                const auto got = c.send("GET", "/pieces");
                BOOST_REQUIRE(got.has_value());
                BOOST_TEST(got->status == 200u);
                BOOST_TEST((got->body == whole));
                BOOST_TEST(got->header("Transfer-Encoding") == "chunked");
                BOOST_TEST(got->header("Content-Length").empty());
                BOOST_TEST(got->keep_alive);
            }
            BOOST_TEST(eventually([&] { return with.log.living == 0; }));
            BOOST_TEST(c.send("GET", "/hello")->body == "hello");
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_made_that_the_client_does_not_take) {
    http::limits bounds = unhurried();
    bounds.write_time_max = milliseconds(40);
    streaming with(plan::at_once, 1'000, 1'000'000);
    const streaming_server s(with, bounds);
    client c = s.connect();
    BOOST_REQUIRE(c.send_raw(get("/pieces")).has_value());
    // Two socket buffers fill up; then nothing is asked for until the client is given up.
    BOOST_TEST(eventually([&] { return s.front->counters().timeouts_write == 1; }));
    BOOST_TEST(with.log.asked > 0);
    BOOST_TEST(with.log.asked < 100);
    BOOST_TEST(eventually([&] { return with.log.living == 0; }));
}

BOOST_AUTO_TEST_CASE(pipelined_requests_wait_for_the_last_piece) {
    streaming with(plan::by_hand);
    const streaming_server s(with);
    client c = s.connect();
    BOOST_REQUIRE(c.send_raw(get("/hello") + get("/pieces") + get("/hello")).has_value());
    BOOST_TEST(c.receive()->body == "hello");
    for (int i = 0; i < 2; ++i) {
        auto waiting = with.usual.take_waiting(1);
        std::move(waiting[0]).complete([i](exchange& x) {
            x.answer().body = "piece ";
            if (i == 0) x.answer().more_follows();
        });
    }
    BOOST_TEST(c.receive()->body == "head piece piece ");
    BOOST_TEST(c.receive()->body == "hello");
}

BOOST_AUTO_TEST_CASE(a_drain_waits_for_the_last_piece_and_no_longer) {
    streaming with(plan::by_hand, 2);
    streaming_server s(with);
    client c = s.connect();
    BOOST_REQUIRE(c.send_raw(get("/pieces")).has_value());
    auto waiting = with.usual.take_waiting(1);
    std::thread drained([&] { s.front->drain(patience); });
    BOOST_TEST(
        eventually([&] { return !client(s.front->endpoints().front()).connect().has_value(); }));
    std::move(waiting[0]).complete([](exchange& x) { x.answer().body = "the end"; });
    const auto got = c.receive();
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->body == "head the end");
    BOOST_TEST(c.receive_to_end().has_value());
    drained.join();
}

BOOST_AUTO_TEST_CASE(a_body_that_cannot_be_finished_is_cut) {
    for (const plan how : {plan::breaks_off, plan::is_lost}) {
        streaming with(how, 3, 4);
        const streaming_server s(with);
        client c = s.connect();
        BOOST_REQUIRE(c.send_raw(get("/pieces") + get("/hello")).has_value());
        const auto got = c.receive_to_end();
        BOOST_REQUIRE(got.has_value());
        BOOST_TEST(got->ends_with("\r\npppp\r\n")); // and no chunk that ends it
        BOOST_TEST(eventually([&] { return with.log.living == 0; }));
    }
}

BOOST_AUTO_TEST_CASE(time_for_a_piece_and_for_all_of_them_is_limited) {
    http::limits bounds = unhurried();
    bounds.handling_time_max = milliseconds(40);
    {
        streaming with(plan::by_hand);
        const streaming_server s(with, bounds);
        client c = s.connect();
        BOOST_REQUIRE(c.send_raw(get("/pieces")).has_value());
        BOOST_TEST(c.receive_to_end().has_value());
        BOOST_TEST(s.front->counters().timeouts_handling == 1u);
        for (pending_answer& p : with.usual.take_waiting())
            std::move(p).complete(routes::answered()); // finds nobody
    }
    bounds = unhurried();
    bounds.stream_time_max = milliseconds(0);
    streaming with(plan::at_once);
    const streaming_server s(with, bounds);
    client c = s.connect();
    BOOST_REQUIRE(c.send_raw(get("/pieces")).has_value());
    BOOST_TEST(c.receive_to_end().has_value());
    BOOST_TEST(with.log.asked == 0);
}

BOOST_AUTO_TEST_CASE(clients_that_know_no_chunks_read_until_the_end) {
    streaming with(plan::at_once, 3, 4);
    const streaming_server s(with);
    client old = s.connect();
    BOOST_REQUIRE(
        old.send_raw("GET /pieces HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n"));
    const auto got = old.receive_to_end();
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->ends_with("\r\n\r\nhead pppppppppppp"), *got);
    BOOST_TEST(got->find("Connection: close\r\n") != std::string::npos);
    BOOST_TEST(got->find("Transfer-Encoding") == std::string::npos);

    client closing = s.connect();
    const auto closed = closing.send("GET", "/pieces", {{"Connection", "close"}});
    BOOST_REQUIRE(closed.has_value());
    BOOST_TEST(closed->body == "head pppppppppppp");
    BOOST_TEST(!closed->keep_alive);

    client head = s.connect();
    const auto only = head.send("HEAD", "/pieces");
    BOOST_REQUIRE(only.has_value());
    BOOST_TEST(only->body.empty());
    BOOST_TEST(head.send("GET", "/hello")->body == "hello");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
