// What project.cpp and the other project_*.cpp share. Only they include this.
#pragma once

#include "projections/project.hpp"
#include "projections/read.hpp"
#include "projections/rows.hpp"
#include "projections/state_hash.hpp"

#include <optional>
#include <string>

namespace rollcall::projections {

/// Counts one entity more or less in its block of a listing.
void count_place(eventlog::row_editor& rows, listing_kind kind, tenant_no tenant,
                 std::uint64_t ordinal, bool appears);

/// Brings the tenant's state hash from `before` to `now`, and counts what there was none of before
/// in `ever_made`, a counter of the tenant; null: it has none.
template <class T>
void count_change(eventlog::row_editor& rows, tenant_no tenant, const std::optional<T>& before,
                  const T& now, std::uint64_t tenant_counters::*ever_made) {
    tenant_counters counters = read_counters(rows, tenant);
    if (before) {
        subtract(counters.state_hash, hash_of(*before));
    } else if (ever_made != nullptr) {
        ++(counters.*ever_made);
    }
    add(counters.state_hash, hash_of(now));
    rows.put(eventlog::table::state, key_of::counters(tenant), encode(counters));
}

/// Brings a look-up that one of the tenant has alone from `before` to `now`; empty = none.
void change_unique(eventlog::row_editor& rows, const eventlog::secret_key& secret, lookup_kind kind,
                   tenant_no tenant, const subject_id& id, std::string_view before,
                   std::string_view now);

/// Brings a look-up that several may share from `before` to `now`.
void change_shared(eventlog::row_editor& rows, const eventlog::secret_key& secret, lookup_kind kind,
                   tenant_no tenant, const subject_id& id, std::uint64_t ordinal,
                   const std::optional<std::string>& before, const std::optional<std::string>& now);

/// Events whose entity is an admin.
base::result<entities> project_admin(eventlog::row_editor& rows, eventlog::keyring& keys,
                                     const event_header& header, const eventlog::event_body& body);

/// Events whose entity is a plan.
base::result<entities> project_plan(eventlog::row_editor& rows, const event_header& header,
                                    const eventlog::event_body& body);

/// Events whose entity is a team.
base::result<entities> project_team(eventlog::row_editor& rows, eventlog::keyring& keys,
                                    const event_header& header, const eventlog::event_body& body);

} // namespace rollcall::projections
