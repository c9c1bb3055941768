// Who the server is in TLS: a certificate with its chain and the key that belongs to it, loaded
// from two PEM files and judged, and with them the rules of every handshake made in their name.
// Immutable; a connection that began with one keeps it for life, whatever is loaded later.
//
// Spoken are TLS 1.3, and TLS 1.2 with ephemeral keys and authenticated ciphers only. No
// renegotiation, no compression, no early data. ALPN: http/1.1, or nothing was asked.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/base/time.hpp"
#include "gateway/http/tls_tickets.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

// OpenSSL's own types; its headers stay in the .cpp files.
struct ssl_ctx_st;
struct ssl_st;

namespace rollcall::http {

/// Both are PEM. The certificate's file begins with the server's own and goes on with those that
/// lead to a root. The key is not encrypted, and its file can be read by its owner and perhaps his
/// group, but not by others.
struct tls_files {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

enum class tls_errc : std::uint8_t {
    unreadable = 1, ///< not there, not ours to read, no file, empty, or far too large
    not_pem,        ///< holds nothing of the kind that is wanted
    exposed_key,    ///< others may read it
    encrypted_key,
    unsuited, ///< of a kind or size that no client should trust
    mismatch, ///< the key is another certificate's
    not_yet,  ///< the certificate's time has not come
    expired,  ///< it is over
};

std::error_code make_error_code(tls_errc code);

class tls_identity {
  public:
    /// A certificate file or key file larger than this is no such thing.
    static constexpr std::size_t pem_bytes_max = std::size_t{1024} * 1024;

    /// Reads and judges both files. The failure names the file and says what to do about it.
    static base::result<std::shared_ptr<const tls_identity>> load(const tls_files& files,
                                                                  base::moment now);

    tls_identity(const tls_identity&) = delete;
    tls_identity& operator=(const tls_identity&) = delete;
    ~tls_identity();

    /// A new connection's TLS state, for SSL_free. Null when there is no memory.
    [[nodiscard]] ssl_st* new_connection() const;

    /// The certificate is good until then, and not at that moment.
    [[nodiscard]] base::moment not_after() const { return not_after_; }

    /// For people: the names that the certificate is for, or its subject if it has none.
    [[nodiscard]] const std::string& names() const { return names_; }

    /// SHA-256 of the certificate in lower-case hex: which one this is.
    [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

  private:
    tls_identity() = default;

    struct context_deleter {
        void operator()(ssl_ctx_st* context) const;
    };

    // Named by the context, so it goes after it.
    std::unique_ptr<ticket_keys> tickets_;
    std::unique_ptr<ssl_ctx_st, context_deleter> context_;
    base::moment not_after_;
    std::string names_;
    std::string fingerprint_;
};

} // namespace rollcall::http

template <>
struct std::is_error_code_enum<rollcall::http::tls_errc> : std::true_type {};
