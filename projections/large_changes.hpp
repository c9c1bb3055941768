// How many changes that may take several turns of the writer each tenant has under way. The rest of
// its tenant waits behind such a change, also who is to be deactivated and a key that is to be
// revoked: so there are few at a time, however many are asked for.
#pragma once

#include "eventlog/ids.hpp"
#include "projections/command.hpp"
#include "projections/directory.hpp"
#include "projections/tenant_places.hpp"

#include <cstddef>

namespace rollcall::projections {

/// Any thread.
class large_changes {
  public:
    /// `each_max`: of one tenant, waiting ones included.
    explicit large_changes(std::size_t each_max) : each_max_(each_max) {}

    /// False if the tenant has as many as it may have. After true, leave() must follow once.
    bool enter(eventlog::tenant_no tenant);
    void leave(eventlog::tenant_no tenant);

  private:
    std::size_t each_max_;
    tenant_places under_way_;
};

/// True if the command may let more people join or leave a team than one turn takes
/// (members_per_turn_max), going by who is in it now. Throws eventlog::storage_failure.
bool may_be_large(const directory& views, const command& asked);

} // namespace rollcall::projections
