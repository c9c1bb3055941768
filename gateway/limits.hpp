// Every limit of this room, apart from those of HTTP and of SCIM texts (http/limits.hpp,
// scim/limits.hpp). Plain data: whoever wires the server may choose others. Each has a test at the
// limit and one past it.
#pragma once

#include "gateway/tenant_pace.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rollcall::gateway {

/// What one tenant may have in a worker_pool. Past what may wait: 429 for him alone. What may run
/// is less where there are few threads: pages and scans of one tenant together leave one thread to
/// others, and his scans one of the rest to his pages.
struct tenant_share {
    /// Pages waiting.
    std::size_t tenant_pages_waiting_max = 32;
    /// The same, running. Past it they wait.
    unsigned tenant_pages_running_max = 2;
    /// Filters that need more than a few reads, waiting.
    std::size_t tenant_scans_waiting_max = 8;
    /// The same, running. Past it they wait.
    unsigned tenant_scans_running_max = 1;
};

struct limits {
    // --- Lists ---------------------------------------------------------------------------------

    /// Resources on a page when the client names no count. Okta expects at least 100.
    std::uint64_t page_default = 100;
    /// The most on a page; a larger count is cut to it. Published as filter.maxResults.
    std::uint64_t page_max = 500;
    /// Bytes of the users on a page. A page ends before the user who would pass it, but one user is
    /// always on it: `itemsPerPage` tells (RFC 7644 section 3.4.2.4). Some clients step by the
    /// count that they asked for, so this is more than page_default of the largest users weigh.
    std::size_t page_bytes_max = std::size_t{32} * 1024 * 1024;
    /// Candidates of an index that are looked at on the I/O thread; with more, a worker does it.
    std::size_t inline_candidates_max = 32;
    /// Comparisons of a filter that is evaluated there, the one that the index answers included.
    std::size_t inline_comparisons_max = 2;
    /// Bytes of all the candidates' documents together.
    std::size_t inline_bytes_max = std::size_t{64} * 1024;
    /// Users that one request may examine. Past it: 400 tooMany, never a wrong total.
    std::uint64_t examined_users_max = 1'000'000;
    /// How long one request may examine users. Past it: 400 tooMany.
    std::chrono::milliseconds examine_time_max{15'000};
    /// Threads for lists and scans. One of them never takes a scan, and one tenant never has all.
    unsigned list_threads = 3;
    /// Lists of all tenants waiting for such a thread. One more is answered 429.
    std::size_t list_queue_max = 512;
    /// What one tenant may have of them.
    tenant_share list_share;
    /// How long a list may wait. Past it: 429. Together with examine_time_max it stays below
    /// http::limits::handling_time_max, which would answer that the outcome is unknown.
    std::chrono::milliseconds list_wait_max{12'000};
    /// Lists in memory, from their rendering until the client has taken them. Past it: 429.
    std::size_t answer_bytes_total_max = std::size_t{256} * 1024 * 1024;
    /// Of these, those of one tenant. Past it: 429 for him.
    std::size_t answer_bytes_tenant_max = std::size_t{64} * 1024 * 1024;

    // --- Bodies of requests --------------------------------------------------------------------

    /// Of http::limits::input_bytes_total_max, what one tenant's requests take until they are
    /// answered. Past it: 429 for him. Files of people to import do not count: of these one comes
    /// in at a time.
    std::size_t input_bytes_tenant_max = std::size_t{16} * 1024 * 1024;

    // --- Packed answers ------------------------------------------------------------------------

    /// Answers of at least so many bytes are packed for clients who accept it; 0: none. Below it,
    /// packing costs more than the answer and saves no more than two packets on the wire.
    std::size_t packed_bytes_min = std::size_t{4} * 1024;
    /// Of answers that are made on an I/O thread, larger ones are sent as they are: packing them
    /// would hold up its other connections.
    std::size_t packed_inline_bytes_max = std::size_t{128} * 1024;

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

    // --- How often one tenant may ask ----------------------------------------------------------

    /// What a server that is told nothing else grants for each I/O thread, in a second: a tenth of
    /// what a thread answers, and far more than identity providers send.
    std::uint64_t tenant_requests_per_thread = 10'000;
    /// The requests of so many seconds may come all at once.
    std::chrono::seconds tenant_burst{2};
    /// What holds; whoever wires the server says.
    pace_terms tenant_requests;

    // --- Passwords, where a product keeps them -------------------------------------------------

    /// Bytes of a password. Past it: 400.
    std::size_t password_bytes_max = 1'024;
    /// Memory of one argon2id hash, and how often it goes over it, on one lane: what OWASP asks for
    /// at least. More memory is more time for each create.
    std::size_t password_hash_memory_bytes = std::size_t{19} * 1024 * 1024;
    unsigned password_hash_passes = 2;
    /// Threads that hash and verify.
    unsigned password_threads = 1;
    /// Passwords of all tenants waiting for such a thread. One more is answered 429.
    std::size_t password_queue_max = 64;
    /// Of them, those of one tenant. Past it: 429 for him.
    std::size_t tenant_passwords_waiting_max = 16;
    /// How long one may wait. Past it: 429.
    std::chrono::milliseconds password_wait_max{5'000};
    /// Verifications of one user all at once; further ones are answered 429.
    unsigned verifications_user_burst = 10;
    /// How long it takes until one more may be.
    std::chrono::milliseconds verification_user_pause{6'000};
    /// The same for all users of one tenant.
    unsigned verifications_tenant_burst = 100;
    std::chrono::milliseconds verification_tenant_pause{50};
    /// Users of one tenant whose verifications are counted; past it his others share one count. At
    /// the paces above not even half as many are counted at once.
    std::size_t tenant_verified_users_max = 512;

    // --- Discovery -----------------------------------------------------------------------------

    /// Base URLs for which the discovery documents are kept ready.
    std::size_t discovery_bases_max = 64;
};

} // namespace rollcall::gateway
