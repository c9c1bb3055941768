#include "eventlog/base/sha256.hpp"

#include <openssl/evp.h>

#include <cstdlib>
#include <memory>

namespace rollcall::base {
namespace {

struct context_free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_MD* algorithm() {
    static const EVP_MD* fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched;
}

void require(bool ok) {
    if (!ok) std::abort(); // a broken OpenSSL: no digest can be trusted
}

} // namespace

std::array<std::uint8_t, 32> sha256(std::initializer_list<std::string_view> pieces) {
    thread_local const std::unique_ptr<EVP_MD_CTX, context_free> context(EVP_MD_CTX_new());
    std::array<std::uint8_t, 32> out{};
    require(EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1);
    for (const std::string_view piece : pieces) {
        require(EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1);
    }
    unsigned size = 0;
    require(EVP_DigestFinal_ex(context.get(), out.data(), &size) == 1 && size == out.size());
    return out;
}

struct running_sha256::impl {
    std::unique_ptr<EVP_MD_CTX, context_free> context{EVP_MD_CTX_new()};
};

running_sha256::running_sha256() : impl_(std::make_unique<impl>()) {
    require(EVP_DigestInit_ex2(impl_->context.get(), algorithm(), nullptr) == 1);
}

running_sha256::~running_sha256() = default;
running_sha256::running_sha256(running_sha256&&) noexcept = default;
running_sha256& running_sha256::operator=(running_sha256&&) noexcept = default;

void running_sha256::add(std::string_view bytes) {
    require(EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::array<std::uint8_t, 32> running_sha256::digest() const {
    const std::unique_ptr<EVP_MD_CTX, context_free> sofar(EVP_MD_CTX_new());
    std::array<std::uint8_t, 32> out{};
    unsigned size = 0;
    require(EVP_MD_CTX_copy_ex(sofar.get(), impl_->context.get()) == 1);
    require(EVP_DigestFinal_ex(sofar.get(), out.data(), &size) == 1 && size == out.size());
    return out;
}

} // namespace rollcall::base
