// Carries out a query plan: finds the users, counts all of them, renders one page.
//
// The total is exact or there is none: a request that would have to look at more users, or for
// longer, than the limits allow is refused with 400 tooMany. Blocks: on an I/O thread only through
// run_inline(), which gives up as soon as it is not a matter of a few reads.
#pragma once

#include "gateway/limits.hpp"
#include "gateway/query_plan.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/paging.hpp"
#include "gateway/scim/selection.hpp"
#include "projections/directory.hpp"

#include <string>

namespace rollcall::gateway {

/// A list as it was asked for; owns everything, so it can go to a worker.
struct user_query {
    projections::tenant_no tenant;
    query_plan plan;
    scim::page_request page;
    scim::selection shown;
    std::string base_url;
};

class user_list {
  public:
    user_list(const projections::directory& directory, const limits& bounds)
        : directory_(directory), bounds_(bounds) {}

    /// Appends the ListResponse if a few reads suffice; false, with nothing appended, if not.
    bool run_inline(const user_query& asked, std::string& out) const;

    /// Appends the ListResponse. 400 tooMany past examined_users_max or examine_time_max.
    scim::result<void> run(const user_query& asked, std::string& out) const;

  private:
    class page_builder;

    [[nodiscard]] std::vector<projections::subject_id> candidates(const user_query& asked,
                                                                  std::size_t most) const;
    void examine(const user_query& asked, const projections::subject_id& id,
                 page_builder& page) const;
    scim::result<void> look_up(const user_query& asked, page_builder& page) const;
    scim::result<void> scan(const user_query& asked, page_builder& page) const;
    void list(const user_query& asked, std::string& out) const;

    const projections::directory& directory_;
    const limits bounds_;
};

} // namespace rollcall::gateway
