#include "gateway/http/endpoint.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

namespace rollcall::http {
namespace {

constexpr std::string_view unix_prefix = "unix:";

base::failure not_an_endpoint(std::string_view text) {
    return {std::make_error_code(std::errc::invalid_argument),
            "'" + std::string(text) +
                "' is not an address to listen at: write HOST:PORT, [IPV6]:PORT or unix:PATH"};
}

base::result<socket_address> unix_address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        return base::fail(std::make_error_code(std::errc::filename_too_long),
                          "'" + path + "' cannot be a Unix socket: its path must have 1 to " +
                              std::to_string(sizeof address.sun_path - 1) +
                              " bytes; use a shorter directory");
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    socket_address result;
    std::memcpy(&result.storage, &address, sizeof address);
    result.size = sizeof address;
    return result;
}

} // namespace

endpoint endpoint::tcp(std::string host, std::uint16_t port) {
    endpoint e;
    e.host = std::move(host);
    e.port = port;
    return e;
}

endpoint endpoint::unix_path(std::string path) {
    endpoint e;
    e.what = kind::unix_socket;
    e.path = std::move(path);
    return e;
}

base::result<endpoint> endpoint::parse(std::string_view text) {
    if (text.starts_with(unix_prefix)) {
        const std::string path(text.substr(unix_prefix.size()));
        if (path.empty()) return tl::unexpected(not_an_endpoint(text));
        return unix_path(path);
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return tl::unexpected(not_an_endpoint(text));
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string_view::npos) {
        return tl::unexpected(not_an_endpoint(text)); // IPv6 without brackets: which colon is it?
    }
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (host.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size()) {
        return tl::unexpected(not_an_endpoint(text));
    }
    return tcp(std::string(host), port);
}

std::string endpoint::text() const {
    if (what == kind::unix_socket) return std::string(unix_prefix) + path;
    const bool ipv6 = host.find(':') != std::string::npos;
    return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

base::result<socket_address> resolve(const endpoint& where) {
    if (where.what == endpoint::kind::unix_socket) return unix_address(where.path);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int bad =
        getaddrinfo(where.host.c_str(), std::to_string(where.port).c_str(), &hints, &list);
    if (bad != 0) {
        return base::fail(std::make_error_code(std::errc::address_not_available),
                          "cannot find the host of '" + where.text() + "' (" + gai_strerror(bad) +
                              "): give an IP address or a name that resolves");
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, freeaddrinfo);
    socket_address result;
    std::memcpy(&result.storage, list->ai_addr, list->ai_addrlen);
    result.size = list->ai_addrlen;
    return result;
}

std::string peer_text(const sockaddr_storage& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        return text;
    }
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        return text;
    }
    return "unix";
}

std::uint16_t bound_port(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof v4);
        return ntohs(v4.sin_port);
    }
    if (address.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &address, sizeof v6);
        return ntohs(v6.sin6_port);
    }
    return 0;
}

} // namespace rollcall::http
