// What a plan grants, and what becomes of people when it grants less.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::eventlog {

/// What happens to people who are more than the limit allows, after it was lowered. On disk for
/// ever.
enum class downgrade_policy : std::uint8_t {
    block_new = 1,      ///< nobody new; who is there stays
    grace = 2,          ///< the same until `grace_days` have passed, then the newest are suspended
    suspend_newest = 3, ///< the newest are suspended at once
};

/// `block_new` and so on; empty for an unknown number.
std::string_view downgrade_policy_name(downgrade_policy policy);
std::optional<downgrade_policy> parse_downgrade_policy(std::string_view name);

/// What a plan grants. A tenant has a copy of its own, which changes by events of its own.
struct plan_terms {
    std::optional<std::uint64_t> seats; ///< nothing = unlimited
    bool scim_included = true;
    /// Bit s: who is in status number s holds a seat (projections/status.hpp has the numbers).
    /// Not written: pending_role, pending_approval, active.
    std::uint8_t seat_states = 0b000'0111;
    downgrade_policy on_downgrade = downgrade_policy::block_new;
    std::uint32_t grace_days = 0;
    /// seq of the definition in the system tenant that this is a copy of; 0 = the plan `default`,
    /// which nobody defined.
    std::uint64_t version = 0;
    friend bool operator==(const plan_terms&, const plan_terms&) = default;
};

} // namespace rollcall::eventlog
