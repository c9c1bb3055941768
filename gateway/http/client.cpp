#include "gateway/http/client.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace rollcall::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class client_category final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "rollcall.http.client"; }

    [[nodiscard]] std::string message(int code) const override {
        switch (static_cast<client_errc>(code)) {
        case client_errc::unreachable: return "server unreachable";
        case client_errc::timed_out: return "no answer in time";
        case client_errc::connection_lost: return "connection lost";
        case client_errc::bad_answer: return "unusable answer";
        }
        return "unknown";
    }
};

constexpr std::size_t read_bytes = std::size_t{64} * 1024;

// Waits until the socket can be read or written (`what`), or has failed; false when time is up.
bool wait_for(int socket, short what, steady_clock::time_point until) {
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now()).count();
        pollfd one{socket, what, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
        if (ready > 0) return true;
        if (ready == 0) return false;
    }
}

tl::unexpected<base::failure> unreachable(const endpoint& where, const std::string& why) {
    return base::fail(client_errc::unreachable,
                      "nothing answers at '" + where.text() + "' (" + why +
                          "): check the address and that the server runs");
}

tl::unexpected<base::failure> lost(const endpoint& where) {
    return base::fail(client_errc::connection_lost,
                      "'" + where.text() +
                          "' closed the connection before it answered: whether the request was "
                          "carried out is unknown, look before you repeat it");
}

tl::unexpected<base::failure> too_late(const endpoint& where) {
    return base::fail(client_errc::timed_out,
                      "'" + where.text() +
                          "' did not answer in time: whether the request was carried out is "
                          "unknown, look before you repeat it");
}

} // namespace

std::error_code make_error_code(client_errc code) {
    static const client_category category;
    return {static_cast<int>(code), category};
}

std::string_view answer::header(std::string_view name) const {
    for (const auto& [field, value] : headers) {
        if (equal_without_case(field, name)) return value;
    }
    return {};
}

base::result<descriptor> dial(const endpoint& where, milliseconds time_max) {
    const auto address = resolve(where);
    if (!address) return unreachable(where, address.error().message);
    const auto until = steady_clock::now() + time_max;
    descriptor socket(
        ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto why = [](int error) { return std::generic_category().message(error); };
    if (!socket) return unreachable(where, why(errno));
    const auto* target = reinterpret_cast<const sockaddr*>(&address->storage);
    if (::connect(socket.get(), target, address->size) != 0) {
        if (errno != EINPROGRESS) return unreachable(where, why(errno));
        if (!wait_for(socket.get(), POLLOUT, until)) return unreachable(where, "no answer in time");
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return unreachable(where, why(error));
    }
    if (where.what == endpoint::kind::tcp) {
        const int on = 1;
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return socket;
}

client::client(endpoint where, client_options options)
    : where_(std::move(where)), options_(options), reader_(options.answer_bytes_max) {}

base::result<void> client::connect() {
    disconnect();
    auto socket = dial(where_, options_.connect_time_max);
    if (!socket) return tl::unexpected(socket.error());
    if (options_.trust) {
        auto secure = tls_channel::open(socket->get(), options_.trust, where_.host,
                                        steady_clock::now() + options_.connect_time_max);
        if (!secure) return base::fail(client_errc::unreachable, secure.error().message);
        secure_ = std::move(*secure);
    }
    socket_ = std::move(*socket);
    return {};
}

void client::disconnect() {
    secure_.reset();
    socket_.reset();
    reader_.clear();
}

bool client::closed_by_server() {
    if (secure_) return secure_->ended();
    char next = 0;
    const ssize_t n = ::recv(socket_.get(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
}

base::result<answer> client::send(std::string_view method, std::string_view target,
                                  const header_list& headers, std::string_view body) {
    if (connected() && closed_by_server()) disconnect();
    if (!connected()) {
        const auto opened = connect();
        if (!opened) return tl::unexpected(opened.error());
    }
    std::string bytes;
    bytes.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ");
    bytes += where_.what == endpoint::kind::tcp ? where_.text() : "localhost";
    if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
        bytes.append("\r\nContent-Length: ").append(std::to_string(body.size()));
    }
    for (const auto& [name, value] : headers) {
        bytes.append("\r\n").append(name).append(": ").append(value);
    }
    bytes.append("\r\n\r\n").append(body);

    const auto until = steady_clock::now() + options_.answer_time_max;
    const auto sent = write_all(bytes, until);
    // A server that refuses a large body answers before it has read all of it, and then closes.
    if (!sent && sent.error().code != client_errc::connection_lost) {
        disconnect();
        return tl::unexpected(sent.error());
    }
    for (;;) {
        auto got = read_answer(method == "HEAD", until);
        if (got && got->status < 200) continue;
        if (!got || !got->keep_alive || !sent) disconnect();
        return got;
    }
}

base::result<void> client::send_raw(std::string_view bytes) {
    if (!connected()) {
        const auto opened = connect();
        if (!opened) return opened;
    }
    return write_all(bytes, steady_clock::now() + options_.answer_time_max);
}

base::result<answer> client::receive(bool head_only) {
    return read_answer(head_only, steady_clock::now() + options_.answer_time_max);
}

base::result<std::string> client::receive_to_end() {
    const auto until = steady_clock::now() + options_.answer_time_max;
    for (;;) {
        const auto n = read_some(until);
        if (!n && n.error().code == client_errc::timed_out) return tl::unexpected(n.error());
        if (!n) break;
    }
    std::string all(reader_.rest());
    disconnect();
    return all;
}

void client::finish_sending() {
    ::shutdown(socket_.get(), SHUT_WR);
}

/// Waits for what TLS waits for.
base::result<void> client::wait_for_tls(tls_channel::step next, time_point until) {
    if (next == tls_channel::step::ended) return lost(where_);
    const short what = next == tls_channel::step::wants_read ? POLLIN : POLLOUT;
    if (!wait_for(socket_.get(), what, until)) return too_late(where_);
    return {};
}

base::result<void> client::write_all(std::string_view bytes, time_point until) {
    while (secure_ && !bytes.empty()) {
        const auto [next, n] = secure_->write(bytes);
        bytes.remove_prefix(n);
        if (next == tls_channel::step::done) continue;
        if (auto waited = wait_for_tls(next, until); !waited) return waited;
    }
    while (!bytes.empty()) {
        const ssize_t n =
            ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait_for(socket_.get(), POLLOUT, until)) return too_late(where_);
        } else if (errno != EINTR) {
            return lost(where_);
        }
    }
    return {};
}

base::result<std::size_t> client::read_some(time_point until) {
    std::array<char, read_bytes> buffer;
    while (secure_) {
        const auto [next, n] = secure_->read(buffer.data(), buffer.size());
        if (next == tls_channel::step::done) {
            reader_.add({buffer.data(), n});
            return n;
        }
        if (auto waited = wait_for_tls(next, until); !waited) {
            return tl::unexpected(waited.error());
        }
    }
    for (;;) {
        const ssize_t n = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (n > 0) {
            reader_.add({buffer.data(), static_cast<std::size_t>(n)});
            return static_cast<std::size_t>(n);
        }
        if (n == 0) return lost(where_);
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait_for(socket_.get(), POLLIN, until)) return too_late(where_);
        } else if (errno != EINTR) {
            return lost(where_);
        }
    }
}

base::result<answer> client::read_answer(bool head_only, time_point until) {
    for (;;) {
        switch (reader_.advance(head_only)) {
        case response_reader::step::bad:
            return base::fail(client_errc::bad_answer,
                              "what answers at '" + where_.text() +
                                  "' is not this product, or its answer is too large: check the "
                                  "address");
        case response_reader::step::complete: {
            answer got;
            got.status = reader_.status();
            got.keep_alive = reader_.keep_alive();
            got.body = reader_.body();
            for (const auto& [name, value] : reader_.fields()) {
                got.headers.emplace_back(name, value);
            }
            reader_.finish();
            return got;
        }
        case response_reader::step::need_bytes: break;
        }
        const auto n = read_some(until);
        if (!n) return tl::unexpected(n.error());
    }
}

} // namespace rollcall::http
