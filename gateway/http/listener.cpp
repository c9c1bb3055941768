#include "gateway/http/listener.hpp"

#include "eventlog/base/log.hpp"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rollcall::http {
namespace {

namespace asio = boost::asio;

std::error_code system_error() {
    return {errno, std::generic_category()};
}

const sockaddr* address_of(const socket_address& a) {
    return reinterpret_cast<const sockaddr*>(&a.storage);
}

// A file at the path is in our way only if it is a socket that nobody listens on any more.
base::result<void> clear_the_way(const endpoint& where, const socket_address& address) {
    struct stat found {};

    if (::lstat(where.path.c_str(), &found) != 0) return {};
    if (!S_ISSOCK(found.st_mode)) {
        return base::fail(std::make_error_code(std::errc::file_exists),
                          "'" + where.path +
                              "' exists and is not a socket: move it away or choose another path");
    }
    const descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const bool refused =
        ::connect(probe.get(), address_of(address), address.size) != 0 && errno == ECONNREFUSED;
    if (!refused) {
        return base::fail(std::make_error_code(std::errc::address_in_use),
                          "another server listens at '" + where.path +
                              "': stop it first or choose another path");
    }
    ::unlink(where.path.c_str());
    return {};
}

std::uint64_t inode_of(const std::string& path) {
    struct stat found {};

    return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

base::failure cannot_listen(const endpoint& where) {
    const std::error_code code = system_error();
    std::string advice = code.message();
    if (code == std::errc::address_in_use) {
        advice = "another program listens there: stop it or choose another address";
    } else if (code == std::errc::permission_denied) {
        advice = "no permission: choose a port above 1023, or a directory that you may write to";
    } else if (code == std::errc::address_not_available) {
        advice = "this machine does not have that address";
    }
    return {code, "cannot listen at '" + where.text() + "': " + advice};
}

// Errors of one connection that was ours for a moment (accept(2)): the next one may be fine.
// Anything else is ours, most likely a shortage of descriptors or memory, and trying again at once
// would spin.
bool concerns_one_connection(int error) {
    switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPROTO:
    case EPERM:
    case ENOPROTOOPT:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case EOPNOTSUPP: return true;
    default: return false;
    }
}

// Then the connections that exist already have their turn.
constexpr int accepts_per_turn = 64;
constexpr int send_buffer_bytes = 256 * 1024;

} // namespace

base::result<listening_socket> listen_at(const endpoint& where, int backlog) {
    const auto address = resolve(where);
    if (!address) return tl::unexpected(address.error());
    const bool is_file = where.what == endpoint::kind::unix_socket;
    if (is_file) {
        const auto clear = clear_the_way(where, *address);
        if (!clear) return tl::unexpected(clear.error());
    }
    descriptor socket(
        ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return tl::unexpected(cannot_listen(where));
    if (is_file) {
        // Linux gives the file the mode of the socket: set before bind() there is no moment at
        // which others may connect.
        ::fchmod(socket.get(), S_IRUSR | S_IWUSR);
    } else {
        const int on = 1;
        ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        // Inherited by what is accepted. Left to itself the kernel takes up to 4 MiB for each
        // client that does not read, and calls a socket writable only when a third of that is free.
        ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes,
                     sizeof send_buffer_bytes);
    }
    if (::bind(socket.get(), address_of(*address), address->size) != 0 ||
        ::listen(socket.get(), backlog) != 0) {
        return tl::unexpected(cannot_listen(where));
    }
    listening_socket result{std::move(socket), where, 0};
    if (is_file) {
        result.inode = inode_of(where.path);
    } else {
        result.where.port = bound_port(result.socket.get());
    }
    return result;
}

listener::listener(asio::io_context& loop, listening_socket socket, const limits& bounds,
                   thread_counters& count, taker take)
    : socket_(loop, socket.socket.release()),
      pause_(loop),
      where_(std::move(socket.where)),
      inode_(socket.inode),
      bounds_(bounds),
      count_(count),
      take_(std::move(take)) {}

void listener::start() {
    wait();
}

void listener::wait() {
    socket_.async_wait(asio::posix::descriptor_base::wait_read,
                       [this](const boost::system::error_code& failed) {
                           if (!failed) take_turn();
                       });
}

void listener::rest() {
    pause_.expires_after(bounds_.accept_pause);
    pause_.async_wait([this](const boost::system::error_code& failed) {
        if (!failed) take_turn();
    });
}

void listener::take_turn() {
    if (!socket_.is_open()) return;
    for (int i = 0; i < accepts_per_turn; ++i) {
        switch (accept_one()) {
        case outcome::taken: break;
        case outcome::none_left: wait(); return;
        case outcome::not_now: rest(); return;
        }
    }
    wait();
}

listener::outcome listener::accept_one() {
    while (!offered_) {
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        offered_ = descriptor(::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&from),
                                        &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (offered_) {
            offered_peer_ = peer_text(from);
            if (from.ss_family != AF_UNIX) {
                const int on = 1;
                ::setsockopt(offered_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            }
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return outcome::none_left;
        } else if (!concerns_one_connection(errno)) {
            count_.accept_failures.add(1);
            if (!std::exchange(starved_, true)) {
                base::log_warn("cannot accept connections: raise the limit of open files, or lower "
                               "the limit of connections",
                               {{"errno", static_cast<std::int64_t>(errno)}});
            }
            return outcome::not_now;
        }
    }
    starved_ = false;
    return take_(offered_, offered_peer_) ? outcome::taken : outcome::not_now;
}

void listener::finish() {
    while (accept_one() == outcome::taken) {}
    offered_.reset();
    boost::system::error_code ignored; // nothing is written here, so nothing can be lost
    socket_.close(ignored);
    pause_.cancel();
    // If somebody removed our file and another server put its own there, it stays.
    const bool is_file = where_.what == endpoint::kind::unix_socket;
    if (is_file && inode_of(where_.path) == inode_) ::unlink(where_.path.c_str());
}

} // namespace rollcall::http
