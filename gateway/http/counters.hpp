// What the server counts. Each I/O thread counts for itself, without locks and without sharing
// cache lines; a snapshot adds the threads up and may be taken on any thread at any time.
#pragma once

#include "gateway/http/fault.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace rollcall::http {

/// Sums over all threads since the start, except `connections_open`, which is the present number.
struct counters_snapshot {
    std::uint64_t connections_open = 0;
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_refused = 0; ///< answered 503 for limits::connections_max
    std::uint64_t accept_failures = 0;     ///< out of file descriptors or memory
    std::uint64_t requests = 0;            ///< handed to a handler
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t head_bytes = 0;
    std::uint64_t body_bytes = 0;
    /// Requests refused by this room, timeouts included; in the order of `fault`.
    std::array<std::uint64_t, faults_count> faults{};
    std::uint64_t timeouts_head = 0;
    std::uint64_t timeouts_body = 0;
    std::uint64_t timeouts_handling = 0;
    std::uint64_t timeouts_write = 0;
    std::uint64_t timeouts_idle = 0;
    std::uint64_t timeouts_handshake = 0;
    std::uint64_t handshakes_done = 0;
    std::uint64_t handshakes_resumed = 0;     ///< of these, with a ticket of an earlier session
    std::uint64_t handshakes_failed = 0;      ///< no common version or cipher, or broken off
    std::uint64_t handshakes_crowded_out = 0; ///< cut for limits::tls_handshakes_max
    std::uint64_t handshakes_plain = 0;       ///< plain HTTP on a TLS port
    std::uint64_t answers_unclaimed = 0;      ///< deferred answers whose client had gone
    std::uint64_t answers_broken_off = 0;     ///< cut in the middle, because the rest was not there

    counters_snapshot& operator+=(const counters_snapshot& other);
};

/// A number that one thread writes and any thread reads.
class counter {
  public:
    void add(std::uint64_t n) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }

    void subtract(std::uint64_t n) {
        value_.store(value_.load(std::memory_order_relaxed) - n, std::memory_order_relaxed);
    }

    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

/// The counters of one I/O thread; written by that thread only.
struct alignas(64) thread_counters {
    counter connections_open, connections_accepted, connections_refused, accept_failures;
    counter requests, bytes_in, bytes_out, head_bytes, body_bytes;
    std::array<counter, faults_count> faults;
    counter timeouts_head, timeouts_body, timeouts_handling, timeouts_write, timeouts_idle;
    counter timeouts_handshake, handshakes_done, handshakes_resumed, handshakes_failed;
    counter handshakes_crowded_out, handshakes_plain;
    counter answers_unclaimed, answers_broken_off;

    [[nodiscard]] counters_snapshot read() const;
};

} // namespace rollcall::http
