// What somebody's access waits for: a request, which admins of the tenant decide. docs/LIFECYCLE.md
// tells its life.
#pragma once

#include "eventlog/actor.hpp"
#include "eventlog/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::eventlog {

/// On disk for ever.
enum class request_kind : std::uint8_t {
    invite = 1,       ///< somebody new, or who was refused before
    reactivation = 2, ///< somebody comes back
    role = 3,         ///< somebody who has access is to have another role
};

/// `invite` and so on; empty for an unknown number.
std::string_view request_kind_name(request_kind kind);
std::optional<request_kind> parse_request_kind(std::string_view name);

/// A role is a word of the product's: [A-Za-z0-9._-]{1,64}. Nothing here knows what it means.
bool is_role(std::string_view word);

/// A request that is open. How long it lasts and when is reminded of it is part of it, so that
/// whoever acts on it needs to know no profile.
struct open_request {
    /// seq of the event that opened it, by which it is known; 0 in that event itself.
    std::uint64_t opened = 0;
    request_kind kind = request_kind::invite;
    base::moment since;
    std::string wanted_role;         ///< empty: somebody has to give a role first
    std::optional<party> assigner{}; ///< who gave it; nothing: he had it before
    std::optional<base::moment> expires_at{};
    std::optional<base::moment> due{}; ///< when somebody has to be reminded, or it expires
    std::uint32_t remind_days = 0;     ///< from one reminder to the next; 0 = none
    std::uint32_t reminders = 0;       ///< so far

    friend bool operator==(const open_request&, const open_request&) = default;
};

/// What approvals say of a user, all of it, after a fact.
struct standing {
    std::string role; ///< the one he has; empty: none
    std::optional<open_request> request{};
    friend bool operator==(const standing&, const standing&) = default;
};

/// The longest reason for which an operator takes both sides of an approval, in bytes. It stands in
/// the clear: it is no place for names of people.
inline constexpr std::size_t break_glass_bytes_max = 512;

} // namespace rollcall::eventlog
