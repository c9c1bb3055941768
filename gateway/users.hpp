// The handlers of /Users. Reads answer at once on the I/O thread (one row, spliced) or go to a
// worker (lists); writes become commands, wait for the desk, and are answered when they are
// durable.
//
// A handler is: read the request (scim), translate (user_wishes), hand in, render. What is allowed
// is decided in the writer's turn, not here.
#pragma once

#include "gateway/answer_budget.hpp"
#include "gateway/list_job.hpp"
#include "gateway/scim_services.hpp"
#include "gateway/scim_write.hpp"
#include "gateway/user_list.hpp"
#include "gateway/user_wishes.hpp"

namespace rollcall::gateway {

class users {
  public:
    explicit users(const scim_services& with);

    void get(call& c);

    void list(call& c) { answer_list(c, query_place::url); }

    /// POST /Users/.search: the same with the parameters in the body.
    void search(call& c) { answer_list(c, query_place::body); }

    void create(call& c);

    void replace(call& c) { change(c, change_kind::replace); }

    void patch(call& c) { change(c, change_kind::patch); }

    void remove(call& c);

  private:
    void change(call& c, change_kind kind);
    void check_manager(const call& c, user_change& asked,
                       const std::optional<projections::user_state>& current) const;
    [[nodiscard]] answer_writer answer() const;
    void answer_list(call& c, query_place where);
    /// On a worker; a list of `packed_from` bytes is packed.
    scim::result<list_answer> find(const resource_query& asked, const std::function<bool()>& stop,
                                   std::size_t packed_from);

    scim_services with_;
    user_list lister_;
    answer_budget lists_in_memory_;
};

} // namespace rollcall::gateway
