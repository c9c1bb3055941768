// Who gets in, and what is said to those who do not: soon, in words, and without a password.
#include "eventlog/kafka/client.hpp"
#include "tests/eventlog/kafka/support.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>

BOOST_AUTO_TEST_SUITE(security_test)

using namespace rollcall;
using namespace rollcall::kafka;
using namespace rollcall::kafka::testing;
using support::kafka_broker;

namespace {

constexpr const char* wrong_password = "canary-93b1-not-it";

/// How soon whoever cannot get in should know: far below the deadline that he gave.
constexpr std::chrono::seconds told_within{20};

connection with_password(const std::string& address, sasl_mechanism mechanism,
                         std::string_view password = kafka_broker::password) {
    connection c = plain(address);
    c.security = security::sasl_plaintext;
    c.mechanism = mechanism;
    c.user = kafka_broker::user;
    c.password = base::secret_text(password);
    return c;
}

connection with_tls(const std::string& address) {
    connection c = plain(address);
    c.security = security::ssl;
    c.ca_file = broker().ca_file();
    return c;
}

connection with_both(sasl_mechanism mechanism, std::string_view password = kafka_broker::password) {
    connection c = with_password(broker().sasl_tls_address(), mechanism, password);
    c.security = security::sasl_ssl;
    c.ca_file = broker().ca_file();
    return c;
}

connection with_certificate() {
    connection c = with_tls(broker().mutual_tls_address());
    c.certificate_file = broker().client_certificate_file();
    c.key_file = broker().client_key_file();
    return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(those_who_may_get_in) {
    struct row {
        const char* name;
        connection how;
    };

    connection any_host = with_tls(broker().tls_address());
    any_host.brokers.replace(0, std::string_view("localhost").size(), "127.0.0.1");
    any_host.checks_host_name = false;
    std::vector<row> rows;
    rows.push_back({"nobody asks", plain(broker().addresses())});
    rows.push_back(
        {"a dead broker before the one that lives", plain("127.0.0.1:1," + broker().addresses())});
    rows.push_back({"PLAIN", with_password(broker().sasl_address(), sasl_mechanism::plain)});
    rows.push_back(
        {"SCRAM-SHA-256", with_password(broker().sasl_address(), sasl_mechanism::scram_sha_256)});
    rows.push_back(
        {"SCRAM-SHA-512", with_password(broker().sasl_address(), sasl_mechanism::scram_sha_512)});
    rows.push_back({"SCRAM-SHA-512 with TLS", with_both(sasl_mechanism::scram_sha_512)});
    rows.push_back({"TLS", with_tls(broker().tls_address())});
    rows.push_back({"TLS, any host", std::move(any_host)});
    rows.push_back({"TLS with our certificate", with_certificate()});
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            loop l;
            l.run([&]() -> awaitable<void> {
                auto door = must(topics::open(l.get(), r.how));
                BOOST_TEST(must(co_await door.brokers(soon())) == 1);
                co_await door.close();
            });
        }
    }
}

BOOST_AUTO_TEST_CASE(those_who_may_not_are_told_why) {
    struct row {
        const char* name;
        connection how;
        kafka_errc code;
        std::string says; ///< a part of it
    };

    support::temp_directory place;
    const support::made_certificate stranger({.name = "localhost"});
    support::write_bytes(place / "stranger.pem", stranger.certificate_pem());
    connection distrustful = with_tls(broker().tls_address());
    distrustful.ca_file = place / "stranger.pem";
    connection other_name = with_tls(broker().tls_address());
    other_name.brokers.replace(0, std::string_view("localhost").size(), "127.0.0.1");
    connection other_user = with_password(broker().sasl_address(), sasl_mechanism::scram_sha_512);
    other_user.user = "nobody";

    std::vector<row> rows;
    rows.push_back(
        {"nobody listens", plain("127.0.0.1:1"), kafka_errc::unreachable, "127.0.0.1:1"});
    rows.push_back({"nobody listens at two places", plain("127.0.0.1:1,127.0.0.1:2"),
                    kafka_errc::unreachable, "127.0.0.1:"});
    rows.push_back({"no such host", plain("no-such-host.invalid:9092"), kafka_errc::unreachable,
                    "no-such-host.invalid:9092"});
    for (const auto mechanism :
         {sasl_mechanism::plain, sasl_mechanism::scram_sha_256, sasl_mechanism::scram_sha_512}) {
        rows.push_back({"wrong password",
                        with_password(broker().sasl_address(), mechanism, wrong_password),
                        kafka_errc::refused_credentials, broker().sasl_address()});
    }
    rows.push_back({"wrong password with TLS",
                    with_both(sasl_mechanism::scram_sha_512, wrong_password),
                    kafka_errc::refused_credentials, broker().sasl_tls_address()});
    rows.push_back({"a mechanism that is not offered", with_both(sasl_mechanism::scram_sha_256),
                    kafka_errc::refused_credentials, "SCRAM-SHA-256"});
    rows.push_back({"no such user", std::move(other_user), kafka_errc::refused_credentials,
                    broker().sasl_address()});
    rows.push_back({"no password where one is asked for", plain(broker().sasl_address()),
                    kafka_errc::unreachable, "SASL"});
    rows.push_back({"a password where none is asked for",
                    with_password(broker().addresses(), sasl_mechanism::plain),
                    kafka_errc::refused_credentials, broker().addresses()});
    rows.push_back({"no TLS where it is spoken", plain(broker().tls_address()),
                    kafka_errc::unreachable, broker().tls_address()});
    rows.push_back({"TLS where it is not spoken", with_tls(broker().addresses()),
                    kafka_errc::tls_failed, broker().addresses()});
    rows.push_back({"an authority that we do not trust", std::move(distrustful),
                    kafka_errc::tls_failed, "certificate verify failed"});
    rows.push_back({"a certificate for another name", std::move(other_name), kafka_errc::tls_failed,
                    "certificate verify failed"});
    rows.push_back({"no certificate of ours", with_tls(broker().mutual_tls_address()),
                    kafka_errc::tls_failed, broker().mutual_tls_address()});
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            loop l;
            l.run([&]() -> awaitable<void> {
                auto door = must(topics::open(l.get(), r.how));
                const auto began = std::chrono::steady_clock::now();
                const auto answer = co_await door.brokers(soon());
                check_fails(answer, r.code, r.says);
                BOOST_TEST((std::chrono::steady_clock::now() - began < told_within));
                BOOST_TEST(answer.error().message.find(wrong_password) == std::string::npos);
                co_await door.close();
            });
        }
    }
}

BOOST_AUTO_TEST_CASE(files_that_are_not_what_they_should_be) {
    struct row {
        const char* name;
        std::function<void(connection&)> change;
        const char* says;
    };

    support::temp_directory place;
    const support::made_certificate other({.name = "other"});
    support::write_bytes(place / "empty.pem", "");
    support::write_bytes(place / "words.pem", "not a certificate\n");
    support::write_bytes(place / "other.key", other.key_pem());
    const std::vector<row> rows = {
        {"no such authority", [&](connection& c) { c.ca_file = place / "gone.pem"; },
         "ssl.ca.location"},
        {"an empty authority", [&](connection& c) { c.ca_file = place / "empty.pem"; },
         "ssl.ca.location"},
        {"words for an authority", [&](connection& c) { c.ca_file = place / "words.pem"; },
         "ssl.ca.location"},
        {"no such certificate", [&](connection& c) { c.certificate_file = place / "gone.pem"; },
         "ssl.certificate.location"},
        {"words for a certificate",
         [&](connection& c) { c.certificate_file = place / "words.pem"; },
         "ssl.certificate.location"},
        {"no such key", [&](connection& c) { c.key_file = place / "gone.pem"; },
         "ssl.key.location"},
        {"another's key", [&](connection& c) { c.key_file = place / "other.key"; }, "key"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            loop l;
            connection c = with_certificate();
            r.change(c);
            check_fails(producer::open(l.get(), c), kafka_errc::bad_options, r.says);
            check_fails(reader::open(l.get(), c), kafka_errc::bad_options, r.says);
            check_fails(topics::open(l.get(), c), kafka_errc::bad_options, r.says);
        }
    }
}

BOOST_AUTO_TEST_CASE(whoever_does_not_answer_is_waited_for_until_the_deadline) {
    loop l;
    // Takes connections, and says nothing.
    boost::asio::io_context silent;
    boost::asio::ip::tcp::acceptor listening(silent,
                                             {boost::asio::ip::make_address_v4("127.0.0.1"), 0});
    const std::string address = "127.0.0.1:" + std::to_string(listening.local_endpoint().port());
    l.run([&]() -> awaitable<void> {
        auto door = must(topics::open(l.get(), plain(address)));
        check_fails(co_await door.brokers(in(1s)), kafka_errc::timed_out);
        check_fails(co_await door.brokers(in(1s)), kafka_errc::timed_out);
        co_await door.close();
        auto from = must(reader::open(l.get(), plain(address)));
        check_fails(co_await from.extents("t", in(1s)), kafka_errc::timed_out, "t");
        check_fails(co_await from.tail("t", in(1s)), kafka_errc::timed_out, "t");
        co_await from.close();
    });
}

BOOST_AUTO_TEST_CASE(a_producer_goes_on_trying_and_tells_its_trouble) {
    loop l;
    l.run([&]() -> awaitable<void> {
        producer out =
            must(producer::open(l.get(), with_password(broker().sasl_address(),
                                                       sasl_mechanism::plain, wrong_password)));
        message m;
        m.topic = "t";
        must(out.send(m));
        const auto until = soon();
        const auto refused = [&] {
            return out.trouble() &&
                   out.trouble()->code == make_error_code(kafka_errc::refused_credentials);
        };
        while (!refused() && std::chrono::steady_clock::now() < until) {
            BOOST_TEST(must(co_await out.deliveries(in(200ms))).empty());
        }
        BOOST_TEST(refused());
        BOOST_TEST(out.unreported() == 1u);
        co_await out.close();
    });
}

BOOST_AUTO_TEST_CASE(no_password_is_in_what_the_library_says) {
    // Before any of it is held back for having been said a moment ago.
    for (const auto mechanism : {sasl_mechanism::plain, sasl_mechanism::scram_sha_512}) {
        BOOST_TEST_CONTEXT(word_of(mechanism)) {
            loop l;
            const auto heard = must(client::open(
                l.get(), with_password(broker().sasl_address(), mechanism, wrong_password),
                RD_KAFKA_PRODUCER, {}));
            std::string lines;
            std::string errors;
            const auto until = soon();
            while ((lines.empty() || errors.empty()) && std::chrono::steady_clock::now() < until) {
                const event_ptr event(rd_kafka_queue_poll(heard->use().events.get(), 100));
                const char* kind = nullptr;
                const char* text = nullptr;
                int level = 0;
                if (!event) continue;
                if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) {
                    errors += rd_kafka_event_error_string(event.get());
                } else if (rd_kafka_event_log(event.get(), &kind, &text, &level) == 0) {
                    lines += text;
                }
            }
            BOOST_TEST(lines.find("uthentication") != std::string::npos);
            BOOST_TEST(errors.find("uthentication") != std::string::npos);
            BOOST_TEST((lines + errors).find(wrong_password) == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
