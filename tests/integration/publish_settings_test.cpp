// What is said about Kafka and does not hold is refused at the start, before anything is made.
#include "tests/integration/installation.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace rollcall::integration {

namespace {

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(publish_settings_test)

BOOST_AUTO_TEST_CASE(settings_that_do_not_fit_together_refuse_the_start) {
    const support::temp_directory place;
    support::write_bytes(place / "password", "open sesame\n");
    std::filesystem::permissions(place / "password", std::filesystem::perms::owner_read);
    support::write_bytes(place / "open", "open sesame\n");
    std::filesystem::permissions(place / "open", std::filesystem::perms::owner_read |
                                                     std::filesystem::perms::others_read);
    const std::string password = (place / "password").string();

    struct {
        const char* name;
        std::vector<std::string> words;
        const char* said;
    } const rows[]{
        {"no port", {"--kafka", "localhost"}, "has no port"},
        {"a protocol", {"--kafka", "kafka://localhost:9092"}, "begins with a protocol"},
        {"a blank", {"--kafka", "localhost:9092, other:9092"}, "without blanks"},
        {"no brokers", {"--kafka-partitions", "3"}, "without kafka"},
        {"password without SASL",
         {"--kafka", "h:1", "--kafka-password-file", password},
         "but the security is plaintext"},
        {"SASL without a mechanism",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-user", "u",
          "--kafka-password-file", password},
         "no mechanism is given"},
        {"SASL without a user",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-mechanism", "PLAIN",
          "--kafka-password-file", password},
         "no user is given"},
        {"SASL without a password",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-mechanism", "PLAIN",
          "--kafka-user", "u"},
         "no password is given"},
        {"password that others can read",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-mechanism", "PLAIN",
          "--kafka-user", "u", "--kafka-password-file", (place / "open").string()},
         "chmod 600"},
        {"password file that is not there",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-mechanism", "PLAIN",
          "--kafka-user", "u", "--kafka-password-file", (place / "none").string()},
         "cannot be read"},
        {"TLS file without TLS",
         {"--kafka", "h:1", "--kafka-ca-file", password},
         "a file for TLS is given"},
        {"certificate without its key",
         {"--kafka", "h:1", "--kafka-security", "ssl", "--kafka-cert-file", password},
         "without its key"},
        {"authority that is not there",
         {"--kafka", "h:1", "--kafka-security", "ssl", "--kafka-ca-file",
          (place / "none").string()},
         "kafka-ca-file: "},
        {"prefix that no topic can have",
         {"--kafka", "h:1", "--kafka-topic-prefix", "a b"},
         "no topic can be called"},
        {"prefix that is too long",
         {"--kafka", "h:1", "--kafka-topic-prefix", std::string(250, 'a')},
         "no topic can be called"},
        {"unknown security", {"--kafka", "h:1", "--kafka-security", "tls"}, "must be one of"},
        {"unknown mechanism", {"--kafka", "h:1", "--kafka-mechanism", "plain"}, "must be one of"},
        {"unknown privacy", {"--kafka", "h:1", "--kafka-personal-state", "all"}, "must be one of"},
        {"unknown mode", {"--kafka", "h:1", "--kafka-mode", "json"}, "must be one of"},
        {"no partitions", {"--kafka", "h:1", "--kafka-partitions", "0"}, "must be a whole number"},
        {"password on the line", {"--kafka", "h:1", "--kafka-password", "open sesame"}, ""},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const installation home;
            std::vector<std::string> words{"serve", "--listen", "127.0.0.1:0"};
            words.insert(words.end(), row.words.begin(), row.words.end());
            const said refused = home.run(words);
            BOOST_TEST(refused.how.code == 2);
            BOOST_TEST(has(refused.complaint, row.said), refused.complaint);
            BOOST_TEST(!has(refused.complaint, "sesame\n"), refused.complaint);
            BOOST_TEST(!std::filesystem::exists(home.data()));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
