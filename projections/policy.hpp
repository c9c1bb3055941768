// Under which provisioning contract a command was judged before it was handed in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::projections {

/// What of a user's life has to be approved, and how long that may take.
struct approval_terms {
    bool invites = false;                     ///< somebody new waits for a role and an approval
    bool reactivations = false;               ///< who comes back waits for an approval
    bool roles = false;                       ///< so does another role of who has access
    std::uint32_t expires_days = 0;           ///< then a request ends undecided; 0 = never
    std::uint32_t remind_days = 0;            ///< from one reminder to the next; 0 = none
    std::vector<std::string> roles_allowed{}; ///< sorted; empty: any word

    [[nodiscard]] bool any() const { return invites || reactivations || roles; }
};

/// The other rules themselves are the gateway's. Here it is compared with the tenant's own when it
/// is the command's turn, and its label goes into the events.
struct policy {
    std::string profile; ///< as in tenant_settings
    std::string label;   ///< with its version: `zamp@3`, and that of the mapping if there is one
    approval_terms approvals{};
    /// Likewise mapping_state::version of what turned the request, 0 = none; absent: it came by a
    /// door where nothing is turned.
    std::optional<std::uint64_t> mapping{};
};

} // namespace rollcall::projections
