// Readings that may take the time of many rows. At the admin socket they run where they are, since
// its threads serve nobody else; at every other door an I/O thread carries identity providers, so
// they go to the gateway's workers, where tenants take turns and nobody has every thread.
//
// What is answered counts in a budget until the client has taken it: who asks and does not read
// brings no gigabytes.
//
// What may take longer than a page of the log goes to a worker from the admin socket as well: it
// has few threads, and they have to sign to the watchdog and to carry a revocation meanwhile.
#pragma once

#include "gateway/admin/parts.hpp"
#include "gateway/worker_pool.hpp"

#include <functional>

namespace rollcall::admin {

/// A call that lives apart from its connection: the same request, arguments and caller. Its reply
/// goes nowhere.
class detached_call {
  public:
    /// @pre the call has a route
    explicit detached_call(const gateway::call& c);
    detached_call(const detached_call&) = delete;
    detached_call& operator=(const detached_call&) = delete;

    [[nodiscard]] gateway::call& again() { return call_; }

  private:
    http::request request_; ///< without its body
    http::reply reply_;
    http::exchange exchange_;
    gateway::call call_;
};

/// Answers with what `work` says, now or from a worker. `work` refers to nothing of the call.
void aside(parts& p, gateway::call& c, gateway::job_weight weight,
           std::function<result<said>()> work);

/// Whether the answer is still wanted: somebody waits for it, and the server does not stop. Work
/// that takes long asks often.
using still_wanted = std::function<bool()>;

/// Answers from a worker, at every door, with what `work` says; 503 if the server stops meanwhile.
/// It takes a turn of `whose`. `work` refers to nothing of the call.
///
/// With `then`, what `work` says is not the answer unless it is a refusal: `then` goes on with the
/// call on its own thread, when its caller has been let in anew.
void on_worker(parts& p, gateway::call& c, eventlog::tenant_no whose, gateway::job_weight weight,
               std::function<result<said>(const still_wanted&)> work,
               std::function<void(gateway::call&)> then = nullptr);

/// The same on a thread where passwords are hashed and verified.
void in_office(parts& p, gateway::call& c, eventlog::tenant_no whose,
               std::function<result<said>(const still_wanted&)> work);

} // namespace rollcall::admin
