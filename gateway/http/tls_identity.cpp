#include "gateway/http/tls_identity.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/random.hpp"
#include "gateway/http/tls_pem.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

namespace rollcall::http {
namespace {

constexpr std::string_view spoken_protocol = "\x08http/1.1"; // as ALPN writes it: length first
constexpr const char* tls_1_2_ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                                        "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
                                        "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* groups = "X25519:P-256:P-384";
/// At least 112 bits: RSA from 2048 on, no SHA-1 in a chain.
constexpr int security_level = 2;
constexpr std::size_t names_shown = 4;

class tls_category final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "rollcall.http.tls"; }

    [[nodiscard]] std::string message(int code) const override {
        switch (static_cast<tls_errc>(code)) {
        case tls_errc::unreadable: return "unreadable file";
        case tls_errc::not_pem: return "not PEM";
        case tls_errc::exposed_key: return "key readable by others";
        case tls_errc::encrypted_key: return "encrypted key";
        case tls_errc::unsuited: return "unsuited certificate or key";
        case tls_errc::mismatch: return "key of another certificate";
        case tls_errc::not_yet: return "not valid yet";
        case tls_errc::expired: return "expired";
        }
        return "unknown";
    }
};

// --- Handshakes ----------------------------------------------------------------------------------

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
    unsigned char* found = nullptr;
    const auto* const ours = reinterpret_cast<const unsigned char*>(spoken_protocol.data());
    const int outcome =
        SSL_select_next_proto(&found, chosen_size, ours,
                              static_cast<unsigned>(spoken_protocol.size()), offered, offered_size);
    *chosen = found;
    // Who asks for something else only must not be answered in a protocol that he does not speak.
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

const EVP_CIPHER* ticket_cipher() {
    static EVP_CIPHER* const once = EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr);
    return once;
}

bool set_mac_key(EVP_MAC_CTX* mac, ticket_keys::key& with) {
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 3> params{
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, with.mac.data(), with.mac.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    return EVP_MAC_CTX_set_params(mac, params.data()) == 1;
}

/// SSL_CTX_set_tlsext_ticket_key_evp_cb(3): -1 failed, 0 unknown, 1 good, 2 good and to be renewed.
int use_ticket_key(SSL* connection, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                   EVP_MAC_CTX* mac, int sealing) {
    auto& keys = *static_cast<ticket_keys*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
    const auto now = std::chrono::steady_clock::now();
    if (sealing == 1) {
        ticket_keys::key with = keys.to_seal(now);
        std::copy(with.name.begin(), with.name.end(), name);
        const auto iv_bytes = static_cast<std::size_t>(EVP_CIPHER_get_iv_length(ticket_cipher()));
        base::fill_random({iv, iv_bytes});
        const bool set =
            EVP_EncryptInit_ex(cipher, ticket_cipher(), nullptr, with.cipher.data(), iv) == 1 &&
            set_mac_key(mac, with);
        OPENSSL_cleanse(&with, sizeof with);
        return set ? 1 : -1;
    }
    bool stale = false;
    auto with = keys.to_open(
        std::span<const std::uint8_t, ticket_keys::name_bytes>(name, ticket_keys::name_bytes), now,
        stale);
    if (!with) return 0;
    const bool set =
        EVP_DecryptInit_ex(cipher, ticket_cipher(), nullptr, with->cipher.data(), iv) == 1 &&
        set_mac_key(mac, *with);
    OPENSSL_cleanse(&*with, sizeof *with);
    if (!set) return -1;
    // A client of 1.3 uses a ticket once (RFC 8446 section C.4), so each visit brings the next.
    return stale || SSL_version(connection) >= TLS1_3_VERSION ? 2 : 1;
}

/// The rules that hold for every connection. False when there is no memory.
bool set_rules(SSL_CTX* context, ticket_keys& tickets) {
    SSL_CTX_set_security_level(context, security_level);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // Writes may end after any record, and be repeated from another place; idle connections give
    // their record buffers back.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context, 1); // one system call for a record, not two
    // Sessions live in tickets only, sealed with keys of ours.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(context, std::chrono::seconds(ticket_key_age_max).count());
    SSL_CTX_set_app_data(context, &tickets);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, tls_1_2_ciphers) == 1 &&
           SSL_CTX_set1_groups_list(context, groups) == 1 &&
           SSL_CTX_set_num_tickets(context, 1) == 1 &&
           SSL_CTX_set_tlsext_ticket_key_evp_cb(context, use_ticket_key) == 1;
}

// --- Certificates --------------------------------------------------------------------------------

std::string subject_of(X509* one) {
    std::string text;
    BIO* const out = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(out, X509_get_subject_name(one), 0, XN_FLAG_RFC2253);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out, &bytes);
    text.assign(bytes, static_cast<std::size_t>(std::max(size, 0L)));
    BIO_free(out);
    return text;
}

std::string names_of(X509* one) {
    auto* const all =
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(one, NID_subject_alt_name, nullptr, nullptr));
    std::string text;
    std::size_t shown = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(all, i);
        if (name->type != GEN_DNS) continue;
        if (shown++ == names_shown) {
            text += " and others";
            break;
        }
        if (!text.empty()) text += ", ";
        text.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                    static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    }
    GENERAL_NAMES_free(all);
    return text.empty() ? subject_of(one) : text;
}

std::string fingerprint_of(X509* one) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    X509_digest(one, EVP_sha256(), digest.data(), &size);
    return base::hex({digest.data(), size});
}

std::string on_day(base::moment when) {
    return when.text().substr(0, 19) + "Z";
}

base::result<void> judge(X509* own, EVP_PKEY* key, const tls_files& files, base::moment now) {
    const std::string certificate = "the certificate " + files.certificate.string();
    const int kind = EVP_PKEY_get_base_id(key);
    if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC && kind != EVP_PKEY_ED25519) {
        return base::fail(tls_errc::unsuited,
                          "the key " + files.key.string() +
                              " is of a kind that clients do not know: make an RSA key of 2048 "
                              "bits or more, or one on the curve P-256");
    }
    if (X509_check_private_key(own, key) != 1) {
        ERR_clear_error();
        return base::fail(tls_errc::mismatch,
                          "the key " + files.key.string() + " is not that of " + certificate +
                              ": name the two that belong together. In the file, the server's "
                              "own certificate comes first");
    }
    const auto from = moment_of(X509_get0_notBefore(own));
    const auto until = moment_of(X509_get0_notAfter(own));
    if (!from || !until) {
        ERR_clear_error();
        return base::fail(tls_errc::unsuited, certificate + " does not say readably from when and "
                                                            "until when it is good: get another "
                                                            "one from who issued it");
    }
    if (now < *from) {
        return base::fail(tls_errc::not_yet, certificate + " is not valid before " + on_day(*from) +
                                                 ": check this machine's clock, or wait");
    }
    if (now >= *until) {
        return base::fail(tls_errc::expired, certificate + " expired at " + on_day(*until) +
                                                 ": renew it, and check this machine's clock");
    }
    return {};
}

} // namespace

std::error_code make_error_code(tls_errc code) {
    static const tls_category category;
    return {static_cast<int>(code), category};
}

void tls_identity::context_deleter::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

tls_identity::~tls_identity() = default;

base::result<std::shared_ptr<const tls_identity>> tls_identity::load(const tls_files& files,
                                                                     base::moment now) {
    auto chain = read_certificates(files.certificate);
    if (!chain) return tl::unexpected(chain.error());
    auto key = read_private_key(files.key);
    if (!key) return tl::unexpected(key.error());
    X509* const own = chain->front().get();
    if (auto good = judge(own, key->get(), files, now); !good) {
        return tl::unexpected(good.error());
    }
    std::shared_ptr<tls_identity> made(new tls_identity);
    made->tickets_ = std::make_unique<ticket_keys>(std::chrono::steady_clock::now());
    made->context_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX* const context = made->context_.get();
    if (context == nullptr || !set_rules(context, *made->tickets_)) {
        return base::fail(std::make_error_code(std::errc::not_enough_memory),
                          "TLS cannot be set up (" + openssl_reason() +
                              "): check the installation of OpenSSL 3");
    }
    bool taken = SSL_CTX_use_certificate(context, own) == 1 &&
                 SSL_CTX_use_PrivateKey(context, key->get()) == 1;
    for (std::size_t i = 1; taken && i < chain->size(); ++i) {
        taken = SSL_CTX_add1_chain_cert(context, (*chain)[i].get()) == 1;
    }
    if (!taken) {
        return base::fail(tls_errc::unsuited,
                          "the certificate " + files.certificate.string() +
                              " would be refused by clients (" + openssl_reason() +
                              "): get one with an RSA key of 2048 bits or more, or one on the "
                              "curve P-256, signed with SHA-256");
    }
    made->not_after_ = moment_of(X509_get0_notAfter(own)).value_or(base::moment{});
    made->names_ = names_of(own);
    made->fingerprint_ = fingerprint_of(own);
    return made;
}

ssl_st* tls_identity::new_connection() const {
    SSL* const made = SSL_new(context_.get());
    if (made != nullptr) SSL_set_accept_state(made);
    return made;
}

} // namespace rollcall::http
