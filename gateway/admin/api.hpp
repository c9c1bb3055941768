// The admin API: tenants, keys, admins, users, seats, the log and long jobs as JSON under
// /admin/v1. README.md has the table of endpoints, permissions.cpp that of who may use which.
//
// It is one area of the gateway's front. Whoever can open the admin socket is the local operator,
// and may do everything; at any other door a token says who asks. Every change is recorded as his
// who asked for it.
//
// Readings at the admin socket run on the connection's thread and may take the time of a page of
// the log; so it has a server, and threads, of its own. Elsewhere workers do them, and everywhere
// that of seats, which may take long. Changes go
// through the command desk like everybody's. Outlives the server whose door it answers at;
// destroying it ends jobs and waits.
#pragma once

#include "gateway/admin/people_import.hpp"
#include "gateway/admin/services.hpp"
#include "gateway/routes.hpp"

#include <chrono>
#include <memory>

namespace rollcall::admin {

struct api_limits {
    std::size_t waits_max = 64;         ///< calls that wait for the log or a job; one more is a 429
    std::size_t tenants_waits_max = 48; ///< of these, those of tenants' admins
    std::size_t tenant_waits_max =
        8; ///< of these, those of one tenant's, or of all operators' tokens
    std::chrono::seconds wait_max{25};        ///< a longer `wait` is cut to it
    std::uint64_t users_page_max = 500;       ///< users on a page
    std::uint64_t users_scan_max = 20'000;    ///< users looked at for one page of a filtered list
    std::size_t candidates_max = 20;          ///< users named in a 409 ambiguous
    std::size_t refused_max = 20;             ///< refusals told about one person
    std::uint64_t seat_holders_max = 100;     ///< people listed by `seats`; likewise the refused
    std::uint64_t seat_stretches_max = 5'000; ///< times that somebody held a seat, on a page
    /// How long a page of a period is read, from its turn on; the next goes on from there. With the
    /// time that it waits for its turn it stays below http::limits::handling_time_max.
    std::chrono::milliseconds seat_page_time_max{5'000};
    /// How long it is looked up since when the holders of now hold their seats; who is left then is
    /// listed without it.
    std::chrono::milliseconds seat_since_time_max{1'000};
    /// Answers to tokens in memory until their clients have taken them; past it 429.
    std::size_t answer_bytes_total_max = std::size_t{64} * 1024 * 1024;
    std::size_t answer_bytes_tenant_max = std::size_t{16} * 1024 * 1024; ///< likewise, one tenant's
    std::size_t snapshots_max = 4; ///< being sent, one of a tenant at a time; past it 429
    /// From the view that a snapshot is of to its last piece; then cut off, for the view keeps rows
    /// of who is erased meanwhile from being cleaned away.
    std::chrono::milliseconds snapshot_time_max{60'000};
    job_limits jobs;
    import_limits imports;
};

class api {
  public:
    explicit api(services with, api_limits limits = {});
    ~api();
    api(const api&) = delete;
    api& operator=(const api&) = delete;

    /// The area to register in the front. It refers to this object.
    [[nodiscard]] gateway::area area();

    /// Calls that wait for the log or for a job; at most api_limits::waits_max.
    [[nodiscard]] std::size_t waits() const;

    /// Answers whoever waits; from now on nobody waits. So the doors of the world can drain.
    void let_go();

    /// Ends jobs and answers whoever waits; from now on nobody waits and no job starts. So the
    /// server can drain, and what the jobs work with can go; false if a job does not end, and it
    /// must not.
    [[nodiscard]] bool stop();

    struct parts; ///< this folder's source files only

  private:
    std::unique_ptr<parts> parts_;
};

} // namespace rollcall::admin
