// Carries out a query plan: finds the users, counts all of them, renders one page.
//
// The total is exact or there is none: a request that would have to look at more users, or for
// longer, than the limits allow is refused with 400 tooMany. A page may hold fewer users than it
// was asked for: it ends at page_bytes_max, and itemsPerPage says how many there are.
//
// Blocks: on an I/O thread only through run_inline(), which gives up as soon as it is not a matter
// of a few reads of small users and of one comparison beside what the index has answered.
#pragma once

#include "gateway/limits.hpp"
#include "gateway/query_plan.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/paging.hpp"
#include "gateway/scim/selection.hpp"
#include "projections/directory.hpp"

#include <functional>
#include <string>
#include <vector>

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

    /// Appends the ListResponse. 400 tooMany past examined_users_max or examine_time_max; 503 as
    /// soon as `stop`, which is asked before each user, is true.
    scim::result<void> run(const user_query& asked, const std::function<bool()>& stop,
                           std::string& out) const;

    /// What a list is answered that was not carried out to its end.
    static tl::unexpected<scim::error> unfinished();

  private:
    class page_builder;
    class patience;

    [[nodiscard]] std::vector<projections::subject_id> candidates(const user_query& asked,
                                                                  std::size_t most) const;
    scim::result<void> look_up(const user_query& asked, patience& left, page_builder& page) const;
    scim::result<void> scan(const user_query& asked, patience& left, page_builder& page) const;
    void list(const user_query& asked, std::string& out) const;

    const projections::directory& directory_;
    const limits bounds_;
};

} // namespace rollcall::gateway
