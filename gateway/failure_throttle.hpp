// Slows down guessing of keys: a token bucket for each peer address, for failures only. Who shows a
// good key never comes here, so tenants who share an address with a guesser are not harmed. It
// slows down guessing of passwords too (verification_pace.hpp): there a peer is a user or a tenant.
//
// IPv6 peers are counted by their /64, which is what one subscriber gets. The table is bounded:
// when it is full of addresses that still have failures to forget, new ones share a single bucket.
// Thread-safe.
#pragma once

#include "gateway/limits.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rollcall::gateway {

class failure_throttle {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit failure_throttle(const limits& bounds);
    failure_throttle(unsigned burst, std::chrono::milliseconds forgotten_after,
                     std::size_t peers_max);

    /// Counts one failure of `peer`. Nothing: it is within the limit. Otherwise it is past it, and
    /// the peer should come back after that many whole seconds, at least one.
    std::optional<std::chrono::seconds> count_failure(std::string_view peer, time_point now);

    /// What count_failure() would say, without counting and without a place in the table.
    [[nodiscard]] std::optional<std::chrono::seconds> wait_of(std::string_view peer,
                                                              time_point now) const;

    /// Takes those out of the table whose failures are all forgotten. It happens by itself when the
    /// table is full.
    void forget(time_point now);

    /// Addresses that are counted at the moment.
    [[nodiscard]] std::size_t peers() const;

  private:
    struct bucket {
        time_point empty_at; ///< when all its failures are forgotten
    };

    void erase_forgotten(time_point now);
    bucket& bucket_of(std::string_view peer, time_point now);
    /// Nothing: one more is within the limit.
    [[nodiscard]] std::optional<std::chrono::seconds> over(const bucket& b, time_point now) const;

    const std::chrono::nanoseconds cost_;
    const std::chrono::nanoseconds burst_;
    const std::size_t peers_max_;

    mutable std::mutex mutex_;
    std::unordered_map<std::string, bucket> buckets_;
    bucket others_;
};

/// What stands for a peer in the table: an IPv4 address, or the /64 of an IPv6 one.
std::string throttle_key(std::string_view peer);

} // namespace rollcall::gateway
