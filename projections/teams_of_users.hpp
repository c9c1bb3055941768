// The teams of many users, one user after the other: for pages and scans. Whoever asks about a
// single user asks the directory.
//
// The lists lie in the order of the users' ids, and ids grow with time, as listings do. So the walk
// goes along with the users: it steps, seeks only where a user is out of order, and reads nothing
// for those who come before the next one that is in a team, nor in a tenant without memberships.
//
// Sees one unchanging view, which is held as long as this lives: one request. Not thread-safe.
#pragma once

#include "eventlog/rows.hpp"
#include "eventlog/store.hpp"
#include "projections/state.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::projections {

class teams_of_users {
  public:
    teams_of_users(const eventlog::store& log, tenant_no tenant);

    /// The teams that the user is in, sorted by id. In any order of users, cheap in that of ids.
    std::vector<subject_id> of(const subject_id& user);

  private:
    [[nodiscard]] bool stands_before(const subject_id& user) const;

    std::string prefix_;
    std::unique_ptr<eventlog::row_snapshot> rows_;
    std::unique_ptr<eventlog::row_cursor> lists_; ///< null: nobody is in a team
    std::optional<subject_id> last_;              ///< the list stands at the first not before him
};

} // namespace rollcall::projections
