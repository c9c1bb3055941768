// Reads certificates and keys from PEM files and says, for a person, what is wrong with them.
// Knows the files; whether a certificate is the right one is judged by tls_identity.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/base/time.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::http {

struct x509_deleter {
    void operator()(X509* one) const { X509_free(one); }
};

struct pkey_deleter {
    void operator()(EVP_PKEY* one) const { EVP_PKEY_free(one); }
};

using certificate_ptr = std::unique_ptr<X509, x509_deleter>;
using key_ptr = std::unique_ptr<EVP_PKEY, pkey_deleter>;

/// The certificates of a file in their order, at least one.
base::result<std::vector<certificate_ptr>> read_certificates(const std::filesystem::path& file);

/// The private key of a file that others cannot read.
base::result<key_ptr> read_private_key(const std::filesystem::path& file);

/// When a certificate begins or ends to be good; nothing if that cannot be read.
std::optional<base::moment> moment_of(const ASN1_TIME* time);

/// The newest reason in OpenSSL's queue of this thread in words, and the queue emptied.
std::string openssl_reason();

} // namespace rollcall::http
