#include "eventlog/kafka/connection.hpp"

#include <algorithm>
#include <charconv>

namespace rollcall::kafka {
namespace {

constexpr security securities[] = {security::plaintext, security::ssl, security::sasl_plaintext,
                                   security::sasl_ssl};
constexpr sasl_mechanism mechanisms[] = {sasl_mechanism::plain, sasl_mechanism::scram_sha_256,
                                         sasl_mechanism::scram_sha_512};

tl::unexpected<base::failure> wrong(std::string message) {
    return base::fail(kafka_errc::bad_options, std::move(message));
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool in_host(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

bool in_ipv6(char c) {
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == '.' ||
           c == ':';
}

/// `HOST`, or `[IPV6]`.
bool is_host(std::string_view host) {
    if (host.size() > 255) return false;
    if (host.starts_with('[')) {
        return host.size() > 4 && host.ends_with(']') &&
               std::all_of(host.begin() + 1, host.end() - 1, in_ipv6);
    }
    return !host.empty() && std::all_of(host.begin(), host.end(), in_host);
}

bool is_port(std::string_view text) {
    unsigned number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc() && end == text.data() + text.size() && number >= 1 &&
           number <= 65535;
}

base::result<void> check_address(std::string_view one) {
    const std::string shown = '"' + std::string(one) + '"';
    if (one.empty()) {
        return wrong("an address of a broker is empty: give HOST:PORT[,HOST:PORT...]");
    }
    if (std::any_of(one.begin(), one.end(), is_control) || one.find(' ') != one.npos) {
        return wrong("the address of a broker has a blank or a control character in it: give "
                     "HOST:PORT[,HOST:PORT...] without blanks");
    }
    if (one.find("://") != one.npos) {
        return wrong("the broker " + shown +
                     " begins with a protocol: give HOST:PORT, and the protocol as the security");
    }
    if (one.find('@') != one.npos) {
        return wrong("the address of a broker has an '@' in it: give HOST:PORT, and the user and "
                     "his password by themselves");
    }
    const std::size_t colon = one.rfind(':');
    const bool bare_ipv6 = !one.starts_with('[') && std::count(one.begin(), one.end(), ':') > 1;
    if (bare_ipv6) {
        return wrong("the broker " + shown + " is an IPv6 address: give it as [ADDRESS]:PORT");
    }
    if (colon == one.npos || one.ends_with(']')) {
        return wrong("the broker " + shown + " has no port: give HOST:PORT, such as " +
                     std::string(one) + ":9092");
    }
    if (!is_port(one.substr(colon + 1))) {
        return wrong("the broker " + shown + " has a port that is not a number from 1 to 65535");
    }
    if (!is_host(one.substr(0, colon))) {
        return wrong("the broker " + shown + " has a host that is no name and no address");
    }
    return {};
}

base::result<void> check_addresses(std::string_view all) {
    if (all.empty()) return wrong("no broker is named: give HOST:PORT[,HOST:PORT...]");
    const auto count = static_cast<std::size_t>(std::count(all.begin(), all.end(), ',')) + 1;
    if (count > broker_addresses_max) {
        return wrong(std::to_string(count) + " brokers are named, more than " +
                     std::to_string(broker_addresses_max) +
                     ": name a few, each tells of all others");
    }
    for (;;) {
        const std::size_t comma = all.find(',');
        if (auto checked = check_address(all.substr(0, comma)); !checked) return checked;
        if (comma == all.npos) return {};
        all.remove_prefix(comma + 1);
    }
}

base::result<void> check_sasl(const connection& c) {
    const std::string secure(word_of(c.security));
    if (c.security != security::sasl_plaintext && c.security != security::sasl_ssl) {
        if (c.mechanism || !c.user.empty() || !c.password.empty()) {
            return wrong("a mechanism, user or password is given, but the security is " + secure +
                         ": make it sasl_ssl, or give none of them");
        }
        return {};
    }
    if (!c.mechanism) {
        return wrong("the security is " + secure +
                     " and no mechanism is given: give PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, as "
                     "the brokers are configured");
    }
    if (c.user.empty()) return wrong("the security is " + secure + " and no user is given");
    if (std::any_of(c.user.begin(), c.user.end(), is_control)) {
        return wrong("the user has a control character in it, such as the end of a line");
    }
    if (c.password.empty()) return wrong("the security is " + secure + " and no password is given");
    const std::string_view password = c.password.view();
    if (std::any_of(password.begin(), password.end(), is_control)) {
        return wrong("the password has a control character in it, such as the end of a line: give "
                     "the password alone");
    }
    return {};
}

base::result<void> check_tls(const connection& c) {
    const bool tls = c.security == security::ssl || c.security == security::sasl_ssl;
    const bool files = !c.ca_file.empty() || !c.certificate_file.empty() || !c.key_file.empty();
    if (!tls && files) {
        return wrong("a file for TLS is given, but the security is " +
                     std::string(word_of(c.security)) + ": make it ssl or sasl_ssl, or give none");
    }
    if (!tls && !c.checks_host_name) {
        return wrong("the check of host names is switched off, but the security is " +
                     std::string(word_of(c.security)) + ", where there are none to check");
    }
    if (c.certificate_file.empty() != c.key_file.empty()) {
        return wrong(c.key_file.empty()
                         ? "a certificate is given without its key: give both files"
                         : "a key is given without its certificate: give both files");
    }
    const auto has_control = [](const std::string& path) {
        return std::any_of(path.begin(), path.end(), is_control);
    };
    if (has_control(c.ca_file) || has_control(c.certificate_file) || has_control(c.key_file)) {
        return wrong("the path of a file for TLS has a control character in it");
    }
    return {};
}

} // namespace

std::string_view word_of(security s) {
    switch (s) {
    case security::plaintext: return "plaintext";
    case security::ssl: return "ssl";
    case security::sasl_plaintext: return "sasl_plaintext";
    case security::sasl_ssl: return "sasl_ssl";
    }
    return "plaintext";
}

std::string_view word_of(sasl_mechanism m) {
    switch (m) {
    case sasl_mechanism::plain: return "PLAIN";
    case sasl_mechanism::scram_sha_256: return "SCRAM-SHA-256";
    case sasl_mechanism::scram_sha_512: return "SCRAM-SHA-512";
    }
    return "PLAIN";
}

std::optional<security> security_of(std::string_view word) {
    for (const security s : securities)
        if (word == word_of(s)) return s;
    return std::nullopt;
}

std::optional<sasl_mechanism> mechanism_of(std::string_view word) {
    for (const sasl_mechanism m : mechanisms)
        if (word == word_of(m)) return m;
    return std::nullopt;
}

base::result<void> check(const connection& c) {
    if (auto checked = check_addresses(c.brokers); !checked) return checked;
    if (auto checked = check_sasl(c); !checked) return checked;
    return check_tls(c);
}

} // namespace rollcall::kafka
