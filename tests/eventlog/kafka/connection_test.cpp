// Options that fit together, and those that do not: what is said about each. No network.
#include "eventlog/kafka/connection.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <vector>

BOOST_AUTO_TEST_SUITE(connection_test)

using namespace rollcall;
using namespace rollcall::kafka;

namespace {

constexpr const char* secret = "hunter2-hunter2";

connection with_sasl() {
    connection c;
    c.brokers = "kafka.example:9093";
    c.security = security::sasl_ssl;
    c.mechanism = sasl_mechanism::scram_sha_512;
    c.user = "rollcall";
    c.password = base::secret_text(secret);
    return c;
}

connection at(std::string brokers) {
    connection c;
    c.brokers = std::move(brokers);
    return c;
}

struct row {
    const char* name;
    std::function<void(connection&)> change;
    const char* says = nullptr; ///< null: it is good
};

void check_rows(const std::function<connection()>& start, const std::vector<row>& rows) {
    for (const row& r : rows) {
        connection c = start();
        r.change(c);
        const auto checked = check(c);
        BOOST_TEST_CONTEXT(r.name << ": " << (checked ? "good" : checked.error().message)) {
            BOOST_TEST(checked.has_value() == (r.says == nullptr));
            if (checked || r.says == nullptr) continue;
            BOOST_TEST(checked.error().code == make_error_code(kafka_errc::bad_options));
            BOOST_TEST(checked.error().message.find(r.says) != std::string::npos);
            BOOST_TEST(checked.error().message.find(secret) == std::string::npos);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(addresses) {
    struct address_row {
        std::string brokers;
        const char* says = nullptr;
    };

    std::string many = "a:1";
    for (int i = 1; i < 32; ++i)
        many += ",a:1";
    const std::vector<address_row> rows = {
        {"127.0.0.1:9092"},
        {"kafka-1.example.com:9092,kafka-2.example.com:9092"},
        {"[::1]:9092"},
        {"broker_1:65535"},
        {many},
        {"", "no broker is named"},
        {"kafka.example", "has no port"},
        {"kafka.example:", "not a number from 1 to 65535"},
        {"kafka.example:0", "not a number from 1 to 65535"},
        {"kafka.example:65536", "not a number from 1 to 65535"},
        {"kafka.example:http", "not a number from 1 to 65535"},
        {"kafka.example:9092x", "not a number from 1 to 65535"},
        {"kafka.example:-1", "not a number from 1 to 65535"},
        {":9092", "has a host that is no name"},
        {"ka$ka:9092", "has a host that is no name"},
        {std::string(256, 'a') + ":9092", "has a host that is no name"},
        {"a:1,", "is empty"},
        {",a:1", "is empty"},
        {"a:1,,b:1", "is empty"},
        {"a:1, b:1", "has a blank"},
        {"a:1\n", "control character"},
        {std::string("a:1\0", 4), "control character"},
        {"SASL_SSL://kafka.example:9093", "begins with a protocol"},
        {"user:hunter2-hunter2@kafka.example:9093", "has an '@' in it"},
        {"::1:9092", "IPv6"},
        {"[::1]", "has no port"},
        {"[zz]:9092", "has a host that is no name"},
        {"[]:9092", "has a host that is no name"},
        {many + ",a:1", "33 brokers are named, more than 32"},
    };
    for (const address_row& r : rows) {
        check_rows([&] { return at(r.brokers); },
                   {{r.brokers.c_str(), [](connection&) {}, r.says}});
    }
}

BOOST_AUTO_TEST_CASE(passwords_and_mechanisms) {
    check_rows(
        with_sasl,
        {
            {"all of it", [](connection&) {}},
            {"PLAIN", [](connection& c) { c.mechanism = sasl_mechanism::plain; }},
            {"without TLS", [](connection& c) { c.security = security::sasl_plaintext; }},
            {"no mechanism", [](connection& c) { c.mechanism.reset(); }, "no mechanism is given"},
            {"no user", [](connection& c) { c.user.clear(); }, "no user is given"},
            {"no password", [](connection& c) { c.password = {}; }, "no password is given"},
            {"a password without SASL", [](connection& c) { c.security = security::ssl; },
             "the security is ssl: make it sasl_ssl"},
            {"a mechanism without SASL",
             [](connection& c) {
                 c.security = security::plaintext;
                 c.user.clear();
                 c.password = {};
             },
             "the security is plaintext: make it sasl_ssl"},
            {"a line end in the password, as files have it",
             [](connection& c) { c.password = base::secret_text(std::string(secret) + "\n"); },
             "the password has a control character"},
            {"a zero in the password",
             [](connection& c) {
                 c.password = base::secret_text(std::string(secret) + std::string(1, '\0'));
             },
             "the password has a control character"},
            {"a line end in the user", [](connection& c) { c.user = "rollcall\n"; },
             "the user has a control character"},
        });
}

BOOST_AUTO_TEST_CASE(files_for_tls) {
    const auto tls = [] {
        connection c = at("kafka.example:9093");
        c.security = security::ssl;
        return c;
    };
    check_rows(tls, {
                        {"the system's authorities", [](connection&) {}},
                        {"an authority", [](connection& c) { c.ca_file = "ca.pem"; }},
                        {"our certificate",
                         [](connection& c) {
                             c.certificate_file = "us.pem";
                             c.key_file = "us.key";
                         }},
                        {"any host", [](connection& c) { c.checks_host_name = false; }},
                        {"a certificate alone",
                         [](connection& c) { c.certificate_file = "us.pem"; }, "without its key"},
                        {"a key alone", [](connection& c) { c.key_file = "us.key"; },
                         "without its certificate"},
                        {"a path in two lines", [](connection& c) { c.ca_file = "ca.pem\n"; },
                         "control character"},
                        {"an authority without TLS",
                         [](connection& c) {
                             c.security = security::plaintext;
                             c.ca_file = "ca.pem";
                         },
                         "a file for TLS is given, but the security is plaintext"},
                        {"any host without TLS",
                         [](connection& c) {
                             c.security = security::plaintext;
                             c.checks_host_name = false;
                         },
                         "check of host names is switched off"},
                    });
}

BOOST_AUTO_TEST_CASE(words_are_read_back_and_others_are_not) {
    for (const security s :
         {security::plaintext, security::ssl, security::sasl_plaintext, security::sasl_ssl}) {
        BOOST_TEST((security_of(word_of(s)) == s));
    }
    for (const sasl_mechanism m :
         {sasl_mechanism::plain, sasl_mechanism::scram_sha_256, sasl_mechanism::scram_sha_512}) {
        BOOST_TEST((mechanism_of(word_of(m)) == m));
    }
    for (const char* word : {"", "tls", "SASL_SSL", "ssl ", "sasl"}) {
        BOOST_TEST(!security_of(word), word);
    }
    for (const char* word : {"", "plain", "SCRAM", "SCRAM-SHA-1", "GSSAPI", "OAUTHBEARER"}) {
        BOOST_TEST(!mechanism_of(word), word);
    }
}

BOOST_AUTO_TEST_SUITE_END()
