#include "projections/status.hpp"

#include <algorithm>

namespace rollcall::projections {
namespace {

constexpr std::size_t statuses = living_statuses.size() + 1;

// From the row to the column, in the order of the numbers.
// role approval active suspended deactivated deleted
constexpr bool legal[statuses][statuses] = {
    {true, true, false, true, true, true},     // pending_role: a role is approved first
    {true, true, true, true, true, true},      // pending_approval
    {false, false, true, true, true, true},    // active: who has access does not wait for it
    {true, true, true, true, true, true},      // suspended
    {true, true, true, true, true, true},      // deactivated
    {false, false, false, false, false, true}, // deleted: nobody comes back under his id
};

// A user begins as his provider wants him: nobody is suspended before he was there.
constexpr bool legal_first[statuses] = {true, true, true, false, true, false};

} // namespace

std::string_view status_name(user_status status) {
    switch (status) {
    case user_status::pending_role: return "pending_role";
    case user_status::pending_approval: return "pending_approval";
    case user_status::active: return "active";
    case user_status::suspended: return "suspended";
    case user_status::deactivated: return "deactivated";
    case user_status::deleted: return "deleted";
    }
    return {};
}

std::optional<user_status> parse_living_status(std::string_view word) {
    for (const user_status status : living_statuses) {
        if (status_name(status) == word) return status;
    }
    return std::nullopt;
}

user_status status_of(const status_facts& facts) {
    if (!facts.active) return user_status::deactivated;
    if (facts.suspended.any()) return user_status::suspended;
    return facts.waits.value_or(user_status::active);
}

std::optional<user_status> waits_for(const std::optional<eventlog::open_request>& request) {
    if (!request || request->kind == eventlog::request_kind::role) return std::nullopt;
    return request->wanted_role.empty() ? user_status::pending_role : user_status::pending_approval;
}

bool may_become(std::optional<user_status> from, user_status to) {
    const auto column = static_cast<std::size_t>(to);
    return from ? legal[static_cast<std::size_t>(*from)][column] : legal_first[column];
}

std::uint64_t seats_used(const eventlog::plan_terms& terms, const status_counts& counts) {
    std::uint64_t used = 0;
    for (const user_status status : living_statuses) {
        if (holds_seat(terms, status)) used += counts[static_cast<std::size_t>(status)];
    }
    return used;
}

std::optional<std::uint64_t> seat_limit(const eventlog::tenant_settings& settings) {
    if (!settings.seat_limit) return settings.terms.seats;
    if (!settings.terms.seats) return settings.seat_limit;
    return std::min(*settings.seat_limit, *settings.terms.seats);
}

} // namespace rollcall::projections
