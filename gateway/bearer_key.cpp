#include "gateway/bearer_key.hpp"

#include "eventlog/base/crc32c.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/random.hpp"
#include "eventlog/base/sha256.hpp"

#include <algorithm>

namespace rollcall::gateway {
namespace {

constexpr std::size_t checksum_size = 6;

std::string checksum(std::string_view before) {
    const std::uint32_t crc = base::crc32c(before);
    const std::array<std::uint8_t, 4> bytes{
        static_cast<std::uint8_t>(crc >> 24), static_cast<std::uint8_t>(crc >> 16),
        static_cast<std::uint8_t>(crc >> 8), static_cast<std::uint8_t>(crc)};
    return base::base64url(bytes);
}

bool is_base64url(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

key_bytes random_bytes() {
    key_bytes random{};
    base::fill_random(random);
    return random;
}

std::string spell(std::string_view prefix, const key_bytes& random) {
    std::string text(prefix);
    text += base::base64url(random);
    text += checksum(text);
    return text;
}

/// @pre the text is long enough for a checksum
bool is_spelt(std::string_view prefix, std::string_view text) {
    if (!text.starts_with(prefix)) return false;
    const std::string_view rest = text.substr(prefix.size());
    if (!std::all_of(rest.begin(), rest.end(), is_base64url)) return false;
    const std::size_t body = text.size() - checksum_size;
    return checksum(text.substr(0, body)) == text.substr(body);
}

} // namespace

std::string make_bearer_key() {
    return spell(bearer_key_prefix, random_bytes());
}

std::string spell_bearer_key(const key_bytes& random) {
    return spell(bearer_key_prefix, random);
}

bool is_bearer_key(std::string_view text) {
    return text.size() == bearer_key_size && is_spelt(bearer_key_prefix, text);
}

std::string make_admin_token() {
    return spell(admin_token_prefix, random_bytes());
}

std::string spell_admin_token(const key_bytes& random) {
    return spell(admin_token_prefix, random);
}

bool is_admin_token(std::string_view text) {
    return text.size() == admin_token_size && is_spelt(admin_token_prefix, text);
}

eventlog::digest secret_hash(std::string_view key) {
    return base::sha256({key});
}

bool equal_in_constant_time(const eventlog::digest& a, const eventlog::digest& b) {
    volatile std::uint8_t difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
    }
    return difference == 0;
}

} // namespace rollcall::gateway
