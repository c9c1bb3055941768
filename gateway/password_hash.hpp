// Passwords as hashes: argon2id (RFC 9106) by libsodium, in PHC strings, which say with which
// parameters they were made. So parameters may be raised at any time: what was made with others is
// verified with those.
#pragma once

#include "eventlog/base/secret_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::gateway {

/// What a hash costs whoever makes it, and whoever tries out passwords. One lane: libsodium knows
/// no others.
struct password_cost {
    std::size_t memory_bytes = 0;
    unsigned passes = 0;
};

/// With a new salt. Nothing if there is not enough memory.
std::optional<std::string> hash_password(const base::secret_text& text, const password_cost& cost);

/// Whether the hash is that of `text`, compared in constant time.
bool is_password(std::string_view hash, const base::secret_text& text);

} // namespace rollcall::gateway
