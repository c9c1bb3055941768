#include "tests/support/made_certificate.hpp"

#include "eventlog/base/encoding.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdlib>
#include <ctime>

namespace rollcall::support {
namespace {

constexpr char password[] = "not a secret";

/// Whoever cannot make a certificate cannot test or measure anything with it.
void must(bool done) {
    if (!done) std::abort();
}

std::string text_of(BIO* out) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    std::string text(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    return text;
}

std::shared_ptr<EVP_PKEY> make_key(key_kind kind) {
    EVP_PKEY* made = nullptr;
    switch (kind) {
    case key_kind::p256: made = EVP_EC_gen("P-256"); break;
    case key_kind::rsa_2048: made = EVP_RSA_gen(2048); break;
    case key_kind::rsa_1024: made = EVP_RSA_gen(1024); break;
    case key_kind::ed25519: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
    }
    must(made != nullptr);
    return {made, EVP_PKEY_free};
}

} // namespace

made_certificate::made_certificate(const plan& how) : key_(make_key(how.kind)) {
    certificate_.reset(X509_new(), X509_free);
    X509* const one = certificate_.get();
    static std::atomic<long> serial{1};
    X509_set_version(one, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(one), serial++);
    X509_gmtime_adj(X509_getm_notBefore(one), how.from_s);
    X509_gmtime_adj(X509_getm_notAfter(one), how.until_s);
    if (!how.end_is_readable) must(ASN1_STRING_set(X509_getm_notAfter(one), "soon", -1) == 1);
    X509_set_pubkey(one, key_.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(one), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(how.name.c_str()), -1, -1, 0);
    const made_certificate& by = how.issuer != nullptr ? *how.issuer : *this;
    X509_set_issuer_name(one, X509_get_subject_name(by.certificate_.get()));
    std::string names;
    for (int i = 0; i < how.alternative_names; ++i) {
        names += (i == 0 ? "DNS:" : ",DNS:") + (i == 0 ? "" : std::to_string(i) + ".") + how.name;
    }
    if (!names.empty()) {
        X509_EXTENSION* const extension =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
        X509_add_ext(one, extension, -1);
        X509_EXTENSION_free(extension);
    }
    const bool has_digest = EVP_PKEY_get_base_id(by.key_.get()) != EVP_PKEY_ED25519;
    must(X509_sign(one, by.key_.get(), has_digest ? EVP_sha256() : nullptr) > 0);
}

std::string made_certificate::certificate_pem() const {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate_.get());
    return text_of(out);
}

std::string made_certificate::certificate_der() const {
    BIO* const out = BIO_new(BIO_s_mem());
    i2d_X509_bio(out, certificate_.get());
    return text_of(out);
}

std::string made_certificate::key_pem() const {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(out);
}

std::string made_certificate::encrypted_key_pem(bool older) const {
    BIO* const out = BIO_new(BIO_s_mem());
    const auto* const secret = reinterpret_cast<const unsigned char*>(password);
    const int size = static_cast<int>(sizeof password - 1);
    const int done = older ? PEM_write_bio_PrivateKey_traditional(
                                 out, key_.get(), EVP_aes_256_cbc(), secret, size, nullptr, nullptr)
                           : PEM_write_bio_PrivateKey(out, key_.get(), EVP_aes_256_cbc(), secret,
                                                      size, nullptr, nullptr);
    must(done == 1);
    return text_of(out);
}

std::string made_certificate::key_der() const {
    BIO* const out = BIO_new(BIO_s_mem());
    i2d_PrivateKey_bio(out, key_.get());
    return text_of(out);
}

std::string made_certificate::key_pem_with_parameters() const {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_Parameters(out, key_.get());
    PEM_write_bio_PrivateKey_traditional(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(out);
}

std::string made_certificate::fingerprint() const {
    std::uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    X509_digest(certificate_.get(), EVP_sha256(), digest, &size);
    return base::hex({digest, size});
}

base::moment made_certificate::not_after() const {
    std::tm parts{};
    ASN1_TIME_to_tm(X509_get0_notAfter(certificate_.get()), &parts);
    return {timegm(&parts) * 1000};
}

} // namespace rollcall::support
