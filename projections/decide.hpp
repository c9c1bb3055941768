// The rules: what is so and what is asked give an event or a refusal. Reads rows and changes
// nothing; ids, secrets and the time come in. Runs in the writer's turn, so what it reads is
// exactly what its event will stand on: two commands can never both take the last seat or the same
// name.
//
// Rules above all profiles and plans:
// * Deprovisioning always works. A change that asks for active = false is applied whatever else is
//   wrong with it: then everything but the deactivation is dropped and reported as a fault. Only
//   the client's own If-Match, an unknown user and a deleted tenant stand in its way.
// * A create over an inactive user of the same name restores him if the external ids agree,
//   restores him with a reset if one side has none, and is refused if they differ. A create that
//   asks for somebody new (create_user::only_new) is refused: a list that somebody keeps by hand
//   must not bring back who has left.
// * Who begins to hold a seat needs a free one: by create, restore, reactivation or resumption. The
//   limit is the tenant's own or its plan's, whichever is lower; which statuses hold a seat is the
//   plan's. A limit that is lowered evicts nobody here: who is too many is suspended, one by one,
//   if the plan says so (suspend_user).
// * A suspension by an admin stays until an admin ends it, whatever a provider does meanwhile; one
//   for want of seats ends with the deactivation, which frees whatever there was.
// * Where the profile asks for approvals (approval_terms), who is new or comes back waits until an
//   admin has given a role and another has approved it; operators take both sides only with a
//   reason, which is recorded. A request that is open is not asked for again. None of it stands in
//   the way of a deactivation or a deletion.
// * Who joins a team is a user of its tenant. Who is deleted, or restored as perhaps another
//   person, leaves all teams; who is deactivated stays. Taking people out of teams always works.
// * Who acts as an admin is looked up again: disabled, of another tenant, of another role than the
//   command was permitted under, or with a token that has expired, and nothing is done. Nobody
//   changes or disables himself, so nobody raises himself and a tenant never takes away its own
//   last primary admin.
// * What was judged by the rules of a profile, or turned by a mapping, that is not the tenant's any
//   more is refused, but for what deprovisions: of that the deactivation alone is done.
// * An admin who is a user of his tenant is disabled, for good, when that user loses his access,
// and
//   a key is revoked when the admin who owns it is disabled or given a role that owns none. Both
//   are decided together with what causes them: nobody's key outlives his rights by a turn.
// * If-Match is compared here. A change that was evaluated on an older version is evaluated again.
// * A slug names one tenant for ever. A deleted tenant refuses all but the erasure of a person.
#pragma once

#include "eventlog/keyring.hpp"
#include "eventlog/rows.hpp"
#include "projections/command.hpp"

#include <optional>

namespace rollcall::projections {

/// The most that one user's or team's content may weigh, all texts together, in bytes.
inline constexpr std::size_t user_content_bytes_max = 256u << 10;
/// The most that the names of changed attributes may weigh, all together, in bytes.
inline constexpr std::size_t changed_names_bytes_max = 256u << 10;
/// The longest name, profile, plan or label, in bytes.
inline constexpr std::size_t label_bytes_max = 1024;
/// The most bytes of a mapping's rules, as they are kept.
inline constexpr std::size_t mapping_bytes_max = 8u << 10;
/// The most people in one team, and the most teams of one person.
inline constexpr std::uint64_t team_members_max = 500'000;
inline constexpr std::size_t user_teams_max = 2'000;
/// The most people whom one turn of the writer lets join or leave. A change of a team, or its
/// deletion, that moves more takes several turns, between which other tenants have theirs.
inline constexpr std::size_t members_per_turn_max = 1'000;
/// The most people who are looked up in one turn, before the first of them joins or leaves.
inline constexpr std::size_t lookups_per_turn_max = 2'000;
/// The most keys, and the most admins, of one tenant; revoked and disabled ones too, since they
/// stay in its lists.
inline constexpr std::uint64_t tenant_keys_max = 10'000;
inline constexpr std::uint64_t tenant_admins_max = 10'000;
/// The most keys of one admin that are not revoked. They end in the turn that ends his rights.
inline constexpr std::size_t owner_keys_max = 100;
/// The most plans in the catalogue.
inline constexpr std::uint64_t plans_max = 1'000;
/// The longest grace, in days.
inline constexpr std::uint32_t grace_days_max = 3'650;
/// The longest name of an admin, in bytes.
inline constexpr std::size_t admin_name_bytes_max = 256;
/// The longest request id that is kept; what is beyond is cut off.
inline constexpr std::size_t request_id_bytes_max = 64;

/// What a command comes to.
struct decision {
    done::kind what{};
    /// The facts to be recorded, in this order; none if nothing has to change. The last one is
    /// about what the command is about; others say who joins and leaves teams, and whose rights
    /// end, because of it.
    std::vector<eventlog::event> events;
    /// The living user that the command is about, as he is before the event.
    std::optional<user_state> user;
    /// Likewise.
    std::optional<tenant_state> tenant;
    std::optional<key_state> key;
    std::optional<team_state> team;
    std::optional<admin_state> admin;
    std::optional<plan_state> plan;
    std::vector<fault> faults;
    /// The events may be recorded in several turns: each of them leaves a state that may be seen,
    /// and asking again for the same comes to what is left of it.
    bool in_parts = false;
    /// The rest would be done; nothing is, and no answer is kept. See password_wish.
    bool needs_password = false;
    /// Nothing is decided yet: there are more people to look up than one turn may.
    bool undecided = false;
};

/// Who is to join a team and to leave it, as far as that makes a difference and is looked up.
struct member_moves {
    std::vector<subject_id> join;
    std::vector<subject_id> leave;

    std::size_t added_seen = 0;   ///< of member_change::add, or of the new team's members
    bool members_seen = false;    ///< for member_change::only_added
    std::size_t removed_seen = 0; ///< of member_change::remove
};

/// `now` becomes the event's time.
base::result<decision, refusal> decide(const eventlog::row_reader& rows,
                                       const eventlog::link_reader& links, eventlog::keyring& keys,
                                       const command& asked, base::moment now);

/// The same in several turns: looks up no more than lookups_per_turn_max at once. As long as that
/// comes to `undecided` it is called again with the same `so_far`, which begins empty.
/// @pre nothing of the command's tenant changes in between
base::result<decision, refusal> decide(const eventlog::row_reader& rows,
                                       const eventlog::link_reader& links, eventlog::keyring& keys,
                                       const command& asked, base::moment now,
                                       member_moves& so_far);

/// True for what must always work: a deactivation, a suspension, a deletion, an erasure, a revoked
/// key, a disabled admin, people taken out of a team.
bool deprovisions(const command& asked);

/// True for what is for good and reads nothing of users and teams: it may overtake whatever its
/// tenant has waiting, since nothing of that can undo it.
bool goes_first(const command& asked);

} // namespace rollcall::projections
