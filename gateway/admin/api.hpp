// The admin API: tenants, keys, users, seats, the log and long jobs as JSON under /admin/v1, for
// the operator of this machine. README.md has the table of endpoints.
//
// It is one area of the gateway's front and answers only at the door of kind admin_socket: whoever
// can open that socket is the local operator, and every change is recorded as his. At any other
// door there is nothing under /admin/v1.
//
// Reads run on the connection's thread and may take the time of a page of the log; so the admin
// socket has a server, and threads, of its own. Changes go through the command desk like
// everybody's. Outlives the server whose door it answers at; destroying it ends jobs and waits.
#pragma once

#include "gateway/admin/people_import.hpp"
#include "gateway/admin/services.hpp"
#include "gateway/routes.hpp"

#include <chrono>
#include <memory>

namespace rollcall::admin {

struct api_limits {
    std::size_t waits_max = 64;         ///< calls that wait for the log or a job; one more is a 429
    std::chrono::seconds wait_max{25};  ///< a longer `wait` is cut to it
    std::uint64_t users_page_max = 500; ///< users on a page
    std::uint64_t users_scan_max = 20'000; ///< users looked at for one page of a filtered list
    std::size_t candidates_max = 20;       ///< users named in a 409 ambiguous
    std::size_t refused_max = 20;          ///< refusals told about one person
    std::uint64_t seat_holders_max = 100;  ///< people listed by `seats`; likewise the refused
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

    /// Ends jobs and answers whoever waits; from now on nobody waits and no job starts. So the
    /// server can drain, and what the jobs work with can go.
    void stop();

    struct parts; ///< this folder's source files only

  private:
    std::unique_ptr<parts> parts_;
};

} // namespace rollcall::admin
