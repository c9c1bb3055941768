#include "eventlog/seal.hpp"

#include "eventlog/base/random.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"

#include <sodium.h>

#include <cstdlib>

namespace rollcall::eventlog {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(nonce_size + tag_size == seal_overhead);
static_assert(secret_key::size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

} // namespace

secret_key::~secret_key() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

secret_key secret_key::random() {
    secret_key key;
    base::fill_random(key.bytes_);
    return key;
}

std::string seal(const secret_key& key, std::string_view context, std::string_view plain) {
    std::string out;
    out.resize(nonce_size + plain.size() + tag_size);
    base::fill_random({raw(out), nonce_size});
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(out) + nonce_size, nullptr, raw(plain),
                                               plain.size(), raw(context), context.size(), nullptr,
                                               raw(out), key.bytes().data());
    return out;
}

base::result<std::string> unseal(const secret_key& key, std::string_view context,
                                 std::string_view sealed) {
    std::string plain;
    if (sealed.size() >= seal_overhead) {
        plain.resize(sealed.size() - seal_overhead);
        const std::string_view body = sealed.substr(nonce_size);
        if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(body),
                                                       body.size(), raw(context), context.size(),
                                                       raw(sealed), key.bytes().data()) == 0) {
            return plain;
        }
    }
    return base::fail(log_errc::sealed_damaged,
                      "sealed bytes do not open: wrong key, wrong place or damaged");
}

std::string event_seal_context(tenant_no tenant, const subject_id& subject, std::uint16_t type,
                               std::uint16_t schema) {
    std::string context = "event";
    base::put_be(context, tenant.value);
    base::put_bytes(context, subject.bytes);
    base::put_be(context, type);
    base::put_be(context, schema);
    return context;
}

std::array<std::uint8_t, 16> lookup_hash(const secret_key& key, std::string_view value) {
    std::array<std::uint8_t, 16> out{};
    const int status = crypto_generichash(out.data(), out.size(), raw(value), value.size(),
                                          key.bytes().data(), key.bytes().size());
    if (status != 0) std::abort(); // only for wrong sizes, which are fixed here
    return out;
}

} // namespace rollcall::eventlog
