#include "gateway/http/tls_transport.hpp"

#include "eventlog/base/time.hpp"
#include "eventlog/base/uuid.hpp"
#include "gateway/http/stream_socket.hpp"
#include "gateway/http/text.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace rollcall::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::string_view plain_refusal = "HTTP/1.1 400 Bad Request\r\n"
                                           "Content-Type: text/plain; charset=utf-8\r\n"
                                           "Content-Length: 76\r\n"
                                           "Connection: close\r\n"
                                           "X-Request-Id: ";
constexpr std::string_view plain_advice = "\r\n"
                                          "\r\n"
                                          "This port speaks HTTPS only: begin the address with "
                                          "https:// and ask again.\n";

/// What is read and thrown away of a plain request, so that the client can read that.
constexpr std::size_t plain_bytes_max = std::size_t{64} * 1024;

bool would_wait(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

// --- OpenSSL's way to the socket: its own would raise SIGPIPE when the other side has gone -------

int socket_of(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int send_bytes(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t n =
        ::send(socket_of(bio), bytes, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && would_wait(errno)) BIO_set_retry_write(bio);
    return static_cast<int>(n);
}

int receive_bytes(BIO* bio, char* room, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t n = ::recv(socket_of(bio), room, static_cast<std::size_t>(size), MSG_DONTWAIT);
    if (n < 0 && would_wait(errno)) BIO_set_retry_read(bio);
    return static_cast<int>(n);
}

long control(BIO*, int what, long, void*) {
    return what == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
    static const BIO_METHOD* const once = [] {
        BIO_METHOD* const made =
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "rollcall socket");
        BIO_meth_set_write(made, send_bytes);
        BIO_meth_set_read(made, receive_bytes);
        BIO_meth_set_ctrl(made, control);
        return made;
    }();
    return once;
}

struct ssl_deleter {
    void operator()(SSL* one) const { SSL_free(one); }
};

// --- The transport -------------------------------------------------------------------------------

class tls final : public transport, private tls_handshakes::member {
  public:
    tls(const tls_surroundings& around, const tls_source& source, descriptor socket,
        transport_events& events)
        : around_(around), source_(source), stream_(around.loop), events_(events) {
        take_socket(stream_, std::move(socket));
        around_.handshakes.enter(*this, std::chrono::steady_clock::now());
    }

    ~tls() override { around_.handshakes.leave(*this); }

    tls(const tls&) = delete;
    tls& operator=(const tls&) = delete;

    void read(std::span<char> room) override {
        assert(room_.empty() && !room.empty());
        room_ = room;
        const bool at_hand =
            phase_ == phase::open && (input_over_ || SSL_has_pending(ssl_.get()) == 1);
        if (at_hand || phase_ == phase::broken) {
            advance_soon();
        } else {
            wait(asio::socket_base::wait_read);
        }
    }

    std::size_t try_write(std::string_view bytes, error_code& failed) override {
        if (phase_ == phase::broken) failed = why_;
        if (phase_ != phase::open) return 0;
        const std::size_t sent = push(bytes);
        if (phase_ == phase::broken) failed = why_;
        return sent;
    }

    void write(std::string_view bytes) override {
        assert(bytes_.empty() && !bytes.empty());
        bytes_ = bytes;
        if (phase_ == phase::broken) {
            advance_soon();
        } else {
            wait(phase_ == phase::open ? asio::socket_base::wait_write
                                       : asio::socket_base::wait_read);
        }
    }

    void stop_reading() override {
        if (room_.empty() || phase_ == phase::handshaking) return;
        stop_asked_ = true;
        advance_soon();
    }

    bool input_waits() override {
        if (phase_ == phase::open) {
            char next = 0;
            std::size_t n = 0;
            ERR_clear_error();
            // Behind a record that has come in part, the rest will follow.
            return SSL_peek_ex(ssl_.get(), &next, 1, &n) == 1 || SSL_has_pending(ssl_.get()) == 1;
        }
        int bytes = 0;
        return phase_ == phase::greeting &&
               ::ioctl(stream_.native_handle(), FIONREAD, &bytes) == 0 && bytes > 0;
    }

    bool peer_finished() override {
        if (ssl_ && (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0) return true;
        pollfd one{stream_.native_handle(), POLLRDHUP, 0};
        return ::poll(&one, 1, 0) == 1;
    }

    void finish_sending() override {
        finishing_ = true;
        say_goodbye();
    }

    void close() override {
        if (phase_ == phase::open && bytes_.empty()) notify_close();
        leave(asio::error::operation_aborted);
        error_code ignored; // the descriptor is released in any case
        stream_.close(ignored);
    }

    void abandon() override {
        error_code ignored; // then it is an ordinary close
        stream_.set_option(asio::socket_base::linger(true, 0), ignored);
        leave(asio::error::operation_aborted);
        stream_.close(ignored);
    }

  private:
    enum class phase : std::uint8_t { greeting, handshaking, open, refusing, broken };

    void give_up() override { leave(asio::error::timed_out); }

    /// Nothing more can be read or written; whoever waits hears of it soon.
    void leave(error_code why) {
        around_.handshakes.leave(*this);
        if (phase_ == phase::broken) return;
        phase_ = phase::broken;
        why_ = why;
        if (!room_.empty() || !bytes_.empty()) advance_soon();
    }

    void wait(asio::socket_base::wait_type what) {
        bool& waits = what == asio::socket_base::wait_read ? waits_to_read_ : waits_to_write_;
        if (waits) return;
        waits = true;
        stream_.async_wait(what, [this, &waits, alive = std::weak_ptr(alive_)](error_code) {
            if (alive.expired()) return;
            waits = false;
            advance();
        });
    }

    /// Not at once: the owner is in the middle of something.
    void advance_soon() {
        asio::post(around_.loop, [this, alive = std::weak_ptr(alive_)] {
            if (!alive.expired()) advance();
        });
    }

    void advance() {
        if (phase_ == phase::greeting) greet();
        if (phase_ == phase::refusing) discard();
        if (phase_ == phase::handshaking) shake_hands();
        if (phase_ == phase::open && !room_.empty()) take();
        if (phase_ == phase::open && !bytes_.empty()) put();
        if (phase_ == phase::open && finishing_) say_goodbye();
        if (phase_ != phase::broken) return;
        if (!room_.empty()) end_read(why_, 0);
        if (!bytes_.empty()) end_write(why_, 0);
    }

    void end_read(error_code failed, std::size_t bytes) {
        room_ = {};
        stop_asked_ = false;
        events_.on_read(failed, bytes);
    }

    void end_write(error_code failed, std::size_t bytes) {
        bytes_ = {};
        events_.on_written(failed, bytes);
    }

    // --- Before it is open ---

    /// Looks at the first byte. A handshake begins with 22, a plain request with a letter.
    void greet() {
        char first = 0;
        const ssize_t n = ::recv(stream_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n < 0 && would_wait(errno)) {
            if (stop_asked_) {
                end_read(asio::error::operation_aborted, 0);
            } else if (!room_.empty() || !bytes_.empty()) {
                wait(asio::socket_base::wait_read);
            }
        } else if (n <= 0) {
            leave(asio::error::eof); // a probe of the port, perhaps: nothing has failed
        } else if (is_letter(first)) {
            refuse_plain();
        } else {
            begin_handshake();
        }
    }

    void refuse_plain() {
        around_.count.handshakes_plain.add(1);
        std::string answer(plain_refusal);
        base::uuid::make_v7(base::now().unix_ms).append_to(answer);
        answer += plain_advice;
        const ssize_t sent = ::send(stream_.native_handle(), answer.data(), answer.size(),
                                    MSG_DONTWAIT | MSG_NOSIGNAL);
        error_code ignored; // the other side may be gone: the read that follows will tell
        stream_.shutdown(asio::socket_base::shutdown_send, ignored);
        phase_ = phase::refusing;
        if (sent < 0) leave(asio::error::broken_pipe);
    }

    void discard() {
        std::array<char, 4096> room;
        while (discarded_ <= plain_bytes_max) {
            const ssize_t n =
                ::recv(stream_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
            if (n < 0 && would_wait(errno)) {
                wait(asio::socket_base::wait_read);
                return;
            }
            if (n <= 0) break;
            discarded_ += static_cast<std::size_t>(n);
        }
        leave(asio::error::eof);
    }

    void begin_handshake() {
        stop_asked_ = false; // who has come so far is on the way to ask something
        identity_ = source_.current();
        ssl_.reset(identity_->new_connection());
        BIO* const bio = ssl_ ? BIO_new(socket_method()) : nullptr;
        if (bio == nullptr) {
            leave(asio::error::no_memory);
            return;
        }
        BIO_set_data(bio, reinterpret_cast<void*>(std::intptr_t{stream_.native_handle()}));
        BIO_set_init(bio, 1);
        SSL_set_bio(ssl_.get(), bio, bio);
        phase_ = phase::handshaking;
    }

    void shake_hands() {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_.get());
        if (done == 1) {
            around_.handshakes.leave(*this);
            around_.count.handshakes_done.add(1);
            if (SSL_session_reused(ssl_.get()) == 1) around_.count.handshakes_resumed.add(1);
            phase_ = phase::open;
            return;
        }
        wait_or_leave(done);
        if (phase_ == phase::broken) around_.count.handshakes_failed.add(1);
    }

    // --- While it is open ---

    /// After a call of OpenSSL that did not succeed.
    void wait_or_leave(int outcome) {
        switch (SSL_get_error(ssl_.get(), outcome)) {
        case SSL_ERROR_WANT_READ: wait(asio::socket_base::wait_read); break;
        case SSL_ERROR_WANT_WRITE: wait(asio::socket_base::wait_write); break;
        default: ERR_clear_error(); leave(asio::error::connection_reset);
        }
    }

    void take() {
        std::size_t have = 0;
        int outcome = 1;
        while (have < room_.size()) {
            std::size_t n = 0;
            ERR_clear_error();
            outcome = SSL_read_ex(ssl_.get(), room_.data() + have, room_.size() - have, &n);
            if (outcome != 1) break;
            have += n;
        }
        if (have > 0) {
            // What ends the input will end the next read too, and the socket need not say it again.
            input_over_ = outcome != 1 && SSL_get_error(ssl_.get(), outcome) != SSL_ERROR_WANT_READ;
            end_read({}, have);
        } else if (SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_ZERO_RETURN) {
            end_read({}, 0);
        } else {
            wait_or_leave(outcome);
            if (phase_ == phase::open && stop_asked_) end_read(asio::error::operation_aborted, 0);
        }
    }

    void put() {
        const std::size_t sent = push(bytes_);
        if (sent > 0) {
            end_write({}, sent);
        } else if (phase_ == phase::open) {
            wait(asio::socket_base::wait_write);
        }
    }

    /// Sends what the kernel takes. A record that it took in part is finished by the next push, of
    /// which the bytes must go on where this one stopped.
    std::size_t push(std::string_view bytes) {
        std::size_t sent = 0;
        while (sent < bytes.size()) {
            std::size_t n = 0;
            ERR_clear_error();
            const int outcome =
                SSL_write_ex(ssl_.get(), bytes.data() + sent, bytes.size() - sent, &n);
            if (outcome != 1) {
                const int why = SSL_get_error(ssl_.get(), outcome);
                if (why != SSL_ERROR_WANT_WRITE && why != SSL_ERROR_WANT_READ) {
                    ERR_clear_error();
                    leave(asio::error::broken_pipe);
                }
                break;
            }
            sent += n;
        }
        return sent;
    }

    /// True if it went out, or never will.
    bool notify_close() {
        if ((SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) return true;
        ERR_clear_error();
        const int outcome = SSL_shutdown(ssl_.get());
        if (outcome >= 0) return true;
        const bool later = SSL_get_error(ssl_.get(), outcome) == SSL_ERROR_WANT_WRITE;
        ERR_clear_error();
        return !later;
    }

    void say_goodbye() {
        if (phase_ == phase::open && !notify_close()) {
            wait(asio::socket_base::wait_write);
            return;
        }
        finishing_ = false;
        error_code ignored; // the other side may be gone: the read that follows will tell
        stream_.shutdown(asio::socket_base::shutdown_send, ignored);
    }

    tls_surroundings around_;
    const tls_source& source_;
    std::shared_ptr<const tls_identity> identity_; // outlives ssl_
    std::unique_ptr<SSL, ssl_deleter> ssl_;
    stream_socket stream_;
    transport_events& events_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

    phase phase_ = phase::greeting;
    error_code why_;          // it is broken
    std::span<char> room_;    // of the read under way
    std::string_view bytes_;  // of the write under way
    bool input_over_ = false; // after what has been read
    bool stop_asked_ = false; // the read under way is to end
    bool finishing_ = false;  // close_notify waits for the socket
    bool waits_to_read_ = false;
    bool waits_to_write_ = false;
    std::size_t discarded_ = 0;
};

} // namespace

std::unique_ptr<transport> tls_transport(const tls_surroundings& around, const tls_source& source,
                                         descriptor socket, transport_events& events) {
    return std::make_unique<tls>(around, source, std::move(socket), events);
}

} // namespace rollcall::http
