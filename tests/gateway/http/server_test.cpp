#include "eventlog/base/log.hpp"
#include "gateway/http/async_client.hpp"
#include "gateway/http/descriptor.hpp"
#include "gateway/http/server.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <vector>

namespace rollcall::http {
namespace {

using namespace testing;
using std::string;
using std::chrono::milliseconds;

constexpr milliseconds soon{40};

// A directory of its own, gone afterwards. Short, because a socket's path must be.
struct scratch {
    scratch() {
        char name[] = "/tmp/rc-http-XXXXXX";
        BOOST_REQUIRE(::mkdtemp(name) != nullptr);
        path = name;
    }

    ~scratch() { std::filesystem::remove_all(path); }

    std::filesystem::path path;
};

// The most files that the process may open, lowered for a while.
class fewer_files {
  public:
    fewer_files() {
        BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        rlimit lowered = before_;
        lowered.rlim_cur = 300;
        BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);
        for (;;) {
            descriptor one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
            if (!one) break;
            taken_.push_back(std::move(one));
        }
    }

    ~fewer_files() { ::setrlimit(RLIMIT_NOFILE, &before_); }

    void give_back_one() { taken_.pop_back(); }

  private:
    rlimit before_{};
    std::vector<descriptor> taken_;
};

BOOST_AUTO_TEST_SUITE(server_test)

BOOST_AUTO_TEST_CASE(it_says_where_it_listens) {
    const running r;
    const endpoint& where = r.front->endpoints().front();
    BOOST_TEST(where.host == "127.0.0.1");
    BOOST_TEST(where.port != 0);
}

BOOST_AUTO_TEST_CASE(an_occupied_port_is_refused_with_advice) {
    running r;
    server_options options;
    options.doors.push_back(door{r.front->endpoints().front(), &r.answers});
    const auto second = server::start(std::move(options));
    BOOST_REQUIRE(!second.has_value());
    BOOST_TEST(second.error().message.find(r.front->endpoints().front().text()) != string::npos);
    BOOST_TEST(second.error().message.find("another program") != string::npos);
}

BOOST_AUTO_TEST_CASE(doors_have_their_own_handlers) {
    class fixed final : public handler {
      public:
        explicit fixed(const char* words) : words_(words) {}

        void handle(exchange& x) noexcept override { x.answer().text(200, words_); }

      private:
        const char* words_;
    };

    fixed one("one");
    fixed two("two");
    const scratch dir;
    server_options options;
    options.doors.push_back(door{endpoint::tcp("127.0.0.1", 0), &one});
    options.doors.push_back(door{endpoint::unix_path(dir.path / "two.sock"), &two});
    const auto front = server::start(std::move(options)).value();
    client first(front->endpoints()[0]);
    client second(front->endpoints()[1]);
    BOOST_TEST(first.send("GET", "/")->body == "one");
    BOOST_TEST(second.send("GET", "/")->body == "two");
}

BOOST_AUTO_TEST_CASE(unix_sockets_are_private_and_leave_no_trace) {
    const scratch dir;
    const auto where = endpoint::unix_path(dir.path / "a.sock");
    {
        const running r(where, {}, 1);

        struct stat found {};

        BOOST_REQUIRE(::stat(where.path.c_str(), &found) == 0);
        BOOST_TEST((found.st_mode & 0777U) == 0600U);
        client c = r.connect();
        BOOST_TEST(c.send("GET", "/who", {{"X-Request-Id", "i"}})->body == "GET /who unix i");
        c.disconnect();
        BOOST_TEST(r.front->drain(patience));
        BOOST_TEST(!std::filesystem::exists(where.path));
    }
    const running again(where, {}, 1);
    BOOST_TEST(again.connect().send("GET", "/hello")->status == 200U);
}

BOOST_AUTO_TEST_CASE(a_socket_file_that_is_no_longer_ours_stays) {
    const scratch dir;
    const auto where = endpoint::unix_path(dir.path / "a.sock");
    const auto first = std::make_unique<running>(where, http::limits(), 1);
    std::filesystem::rename(where.path, where.path + ".old");
    const running second(where, {}, 1);
    BOOST_TEST(first->front->drain(patience));
    BOOST_TEST(second.connect().send("GET", "/hello")->status == 200U);
}

BOOST_AUTO_TEST_CASE(only_a_dead_socket_is_replaced) {
    const scratch dir;
    routes answers;
    const auto start_at = [&](const string& path) {
        server_options options;
        options.doors.push_back(door{endpoint::unix_path(path), &answers});
        return server::start(std::move(options));
    };
    const string dead = dir.path / "dead.sock";
    {
        const descriptor bound(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const auto address = resolve(endpoint::unix_path(dead)).value();
        BOOST_REQUIRE(::bind(bound.get(), reinterpret_cast<const sockaddr*>(&address.storage),
                             address.size) == 0);
    }
    BOOST_TEST(start_at(dead).has_value());

    const string file = dir.path / "file";
    std::ofstream(file) << "precious";
    const auto on_file = start_at(file);
    BOOST_REQUIRE(!on_file.has_value());
    BOOST_TEST(on_file.error().message.find("not a socket") != string::npos);
    BOOST_TEST(std::filesystem::file_size(file) == 8U);

    const string link = dir.path / "link.sock";
    std::filesystem::create_symlink(file, link);
    BOOST_TEST(!start_at(link).has_value());
    BOOST_TEST(std::filesystem::is_symlink(link));

    const string live = dir.path / "live.sock";
    const auto first = start_at(live);
    BOOST_REQUIRE(first.has_value());
    const auto second = start_at(live);
    BOOST_REQUIRE(!second.has_value());
    BOOST_TEST(second.error().message.find("another server") != string::npos);
    client c(endpoint::unix_path(live));
    BOOST_TEST(c.send("GET", "/hello")->status == 200U);

    const auto nowhere = start_at(dir.path / "no" / "such" / "directory.sock");
    BOOST_TEST(!nowhere.has_value());
    const auto too_long = start_at(dir.path / string(120, 'a'));
    BOOST_REQUIRE(!too_long.has_value());
    BOOST_TEST(too_long.error().message.find("shorter") != string::npos);
}

BOOST_AUTO_TEST_CASE(connections_are_spread_evenly) {
    const running r({}, 2);
    std::multiset<string> threads;
    std::vector<client> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(r.connect());
        threads.insert(clients.back().send("GET", "/thread")->body);
    }
    BOOST_REQUIRE(threads.size() == 8U);
    BOOST_TEST(threads.count(*threads.begin()) == 4U);
    BOOST_TEST(threads.count(*threads.rbegin()) == 4U);
}

BOOST_AUTO_TEST_CASE(past_the_cap_a_connection_is_told_so) {
    http::limits bounds;
    bounds.connections_max = 2;
    bounds.refusals_max = 1;
    bounds.accept_pause = milliseconds(2);
    bounds.linger_time_max = patience;
    const running r(bounds);
    client first = r.connect();
    client second = r.connect();
    BOOST_TEST(first.send("GET", "/hello")->status == 200U);
    BOOST_TEST(second.send("GET", "/hello")->status == 200U);

    client third = r.connect();
    const auto refused = third.receive(); // without having asked
    BOOST_REQUIRE(refused.has_value());
    BOOST_TEST(refused->status == 503U);
    BOOST_TEST(refused->header("Retry-After") == "5");
    BOOST_TEST(refused->header("Connection") == "close");
    BOOST_TEST(r.front->counters().connections_refused == 1U);

    // The refusal lingers, and so the next is not even accepted, until one of the others has gone.
    client fourth = r.connect();
    BOOST_REQUIRE(fourth.send_raw(get("/hello")).has_value());
    BOOST_TEST(first.send("GET", "/hello")->status == 200U);
    BOOST_TEST(r.front->counters().connections_accepted == 3U);
    first.disconnect();
    BOOST_TEST(fourth.receive()->status == 200U);
    BOOST_TEST(second.send("GET", "/hello")->status == 200U);
    BOOST_TEST(r.front->counters().connections_refused == 1U);
}

BOOST_AUTO_TEST_CASE(without_descriptors_it_serves_on_and_recovers) {
    http::limits bounds;
    bounds.accept_pause = milliseconds(2);
    const running r(bounds);
    client before = r.connect();
    BOOST_TEST(before.send("GET", "/hello")->status == 200U);
    client during(r.front->endpoints().front());
    // The sanitizer opens a file when it meets a class for the first time: let it meet the
    // logger's.
    base::log_warn("a shortage of file descriptors is about to be reported");
    {
        fewer_files shortage;
        shortage.give_back_one(); // for our side of the connection
        BOOST_REQUIRE(during.connect().has_value());
        BOOST_REQUIRE(during.send_raw(get("/hello")).has_value());
        BOOST_REQUIRE(eventually([&] { return r.front->counters().accept_failures > 2; }));
        BOOST_TEST(before.send("GET", "/hello")->status == 200U);
        BOOST_TEST(r.front->counters().connections_accepted == 1U);
    }
    BOOST_TEST(during.receive()->status == 200U);
    BOOST_TEST(before.send("GET", "/hello")->status == 200U);
}

BOOST_AUTO_TEST_CASE(a_thousand_connections) {
    const running r({}, 2);
    boost::asio::io_context loop(1);
    constexpr int connections = 1'000;
    constexpr int rounds = 3;
    int answered = 0;
    int ended = 0;
    std::vector<std::unique_ptr<async_client>> clients;
    std::vector<int> asked(connections, 1);
    for (std::size_t i = 0; i < connections; ++i) {
        async_client::events heard;
        heard.on_answer = [&, i](const response_reader& got) {
            answered += got.status() == 200 && got.body() == "hello" ? 1 : 0;
            if (asked[i]++ < rounds) {
                clients[i]->send(get("/hello"));
            } else {
                clients[i]->close();
            }
        };
        heard.on_end = [&] { ++ended; };
        auto made = async_client::connect(loop, r.front->endpoints().front(), std::move(heard));
        BOOST_REQUIRE(made.has_value());
        clients.push_back(std::move(*made));
    }
    BOOST_REQUIRE(eventually([&] { return r.front->counters().connections_open == connections; }));
    for (const auto& c : clients)
        c->send(get("/hello"));
    loop.run_for(patience);
    BOOST_TEST(ended == connections);
    BOOST_TEST(answered == connections * rounds);
    BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
    BOOST_TEST(r.front->counters().requests == std::uint64_t{connections} * rounds);
}

BOOST_AUTO_TEST_CASE(input_memory_is_common_to_all_connections) {
    http::limits bounds;
    bounds.input_bytes_total_max = 20'000;
    const running r(bounds);
    client greedy = r.connect();
    BOOST_REQUIRE(greedy.send_raw(post("/echo", "Content-Length: 20000\r\n", string(15'000, 'x')))
                      .has_value());
    client other = r.connect();
    const auto refused = other.send("POST", "/echo", {}, string(30'000, 'y'));
    BOOST_REQUIRE(refused.has_value());
    BOOST_TEST(refused->status == 503U);
    BOOST_TEST(other.send("POST", "/echo", {}, "small")->body == "small");
    BOOST_REQUIRE(greedy.send_raw(string(5'000, 'x')).has_value());
    BOOST_TEST(greedy.receive()->body.size() == 20'000U);
}

BOOST_AUTO_TEST_CASE(what_happens_is_counted) {
    running r;
    client c = r.connect();
    const string request = post("/echo", "Content-Length: 3\r\n", "abc");
    BOOST_REQUIRE(c.send_raw(request).has_value());
    BOOST_REQUIRE(c.receive().has_value());
    BOOST_REQUIRE(eventually([&] { return r.front->counters().bytes_out > 100; }));
    counters_snapshot now = r.front->counters();
    BOOST_TEST(now.connections_open == 1U);
    BOOST_TEST(now.connections_accepted == 1U);
    BOOST_TEST(now.requests == 1U);
    BOOST_TEST(now.bytes_in == request.size());
    BOOST_TEST(now.head_bytes == request.size() - 3);
    BOOST_TEST(now.body_bytes == 3U);
    const auto malformed = static_cast<std::size_t>(fault::malformed);
    BOOST_TEST(now.faults[malformed] == 0U);
    BOOST_REQUIRE(c.send_raw("NONSENSE\r\n\r\n").has_value());
    BOOST_REQUIRE(c.receive_to_end().has_value());
    BOOST_REQUIRE(eventually([&] { return r.front->counters().connections_open == 0; }));
    now = r.front->counters();
    BOOST_TEST(now.faults[malformed] == 1U);
    BOOST_TEST(std::accumulate(now.faults.begin(), now.faults.end(), 0U) == 1U);
    BOOST_TEST(now.requests == 1U);
}

// --- The end ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_drain_closes_the_idle_and_finishes_the_busy) {
    running r({}, 2);
    client idle = r.connect();
    BOOST_TEST(idle.send("GET", "/hello")->status == 200U);
    client fresh = r.connect();
    client busy = r.connect();
    BOOST_REQUIRE(busy.send_raw(get("/later") + get("/hello")).has_value());
    auto waiting = r.answers.take_waiting(1);
    const endpoint where = r.front->endpoints().front();

    bool all_ended = false;
    std::thread stopping([&] { all_ended = r.front->drain(patience); });
    BOOST_TEST(idle.receive_to_end().value() == "");
    BOOST_TEST(fresh.receive_to_end().value() == "");
    BOOST_TEST(!client(where).connect().has_value());
    std::move(waiting[0]).complete(routes::answered());
    const auto last = busy.receive();
    BOOST_REQUIRE(last.has_value());
    BOOST_TEST(last->body == "/later");
    BOOST_TEST(last->header("Connection") == "close");
    BOOST_TEST(busy.receive_to_end().value() == "");
    stopping.join();
    BOOST_TEST(all_ended);
}

BOOST_AUTO_TEST_CASE(what_was_sent_before_a_drain_is_answered) {
    for (int i = 0; i < 20; ++i) {
        running r({}, 2);
        client kept = r.connect();
        BOOST_TEST(kept.send("GET", "/hello")->status == 200U);
        client fresh = r.connect(); // perhaps not accepted yet
        BOOST_REQUIRE(kept.send_raw(get("/hello")).has_value());
        BOOST_REQUIRE(fresh.send_raw(get("/hello")).has_value());
        std::thread stopping([&] { r.front->drain(patience); });
        BOOST_TEST(statuses(kept.receive_to_end().value()) == "200");
        BOOST_TEST(statuses(fresh.receive_to_end().value()) == "200");
        stopping.join();
    }
}

BOOST_AUTO_TEST_CASE(a_drain_does_not_wait_for_ever) {
    running r;
    client busy = r.connect();
    BOOST_REQUIRE(busy.send_raw(get("/later")).has_value());
    auto waiting = r.answers.take_waiting(1);
    client halfway = r.connect();
    BOOST_REQUIRE(halfway.send_raw(get("/hello") + "GET /he").has_value());
    BOOST_TEST(halfway.receive()->status == 200U);
    BOOST_TEST(!r.front->drain(soon));
    BOOST_TEST(busy.receive_to_end().value() == "");
    BOOST_TEST(halfway.receive_to_end().value() == "");
    std::move(waiting[0]).complete(routes::answered()); // nobody is there
}

BOOST_AUTO_TEST_CASE(answers_may_outlive_the_server) {
    std::vector<pending_answer> waiting;
    {
        running r({}, 2);
        std::vector<client> clients;
        for (int i = 0; i < 8; ++i) {
            clients.push_back(r.connect());
            BOOST_REQUIRE(clients.back().send_raw(get("/later")).has_value());
        }
        waiting = r.answers.take_waiting(8);
    }
    completion_batch batch;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        if (i % 3 == 0) std::move(waiting[i]).complete(routes::answered());
        if (i % 3 == 1) batch.add(std::move(waiting[i]), routes::answered());
    }
    batch.flush();
    BOOST_TEST(waiting.size() == 8U);
}

BOOST_AUTO_TEST_CASE(stopping_under_load_is_clean) {
    for (int round = 0; round < 5; ++round) {
        running r({}, 2);
        std::atomic<bool> stop{false};
        std::thread completing([&] {
            while (!stop) {
                completion_batch batch;
                for (pending_answer& p : r.answers.take_waiting())
                    batch.add(std::move(p), routes::answered());
            }
        });
        std::vector<std::thread> asking;
        for (int i = 0; i < 4; ++i) {
            asking.emplace_back([&, where = r.front->endpoints().front()] {
                client c(where);
                for (;;) {
                    const auto got = c.send("GET", "/later");
                    if (!got || got->status != 200) return;
                }
            });
        }
        BOOST_REQUIRE(eventually([&] { return r.front->counters().requests > 200; }));
        r.front->drain(patience);
        for (std::thread& t : asking)
            t.join();
        stop = true;
        completing.join();
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
