// Bytes as text: lower-case hex and base64url without padding.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::base {

/// Lower-case hex.
std::string hex(std::span<const std::uint8_t> bytes);

/// Reads hex of any case; nothing for odd length or a foreign character.
std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view text);

/// RFC 4648 section 5, without padding.
std::string base64url(std::span<const std::uint8_t> bytes);

/// Views text as bytes and bytes as text, without copying.
inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view as_text(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace rollcall::base
