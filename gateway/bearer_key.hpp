// How bearer secrets are spelt, so that people, secret scanners and we recognise one and know what
// it opens: a tenant's key opens SCIM, the token of an admin or operator opens the admin API.
//
//     rc_ <43 characters: base64url of 32 random bytes> <6 characters: checksum>
//     rc_[A-Za-z0-9_-]{49}       a key
//     rca_[A-Za-z0-9_-]{49}      a token
//
// The checksum is base64url of the CRC-32C, big-endian, of everything before it. A scanner or a
// person can tell a real key from a mistyped one without asking a server, and we refuse the latter
// without a look-up. It protects nothing: the 256 random bits do. For the same reason the stored
// hash is plain SHA-256: there is nothing to guess, and a slow hash would only slow every request.
#pragma once

#include "eventlog/record.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::gateway {

inline constexpr std::string_view bearer_key_prefix = "rc_";
inline constexpr std::size_t bearer_key_size = 52;

using key_bytes = std::array<std::uint8_t, 32>;

/// A new key. The caller shows it once and keeps only secret_hash() of it.
std::string make_bearer_key();

/// The key made of these bytes.
std::string spell_bearer_key(const key_bytes& random);

/// True if the text has the form of a key and its checksum is right.
bool is_bearer_key(std::string_view text);

inline constexpr std::string_view admin_token_prefix = "rca_";
inline constexpr std::size_t admin_token_size = 53;

/// The same for tokens. No text is both a key and a token.
std::string make_admin_token();
std::string spell_admin_token(const key_bytes& random);
bool is_admin_token(std::string_view text);

/// What is stored of a key or token and looked up: SHA-256 of the whole text.
eventlog::digest secret_hash(std::string_view key);

/// Compares without telling, by its duration, how much was equal.
bool equal_in_constant_time(const eventlog::digest& a, const eventlog::digest& b);

} // namespace rollcall::gateway
