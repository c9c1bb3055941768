// Conversations in TLS over real sockets: who is let in, what comes back, and how it ends.
#include "tests/gateway/http/tls_support.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <string>
#include <vector>

namespace rollcall::http {
namespace {

using namespace testing;
using std::string;
using std::chrono::milliseconds;

constexpr milliseconds soon{40};
const string last = get("/hello", "Connection: close\r\n");

tls_wish only(int version) {
    tls_wish how;
    how.version_min = how.version_max = version;
    return how;
}

/// Connects without a handshake.
client raw(const tls_running& r) {
    client_options options;
    options.answer_time_max = patience;
    client c(r.where(), options);
    BOOST_REQUIRE(c.connect().has_value());
    return c;
}

/// The first bytes of a handshake, far from all of it: a record of 512 bytes is announced.
const string begun_handshake("\x16\x03\x01\x02\x00\x01", 6);

made_certificate rsa() {
    made_certificate::plan how;
    how.kind = key_kind::rsa_2048;
    return made_certificate(how);
}

BOOST_AUTO_TEST_SUITE(tls_test)

// --- Who is let in ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(versions_ciphers_and_protocols) {
    struct row {
        const char* name;
        tls_wish how;
        bool let_in;
        const char* version = "";
        const char* protocol = "";
    };

    const auto with_ciphers = [](const char* ciphers) {
        tls_wish how = only(TLS1_2_VERSION);
        how.ciphers = ciphers;
        how.insecure = true;
        return how;
    };
    const auto with_protocols = [](std::string_view protocols) {
        tls_wish how;
        how.protocols = protocols;
        return how;
    };
    tls_wish old = only(TLS1_1_VERSION);
    old.insecure = true;
    tls_wish oldest = only(TLS1_VERSION);
    oldest.insecure = true;
    const std::vector<row> rows{
        {"whatever is best", {}, true, "TLSv1.3"},
        {"1.3", only(TLS1_3_VERSION), true, "TLSv1.3"},
        {"1.2", only(TLS1_2_VERSION), true, "TLSv1.2"},
        {"1.1", old, false},
        {"1.0", oldest, false},
        {"AES-GCM, 128", with_ciphers("ECDHE-RSA-AES128-GCM-SHA256"), true, "TLSv1.2"},
        {"AES-GCM, 256", with_ciphers("ECDHE-RSA-AES256-GCM-SHA384"), true, "TLSv1.2"},
        {"ChaCha20", with_ciphers("ECDHE-RSA-CHACHA20-POLY1305"), true, "TLSv1.2"},
        {"CBC", with_ciphers("ECDHE-RSA-AES128-SHA256"), false},
        {"CBC with SHA-1", with_ciphers("ECDHE-RSA-AES256-SHA"), false},
        {"no ephemeral key", with_ciphers("AES128-GCM-SHA256"), false},
        {"finite fields", with_ciphers("DHE-RSA-AES128-GCM-SHA256"), false},
        {"nobody's certificate", with_ciphers("AECDH-AES128-SHA"), false},
        {"HTTP/1.1", with_protocols("\x08http/1.1"), true, "TLSv1.3", "http/1.1"},
        {"HTTP/2 if possible", with_protocols("\x02h2\x08http/1.1"), true, "TLSv1.3", "http/1.1"},
        {"HTTP/2 only", with_protocols("\x02h2"), false},
        {"HTTP/1.0 only", with_protocols("\x08http/1.0"), false},
    };
    const tls_running r({}, 1, rsa());
    std::size_t refused = 0;
    for (const row& one : rows) {
        BOOST_TEST_CONTEXT(one.name) {
            tls_client c(r.where(), one.how);
            BOOST_TEST(c.connected() == one.let_in);
            refused += one.let_in ? 0 : 1;
            if (!one.let_in) continue;
            BOOST_TEST(c.version() == one.version);
            BOOST_TEST(c.protocol() == one.protocol);
            BOOST_TEST(c.ask(get("/hello")).body == "hello");
        }
    }
    BOOST_TEST(eventually([&] { return r.front->counters().handshakes_failed == refused; }));
    BOOST_TEST(r.front->counters().handshakes_done == rows.size() - refused);
}

BOOST_AUTO_TEST_CASE(no_second_handshake) {
    const tls_running r;
    tls_client c = r.connect(only(TLS1_2_VERSION));
    BOOST_TEST(c.ask(get("/hello")).status == 200U);
    BOOST_TEST(!c.renegotiate());
    BOOST_TEST(r.connect().ask(get("/hello")).status == 200U);
}

BOOST_AUTO_TEST_CASE(the_chain_is_shown) {
    const made_certificate root;
    made_certificate::plan how;
    how.issuer = &root;
    const made_certificate own(how);
    const tls_running r({}, 1, own);
    BOOST_TEST(r.connect().chain_length() == 1U);
    r.files.write("cert.pem", own.certificate_pem() + root.certificate_pem());
    BOOST_REQUIRE(r.source->reload(base::now()).has_value());
    const tls_client c = r.connect();
    BOOST_TEST(c.chain_length() == 2U);
    BOOST_TEST(c.fingerprint() == own.fingerprint());
}

BOOST_AUTO_TEST_CASE(a_session_is_resumed_until_the_certificate_changes) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        BOOST_TEST_CONTEXT(version) {
            const tls_running r;
            tls_client first = r.connect(only(version));
            BOOST_TEST(first.ask(get("/hello")).status == 200U);
            BOOST_TEST(!first.resumed());
            tls_wish again = only(version);
            again.session = first.session();
            BOOST_REQUIRE(again.session);

            tls_client second = r.connect(again);
            BOOST_TEST(second.resumed());
            BOOST_TEST(second.ask(get("/hello")).body == "hello");
            BOOST_TEST(r.front->counters().handshakes_done == 2U);
            BOOST_TEST(r.front->counters().handshakes_resumed == 1U);

            if (second.session()) again.session = second.session();
            // With 1.3 a ticket is good for one visit, and each visit brings the next.
            for (int i = 0; i < 20; ++i) {
                tls_client next = r.connect(again);
                BOOST_TEST(next.resumed(), i);
                BOOST_TEST(next.ask(get("/hello")).body == "hello");
                if (next.session()) again.session = next.session();
            }

            BOOST_REQUIRE(r.source->reload(base::now()).has_value());
            BOOST_TEST(r.front->counters().handshakes_resumed == 21U);
            BOOST_TEST(!r.connect(again).resumed());
            BOOST_TEST(second.ask(get("/hello")).body == "hello");
        }
    }
}

BOOST_AUTO_TEST_CASE(plain_http_is_told_so) {
    struct {
        const char* name;
        string sent;
        bool readable;
    } const rows[]{
        {"GET", get("/hello"), true},
        {"PATCH", "PATCH /scim/v2/Users/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", true},
        {"a first letter", "D", true},
        {"a body", post("/echo", "Content-Length: 60000\r\n", string(60'000, 'x')), true},
        {"in small letters", "get / http/1.0\r\n\r\n", true},
        {"no letter", "\r\n\r\n", false},
        {"SSL 2", string("\x80\x2e\x01\x00\x02", 5) + string(64, '\0'), false},
        {"SSL 3", string("\x16\x03\x00\x00\x2f", 5) + string(47, '\1'), false},
    };

    const tls_running r;
    std::size_t told = 0;
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            client c = raw(r);
            BOOST_REQUIRE(c.send_raw(row.sent).has_value());
            c.finish_sending();
            const auto got = c.receive_to_end();
            BOOST_REQUIRE(got.has_value());
            BOOST_TEST(statuses(*got) == (row.readable ? "400" : *got == "" ? "" : " +"));
            BOOST_TEST((got->find("https://") != string::npos) == row.readable);
            BOOST_TEST((got->find("X-Request-Id: 0") != string::npos) == row.readable);
            told += row.readable ? 1 : 0;
        }
    }
    BOOST_TEST(r.front->counters().handshakes_plain == told);
    BOOST_TEST(r.front->counters().requests == 0U);
    BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
}

BOOST_AUTO_TEST_CASE(a_plain_client_who_sends_without_end_is_cut) {
    const tls_running r(unhurried());
    client c = raw(r);
    const string much = post("/echo", "Content-Length: 99999999\r\n", string(60'000, 'x'));
    BOOST_REQUIRE(c.send_raw(much).has_value());
    BOOST_TEST(c.receive()->status == 400U);
    // It may be noticed while this is sent.
    static_cast<void>(c.send_raw(string(60'000, 'x')));
    BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
}

// --- Conversations ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(conversations) {
    struct {
        const char* name;
        string sent;
        string statuses;
    } const rows[]{
        {"one request", last, "200"},
        {"kept alive", get("/hello") + last, "200 200"},
        {"pipeline", get("/hello") + get("/nothing") + get("/hello") + last, "200 404 200 200"},
        {"answers larger than are gathered",
         get("/big?bytes=50000") + get("/big?bytes=50000") + get("/big?bytes=50000") + last,
         "200 200 200 200"},
        {"bodies",
         post("/echo", "Content-Length: 3\r\n", "abc") +
             post("/echo", "Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n") + last,
         "200 200 200"},
        {"the handler closes", get("/close") + get("/hello"), "200"},
        {"malformed", "NONSENSE\r\n\r\n", "400"},
        {"malformed behind good", get("/hello") + "NONSENSE\r\n\r\n", "200 400"},
        {"a body that is too large", post("/echo", "Content-Length: 1048577\r\n", ""), "413"},
        {"a refused head, body to come",
         post("/echo", "X-Refuse: yes\r\nContent-Length: 300\r\n", ""), "401"},
    };

    const tls_running r;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const auto& row : rows) {
            for (const bool in_bytes : {false, true}) {
                if (in_bytes && row.sent.size() > 400) continue;
                BOOST_TEST_CONTEXT(row.name << (in_bytes ? ", byte by byte" : "")) {
                    tls_client c = r.connect(only(version));
                    for (std::size_t i = 0; in_bytes && i < row.sent.size(); ++i)
                        static_cast<void>(c.send(row.sent.substr(i, 1)));
                    if (!in_bytes) BOOST_REQUIRE(c.send(row.sent));
                    BOOST_TEST(statuses(c.receive_to_end()) == row.statuses);
                    BOOST_TEST(c.ended_cleanly());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(large_bodies_both_ways) {
    http::limits bounds;
    bounds.body_bytes_max = std::size_t{8} << 20;
    const tls_running r(bounds, 2);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        BOOST_TEST_CONTEXT(version) {
            tls_client c = r.connect(only(version));
            string body(std::size_t{5} << 20, '\0');
            for (std::size_t i = 0; i < body.size(); ++i)
                body[i] = static_cast<char>('a' + i * 31 % 23);
            const string fields = "Content-Length: " + std::to_string(body.size()) + "\r\n";
            const auto echoed = c.ask(post("/echo", fields, body));
            BOOST_TEST(echoed.status == 200U);
            BOOST_TEST((echoed.body == body));
            const auto big = c.ask(get("/big?bytes=20000000"));
            BOOST_TEST((big.body == string(20'000'000, 'b')));
            BOOST_TEST(c.ask(get("/hello")).body == "hello");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_large_last_answer_ends_cleanly) {
    const tls_running r;
    tls_client c = r.connect();
    BOOST_REQUIRE(c.send(get("/big?bytes=20000000", "Connection: close\r\n")));
    // The answer fills the socket before anything of it is read.
    BOOST_REQUIRE(eventually([&] { return r.front->counters().requests == 1; }));
    BOOST_TEST(statuses(c.receive_to_end()) == "200");
    BOOST_TEST(c.ended_cleanly());
}

BOOST_AUTO_TEST_CASE(who_does_not_read_holds_nothing_up) {
    http::limits bounds = unhurried();
    bounds.write_time_max = soon;
    const tls_running r(bounds);
    tls_client lazy = r.connect();
    BOOST_REQUIRE(lazy.send(get("/big?bytes=50000000") + get("/hello")));
    tls_client other = r.connect();
    BOOST_TEST(other.ask(get("/hello")).body == "hello");
    BOOST_TEST(eventually([&] { return r.front->counters().timeouts_write == 1; }));
    BOOST_TEST(eventually([&] { return r.answers.token.use_count() == 1; }));
    BOOST_TEST(other.ask(get("/hello")).body == "hello");
}

BOOST_AUTO_TEST_CASE(deferred_answers) {
    tls_running r;
    tls_client c = r.connect();
    BOOST_REQUIRE(c.send(get("/later?n=1") + get("/hello")));
    auto waiting = r.answers.take_waiting(1);
    std::move(waiting[0]).complete(routes::answered());
    BOOST_TEST(c.receive().body == "/later?n=1");
    BOOST_TEST(c.receive().body == "hello");
}

BOOST_AUTO_TEST_CASE(a_deferred_answer_knows_that_its_client_has_gone) {
    for (const bool with_a_word : {false, true}) {
        BOOST_TEST_CONTEXT((with_a_word ? "close_notify" : "no word")) {
            http::limits bounds = unhurried();
            bounds.client_watch_period = milliseconds(2);
            tls_running r(bounds);
            tls_client c = r.connect();
            BOOST_REQUIRE(c.send(get("/later")));
            auto waiting = r.answers.take_waiting(1);
            BOOST_TEST(waiting[0].wanted());
            if (with_a_word) c.say_goodbye();
            c.drop();
            BOOST_TEST(eventually([&] { return !waiting[0].wanted(); }));
            std::move(waiting[0]).complete(routes::answered());
            BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
        }
    }
}

// --- The end ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(clients_who_leave) {
    struct {
        const char* name;
        string sent;
        bool goodbye;
    } const rows[]{
        {"without a word", "", false},
        {"with close_notify", "", true},
        {"after a request, without a word", get("/big?bytes=3000000"), false},
        {"after a request", get("/big?bytes=3000000"), true},
        {"within a head", "GET /hel", false},
        {"within a body", post("/echo", "Content-Length: 9000\r\n", "abc"), false},
        {"within a body, with close_notify", post("/echo", "Content-Length: 9000\r\n", "abc"),
         true},
    };

    const tls_running r(unhurried());
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            tls_client c = r.connect();
            if (!row.sent.empty()) BOOST_REQUIRE(c.send(row.sent));
            if (row.goodbye) c.say_goodbye();
            c.drop();
            BOOST_TEST(eventually([&] { return r.front->counters().connections_open == 0; }));
            BOOST_TEST(r.connect().ask(get("/hello")).status == 200U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_client_may_close_his_side_and_read_on) {
    const tls_running r;
    tls_client c = r.connect();
    BOOST_REQUIRE(c.send(get("/big?bytes=300000")));
    c.say_goodbye();
    BOOST_TEST(statuses(c.receive_to_end()) == "200");
    BOOST_TEST(c.ended_cleanly());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_ended_with_a_word) {
    http::limits bounds = unhurried();
    bounds.idle_time_max = soon;
    const tls_running r(bounds);
    tls_client c = r.connect();
    BOOST_TEST(c.ask(get("/hello")).status == 200U);
    BOOST_TEST(c.receive_to_end() == "");
    BOOST_TEST(c.ended_cleanly());
    BOOST_TEST(r.front->counters().timeouts_idle == 1U);
}

BOOST_AUTO_TEST_CASE(who_says_nothing_after_the_handshake_is_cut) {
    http::limits bounds = unhurried();
    bounds.head_time_max = soon;
    const tls_running r(bounds);
    tls_client c = r.connect();
    BOOST_TEST(c.receive_to_end() == "");
    BOOST_TEST(r.front->counters().timeouts_head == 1U);
}

BOOST_AUTO_TEST_CASE(one_connection_too_many_is_closed) {
    http::limits bounds = unhurried();
    bounds.connections_max = 2;
    const tls_running r(bounds);
    tls_client first = r.connect();
    BOOST_TEST(first.ask(get("/hello")).status == 200U);
    tls_client second = r.connect();
    BOOST_TEST(second.ask(get("/hello")).status == 200U);
    BOOST_TEST(!tls_client(r.where()).connected());
    BOOST_TEST(r.front->counters().connections_refused == 1U);
    BOOST_TEST(r.answers.turned_away == 1);
    first.drop();
    BOOST_REQUIRE(eventually([&] { return r.front->counters().connections_open == 1; }));
    BOOST_TEST(r.connect().ask(get("/hello")).status == 200U);
    BOOST_TEST(second.ask(get("/hello")).status == 200U);
}

BOOST_AUTO_TEST_CASE(a_drain_closes_the_idle_and_finishes_the_busy) {
    tls_running r({}, 2);
    tls_client idle = r.connect();
    BOOST_TEST(idle.ask(get("/hello")).status == 200U);
    tls_client fresh = r.connect();
    client silent = raw(r);
    tls_client busy = r.connect();
    BOOST_REQUIRE(busy.send(get("/later") + get("/hello")));
    auto waiting = r.answers.take_waiting(1);

    bool all_ended = false;
    std::thread stopping([&] { all_ended = r.front->drain(patience); });
    BOOST_TEST(idle.receive_to_end() == "");
    BOOST_TEST(idle.ended_cleanly());
    BOOST_TEST(fresh.receive_to_end() == "");
    BOOST_TEST(fresh.ended_cleanly());
    BOOST_TEST(silent.receive_to_end().value() == "");
    BOOST_TEST(!client(r.where()).connect().has_value());
    std::move(waiting[0]).complete(routes::answered());
    BOOST_TEST(statuses(busy.receive_to_end()) == "200");
    BOOST_TEST(busy.ended_cleanly());
    stopping.join();
    BOOST_TEST(all_ended);
}

BOOST_AUTO_TEST_CASE(what_was_sent_before_a_drain_is_answered) {
    for (int i = 0; i < 20; ++i) {
        tls_running r({}, 2);
        tls_client kept = r.connect();
        BOOST_TEST(kept.ask(get("/hello")).status == 200U);
        tls_client fresh = r.connect();
        BOOST_REQUIRE(kept.send(get("/hello")));
        BOOST_REQUIRE(fresh.send(get("/hello")));
        std::thread stopping([&] { r.front->drain(patience); });
        BOOST_TEST(statuses(kept.receive_to_end()) == "200");
        BOOST_TEST(statuses(fresh.receive_to_end()) == "200");
        stopping.join();
    }
}

BOOST_AUTO_TEST_CASE(a_handshake_that_a_drain_meets_is_finished_and_one_request_answered) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        BOOST_TEST_CONTEXT(version) {
            tls_running r;
            tls_client idle = r.connect();
            BOOST_TEST(idle.ask(get("/hello")).status == 200U);
            std::thread stopping;
            tls_wish how = only(version);
            how.midway = [&] {
                BOOST_REQUIRE(
                    eventually([&] { return r.front->counters().connections_open == 2; }));
                stopping = std::thread([&] { r.front->drain(patience); });
                BOOST_TEST(idle.receive_to_end() == ""); // the drain has been here
            };
            tls_client c = r.connect(how);
            BOOST_TEST(statuses((c.send(get("/hello")), c.receive_to_end())) == "200");
            BOOST_TEST(c.ended_cleanly());
            stopping.join();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_drain_does_not_wait_for_ever) {
    http::limits bounds = unhurried();
    bounds.tls_handshake_time_max = std::chrono::hours(1);
    tls_running r(bounds);
    client halfway = raw(r);
    BOOST_REQUIRE(halfway.send_raw(begun_handshake).has_value());
    tls_client busy = r.connect();
    BOOST_REQUIRE(busy.send(get("/later")));
    static_cast<void>(r.answers.take_waiting(1)[0].wanted());
    BOOST_TEST(!r.front->drain(soon));
    BOOST_TEST(halfway.receive_to_end().value() == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
