// The handlers of /Users. Reads answer at once on the I/O thread (one row, spliced) or go to a
// worker (lists); writes become commands, wait for the desk, and are answered when they are
// durable.
//
// A handler is: read the request (scim), translate (user_wishes), hand in, render. What is allowed
// is decided in the writer's turn, not here.
#pragma once

#include "gateway/answer_budget.hpp"
#include "gateway/base_url.hpp"
#include "gateway/call.hpp"
#include "gateway/limits.hpp"
#include "gateway/user_list.hpp"
#include "gateway/user_wishes.hpp"
#include "gateway/worker_pool.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace rollcall::gateway {

/// What the SCIM handlers work with. References outlive them.
struct scim_services {
    const projections::directory& directory;
    projections::command_desk& desk;
    answer_courier& courier;
    worker_pool& lists;
    base_url_options urls;
    limits bounds;
};

/// Reads an id as it stands in a URL. Compared exactly (RFC 7643 section 3.1): the spelling in
/// another case is no id of ours.
std::optional<projections::subject_id> id_of(std::string_view text);

class users {
  public:
    explicit users(const scim_services& with);

    void get(call& c);
    void list(call& c);
    /// POST /Users/.search: the same with the parameters in the body (RFC 7644 section 3.4.3).
    void search(call& c);
    void create(call& c);

    void replace(call& c) { change(c, change_kind::replace); }

    void patch(call& c) { change(c, change_kind::patch); }

    void remove(call& c);

  private:
    struct write;

    void change(call& c, change_kind kind);
    struct parameters;
    void answer_list(call& c, const parameters& with);
    void run_on_worker(call& c, user_query asked);
    void submit(call& c, std::shared_ptr<write> what, projections::command_body body);
    void refuse_write(call& c, std::string_view action, std::string_view who,
                      const scim::error& why);
    [[nodiscard]] std::shared_ptr<write> begin_write(call& c) const;
    static void refuse_unknown(call& c);
    bool set_base(call& c, std::string& base) const;

    scim_services with_;
    user_list lister_;
    answer_budget lists_in_memory_;
};

} // namespace rollcall::gateway
