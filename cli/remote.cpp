#include "cli/remote.hpp"

#include "cli/secret_file.hpp"
#include "gateway/bearer_key.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace rollcall::cli {
namespace {

constexpr std::string_view token_variable = "ROLLCALL_TOKEN";
constexpr std::uint16_t https_port = 443;
constexpr std::uint16_t http_port = 80;

tl::unexpected<base::failure> refused(std::string message) {
    return base::fail(std::make_error_code(std::errc::invalid_argument), std::move(message));
}

/// Names of this machine that no resolver can turn into another's.
bool is_this_machine(const std::string& host) {
    in_addr v4{};
    if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
    return host == "::1";
}

base::result<std::string> checked(std::string_view text, const std::string& place) {
    const std::string_view token = without_blanks(text);
    if (gateway::is_admin_token(token)) return std::string(token);
    if (gateway::is_bearer_key(token)) {
        return refused(place + " holds a tenant's key for SCIM (rc_…); the admin API wants the "
                               "token of an admin or operator (rca_…)");
    }
    return refused(place + " holds no token: one begins with rca_ and has 53 characters; copy it "
                           "again, whole");
}

base::result<std::string> find_token(const context& c) {
    if (c.asked.remote.token_file) return read_token_file(*c.asked.remote.token_file);
    const auto token = c.env(std::string(token_variable));
    if (token) return checked(*token, std::string(token_variable));
    return refused("--server needs a token: set ROLLCALL_TOKEN, or name a file with --token-file");
}

} // namespace

base::result<server_url> read_server_url(std::string_view text) {
    const auto malformed = [&] {
        return refused("'" + std::string(text) +
                       "' is no server: write https://HOST or https://HOST:PORT");
    };
    server_url url;
    std::string_view rest = text;
    if (rest.starts_with("https://")) {
        url.secure = true;
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else {
        return malformed();
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    // A user, a path or a query would be sent nowhere, so they are not silently dropped.
    if (rest.empty() || rest.find_first_of("/?#@ \\") != std::string_view::npos) {
        return malformed();
    }
    const bool has_port =
        rest.front() == '[' ? !rest.ends_with(']') : rest.find(':') != std::string_view::npos;
    std::string place(rest);
    if (!has_port) place += ":" + std::to_string(url.secure ? https_port : http_port);
    auto where = http::endpoint::parse(place);
    if (!where || where->what != http::endpoint::kind::tcp) return malformed();
    if (!url.secure && !is_this_machine(where->host)) {
        return refused("plain HTTP would show your token to the network between here and " +
                       where->host + ": write https://, or for this machine http://127.0.0.1");
    }
    url.where = std::move(*where);
    return url;
}

base::result<std::string> read_token_file(const std::filesystem::path& file) {
    const auto text = read_secret_file(file, "a token");
    if (!text) return tl::unexpected(text.error());
    return checked(text->view(), file.string());
}

base::result<way_there> find_way(const context& c) {
    auto url = read_server_url(c.asked.remote.url);
    if (!url) return tl::unexpected(url.error());
    auto token = find_token(c);
    if (!token) return tl::unexpected(token.error());
    way_there way{std::move(url->where), {}, std::move(*token)};
    if (url->secure) {
        auto trust = http::tls_trust::load(c.asked.remote.ca_file);
        if (!trust) return tl::unexpected(trust.error());
        way.options.trust = std::move(*trust);
    } else if (!c.asked.remote.ca_file.empty()) {
        return refused("--ca-file is of use with https:// only");
    }
    return way;
}

} // namespace rollcall::cli
