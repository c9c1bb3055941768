// The settings of `serve` from three places: who wins, and what is refused with which place named.
#include "cli/settings.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::cli {
namespace {

using variables = std::map<std::string, std::string>;

base::result<serve_settings> resolve(const raw_settings& given, const variables& set) {
    return resolve_settings(given, [&](const std::string& name) -> std::optional<std::string> {
        const auto at = set.find(name);
        return at == set.end() ? std::nullopt : std::optional(at->second);
    });
}

struct bad_value {
    const char* name;
    const char* setting;
    const char* value;
};

const bad_value bad_values[] = {
    {"data empty", "data", ""},
    {"listen without port", "listen", "127.0.0.1"},
    {"listen without host", "listen", ":8080"},
    {"listen port too large", "listen", "127.0.0.1:65536"},
    {"listen port a word", "listen", "127.0.0.1:http"},
    {"listen on a path", "listen", "unix:/tmp/x"},
    {"listen IPv6 without brackets", "listen", "::1:80"},
    {"public-url without scheme", "public-url", "id.example.com"},
    {"public-url of another scheme", "public-url", "ftp://id.example.com"},
    {"public-url with a query", "public-url", "https://id.example.com/?a=b"},
    {"switch with a number", "behind-proxy", "1"},
    {"switch empty", "behind-proxy", ""},
    {"tls-cert empty", "tls-cert", ""},
    {"tls-key empty", "tls-key", ""},
    {"metrics-listen malformed", "metrics-listen", "9100"},
    {"key-file empty", "key-file", ""},
    {"no threads", "threads", "0"},
    {"threads at one past the limit", "threads", "257"},
    {"threads with a unit", "threads", "4x"},
    {"threads negative", "threads", "-1"},
    {"no connections", "connections-max", "0"},
    {"connections at one past the limit", "connections-max", "1000001"},
    {"queue of none", "queue-max", "0"},
    {"cache too small", "cache-mib", "7"},
    {"cache beyond memory", "cache-mib", "1048577"},
    {"reserve below the floor", "disk-reserve-mib", "255"},
    {"drain too long", "drain-seconds", "3601"},
    {"drain with a unit", "drain-seconds", "20s"},
    {"drain delay too long", "drain-delay-seconds", "601"},
    {"drain delay negative", "drain-delay-seconds", "-1"},
    {"tenant's requests at one past the limit", "tenant-requests-per-second", "1000001"},
    {"tenant's requests a fraction", "tenant-requests-per-second", "0.5"},
    {"tenant's requests a word", "tenant-requests-per-second", "off"},
    {"a burst of none", "tenant-requests-burst", "0"},
    {"a burst at one past the limit", "tenant-requests-burst", "10000001"},
    {"compress neither on nor off", "compress", "gzip"},
    {"compress a truth", "compress", "true"},
    {"compress empty", "compress", ""},
    {"no brokers", "kafka", ""},
    {"security in other words", "kafka-security", "tls"},
    {"security in capitals", "kafka-security", "SASL_SSL"},
    {"mechanism in small letters", "kafka-mechanism", "plain"},
    {"no Kafka user", "kafka-user", ""},
    {"password file empty", "kafka-password-file", ""},
    {"Kafka authorities empty", "kafka-ca-file", ""},
    {"Kafka certificate empty", "kafka-cert-file", ""},
    {"Kafka key empty", "kafka-key-file", ""},
    {"no partitions", "kafka-partitions", "0"},
    {"partitions at one past the limit", "kafka-partitions", "10001"},
    {"no copies", "kafka-replication", "0"},
    {"copies at one past the limit", "kafka-replication", "101"},
    {"retention with a unit", "kafka-retention-days", "7d"},
    {"retention at one past the limit", "kafka-retention-days", "36501"},
    {"unknown privacy of state", "kafka-personal-state", "all"},
    {"unknown privacy of lifecycle", "kafka-personal-lifecycle", "none"},
    {"unknown mode", "kafka-mode", "json"},
    {"unknown level", "log-level", "loud"},
    {"level in capitals", "log-level", "INFO"},
    {"unknown format", "log-format", "xml"},
};

struct bad_file {
    const char* name;
    const char* text;
    const char* said; ///< the place, and a word of the reason
};

const bad_file bad_files[] = {
    {"unknown key", "listen = \"127.0.0.1:0\"\nlistn = \"127.0.0.1:0\"\n", ":2: listn"},
    {"not TOML", "threads = 2\nlisten 127.0.0.1:0\n", ":2:"},
    {"key twice", "threads = 2\nthreads = 3\n", ":2:"},
    {"table", "\n[listen]\nport = 8080\n", ":2: listen must be"},
    {"array", "listen = [\"127.0.0.1:0\"]\n", ":1: listen must be"},
    {"value out of range", "\n\nthreads = 1000\n", ":3: threads must be"},
    {"value of another type", "threads = true\n", ":1: threads must be"},
    {"fraction", "threads = 1.5\n", ":1: threads must be"},
    {"switch as a number", "behind-proxy = 1\n", ":1: behind-proxy must be"},
    {"directory as a number", "data = 5\n", ":1: data must be a string"},
    {"address as a number", "listen = 8080\n", ":1: listen must be a string"},
    {"URL as a switch", "public-url = true\n", ":1: public-url must be a string"},
    {"file as a switch", "key-file = false\n", ":1: key-file must be a string"},
    {"word as a date", "log-level = 2026-11-22\n", ":1: log-level must be a string"},
    {"number in quotes", "threads = \"2\"\n", ":1: threads must be a whole number"},
    {"switch in quotes", "behind-proxy = \"true\"\n", ":1: behind-proxy must be true or false"},
    {"config inside config", "config = \"other.toml\"\n", ":1: config"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(settings_test)

BOOST_AUTO_TEST_CASE(bad_values_are_refused_with_the_place_they_came_from) {
    for (const bad_value& row : bad_values) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto by_line = resolve({{row.setting, row.value}}, {});
            BOOST_REQUIRE(!by_line);
            BOOST_TEST(by_line.error().message.starts_with("--" + std::string(row.setting)));
            const auto by_variable = resolve({}, {{variable_of(row.setting), row.value}});
            BOOST_REQUIRE(!by_variable);
            BOOST_TEST(by_variable.error().message.starts_with(variable_of(row.setting)));
        }
    }
}

BOOST_AUTO_TEST_CASE(bad_files_are_refused_with_the_line) {
    const support::temp_directory home;
    const auto file = home / "rollcall.toml";
    for (const bad_file& row : bad_files) {
        BOOST_TEST_CONTEXT(row.name) {
            support::write_bytes(file, row.text);
            const auto read = resolve({{"config", file.string()}}, {});
            BOOST_REQUIRE(!read);
            BOOST_TEST_INFO(read.error().message);
            BOOST_TEST(read.error().message.find(file.string() + row.said) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_setting_is_refused_in_another_type) {
    const std::map<setting_type, std::vector<std::string>> others = {
        {setting_type::text, {"5", "true", "1.5", "['a']"}},
        {setting_type::number, {"'5'", "true", "5.0", "[5]"}},
        {setting_type::flag, {"'true'", "1", "[true]"}},
    };
    const support::temp_directory home;
    const auto file = home / "rollcall.toml";
    for (const setting& s : all_settings()) {
        for (const std::string& value : others.at(s.type)) {
            BOOST_TEST_CONTEXT(s.name << " = " << value) {
                support::write_bytes(file, std::string(s.name) + " = " + value + "\n");
                const auto read = resolve({{"config", file.string()}}, {});
                BOOST_REQUIRE(!read);
                BOOST_TEST(read.error().message.find(":1: " + std::string(s.name) + " must be") !=
                           std::string::npos);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_config_file_that_cannot_be_read_is_refused) {
    const support::temp_directory home;
    for (const std::string& path :
         {std::string("/nowhere/rollcall.toml"), home.path().string(), std::string()}) {
        BOOST_TEST_CONTEXT("'" << path << "'") {
            const auto read = resolve({{"config", path}}, {});
            BOOST_REQUIRE(!read);
            BOOST_TEST(read.error().message.find("'" + path + "' cannot be read") !=
                       std::string::npos);
        }
    }
    BOOST_TEST(!resolve({}, {{"ROLLCALL_CONFIG", home.path().string()}}));
}

BOOST_AUTO_TEST_CASE(line_wins_over_environment_wins_over_file) {
    const support::temp_directory home;
    const auto file = home / "rollcall.toml";
    support::write_bytes(file, "threads = 3\nqueue-max = 3\ncache-mib = 33\n");
    const variables env = {{"ROLLCALL_CONFIG", file.string()},
                           {"ROLLCALL_THREADS", "2"},
                           {"ROLLCALL_QUEUE_MAX", "2"},
                           {"ROLLCALL_PORT", "tcp://10.0.0.1:80"}};
    const auto all = resolve({{"threads", "1"}}, env);
    BOOST_REQUIRE(all);
    BOOST_TEST(all->server.threads == 1u);
    BOOST_TEST(all->server.queue_max == 2u);
    BOOST_TEST(all->server.cache_bytes == std::size_t{33} << 20);
    BOOST_TEST(all->server.connections_max == 4096u);
}

BOOST_AUTO_TEST_CASE(variables_that_are_no_setting_are_told_by_name_only) {
    struct {
        const char* name;
        const char* entry;
        const char* told; ///< null: known, or not ours
    } const rows[]{
        {"a setting", "ROLLCALL_KEY_FILE=/k", nullptr},
        {"a setting of two words", "ROLLCALL_CACHE_MIB=8", nullptr},
        {"the file of settings", "ROLLCALL_CONFIG=/c", nullptr},
        {"the master key", "ROLLCALL_MASTER_KEY=00ff", nullptr},
        {"the password for Kafka", "ROLLCALL_KAFKA_PASSWORD=p", nullptr},
        {"a slip in that", "ROLLCALL_KAFKA_PASWORD=p", "ROLLCALL_KAFKA_PASWORD"},
        {"somebody else's", "PATH=/bin", nullptr},
        {"ours is only a part of it", "MY_ROLLCALL_KEY=1", nullptr},
        {"ours without more", "ROLLCALL=1", nullptr},
        {"two letters in the wrong order", "ROLLCALL_KEY_FIEL=/k", "ROLLCALL_KEY_FIEL"},
        {"a setting with more", "ROLLCALL_DATA_DIR=/d", "ROLLCALL_DATA_DIR"},
        {"a setting's name as in the file", "ROLLCALL_key-file=/k", "ROLLCALL_key-file"},
        {"a slip in the master key", "ROLLCALL_MASTERKEY=00ff=", "ROLLCALL_MASTERKEY"},
        {"a platform's", "ROLLCALL_PORT=tcp://10.0.0.1:80", "ROLLCALL_PORT"},
        {"no name at all", "ROLLCALL_=x", "ROLLCALL_"},
        {"no value", "ROLLCALL_NOPE", "ROLLCALL_NOPE"},
    };

    std::vector<const char*> all;
    std::vector<std::string> expected;
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const char* const alone[] = {row.entry, nullptr};
            const auto told = unknown_variables(alone);
            BOOST_TEST(told.size() == (row.told != nullptr ? 1u : 0u));
            if (row.told != nullptr && !told.empty()) BOOST_TEST(told.front() == row.told);
        }
        all.push_back(row.entry);
        if (row.told != nullptr) expected.emplace_back(row.told);
    }
    all.push_back(nullptr);
    BOOST_TEST(unknown_variables(all.data()) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_setting_has_the_same_name_in_all_three_places) {
    const std::map<std::string, std::string> values = {
        {"data", "d"},
        {"listen", "127.0.0.1:1"},
        {"public-url", "https://a.example"},
        {"tls-cert", "c.pem"},
        {"tls-key", "k.pem"},
        {"behind-proxy", "true"},
        {"metrics-listen", "[::1]:2"},
        {"key-file", "k"},
        {"profiles", "p"},
        {"threads", "256"},
        {"connections-max", "1000000"},
        {"queue-max", "1000000"},
        {"cache-mib", "8"},
        {"disk-reserve-mib", "256"},
        {"drain-seconds", "3600"},
        {"drain-delay-seconds", "600"},
        {"tenant-requests-per-second", "0"},
        {"tenant-requests-burst", "10000000"},
        {"compress", "off"},
        {"kafka", "k1:9092,k2:9092"},
        {"kafka-security", "sasl_ssl"},
        {"kafka-mechanism", "SCRAM-SHA-512"},
        {"kafka-user", "u"},
        {"kafka-password-file", "p"},
        {"kafka-ca-file", "ca.pem"},
        {"kafka-cert-file", "c.pem"},
        {"kafka-key-file", "k.pem"},
        {"kafka-topic-prefix", "acme."},
        {"kafka-partitions", "10000"},
        {"kafka-replication", "100"},
        {"kafka-retention-days", "36500"},
        {"kafka-personal-state", "sealed"},
        {"kafka-personal-lifecycle", "full"},
        {"kafka-mode", "structured"},
        {"log-level", "debug"},
        {"log-format", "text"},
    };
    const support::temp_directory home;
    BOOST_TEST(values.size() == all_settings().size());
    for (const setting& s : all_settings()) {
        BOOST_TEST_CONTEXT(s.name) {
            const std::string name(s.name);
            const std::string& value = values.at(name);
            BOOST_TEST(resolve({{name, value}}, {}).has_value());
            BOOST_TEST(resolve({}, {{variable_of(name), value}}).has_value());
            const auto file = home / "rollcall.toml";
            support::write_bytes(
                file,
                name + " = " + (s.type == setting_type::text ? '"' + value + '"' : value) + "\n");
            BOOST_TEST(resolve({{"config", file.string()}}, {}).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_page_of_settings_is_made_from_the_table) {
    const std::string page = support::read_bytes(ROLLCALL_TREE "/docs/CONFIGURATION.md");
    const std::string table = settings_page();
    BOOST_TEST(
        (page.find("<!-- made by ./dev docs -->\n" + table + "<!-- until here -->\n") != page.npos),
        "docs/CONFIGURATION.md is not as the program has it: run ./dev docs");
    for (const setting& s : all_settings())
        BOOST_TEST(table.find("| `" + std::string(s.name) + "` |") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(defaults_are_told_as_they_are) {
    // A default that is put in changes nothing; those in words are put in by other tests.
    for (const setting& s : all_settings()) {
        BOOST_TEST_CONTEXT(s.name) {
            serve_settings fresh;
            const std::string standard = s.standard(fresh);
            if (standard.empty() || standard.find(' ') != std::string::npos) continue;
            if (s.type == setting_type::flag || s.name == "key-file") continue;
            BOOST_TEST(s.apply(fresh, standard) == "");
            BOOST_TEST(s.standard(fresh) == (s.name == "data" ? "./" + standard : standard));
            serve_settings other;
            BOOST_TEST((fresh.log_level == other.log_level));
            BOOST_TEST((fresh.log_format == other.log_format));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_master_key_comes_by_the_environment_only) {
    const auto read = resolve({}, {{"ROLLCALL_MASTER_KEY", "00ff"}});
    BOOST_REQUIRE(read);
    BOOST_TEST(read->server.master_key.hex.value_or("") == "00ff");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
