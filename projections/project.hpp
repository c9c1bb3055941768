// Turns one event into row changes: the entity's own row, places in listings, unique names and
// look-ups, memberships, counters and the state hash. What is so afterwards comes from apply.hpp;
// here it is only written down.
//
// Only what differs is written, so an update of a title touches the user's row and the counters.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/rows.hpp"
#include "projections/apply.hpp"
#include "projections/state.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::projections {

/// The entity that an event was about, as it is now. All empty: a user or a team that is gone.
struct entities {
    std::optional<tenant_state> tenant;
    std::optional<key_state> key;
    std::optional<user_state> user;
    std::optional<team_state> team;
    std::optional<admin_state> admin;
    std::optional<plan_state> plan;
};

/// Writes the row changes of one event. `user_before` is the living user that the event is about,
/// if it is about one (see read_user). An event whose person was erased since comes with empty
/// content and then takes up no name and no look-up.
/// Errors: those of `after`; those of keyring::lookup_secret. Then `rows` may be half changed.
base::result<entities> project(eventlog::row_editor& rows, eventlog::keyring& keys,
                               const event_header& header, const eventlog::event_body& body,
                               const std::optional<user_state>& user_before);

/// Writes the rows that a tenant, a key or a plan has of its own: what a rebuild writes from its
/// final state.
void put_rows(eventlog::row_editor& rows, const tenant_state& tenant);
void put_rows(eventlog::row_editor& rows, const key_state& key);
void put_rows(eventlog::row_editor& rows, const plan_state& plan);

/// The same for an admin: his row, that of his token, and his name unless he is disabled.
void put_rows(eventlog::row_editor& rows, const eventlog::secret_key& lookup_secret,
              const admin_state& admin);

/// The same for a user or a team: the row, the place in the listing, names and look-ups.
void put_rows(eventlog::row_editor& rows, const eventlog::secret_key& lookup_secret,
              tenant_no tenant, const user_state& user);
void put_rows(eventlog::row_editor& rows, const eventlog::secret_key& lookup_secret,
              tenant_no tenant, const team_state& team);

} // namespace rollcall::projections
