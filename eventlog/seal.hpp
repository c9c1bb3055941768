// Sealing: XChaCha20-Poly1305 (IETF) with a random 192-bit nonce. Random, not counted: after a
// crash a counter could meet another plaintext. sealed = nonce 24 ‖ ciphertext ‖ tag 16.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/ids.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::eventlog {

/// 256 secret bits, wiped when they go.
class secret_key {
  public:
    static constexpr std::size_t size = 32;

    secret_key() = default;

    explicit secret_key(const std::array<std::uint8_t, size>& bytes) : bytes_(bytes) {}

    secret_key(const secret_key&) = default;
    secret_key& operator=(const secret_key&) = default;
    ~secret_key();

    static secret_key random();

    [[nodiscard]] const std::array<std::uint8_t, size>& bytes() const { return bytes_; }

  private:
    std::array<std::uint8_t, size> bytes_{};
};

inline constexpr std::size_t seal_overhead = 24 + 16;

/// `context` is bound to the sealed bytes: they open only under the same one.
std::string seal(const secret_key& key, std::string_view context, std::string_view plain);

/// Errors: log_errc::sealed_damaged for a wrong key, context or changed byte.
base::result<std::string> unseal(const secret_key& key, std::string_view context,
                                 std::string_view sealed);

/// The context of an event's sealed part: tenant, subject, type, schema. Not seq: the seal may be
/// made before the seq is known, and the chain binds the place already.
std::string event_seal_context(tenant_no tenant, const subject_id& subject, std::uint16_t type,
                               std::uint16_t schema);

/// A 128-bit keyed hash (BLAKE2b) for lookup keys: equal values meet, nothing can be read back.
std::array<std::uint8_t, 16> lookup_hash(const secret_key& key, std::string_view value);

} // namespace rollcall::eventlog
