// Rules of approvals that hold of facts, not of commands: who may decide about whose role, and
// whether a fact follows from what was so before it. The writer keeps to them when it decides, and
// every reader of a log looks again. Pure.
#pragma once

#include "projections/apply.hpp"
#include "projections/state.hpp"

#include <optional>
#include <string_view>

namespace rollcall::projections {

/// What four eyes say of an approval.
enum class four_eyes : std::uint8_t {
    fine,
    no_admin,       ///< nobody approves who is an admin of the tenant, or acts for one
    same_admin,     ///< the one who gave the role approves it
    both_operators, ///< operators took both sides, and no reason for it is recorded
};

/// `assigner`: who gave the wanted role; nothing if the user had it before, and then an admin is
/// enough.
four_eyes look_at(const std::optional<eventlog::party>& assigner, const eventlog::party& approver,
                  bool with_reason);

/// Whether a request of his was turned down or ran out of time, and nobody has asked since.
bool was_refused(const eventlog::suspension& s);
eventlog::suspension without_refusals(const eventlog::suspension& s);

/// Who has given the role that somebody comes back with: an admin or operator who brings him back.
/// Nothing if a provider does.
std::optional<eventlog::party> asker_of(const eventlog::actor& by);

/// When somebody has to act on the request after `now`: the next reminder, or its end.
std::optional<base::moment> due_after(const eventlog::open_request& request, base::moment now);

/// What of a user's standing and suspensions a fact of approvals says; nothing for other facts.
struct approval_outcome {
    const eventlog::standing& approval;
    const eventlog::suspension& suspended;
};

std::optional<approval_outcome> outcome_of(const eventlog::event_body& body);

/// Why a fact about a user says something of his approval that does not follow; empty if it
/// follows. `before`: null if there was no such user.
std::string_view contradiction_in(const user_core* before, const event_header& header,
                                  const eventlog::event_body& body);

/// The standing with the number of the event in the request that it opened.
eventlog::standing placed(eventlog::standing now, tenant_seq seq);

} // namespace rollcall::projections
