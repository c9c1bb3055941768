// The keys that seal TLS session tickets: how a client that has been here before gets a short
// handshake, without anything being remembered about him here. Each key seals for
// ticket_key_age_max and opens for as long again; then it is forgotten, and with it the secrets of
// the sessions that it sealed. Keys live in memory only and die with the certificate they were made
// for: what replaces a certificate that was stolen must not accept yesterday's sessions.
//
// Thread-safe. Which key is the present one follows from the times that are asked with: there is no
// thread and no timer behind it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>

namespace rollcall::http {

/// How long a key seals, and a ticket can be used: RFC 8446 section 4.6.1 allows up to seven days.
inline constexpr std::chrono::hours ticket_key_age_max{6};

class ticket_keys {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    static constexpr std::size_t name_bytes = 16;
    static constexpr std::size_t secret_bytes = 32;

    struct key {
        std::array<std::uint8_t, name_bytes> name{};     ///< in clear in the ticket
        std::array<std::uint8_t, secret_bytes> cipher{}; ///< AES-256
        std::array<std::uint8_t, secret_bytes> mac{};    ///< HMAC-SHA-256
        time_point made;
    };

    explicit ticket_keys(time_point now);
    ticket_keys(const ticket_keys&) = delete;
    ticket_keys& operator=(const ticket_keys&) = delete;
    ~ticket_keys();

    /// The key to seal with.
    key to_seal(time_point now);

    /// The key of that name, if it is not too old; `stale`: a new ticket should replace this one.
    std::optional<key> to_open(std::span<const std::uint8_t, name_bytes> name, time_point now,
                               bool& stale);

  private:
    void rotate(time_point now);

    std::mutex mutex_;
    key present_;
    std::optional<key> former_;
};

} // namespace rollcall::http
