// Certificates and keys that are made on the spot, for tests and benches: none is kept anywhere.
#pragma once

#include "eventlog/base/time.hpp"

#include <cstdint>
#include <memory>
#include <string>

// OpenSSL's own types.
struct evp_pkey_st;
struct x509_st;

namespace rollcall::support {

enum class key_kind : std::uint8_t { p256, rsa_2048, rsa_1024, ed25519 };

/// A key and a certificate for it, in memory.
class made_certificate {
  public:
    struct plan {
        std::string name = "localhost";
        key_kind kind = key_kind::p256;
        std::int64_t from_s = -3600; ///< seconds from now
        std::int64_t until_s = 3600;
        const made_certificate* issuer = nullptr; ///< null: by itself
        int alternative_names = 1;
        bool end_is_readable = true;
    };

    explicit made_certificate(const plan& how);

    made_certificate() : made_certificate(plan{}) {}

    [[nodiscard]] std::string certificate_pem() const;
    [[nodiscard]] std::string certificate_der() const;
    [[nodiscard]] std::string key_pem() const;
    /// PKCS #8 or the older form, with a password.
    [[nodiscard]] std::string encrypted_key_pem(bool older) const;
    [[nodiscard]] std::string key_der() const;
    /// With the curve in a block in front, as `openssl ecparam -genkey` writes it.
    [[nodiscard]] std::string key_pem_with_parameters() const;
    /// As tls_identity tells it.
    [[nodiscard]] std::string fingerprint() const;
    [[nodiscard]] base::moment not_after() const;

  private:
    std::shared_ptr<evp_pkey_st> key_;
    std::shared_ptr<x509_st> certificate_;
};

} // namespace rollcall::support
