#include "tests/gateway/http/tls_support.hpp"

#include "eventlog/base/encoding.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sys/socket.h>
#include <sys/stat.h>

namespace rollcall::http::testing {
namespace {

/// A write to a connection that has gone makes a signal for the thread that writes. The server must
/// live without this.
class no_pipe_signal {
  public:
    no_pipe_signal() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }

    ~no_pipe_signal() {
        const timespec at_once{};
        sigtimedwait(&pipe_, nullptr, &at_once);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

    no_pipe_signal(const no_pipe_signal&) = delete;
    no_pipe_signal& operator=(const no_pipe_signal&) = delete;

  private:
    sigset_t pipe_{};
    sigset_t before_{};
};

/// Sends the first message of the handshake, and in the middle of it does something else.
void send_in_halves(SSL* ssl, int fd, const std::function<void()>& midway) {
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_connect(ssl); // goes as far as it can
    char* bytes = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(SSL_get_wbio(ssl), &bytes));
    const std::string hello(bytes, size);
    ::send(fd, hello.data(), size / 2, MSG_NOSIGNAL);
    midway();
    ::send(fd, hello.data() + size / 2, size - size / 2, MSG_NOSIGNAL);
}

} // namespace

// --- Files ---------------------------------------------------------------------------------------

scratch_directory::scratch_directory() {
    char name[] = "/tmp/rc-tls-XXXXXX";
    BOOST_REQUIRE(::mkdtemp(name) != nullptr);
    path_ = name;
}

scratch_directory::~scratch_directory() {
    std::filesystem::remove_all(path_);
}

std::filesystem::path scratch_directory::write(std::string_view name, std::string_view bytes,
                                               unsigned mode) const {
    const auto file = path_ / name;
    const auto next = path_ / "next";
    std::ofstream(next, std::ios::binary) << bytes;
    BOOST_REQUIRE(::chmod(next.c_str(), mode) == 0);
    std::filesystem::rename(next, file);
    return file;
}

tls_files scratch_directory::write_pair(const made_certificate& one) const {
    return {write("cert.pem", one.certificate_pem(), 0644), write("key.pem", one.key_pem())};
}

// --- The client ----------------------------------------------------------------------------------

struct tls_client::parts {
    ~parts() { forget(); }

    /// Says nothing to the other side. Without the note a ticket would be held for worthless.
    void forget() {
        if (ssl != nullptr) SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        SSL_free(std::exchange(ssl, nullptr));
    }

    bool read_more() {
        char room[16 * 1024];
        const no_pipe_signal quiet;
        ERR_clear_error();
        const int n = ssl != nullptr ? SSL_read(ssl, room, sizeof room) : 0;
        if (n > 0) {
            reader.add({room, static_cast<std::size_t>(n)});
            return true;
        }
        clean = ssl != nullptr && SSL_get_error(ssl, n) == SSL_ERROR_ZERO_RETURN;
        return false;
    }

    descriptor socket;
    std::shared_ptr<SSL_CTX> context;
    SSL* ssl = nullptr;
    bool connected = false;
    bool clean = false;
    response_reader reader{std::size_t{1} << 30};
    std::shared_ptr<SSL_SESSION> ticket;
};

tls_client::tls_client(const endpoint& where, const tls_wish& how)
    : parts_(std::make_unique<parts>()) {
    auto socket = dial(where, patience);
    if (!socket) return;
    parts_->socket = std::move(*socket);
    const int fd = parts_->socket.get();
    const timeval wait{patience.count(), 0};
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);

    parts_->context.reset(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX* const context = parts_->context.get();
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, [](SSL* of, SSL_SESSION* ticket) {
        auto& keeper = *static_cast<std::shared_ptr<SSL_SESSION>*>(SSL_get_app_data(of));
        keeper.reset(ticket, SSL_SESSION_free);
        return 1;
    });
    if (how.insecure) SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, how.version_min);
    SSL_CTX_set_max_proto_version(context, how.version_max);
    if (how.ciphers != nullptr && SSL_CTX_set_cipher_list(context, how.ciphers) != 1) return;
    if (!how.protocols.empty()) {
        SSL_CTX_set_alpn_protos(context,
                                reinterpret_cast<const unsigned char*>(how.protocols.data()),
                                static_cast<unsigned>(how.protocols.size()));
    }
    parts_->ssl = SSL_new(context);
    SSL_set_app_data(parts_->ssl, &parts_->ticket);
    if (how.midway) send_in_halves(parts_->ssl, fd, how.midway);
    SSL_set_fd(parts_->ssl, fd);
    if (how.session) SSL_set_session(parts_->ssl, how.session.get());
    const no_pipe_signal quiet;
    ERR_clear_error();
    parts_->connected = SSL_connect(parts_->ssl) == 1;
}

tls_client::~tls_client() = default;
tls_client::tls_client(tls_client&&) noexcept = default;

bool tls_client::connected() const {
    return parts_->connected;
}

bool tls_client::send(std::string_view bytes) {
    const no_pipe_signal quiet;
    ERR_clear_error();
    return parts_->ssl != nullptr &&
           SSL_write(parts_->ssl, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

tls_client::got tls_client::receive() {
    response_reader& reader = parts_->reader;
    while (reader.advance(false) != response_reader::step::complete) {
        if (!parts_->read_more()) return {};
    }
    got all{reader.status(), std::string(reader.body())};
    reader.finish();
    return all;
}

tls_client::got tls_client::ask(std::string_view bytes) {
    return send(bytes) ? receive() : got{};
}

std::string tls_client::receive_to_end() {
    while (parts_->read_more()) {}
    drop();
    return std::string(parts_->reader.rest());
}

bool tls_client::ended_cleanly() const {
    return parts_->clean;
}

void tls_client::say_goodbye() {
    const no_pipe_signal quiet;
    if (parts_->ssl != nullptr) SSL_shutdown(parts_->ssl);
}

bool tls_client::renegotiate() {
    const no_pipe_signal quiet;
    ERR_clear_error();
    return SSL_renegotiate(parts_->ssl) == 1 && SSL_do_handshake(parts_->ssl) == 1;
}

void tls_client::drop() {
    parts_->forget();
    parts_->socket.reset();
}

std::string tls_client::version() const {
    return SSL_get_version(parts_->ssl);
}

std::string tls_client::protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(parts_->ssl, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string tls_client::fingerprint() const {
    if (!connected()) return {};
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(parts_->ssl),
                                                            X509_free);
    if (!shown) return {};
    std::uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509_digest(shown.get(), EVP_sha256(), digest, &size);
    return base::hex({digest, size});
}

std::size_t tls_client::chain_length() const {
    return static_cast<std::size_t>(sk_X509_num(SSL_get_peer_cert_chain(parts_->ssl)));
}

bool tls_client::resumed() const {
    return SSL_session_reused(parts_->ssl) == 1;
}

std::shared_ptr<SSL_SESSION> tls_client::session() const {
    return parts_->ticket;
}

// --- The server ----------------------------------------------------------------------------------

tls_running::tls_running(http::limits bounds, unsigned threads, const made_certificate& shown) {
    auto opened = tls_source::open(files.write_pair(shown), base::now());
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    source = std::move(*opened);
    bounds.deadline_tick = std::chrono::milliseconds(2);
    server_options options;
    options.doors.push_back(door{endpoint::tcp("127.0.0.1", 0), &answers, source.get()});
    options.threads = threads;
    options.limits = bounds;
    auto started = server::start(std::move(options));
    BOOST_REQUIRE(started.has_value());
    front = std::move(*started);
}

tls_client tls_running::connect(const tls_wish& how) const {
    tls_client c(where(), how);
    BOOST_REQUIRE(c.connected());
    return c;
}

} // namespace rollcall::http::testing
