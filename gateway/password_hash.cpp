#include "gateway/password_hash.hpp"

#include <sodium.h>

#include <array>

namespace rollcall::gateway {
namespace {

/// The library takes no null, not even for nothing.
const char* start_of(const base::secret_text& text) {
    return text.empty() ? "" : text.view().data();
}

} // namespace

std::optional<std::string> hash_password(const base::secret_text& text, const password_cost& cost) {
    std::array<char, crypto_pwhash_argon2id_STRBYTES> out{};
    const int failed = crypto_pwhash_argon2id_str(out.data(), start_of(text), text.view().size(),
                                                  cost.passes, cost.memory_bytes);
    if (failed != 0) return std::nullopt;
    return std::string(out.data());
}

bool is_password(std::string_view hash, const base::secret_text& text) {
    const std::string whole(hash); // ends with the zero that libsodium asks for
    return crypto_pwhash_argon2id_str_verify(whole.c_str(), start_of(text), text.view().size()) ==
           0;
}

} // namespace rollcall::gateway
