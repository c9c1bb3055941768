// The table of settings: one row says all about one, for the command line, its help and the page
// docs/CONFIGURATION.md.
#include "cli/settings.hpp"
#include "gateway/base_url.hpp"
#include "gateway/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <system_error>

namespace rollcall::cli {
namespace {

constexpr std::array<std::string_view, 4> levels{"debug", "info", "warn", "error"};
constexpr std::array<std::string_view, 3> formats{"automatic", "json", "text"};
constexpr std::array<std::string_view, 2> on_off{"on", "off"};

template <class T>
std::string read_number(std::string_view text, T least, T most, T& into) {
    T number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number < least || number > most) {
        return "must be a whole number from " + std::to_string(least) + " to " +
               std::to_string(most);
    }
    into = number;
    return {};
}

std::string read_mib(std::string_view text, std::uint64_t least, std::uint64_t& into) {
    std::uint64_t mib = 0;
    auto wrong = read_number<std::uint64_t>(text, least, std::uint64_t{1} << 20, mib);
    if (wrong.empty()) into = mib << 20;
    return wrong;
}

std::string read_switch(std::string_view text, bool& into) {
    if (text != "true" && text != "false") return "must be true or false";
    into = text == "true";
    return {};
}

std::string read_endpoint(std::string_view text, http::endpoint& into) {
    auto where = http::endpoint::parse(text);
    if (!where) return where.error().message;
    if (where->what != http::endpoint::kind::tcp) return "must be HOST:PORT";
    into = std::move(*where);
    return {};
}

std::string read_word(std::string_view text, std::span<const std::string_view> known,
                      std::size_t& index) {
    const auto at = std::find(known.begin(), known.end(), text);
    if (at != known.end()) {
        index = static_cast<std::size_t>(at - known.begin());
        return {};
    }
    std::string all;
    for (const std::string_view word : known)
        all += (all.empty() ? "" : ", ") + std::string(word);
    return "must be one of " + all;
}

std::string apply_data(serve_settings& s, std::string_view v) {
    s.server.data = std::string(v);
    return v.empty() ? "must name a directory" : "";
}

std::string apply_listen(serve_settings& s, std::string_view v) {
    return read_endpoint(v, s.server.listen);
}

std::string apply_public_url(serve_settings& s, std::string_view v) {
    const auto url = gateway::parse_public_url(v);
    if (!url) return "must be a URL such as https://id.example.com";
    s.server.public_url = *url;
    return {};
}

std::string apply_behind_proxy(serve_settings& s, std::string_view v) {
    return read_switch(v, s.server.behind_proxy);
}

std::string apply_tls_cert(serve_settings& s, std::string_view v) {
    s.server.tls_cert = std::string(v);
    return v.empty() ? "must name a file" : "";
}

std::string apply_tls_key(serve_settings& s, std::string_view v) {
    s.server.tls_key = std::string(v);
    return v.empty() ? "must name a file" : "";
}

std::string apply_metrics(serve_settings& s, std::string_view v) {
    return read_endpoint(v, s.server.metrics_listen.emplace());
}

std::string apply_key_file(serve_settings& s, std::string_view v) {
    s.server.master_key.file = std::string(v);
    return v.empty() ? "must name a file" : "";
}

std::string apply_profiles(serve_settings& s, std::string_view v) {
    s.server.profiles = std::string(v);
    return v.empty() ? "must name a directory" : "";
}

std::string apply_threads(serve_settings& s, std::string_view v) {
    return read_number(v, 1u, 256u, s.server.threads);
}

std::string apply_connections(serve_settings& s, std::string_view v) {
    return read_number<std::size_t>(v, 1, 1'000'000, s.server.connections_max);
}

std::string apply_queue(serve_settings& s, std::string_view v) {
    return read_number<std::size_t>(v, 1, 1'000'000, s.server.queue_max);
}

std::string apply_cache(serve_settings& s, std::string_view v) {
    std::uint64_t bytes = 0;
    auto wrong = read_mib(v, 8, bytes);
    if (wrong.empty()) s.server.cache_bytes = bytes;
    return wrong;
}

std::string apply_disk_reserve(serve_settings& s, std::string_view v) {
    std::uint64_t bytes = 0;
    auto wrong = read_mib(v, s.server.disk.floor_bytes >> 20, bytes);
    if (wrong.empty()) s.server.disk.reserve_bytes = bytes;
    return wrong;
}

std::string apply_drain(serve_settings& s, std::string_view v) {
    unsigned seconds = 0;
    auto wrong = read_number(v, 0u, 3600u, seconds);
    if (wrong.empty()) s.server.drain_max = std::chrono::seconds(seconds);
    return wrong;
}

std::string apply_log_level(serve_settings& s, std::string_view v) {
    std::size_t index = 0;
    auto wrong = read_word(v, levels, index);
    if (wrong.empty()) {
        s.log_level = static_cast<base::log_level>(index);
        s.server.log_reads = s.log_level == base::log_level::debug;
    }
    return wrong;
}

std::string apply_log_format(serve_settings& s, std::string_view v) {
    std::size_t index = 0;
    auto wrong = read_word(v, formats, index);
    if (wrong.empty()) s.log_format = static_cast<base::log_format>(index);
    return wrong;
}

std::string apply_tenant_rate(serve_settings& s, std::string_view v) {
    return read_number<std::uint64_t>(v, 0, 1'000'000,
                                      s.server.tenant_requests_per_second.emplace());
}

std::string apply_tenant_burst(serve_settings& s, std::string_view v) {
    return read_number<std::uint64_t>(v, 1, 10'000'000, s.server.tenant_requests_burst.emplace());
}

std::string apply_compress(serve_settings& s, std::string_view v) {
    std::size_t index = 0;
    auto wrong = read_word(v, on_off, index);
    if (wrong.empty()) s.server.compress = index == 0;
    return wrong;
}

std::string read_path(std::string_view text, std::filesystem::path& into) {
    into = std::string(text);
    return text.empty() ? "must name a file" : "";
}

/// A word of those that `parse` knows; `known` lists them.
template <class T>
std::string read_known(std::string_view text, std::optional<T> (*parse)(std::string_view),
                       std::string_view known, T& into) {
    const auto found = parse(text);
    if (!found) return "must be one of " + std::string(known);
    into = *found;
    return {};
}

std::string apply_kafka(serve_settings& s, std::string_view v) {
    s.server.publish.brokers = std::string(v);
    return v.empty() ? "must be HOST:PORT[,HOST:PORT...]" : "";
}

std::string apply_kafka_security(serve_settings& s, std::string_view v) {
    return read_known(v, kafka::security_of, "plaintext, ssl, sasl_plaintext, sasl_ssl",
                      s.server.publish.security);
}

std::string apply_kafka_mechanism(serve_settings& s, std::string_view v) {
    return read_known(v, kafka::mechanism_of, "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512",
                      s.server.publish.mechanism.emplace());
}

std::string apply_kafka_user(serve_settings& s, std::string_view v) {
    s.server.publish.user = std::string(v);
    return v.empty() ? "must name a user" : "";
}

std::string apply_kafka_password_file(serve_settings& s, std::string_view v) {
    return read_path(v, s.server.publish.password_file);
}

std::string apply_kafka_ca_file(serve_settings& s, std::string_view v) {
    return read_path(v, s.server.publish.ca_file);
}

std::string apply_kafka_cert_file(serve_settings& s, std::string_view v) {
    return read_path(v, s.server.publish.cert_file);
}

std::string apply_kafka_key_file(serve_settings& s, std::string_view v) {
    return read_path(v, s.server.publish.key_file);
}

std::string apply_kafka_topic_prefix(serve_settings& s, std::string_view v) {
    s.server.publish.topic_prefix = std::string(v);
    return {};
}

std::string apply_kafka_partitions(serve_settings& s, std::string_view v) {
    return read_number<std::int32_t>(v, 1, 10'000, s.server.publish.partitions);
}

std::string apply_kafka_replication(serve_settings& s, std::string_view v) {
    return read_number<std::int32_t>(v, 1, 100, s.server.publish.replication.emplace());
}

std::string apply_kafka_retention(serve_settings& s, std::string_view v) {
    return read_number<std::uint32_t>(v, 0, 36'500, s.server.publish.retention_days);
}

std::string apply_kafka_personal_state(serve_settings& s, std::string_view v) {
    return read_known(v, told::parse_privacy, "full, minimal, sealed",
                      s.server.publish.personal_state);
}

std::string apply_kafka_personal_lifecycle(serve_settings& s, std::string_view v) {
    return read_known(v, told::parse_privacy, "full, minimal, sealed",
                      s.server.publish.personal_lifecycle);
}

std::string apply_kafka_mode(serve_settings& s, std::string_view v) {
    return read_known(v, told::parse_event_mode, "binary, structured", s.server.publish.mode);
}

std::string apply_drain_delay(serve_settings& s, std::string_view v) {
    unsigned seconds = 0;
    auto wrong = read_number(v, 0u, 600u, seconds);
    if (wrong.empty()) s.server.drain_delay = std::chrono::seconds(seconds);
    return wrong;
}

std::string mib_text(std::uint64_t bytes) {
    return std::to_string(bytes >> 20);
}

/// The default of a setting that has none.
std::string nothing(const serve_settings&) {
    return {};
}

} // namespace

const std::vector<setting>& all_settings() {
    using fresh = const serve_settings&;
    using enum setting_type;
    static const std::vector<setting> all = {
        {"data", text, "DIR", "the data directory, made if it is absent or empty", "", apply_data,
         [](fresh s) { return "./" + s.server.data.string(); }},
        {"listen", text, "HOST:PORT", "where to serve; port 0 takes a free one",
         "without `tls-cert` or `behind-proxy` only a loopback address", apply_listen,
         [](fresh s) { return s.server.listen.text(); }},
        {"public-url", text, "URL", "what clients are told as this server's address",
         "in `Location` and `meta.location`; without it, the host that they asked",
         apply_public_url, nothing},
        {"tls-cert", text, "FILE",
         "PEM: the server's certificate, then those that lead to a root; read again on SIGHUP",
         "needs `tls-key`; with it `listen` and `metrics-listen` speak TLS, on any address",
         apply_tls_cert, nothing},
        {"tls-key", text, "FILE",
         "PEM: the key of that certificate, not encrypted, not readable by others", "",
         apply_tls_key, nothing},
        {"behind-proxy", flag, "", "a proxy ends TLS in front: any address may be listened on",
         "and `X-Forwarded-For` is believed", apply_behind_proxy,
         [](fresh) { return std::string("off"); }},
        {"metrics-listen", text, "HOST:PORT", "a listener of its own for /metrics and health",
         "`/metrics`, `/healthz`, `/readyz` and nothing else; on addresses as `listen`",
         apply_metrics, nothing},
        {"key-file", text, "FILE", "the master key: 64 hex digits, mode 0600",
         "never created when it is named", apply_key_file,
         [](fresh) { return std::string("DIR/master.key"); }},
        {"profiles", text, "DIR", "a directory of profiles, `*.toml`; read again on SIGHUP",
         "they add to the shipped ones or take their place ([how](PROFILES.md))", apply_profiles,
         nothing},
        {"threads", number, "N", "threads that serve connections", "", apply_threads,
         [](fresh) { return std::string("one for each core"); }},
        {"connections-max", number, "N", "connections at a time", "one more is answered 503",
         apply_connections, [](fresh s) { return std::to_string(s.server.connections_max); }},
        {"queue-max", number, "N", "writes waiting for their turn", "one more is answered 429",
         apply_queue, [](fresh s) { return std::to_string(s.server.queue_max); }},
        {"tenant-requests-per-second", number, "N", "requests of one tenant; 0 is as many as come",
         "one more is answered 429; what deprovisions is not ([how](SCIM.md#how-often))",
         apply_tenant_rate,
         [](fresh) {
             return std::to_string(gateway::limits().tenant_requests_per_thread) +
                    " for each thread";
         }},
        {"tenant-requests-burst", number, "N", "requests of one tenant all at once", "",
         apply_tenant_burst,
         [](fresh) {
             return "those of " + std::to_string(gateway::limits().tenant_burst.count()) +
                    " seconds";
         }},
        {"compress", text, "on|off",
         "whether large answers are packed with gzip for who accepts it",
         "never those of the operator's door", apply_compress,
         [](fresh s) { return std::string(s.server.compress ? "on" : "off"); }},
        {"cache-mib", number, "N", "memory for what is read again and again", "", apply_cache,
         [](fresh s) { return mib_text(s.server.cache_bytes); }},
        {"disk-reserve-mib", number, "N", "free space below which only deprovisioning is taken", "",
         apply_disk_reserve, [](fresh s) { return mib_text(s.server.disk.reserve_bytes); }},
        {"drain-seconds", number, "N", "how long a stop waits for requests under way", "",
         apply_drain, [](fresh s) { return std::to_string(s.server.drain_max.count()); }},
        {"drain-delay-seconds", number, "N",
         "how long a stop is announced by /readyz before it begins",
         "so that a load balancer sends its clients elsewhere first", apply_drain_delay,
         [](fresh s) { return std::to_string(s.server.drain_delay.count()); }},
        {"kafka", text, "HOST:PORT,...", "brokers that the log is published to",
         "without it nothing is published; a few are enough, each tells of the others "
         "([how](SUBSCRIBE.md))",
         apply_kafka, nothing},
        {"kafka-security", text, "HOW", "plaintext, ssl, sasl_plaintext or sasl_ssl",
         "how the brokers are spoken to: with TLS or not, with a password or not",
         apply_kafka_security,
         [](fresh s) { return std::string(kafka::word_of(s.server.publish.security)); }},
        {"kafka-mechanism", text, "WORD", "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
         "with sasl_plaintext and sasl_ssl", apply_kafka_mechanism, nothing},
        {"kafka-user", text, "NAME", "as whom", "likewise", apply_kafka_user, nothing},
        {"kafka-password-file", text, "FILE", "his password, not readable by others",
         "or the password itself in `ROLLCALL_KAFKA_PASSWORD`", apply_kafka_password_file, nothing},
        {"kafka-ca-file", text, "FILE", "PEM: whom to trust as a broker",
         "with ssl and sasl_ssl; without it, the system's authorities", apply_kafka_ca_file,
         nothing},
        {"kafka-cert-file", text, "FILE", "PEM: our own certificate, for brokers that ask",
         "needs `kafka-key-file`", apply_kafka_cert_file, nothing},
        {"kafka-key-file", text, "FILE", "PEM: the key of that certificate, not encrypted", "",
         apply_kafka_key_file, nothing},
        {"kafka-topic-prefix", text, "TEXT", "what the names of the topics begin with", "",
         apply_kafka_topic_prefix, [](fresh s) { return s.server.publish.topic_prefix; }},
        {"kafka-partitions", number, "N", "partitions of topics that are made",
         "those of a topic that is there are not changed", apply_kafka_partitions,
         [](fresh s) { return std::to_string(s.server.publish.partitions); }},
        {"kafka-replication", number, "N", "copies of each partition of topics that are made", "",
         apply_kafka_replication,
         [](fresh) { return std::string("as many as there are brokers, at most 3"); }},
        {"kafka-retention-days", number, "N",
         "how long the lifecycle topic keeps events, if it is made; 0 is for ever", "",
         apply_kafka_retention,
         [](fresh s) { return std::to_string(s.server.publish.retention_days); }},
        {"kafka-personal-state", text, "HOW", "full, minimal or sealed",
         "how much of people the state topic tells ([what](SUBSCRIBE.md#what-it-says-of-people))",
         apply_kafka_personal_state,
         [](fresh s) { return std::string(told::privacy_name(s.server.publish.personal_state)); }},
        {"kafka-personal-lifecycle", text, "HOW", "full, minimal or sealed",
         "likewise the lifecycle topic", apply_kafka_personal_lifecycle,
         [](fresh s) {
             return std::string(told::privacy_name(s.server.publish.personal_lifecycle));
         }},
        {"kafka-mode", text, "HOW", "binary or structured",
         "where the attributes of CloudEvents stand: in headers, or in the value", apply_kafka_mode,
         [](fresh s) { return std::string(told::event_mode_name(s.server.publish.mode)); }},
        {"log-level", text, "LEVEL", "debug, info, warn or error", "`debug` tells of each read too",
         apply_log_level,
         [](fresh s) { return std::string(levels[static_cast<std::size_t>(s.log_level)]); }},
        {"log-format", text, "FORMAT", "automatic, json or text",
         "automatic is text on a terminal, else json", apply_log_format,
         [](fresh s) { return std::string(formats[static_cast<std::size_t>(s.log_format)]); }},
    };
    return all;
}

} // namespace rollcall::cli
