// Where to listen or to connect, as text and as a value: `127.0.0.1:8080`, `[::1]:8080`, or a Unix
// socket as `unix:PATH`.
#pragma once

#include "eventlog/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace rollcall::http {

struct endpoint {
    enum class kind : std::uint8_t { tcp, unix_socket };

    kind what = kind::tcp;
    std::string host;       ///< IP address or name, without brackets; only for tcp
    std::uint16_t port = 0; ///< only for tcp; 0 for a free one
    std::string path;       ///< only for unix_socket

    static endpoint tcp(std::string host, std::uint16_t port);
    static endpoint unix_path(std::string path);

    /// Reads the forms named at the top of this file.
    static base::result<endpoint> parse(std::string_view text);

    /// The spelling that parse() reads.
    [[nodiscard]] std::string text() const;
};

/// The address in the form that the kernel wants. A host name is looked up (this may block) and its
/// first address taken. The failure says what to change.
struct socket_address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

base::result<socket_address> resolve(const endpoint& where);

/// The numeric host of a peer's address, without port; `unix` for a Unix socket.
std::string peer_text(const sockaddr_storage& address);

/// The port of a bound TCP socket; 0 for anything else.
std::uint16_t bound_port(int fd);

} // namespace rollcall::http
