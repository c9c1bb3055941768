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

} // namespace

std::string make_bearer_key() {
    key_bytes random{};
    base::fill_random(random);
    return spell_bearer_key(random);
}

std::string spell_bearer_key(const key_bytes& random) {
    std::string text(bearer_key_prefix);
    text += base::base64url(random);
    text += checksum(text);
    return text;
}

bool is_bearer_key(std::string_view text) {
    if (text.size() != bearer_key_size || !text.starts_with(bearer_key_prefix)) return false;
    const std::string_view rest = text.substr(bearer_key_prefix.size());
    if (!std::all_of(rest.begin(), rest.end(), is_base64url)) return false;
    const std::size_t body = text.size() - checksum_size;
    return checksum(text.substr(0, body)) == text.substr(body);
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
