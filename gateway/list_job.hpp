// One list on its way through the worker pool: found on a worker, answered on the connection's
// thread. Users and teams go the same way; they differ in how they find, and in what they answer.
#pragma once

#include "gateway/answer_budget.hpp"
#include "gateway/call.hpp"
#include "gateway/resource_query.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim_services.hpp"

#include <functional>
#include <string_view>

namespace rollcall::gateway {

/// Answers with what was found, on the connection's thread.
using list_answer = std::function<void(call&)>;

/// Finds on a worker; ends early, with any error, when `stop` becomes true. May take `asked`. May
/// throw what a failing disk throws.
using find_list = std::function<scim::result<list_answer>(resource_query& asked,
                                                          const std::function<bool()>& stop)>;

/// Has the workers find the list, and answers in any case: with it, with what is wrong with it, or
/// when to come again. `memory`, and what `find` refers to, outlive the workers.
void answer_by_worker(const scim_services& with, const answer_budget& memory, call& c,
                      resource_query asked, find_list find);

/// 429 with Retry-After: what stands in the way is load, not the request.
void refuse_list(call& c, std::string_view why);

/// 429 for lists that wait in memory for their clients to read them.
void refuse_full_memory(call& c);

} // namespace rollcall::gateway
