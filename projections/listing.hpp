// A walk over a tenant's users or teams in listing order, from any depth on: whole blocks of places
// are skipped by their counts. Sees the rows of one snapshot, which must outlive it.
#pragma once

#include "eventlog/rows.hpp"
#include "projections/rows.hpp"

#include <memory>
#include <string_view>

namespace rollcall::projections {

class listing {
  public:
    /// Begins at the `first`-th (0 = first) that lives.
    listing(const eventlog::row_snapshot& rows, listing_kind kind, tenant_no tenant,
            std::uint64_t first);

    /// The next one's id and row, which is valid until the next call; false at the end. Throws
    /// storage_failure, also when somebody is missing: a provider takes whom it does not see for
    /// gone, so no list is better than one that is cut short.
    bool next(subject_id& id, std::string_view& row);

  private:
    listing_kind kind_;
    tenant_no tenant_;
    std::unique_ptr<eventlog::row_cursor> places_;
    std::unique_ptr<eventlog::row_cursor> entities_;
    std::uint64_t left_ = 0; ///< still to come, as the tenant's counters say
    bool at_end_ = false;
    bool placed_ = false;
};

} // namespace rollcall::projections
