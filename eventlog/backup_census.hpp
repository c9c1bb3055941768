// Which keys the events of a backup need, and which a backup of the keys has: for its verification
// and for a restore. Pure. Memory: 20 bytes for each person and team there ever was, twice.
//
//   for each record:            census.take(record)
//   for each row of the keys:   if (census.wants(row)) ...
//   census.missing()            who cannot be read
#pragma once

#include "eventlog/record.hpp"
#include "eventlog/subject_set.hpp"

#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace rollcall::eventlog {

struct missing_keys {
    std::vector<tenant_no> tenants; ///< without keys: nothing can be written for them either
    /// With sealed events, without key, and nothing says yet that they are gone: people who were
    /// not erased, teams that were not deleted, admins who were not disabled.
    subject_set subjects;

    [[nodiscard]] bool none() const { return tenants.empty() && subjects.empty(); }
};

class backup_census {
  public:
    /// The next record of the log, oldest first.
    void take(const record_view& record);

    /// True for a row of table::keys that belongs to these events: not one of who was erased, nor
    /// of who came later. Counted as there. @pre all records were taken
    bool wants(std::string_view row);

    /// After all rows.
    [[nodiscard]] missing_keys missing() const;

    /// People and teams who can be read with the right keys.
    [[nodiscard]] std::size_t sealed() const { return needed_.without(erased_).size(); }

  private:
    struct tenant {
        bool needs_keys = false;
        bool has_newest = false;
        bool has_lookup = false;
    };

    std::map<tenant_no, tenant> tenants_;
    subject_set needed_;
    subject_set erased_;
    std::set<tenant_subject> closed_; ///< teams and admins: their history is read while keys last
    subject_set found_;
};

} // namespace rollcall::eventlog
