// One list on its way through the worker pool: carried out on a worker, answered on the
// connection's thread, and counted in the answer budget until the client has taken it.
#pragma once

#include "gateway/answer_budget.hpp"
#include "gateway/call.hpp"
#include "gateway/user_list.hpp"
#include "gateway/worker_pool.hpp"

#include <atomic>
#include <string_view>

namespace rollcall::gateway {

/// A job for worker_pool::post(). What it refers to outlives the pool.
struct list_job {
    const user_list& lister;
    answer_budget& memory;
    later duty;
    resource_query asked;
    std::size_t packed_from; ///< a list of so many bytes is packed

    /// Answers in any case: with the list, what is wrong with it, or when to come again.
    void operator()(job_turn turn, const std::atomic<bool>& stop);

    [[nodiscard]] bool wanted() const { return duty.wanted(); }
};

/// 429 with Retry-After: what stands in the way is load, not the request.
void refuse_list(call& c, std::string_view why);

/// The same, for a list that the workers did not take: `his` share of the queue is full, or all.
void refuse_full_queue(call& c, bool his);

/// What went wrong with a list that was begun.
void refuse_unfinished(call& c, const scim::error& why);

} // namespace rollcall::gateway
