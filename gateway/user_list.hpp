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
#include "gateway/resource_query.hpp"
#include "gateway/scim/error.hpp"
#include "projections/directory.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rollcall::gateway {

class patience;

class user_list {
  public:
    user_list(const projections::directory& directory, const limits& bounds)
        : directory_(directory), bounds_(bounds) {}

    /// Appends the ListResponse if a few reads suffice; false, with nothing appended, if not.
    bool run_inline(const resource_query& asked, std::string& out) const;

    /// Appends the ListResponse. 400 tooMany past examined_users_max or examine_time_max; 503 as
    /// soon as `stop`, which is asked before each user, is true.
    scim::result<void> run(const resource_query& asked, const std::function<bool()>& stop,
                           std::string& out) const;

  private:
    class page_builder;

    [[nodiscard]] std::vector<projections::subject_id> candidates(const resource_query& asked,
                                                                  std::size_t most) const;
    scim::result<void> look_up(const resource_query& asked, patience& left,
                               page_builder& page) const;
    scim::result<void> scan(const resource_query& asked, patience& left, page_builder& page) const;
    void list(const resource_query& asked, std::string& out) const;

    const projections::directory& directory_;
    const limits bounds_;
};

} // namespace rollcall::gateway
