// What is so, as messages of the state topic: one key for each user, team and membership, and one
// for a tenant's seats (state_key.hpp). Who reads the compacted topic from its beginning and keeps
// the highest `seq` of each key has the directory.
//
// Each value has `lineage`, `tenant`, `type` (user, team, member, seats) and `seq`: the event that
// left it so, which is the user's or team's `version`. It is a function of the row and the lineage,
// and of nothing else: a later copy of the same seq has the same bytes.
//
// So a user's value does not say whether he holds a seat: that follows from his status and the
// tenant's plan, which may change without him. `plan_terms.seat_states` of TENANT/seats says it.
#pragma once

#include "projections/state.hpp"
#include "projections/told/message.hpp"
#include "projections/told/state_key.hpp"

#include <string>
#include <string_view>

namespace rollcall::told {

/// What a state message belongs to.
struct state_place {
    eventlog::tenant_no tenant;
    std::string_view slug;
    eventlog::position at; ///< of the event that it is sent for
};

/// In full the attributes are the stored document, byte for byte: what SCIM answers. `sealed`: the
/// sealed part that holds the person as he is now, if that is how he is told; empty for none.
message user_message(const telling& how, const state_place& place,
                     const projections::user_state& user, std::string_view sealed = {});

message team_message(const telling& how, const state_place& place,
                     const projections::team_state& team, std::string_view sealed = {});

message member_message(const telling& how, const state_place& place,
                       const projections::membership& member);

/// As of the tenant's event `as_of`, whose rows these are.
message seats_message(const telling& how, eventlog::position at,
                      const projections::tenant_state& tenant,
                      const projections::tenant_counters& counters, eventlog::tenant_seq as_of);

/// The tombstone of a key, by the event `seq`.
message gone_message(const telling& how, const state_place& place, eventlog::tenant_seq seq,
                     state_kind kind, std::string key);

} // namespace rollcall::told
