// Many at once: handshakes that nobody finishes, certificates that change under load, a stop.
#include "tests/gateway/http/tls_support.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace rollcall::http {
namespace {

using namespace testing;
using std::string;
using std::chrono::milliseconds;

constexpr milliseconds soon{40};
const string begun_handshake("\x16\x03\x01\x02\x00\x01", 6);

/// Connections that say `sent` and no more.
std::vector<client> half_open(const tls_running& r, std::size_t count, std::string_view sent) {
    std::vector<client> all;
    for (std::size_t i = 0; i < count; ++i) {
        client_options options;
        options.answer_time_max = patience;
        client& c = all.emplace_back(r.where(), options);
        BOOST_REQUIRE(c.connect().has_value());
        if (!sent.empty()) BOOST_REQUIRE(c.send_raw(sent).has_value());
    }
    return all;
}

BOOST_AUTO_TEST_SUITE(tls_load_test)

BOOST_AUTO_TEST_CASE(a_slow_handshake_is_cut_off) {
    struct {
        const char* name;
        string sent;
    } const rows[]{
        {"nothing", ""},
        {"the beginning", begun_handshake},
        {"plain HTTP without an end", "GET /hello HTTP/1.1\r\n"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            http::limits bounds = unhurried();
            bounds.tls_handshake_time_max = soon;
            const tls_running r(bounds);
            tls_client before = r.connect();
            auto slow = half_open(r, 1, row.sent);
            const bool plain = row.sent.starts_with("GET"); // answered, and expected to go
            BOOST_TEST(
                (plain ? slow[0].receive().has_value() : slow[0].receive_to_end().has_value()));
            BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 1; }));
            BOOST_TEST(r.front->counters().timeouts_handshake == 1U);
            BOOST_TEST(r.front->counters().handshakes_crowded_out == 0U);
            // It is over for who has it behind him.
            BOOST_TEST(before.ask(get("/hello")).status == 200U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_handshake_byte_by_byte_is_cut_off_too) {
    http::limits bounds = unhurried();
    bounds.tls_handshake_time_max = soon;
    const tls_running r(bounds);
    auto slow = half_open(r, 1, std::string_view("\x16\x03\x01\x40\x00", 5)); // 16 KiB follow
    int sent = 0;
    BOOST_TEST(eventually([&] {
        if (sent++ < 1000) static_cast<void>(slow[0].send_raw("\x01"));
        return r.front->counters().timeouts_handshake == 1;
    }));
}

BOOST_AUTO_TEST_CASE(two_hundred_half_open_handshakes_do_not_stop_a_good_client) {
    for (const bool with_room : {true, false}) {
        for (const string& sent : {string(), begun_handshake}) {
            BOOST_TEST_CONTEXT((with_room ? "room for all" : "more than fit")
                               << (sent.empty() ? ", silent" : ", begun")) {
                http::limits bounds = unhurried();
                bounds.tls_handshake_time_max = std::chrono::hours(1);
                bounds.tls_handshakes_max = with_room ? 200 : 20;
                const tls_running r(bounds);
                tls_client before = r.connect();
                auto crowd = half_open(r, 200, sent);
                BOOST_REQUIRE(
                    eventually([&] { return r.front->counters().connections_accepted == 201; }));
                tls_client good = r.connect();
                BOOST_TEST(good.ask(get("/hello")).body == "hello");
                BOOST_TEST(before.ask(get("/hello")).body == "hello");
                const auto now = r.front->counters();
                BOOST_TEST(now.handshakes_crowded_out == (with_room ? 1U : 181U));
                BOOST_TEST(crowd[0].receive_to_end().value() == "");
                BOOST_TEST(now.timeouts_handshake == 0U);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(half_open_handshakes_never_take_all_connections) {
    http::limits bounds = unhurried();
    bounds.tls_handshake_time_max = std::chrono::hours(1);
    bounds.connections_max = 40;
    const tls_running r(bounds, 2);
    const auto crowd = half_open(r, 100, begun_handshake);
    BOOST_REQUIRE(eventually([&] { return r.front->counters().connections_accepted == 100; }));
    // Not one of them was refused: each made room for the next.
    BOOST_REQUIRE(eventually([&] { return r.front->counters().connections_open <= 20; }));
    BOOST_TEST(r.connect().ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(a_reload_under_load_disturbs_nobody) {
    const tls_running r({}, 2);
    std::atomic<bool> stop{false};
    std::atomic<int> failures{0};
    std::atomic<std::uint64_t> kept_answers{0};
    std::vector<std::thread> asking;
    for (int i = 0; i < 2; ++i) {
        asking.emplace_back([&] { // on one connection all the time
            tls_client c(r.where());
            while (!stop) {
                if (c.ask(post("/echo", "Content-Length: 3\r\n", "abc")).body != "abc") ++failures;
                ++kept_answers;
            }
        });
        asking.emplace_back([&] { // on a new one each time, resumed or not
            std::shared_ptr<ssl_session_st> session;
            while (!stop) {
                tls_wish how;
                how.session = session;
                tls_client c(r.where(), how);
                if (!c.connected() || c.ask(get("/hello")).body != "hello") ++failures;
                session = c.session();
            }
        });
    }
    for (int i = 0; i < 20; ++i) {
        const made_certificate next;
        static_cast<void>(r.files.write_pair(next));
        BOOST_REQUIRE(r.source->reload(base::now()).has_value());
        BOOST_TEST(r.connect().fingerprint() == next.fingerprint());
        r.files.write("key.pem", "spoiled");
        BOOST_TEST(!r.source->reload(base::now()).has_value());
        tls_client still = r.connect();
        BOOST_TEST(still.fingerprint() == next.fingerprint());
        BOOST_TEST(still.ask(get("/hello")).status == 200U);
        const std::uint64_t before = kept_answers;
        BOOST_TEST(eventually([&] { return kept_answers > before + 10 || failures > 0; }));
    }
    stop = true;
    for (std::thread& t : asking)
        t.join();
    BOOST_TEST(failures == 0);
    BOOST_TEST(r.front->counters().handshakes_failed == 0U);
    BOOST_TEST(r.front->counters().handshakes_resumed > 0U);
}

BOOST_AUTO_TEST_CASE(stopping_under_load_is_clean) {
    for (int round = 0; round < 5; ++round) {
        tls_running r({}, 2);
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
            asking.emplace_back([&, where = r.where()] {
                tls_client c(where);
                while (c.ask(get("/later")).status == 200) {}
            });
        }
        auto crowd = half_open(r, 20, round % 2 == 0 ? "" : begun_handshake);
        BOOST_REQUIRE(eventually([&] { return r.front->counters().requests > 100; }));
        r.front->drain(round < 3 ? milliseconds(0) : soon);
        for (std::thread& t : asking)
            t.join();
        stop = true;
        completing.join();
    }
}

BOOST_AUTO_TEST_CASE(a_crowd_that_leaves_in_the_middle_of_everything) {
    const tls_running r({}, 2);
    std::vector<std::thread> asking;
    for (int i = 0; i < 4; ++i) {
        asking.emplace_back([&, i] {
            for (int n = 0; n < 40; ++n) {
                tls_client c(r.where());
                static_cast<void>(c.send(get("/big?bytes=" + std::to_string(n * i * 20'000))));
                if (n % 3 == 0) static_cast<void>(c.receive());
                if (n % 2 == 0) c.say_goodbye();
                c.drop();
            }
        });
    }
    for (std::thread& t : asking)
        t.join();
    BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
    BOOST_TEST(r.connect().ask(get("/hello")).status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
