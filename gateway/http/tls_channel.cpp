#include "gateway/http/tls_channel.hpp"

#include <climits>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

namespace rollcall::http {
namespace {

using std::chrono::steady_clock;

tl::unexpected<base::failure> refused(std::string message) {
    return base::fail(std::make_error_code(std::errc::permission_denied), std::move(message));
}

bool is_address(const std::string& name) {
    in6_addr room{};
    return ::inet_pton(AF_INET, name.c_str(), &room) == 1 ||
           ::inet_pton(AF_INET6, name.c_str(), &room) == 1;
}

/// Whom the certificate must name.
bool expect(SSL* ssl, const std::string& name) {
    if (is_address(name)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
    }
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, name.c_str()) == 1 &&
           SSL_set_tlsext_host_name(ssl, name.c_str()) == 1;
}

std::string why_not(SSL* ssl, const std::string& name) {
    const long verdict = SSL_get_verify_result(ssl);
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
        return "the certificate shown is not for '" + name +
               "': name the server as its certificate does";
    }
    if (verdict != X509_V_OK) {
        return "the certificate of '" + name + "' is not trusted (" +
               X509_verify_cert_error_string(verdict) +
               "): if its authority is a private one, name that with --ca-file";
    }
    return "'" + name + "' does not speak TLS as this program does: check the address";
}

bool wait_for(int socket, short what, steady_clock::time_point until) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now()).count();
    pollfd one{socket, what, 0};
    return ::poll(&one, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX))) > 0;
}

} // namespace

base::result<std::shared_ptr<const tls_trust>>
tls_trust::load(const std::filesystem::path& authorities) {
    ERR_clear_error();
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    if (context == nullptr) return refused("the TLS library does not start");
    std::shared_ptr<const tls_trust> trust(new tls_trust(context));
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const bool loaded =
        authorities.empty()
            ? SSL_CTX_set_default_verify_paths(context) == 1
            : SSL_CTX_load_verify_locations(context, authorities.c_str(), nullptr) == 1;
    if (loaded) return trust;
    return refused(authorities.empty()
                       ? "the system's certificate authorities cannot be read: name a file of them "
                         "with --ca-file"
                       : authorities.string() +
                             " cannot be read as certificates in PEM form: name a file of those "
                             "authorities that you trust");
}

tls_trust::~tls_trust() {
    SSL_CTX_free(context_);
}

base::result<std::unique_ptr<tls_channel>> tls_channel::open(int socket,
                                                             std::shared_ptr<const tls_trust> trust,
                                                             const std::string& name,
                                                             time_point until) {
    ERR_clear_error();
    SSL* ssl = SSL_new(trust->context_);
    std::unique_ptr<tls_channel> channel(new tls_channel(ssl, std::move(trust)));
    if (ssl == nullptr || SSL_set_fd(ssl, socket) != 1 || !expect(ssl, name)) {
        return refused("'" + name + "' cannot be the name of a TLS server");
    }
    for (;;) {
        ERR_clear_error();
        const int returned = SSL_connect(ssl);
        if (returned == 1) return channel;
        const step next = channel->judge(returned);
        if (next == step::ended) return refused(why_not(ssl, name));
        if (!wait_for(socket, next == step::wants_read ? POLLIN : POLLOUT, until)) {
            return refused("'" + name + "' did not finish its TLS handshake in time");
        }
    }
}

tls_channel::~tls_channel() {
    if (ssl_ == nullptr) return;
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_) != 0) SSL_shutdown(ssl_);
    SSL_free(ssl_);
}

tls_channel::step tls_channel::judge(int returned) const {
    switch (SSL_get_error(ssl_, returned)) {
    case SSL_ERROR_WANT_READ: return step::wants_read;
    case SSL_ERROR_WANT_WRITE: return step::wants_write;
    default: return step::ended;
    }
}

std::pair<tls_channel::step, std::size_t> tls_channel::write(std::string_view bytes) {
    ERR_clear_error();
    std::size_t done = 0;
    const int returned = SSL_write_ex(ssl_, bytes.data(), bytes.size(), &done);
    return {returned == 1 ? step::done : judge(returned), done};
}

std::pair<tls_channel::step, std::size_t> tls_channel::read(char* into, std::size_t room) {
    ERR_clear_error();
    std::size_t done = 0;
    const int returned = SSL_read_ex(ssl_, into, room, &done);
    return {returned == 1 ? step::done : judge(returned), done};
}

bool tls_channel::ended() {
    ERR_clear_error();
    char next = 0;
    std::size_t seen = 0;
    const int returned = SSL_peek_ex(ssl_, &next, 1, &seen);
    return returned != 1 && judge(returned) == step::ended;
}

} // namespace rollcall::http
