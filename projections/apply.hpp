// The fold: what is so after an event, from what was so before it. Pure: no rows, no keys, no
// clock. The live writer and a rebuild both go through here, which is why they agree.
//
// Only the clear part of an event counts; the person (content) is carried beside it by project.hpp.
// "Nothing" before or after means that there is no such thing (yet, or any more). A deleted tenant
// remains, marked; so do a revoked key and a disabled admin; a deleted user or team is gone. A
// membership is or is not: members_changed names it, and that is all of its fold.
#pragma once

#include "eventlog/base/result.hpp"
#include "projections/state.hpp"

#include <optional>

namespace rollcall::projections {

/// What surrounds a fact, as far as the state depends on it.
struct event_header {
    tenant_no tenant;
    tenant_seq seq;
    base::moment time;
    subject_id subject{};
    eventlog::digest sealed_hash{};
    eventlog::actor by{};
};

/// Which fold an event belongs to. On disk for a day, with idempotency keys.
enum class entity : std::uint8_t { tenant = 0, key = 1, user = 2, team = 3, admin = 4, plan = 5 };
entity entity_of(eventlog::event_type type);

// Each: @pre entity_of(type_of(body)) is that of the overload.
// Errors: log_errc::out_of_order for a fact that does not follow from `before`, for example a
// change of a user who does not exist: the log or the fold is damaged, and folding must stop.

base::result<tenant_state> after(const std::optional<tenant_state>& before,
                                 const event_header& header, const eventlog::event_body& body);

base::result<key_state> after(const std::optional<key_state>& before, const event_header& header,
                              const eventlog::event_body& body);

base::result<admin_core> after(const std::optional<admin_core>& before, const event_header& header,
                               const eventlog::event_body& body);

base::result<plan_state> after(const std::optional<plan_state>& before, const event_header& header,
                               const eventlog::event_body& body);

base::result<std::optional<user_core>> after(const std::optional<user_core>& before,
                                             const event_header& header,
                                             const eventlog::event_body& body);

base::result<std::optional<team_core>> after(const std::optional<team_core>& before,
                                             const event_header& header,
                                             const eventlog::event_body& body);

} // namespace rollcall::projections
