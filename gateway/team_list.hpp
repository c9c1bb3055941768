// Carries out a query plan about teams: finds them, counts all of them, takes one page. Without
// their members, who are read when the page is sent.
//
// The total is exact or there is none, as in user_list.hpp. Blocks; on an I/O thread only
// find_quickly().
#pragma once

#include "gateway/limits.hpp"
#include "gateway/resource_query.hpp"
#include "gateway/scim/computed.hpp"
#include "gateway/scim/error.hpp"
#include "projections/directory.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::gateway {

class patience;

/// What the server says of a team by itself. `id` is the team's as text; it and `base_url` outlive
/// the result.
scim::computed computed_of(const projections::team_state& team, std::string_view id,
                           std::string_view base_url);

struct found_teams {
    std::uint64_t total = 0;
    std::vector<projections::team_state> page;
    std::size_t bytes = 0; ///< of the page's attributes
};

class team_list {
  public:
    team_list(const projections::directory& directory, const limits& bounds)
        : directory_(directory), bounds_(bounds) {}

    /// Finds them if a few reads suffice.
    [[nodiscard]] std::optional<found_teams> find_quickly(const resource_query& asked) const;

    /// 400 tooMany past examined_users_max or examine_time_max; 503 as soon as `stop` is true.
    [[nodiscard]] scim::result<found_teams> find(const resource_query& asked,
                                                 const std::function<bool()>& stop) const;

  private:
    class page_builder;

    [[nodiscard]] std::vector<projections::subject_id> candidates(const resource_query& asked,
                                                                  std::size_t most) const;
    void list(const resource_query& asked, page_builder& page) const;

    const projections::directory& directory_;
    const limits bounds_;
};

} // namespace rollcall::gateway
