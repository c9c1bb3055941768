// How many commands each tenant has between being handed in and being answered. Each keeps a place
// in the writer's queue and the connection that asked, even when its client has gone; so one tenant
// has a share of both, however many he sends and however slowly his line moves.
//
// What takes rights away finds places when the others are taken, and the tenant's admins some that
// no key can take: or whoever holds a key could keep it from being revoked.
#pragma once

#include "eventlog/base/rare_note.hpp"
#include "projections/command.hpp"
#include "projections/tenant_places.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace rollcall::projections {

/// Any thread.
class waiting_commands {
  public:
    /// `each_max`: of one tenant. Half as many more if they deprovision, and as many again if an
    /// admin asks.
    explicit waiting_commands(std::size_t each_max) : each_max_(each_max) {}

    /// Whether a tenant asks: what the server itself and its operators hand in is not counted.
    static bool is_counted(const command& asked);

    /// False if the tenant has as many waiting as may be for such a command. After true, leave()
    /// must follow once. @pre is_counted(asked)
    bool enter(const command& asked);
    void leave(eventlog::tenant_no tenant);

    /// Notes a command that was refused: how many, if it is time to tell the operator.
    std::optional<std::uint64_t> count_refused();

  private:
    [[nodiscard]] std::size_t most_for(const command& asked) const;

    const std::size_t each_max_;
    tenant_places waiting_;
    base::rare_note refused_;
};

} // namespace rollcall::projections
