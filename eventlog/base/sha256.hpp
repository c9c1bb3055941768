// SHA-256 (FIPS 180-4), piecewise. OpenSSL does the work; one context per thread is reused.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace rollcall::base {

/// The digest of the pieces, one after the other.
std::array<std::uint8_t, 32> sha256(std::initializer_list<std::string_view> pieces);

} // namespace rollcall::base
