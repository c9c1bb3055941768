#include "cli/listening.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rollcall::cli {
namespace {

bool is_loopback(const http::socket_address& address) {
    if (address.storage.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.storage);
        return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
    }
    if (address.storage.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
        return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    }
    return false;
}

/// Takes the address for a moment, so that one which is in use is refused before the database is
/// opened.
base::result<void> try_address(const http::endpoint& where) {
    const auto address = http::resolve(where);
    if (!address) return tl::unexpected(address.error());
    const int fd = ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool free = fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address->storage),
                                        address->size) == 0;
    const auto why = std::make_error_code(static_cast<std::errc>(errno));
    if (fd >= 0) ::close(fd);
    if (free) return {};
    return base::fail(why, "cannot listen on " + where.text() + " (" + why.message() +
                               "): name another address, or stop what uses this one");
}

/// `what`: that plain HTTP there would show.
tl::unexpected<base::failure> refuse_plain(const http::endpoint& where, std::string_view what) {
    return base::fail(std::make_error_code(std::errc::invalid_argument),
                      where.text() + " can be reached from elsewhere, and plain HTTP would show " +
                          std::string(what) +
                          " to the network: name a certificate with --tls-cert and --tls-key, "
                          "listen on 127.0.0.1, or, if a proxy in front ends TLS, say "
                          "--behind-proxy");
}

} // namespace

base::result<gateway::door_kind> judge_listener(const server_options& options) {
    const auto address = http::resolve(options.listen);
    if (!address) return tl::unexpected(address.error());
    const bool loopback = is_loopback(*address);
    const bool has_tls = !options.tls_cert.empty();
    const bool any_address = options.behind_proxy || has_tls;
    if (!loopback && !any_address) return refuse_plain(options.listen, "keys");
    if (options.metrics_listen && !any_address) {
        const auto figures = http::resolve(*options.metrics_listen);
        if (!figures) return tl::unexpected(figures.error());
        if (!is_loopback(*figures)) {
            return refuse_plain(*options.metrics_listen, "the server's figures");
        }
    }
    if (auto free = try_address(options.listen); !free) return tl::unexpected(free.error());
    if (options.metrics_listen) {
        if (auto free = try_address(*options.metrics_listen); !free) {
            return tl::unexpected(free.error());
        }
    }
    return loopback && !options.behind_proxy ? gateway::door_kind::loopback
                                             : gateway::door_kind::world;
}

} // namespace rollcall::cli
