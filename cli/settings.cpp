#include "cli/settings.hpp"

#include "gateway/base_url.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>

namespace rollcall::cli {
namespace {

constexpr std::string_view config_name = "config";
constexpr std::string_view variable_prefix = "ROLLCALL_";
constexpr std::string_view master_key_variable = "ROLLCALL_MASTER_KEY";

std::error_code bad_setting() {
    return std::make_error_code(std::errc::invalid_argument);
}

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

std::string read_word(std::string_view text, std::initializer_list<std::string_view> known,
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
    auto wrong = read_word(v, {"debug", "info", "warn", "error"}, index);
    if (wrong.empty()) {
        s.log_level = static_cast<base::log_level>(index);
        s.server.log_reads = s.log_level == base::log_level::debug;
    }
    return wrong;
}

std::string apply_log_format(serve_settings& s, std::string_view v) {
    std::size_t index = 0;
    auto wrong = read_word(v, {"automatic", "json", "text"}, index);
    if (wrong.empty()) s.log_format = static_cast<base::log_format>(index);
    return wrong;
}

/// A value of the file and where it stands.
struct placed_value {
    std::string text;
    std::string place; ///< `rollcall.toml:3: listen`
};

using file_settings = std::map<std::string, placed_value, std::less<>>;

const setting* find_setting(std::string_view name) {
    const auto& all = all_settings();
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const setting& s) { return s.name == name; });
    return at == all.end() ? nullptr : &*at;
}

/// The value as it would stand on the command line; what it must be if it is of another type.
tl::expected<std::string, std::string_view> text_of(const toml::node& node, setting_type type) {
    switch (type) {
    case setting_type::text:
        if (const auto* words = node.as_string()) return words->get();
        return tl::unexpected<std::string_view>("must be a string, in quotes");
    case setting_type::number:
        if (const auto* number = node.as_integer()) return std::to_string(number->get());
        return tl::unexpected<std::string_view>("must be a whole number, without quotes");
    case setting_type::flag:
        if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
        return tl::unexpected<std::string_view>("must be true or false, without quotes");
    }
    return tl::unexpected<std::string_view>("is of no type that a setting has");
}

std::string known_names() {
    std::string all;
    for (const setting& s : all_settings())
        all += (all.empty() ? "" : ", ") + std::string(s.name);
    return all;
}

base::result<file_settings> read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return base::fail(bad_setting(),
                          "the config file " + path + " cannot be read: check its name and mode");
    }
    std::ostringstream text;
    text << in.rdbuf();
    toml::table table;
    try {
        table = toml::parse(text.str(), path);
    } catch (const toml::parse_error& wrong) {
        return base::fail(bad_setting(), path + ":" + std::to_string(wrong.source().begin.line) +
                                             ": " + std::string(wrong.description()));
    }
    file_settings out;
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        std::string place = path;
        place.append(":").append(std::to_string(key.source().begin.line));
        place.append(": ").append(name);
        const setting* const known = find_setting(name);
        if (known == nullptr) {
            return base::fail(bad_setting(), place + " is not a setting; known: " + known_names());
        }
        auto value = text_of(node, known->type);
        if (!value) return base::fail(bad_setting(), place.append(" ").append(value.error()));
        out.emplace(name, placed_value{std::move(*value), std::move(place)});
    }
    return out;
}

} // namespace

const std::vector<setting>& all_settings() {
    static const std::vector<setting> all = {
        {"data", setting_type::text, "DIR",
         "the data directory, made if it is absent or empty (./var)", apply_data},
        {"listen", setting_type::text, "HOST:PORT",
         "where to serve (127.0.0.1:8080); port 0 takes a free one", apply_listen},
        {"public-url", setting_type::text, "URL", "what clients are told as this server's address",
         apply_public_url},
        {"tls-cert", setting_type::text, "FILE",
         "PEM: the server's certificate, then its chain; read again on SIGHUP", apply_tls_cert},
        {"tls-key", setting_type::text, "FILE",
         "PEM: the key of that certificate, not encrypted, not readable by others", apply_tls_key},
        {"behind-proxy", setting_type::flag, "",
         "a proxy ends TLS in front: any address may be listened on", apply_behind_proxy},
        {"metrics-listen", setting_type::text, "HOST:PORT",
         "a listener of its own for /metrics and health", apply_metrics},
        {"key-file", setting_type::text, "FILE",
         "the master key: 64 hex digits, mode 0600 (DIR/master.key)", apply_key_file},
        {"threads", setting_type::number, "N", "threads that serve connections (one for each core)",
         apply_threads},
        {"connections-max", setting_type::number, "N", "connections at a time (4096)",
         apply_connections},
        {"queue-max", setting_type::number, "N", "writes waiting for their turn (4096)",
         apply_queue},
        {"cache-mib", setting_type::number, "N", "memory for what is read again and again (384)",
         apply_cache},
        {"disk-reserve-mib", setting_type::number, "N",
         "free space below which only deprovisioning is taken (1024)", apply_disk_reserve},
        {"drain-seconds", setting_type::number, "N",
         "how long a stop waits for requests under way (20)", apply_drain},
        {"log-level", setting_type::text, "LEVEL", "debug, info, warn or error (info)",
         apply_log_level},
        {"log-format", setting_type::text, "FORMAT", "automatic, json or text (automatic)",
         apply_log_format},
    };
    return all;
}

std::string variable_of(std::string_view name) {
    std::string variable(variable_prefix);
    for (const char c : name) {
        if (c == '-') {
            variable += '_';
        } else {
            variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        }
    }
    return variable;
}

std::vector<std::string> unknown_variables(const char* const* entries) {
    const auto& all = all_settings();
    std::vector<std::string> unknown;
    for (; *entries != nullptr; ++entries) {
        const std::string_view entry(*entries);
        const std::string_view name = entry.substr(0, entry.find('='));
        if (!name.starts_with(variable_prefix) || name == master_key_variable ||
            name == variable_of(config_name)) {
            continue;
        }
        const bool known = std::any_of(all.begin(), all.end(), [name](const setting& s) {
            return name == variable_of(s.name);
        });
        if (!known) unknown.emplace_back(name);
    }
    return unknown;
}

base::result<serve_settings>
resolve_settings(const raw_settings& command_line,
                 const std::function<std::optional<std::string>(const std::string&)>& env) {
    file_settings file;
    const auto named = command_line.find(config_name);
    const auto config =
        named != command_line.end() ? named->second : env(variable_of(config_name)).value_or("");
    if (!config.empty()) {
        auto read = read_file(config);
        if (!read) return tl::unexpected(read.error());
        file = std::move(*read);
    }
    serve_settings out;
    for (const setting& s : all_settings()) {
        std::string value;
        std::string place;
        if (const auto given = command_line.find(s.name); given != command_line.end()) {
            value = given->second;
            place = "--" + std::string(s.name);
        } else if (const auto variable = env(variable_of(s.name))) {
            value = *variable;
            place = variable_of(s.name);
        } else if (const auto at = file.find(s.name); at != file.end()) {
            value = at->second.text;
            place = at->second.place;
        } else {
            continue;
        }
        if (const std::string wrong = s.apply(out, value); !wrong.empty()) {
            return base::fail(bad_setting(), place.append(" ").append(wrong));
        }
    }
    // The key itself comes by the environment only: a command line can be read by others.
    if (auto key = env(std::string(master_key_variable)))
        out.server.master_key.hex = std::move(*key);
    return out;
}

} // namespace rollcall::cli
