// The status of a user: one table. It is derived from what the provider wishes (`active`) and from
// what the product says beside it (requests, suspensions), never stored; docs/LIFECYCLE.md has the
// picture. Pure.
#pragma once

#include "eventlog/event.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::projections {

/// The numbers are bits of plan_terms::seat_states and places of tenant_counters::by_status: on
/// disk for ever.
enum class user_status : std::uint8_t {
    pending_role = 0,
    pending_approval = 1,
    active = 2,
    suspended = 3,
    deactivated = 4,
    deleted = 5,
};

/// Those that a living user can be in.
inline constexpr std::array<user_status, 5> living_statuses{
    user_status::pending_role, user_status::pending_approval, user_status::active,
    user_status::suspended, user_status::deactivated};

std::string_view status_name(user_status status);

/// Nothing for a word that is no status of a living user.
std::optional<user_status> parse_living_status(std::string_view word);

/// What a status is derived from.
struct status_facts {
    bool active = true; ///< the provider's wish
    eventlog::suspension suspended;
    std::optional<user_status> waits = std::nullopt; ///< as waits_for says
};

/// pending_role or pending_approval while access waits for the request; nothing for none, and for
/// one of somebody who has access.
std::optional<user_status> waits_for(const std::optional<eventlog::open_request>& request);

/// Who is to have no access at all is deactivated whatever else is so; then who is suspended, then
/// who waits.
user_status status_of(const status_facts& facts);

/// Whether an event may bring a user from one status to the other. Staying is always legal; nothing
/// = there is no such user.
bool may_become(std::optional<user_status> from, user_status to);

/// The set of statuses in which one holds a seat, as bits.
constexpr std::uint8_t seat_state_bit(user_status status) {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(status));
}

/// Whether who is in this status holds a seat of the plan.
inline bool holds_seat(const eventlog::plan_terms& terms, user_status status) {
    return (terms.seat_states & seat_state_bit(status)) != 0;
}

/// How many people are in each living status.
using status_counts = std::array<std::uint64_t, living_statuses.size()>;

/// The seats in use under these terms.
std::uint64_t seats_used(const eventlog::plan_terms& terms, const status_counts& counts);

/// The limit that counts: the tenant's own or its plan's, whichever is lower. Nothing = unlimited.
std::optional<std::uint64_t> seat_limit(const eventlog::tenant_settings& settings);

} // namespace rollcall::projections
