// Every limit of this room, apart from those of HTTP and of SCIM texts (http/limits.hpp,
// scim/limits.hpp). Plain data: whoever wires the server may choose others. Each has a test at the
// limit and one past it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rollcall::gateway {

struct limits {
    // --- Lists ---------------------------------------------------------------------------------

    /// Resources on a page when the client names no count. Okta expects at least 100.
    std::uint64_t page_default = 100;
    /// The most on a page; a larger count is cut to it. Published as filter.maxResults.
    std::uint64_t page_max = 500;
    /// Candidates of an index that are looked at on the I/O thread; with more, a worker does it.
    std::size_t inline_candidates_max = 32;
    /// Users that one request may examine. Past it: 400 tooMany, never a wrong total.
    std::uint64_t examined_users_max = 1'000'000;
    /// How long one request may examine users. Past it: 400 tooMany.
    std::chrono::milliseconds examine_time_max{15'000};
    /// Threads for lists and scans.
    unsigned list_threads = 2;
    /// Lists waiting for such a thread. One more is answered 429.
    std::size_t list_queue_max = 128;

    // --- Writes --------------------------------------------------------------------------------

    /// Characters of an Idempotency-Key. Past it: 400.
    std::size_t idempotency_key_max = 128;

    // --- Authentication ------------------------------------------------------------------------

    /// Good keys that each thread remembers.
    std::size_t known_keys_max = 4'096;
    /// Failed attempts of one address answered 401 in a burst; further ones are answered 429.
    unsigned failures_burst = 30;
    /// How long it takes until one more is.
    std::chrono::milliseconds failure_forgotten_after{1'000};
    /// Addresses whose failures are counted; past it all others share one count.
    std::size_t failing_peers_max = 4'096;

    // --- Discovery -----------------------------------------------------------------------------

    /// Base URLs for which the discovery documents are kept ready.
    std::size_t discovery_bases_max = 64;
};

} // namespace rollcall::gateway
