#include "gateway/http/client.hpp"
#include "gateway/http/descriptor.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <sys/socket.h>
#include <thread>

namespace rollcall::http {
namespace {

using namespace testing;
using std::string;
using std::chrono::milliseconds;

// A server that takes one connection, reads until it has seen `reads_to`, says `says` and closes.
class one_answer {
  public:
    one_answer(string reads_to, string says)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const auto any = resolve(endpoint::tcp("127.0.0.1", 0)).value();
        BOOST_REQUIRE(
            ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&any.storage), any.size) == 0);
        BOOST_REQUIRE(::listen(socket_.get(), 1) == 0);
        where = endpoint::tcp("127.0.0.1", bound_port(socket_.get()));
        thread_ = std::thread([this, reads_to = std::move(reads_to), says = std::move(says)] {
            const descriptor peer(::accept(socket_.get(), nullptr, nullptr));
            while (heard.find(reads_to) == string::npos) {
                char some[1024];
                const ssize_t n = ::recv(peer.get(), some, sizeof some, 0);
                if (n <= 0) return;
                heard.append(some, static_cast<std::size_t>(n));
            }
            ::send(peer.get(), says.data(), says.size(), MSG_NOSIGNAL);
        });
    }

    ~one_answer() { join(); }

    void join() {
        if (thread_.joinable()) thread_.join();
    }

    endpoint where;
    string heard; // after join()

  private:
    descriptor socket_;
    std::thread thread_;
};

BOOST_AUTO_TEST_SUITE(client_test)

BOOST_AUTO_TEST_CASE(a_request_as_it_is_sent) {
    one_answer server("\r\n\r\nbody",
                      "HTTP/1.1 100 Continue\r\n\r\n"
                      "HTTP/1.1 201 Created\r\nA: b\r\nContent-Length: 2\r\n\r\nhi");
    client c(server.where);
    const auto got = c.send("POST", "/a?b", {{"X-One", "1"}}, "body");
    server.join();
    BOOST_TEST(server.heard == "POST /a?b HTTP/1.1\r\nHost: " + server.where.text() +
                                   "\r\nContent-Length: 4\r\nX-One: 1\r\n\r\nbody");
    BOOST_REQUIRE(got.has_value());
    BOOST_TEST(got->status == 201U);
    BOOST_TEST(got->body == "hi");
    BOOST_TEST(got->header("a") == "b");
    BOOST_TEST(got->header("nothing") == "");
}

BOOST_AUTO_TEST_CASE(failures_say_whether_anything_was_sent) {
    struct {
        const char* name;
        const char* says;
        client_errc why;
    } const rows[]{
        {"closed without a word", "", client_errc::connection_lost},
        {"closed in the head", "HTTP/1.1 200 OK\r\n", client_errc::connection_lost},
        {"closed in the body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
         client_errc::connection_lost},
        {"not HTTP", "220 mail.example ESMTP\r\n\r\n", client_errc::bad_answer},
        {"too large", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", client_errc::bad_answer},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            one_answer server("\r\n\r\n", row.says);
            client_options options;
            options.answer_bytes_max = 1000;
            client c(server.where, options);
            const auto got = c.send("GET", "/");
            BOOST_REQUIRE(!got.has_value());
            BOOST_TEST(got.error().code == row.why);
            BOOST_TEST(!c.connected());
        }
    }
}

BOOST_AUTO_TEST_CASE(nobody_there) {
    endpoint where;
    {
        one_answer gone("", "");
        where = gone.where;
        BOOST_REQUIRE(client(where).connect().has_value());
    }
    client c(where);
    const auto got = c.send("GET", "/");
    BOOST_REQUIRE(!got.has_value());
    BOOST_TEST(got.error().code == client_errc::unreachable);
    BOOST_TEST(got.error().message.find(where.text()) != string::npos);

    client file(endpoint::unix_path("/nonexistent/admin.sock"));
    BOOST_TEST(file.connect().error().code == client_errc::unreachable);
    client nameless(endpoint::tcp("no host has a blank", 80));
    BOOST_TEST(nameless.connect().error().code == client_errc::unreachable);
}

BOOST_AUTO_TEST_CASE(it_does_not_wait_for_ever) {
    running r;
    client_options options;
    options.answer_time_max = milliseconds(30);
    client c(r.front->endpoints().front(), options);
    const auto got = c.send("GET", "/later");
    BOOST_REQUIRE(!got.has_value());
    BOOST_TEST(got.error().code == client_errc::timed_out);
    BOOST_TEST(!c.connected());
    BOOST_TEST(c.send("GET", "/hello")->status == 200U);
}

BOOST_AUTO_TEST_CASE(it_connects_again_when_the_server_has_closed) {
    http::limits bounds;
    bounds.idle_time_max = milliseconds(20);
    const running r(bounds);
    client c = r.connect();
    BOOST_TEST(c.send("GET", "/hello")->status == 200U);
    BOOST_REQUIRE(eventually([&] { return r.front->counters().connections_open == 0; }));
    BOOST_TEST(c.send("GET", "/hello")->status == 200U);
    BOOST_TEST(r.front->counters().connections_accepted == 2U);
    BOOST_TEST(c.send("GET", "/close")->body == "bye");
    BOOST_TEST(!c.connected());
    BOOST_TEST(c.send("GET", "/hello")->status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
