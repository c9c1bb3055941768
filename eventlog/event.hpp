// The vocabulary: one plain struct for each fact that the log can hold, past tense, in the words of
// identity and plans. A fact records the outcome (final values), so that no reader has to run a
// request again. This is the whole domain on one page; event_codec.hpp turns it into bytes.
//
// Each fact has a clear part (ids, state words, names of what changed: never personal data) and
// facts about a person may have a sealed part, `user_content`, which is encrypted under the
// person's own key before it reaches the disk. Destroying that key erases the person from history.
// Teams have such a part too, `team_content`, admins, `admin_content`, and passwords,
// `password_content`.
#pragma once

#include "eventlog/actor.hpp"
#include "eventlog/approval.hpp"
#include "eventlog/base/time.hpp"
#include "eventlog/base/trace_context.hpp"
#include "eventlog/ids.hpp"
#include "eventlog/password_facts.hpp"
#include "eventlog/plan_terms.hpp"
#include "eventlog/rights.hpp"
#include "eventlog/sso.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::eventlog {

/// On disk for ever: numbers are explicit and never reused.
enum class event_type : std::uint16_t {
    tenant_created = 1,
    tenant_changed = 2,
    tenant_deleted = 3,
    key_created = 10,
    key_expiry_changed = 11,
    key_revoked = 12,
    user_created = 20,
    user_changed = 21,
    user_deactivated = 22,
    user_reactivated = 23,
    user_restored = 24,
    user_deleted = 25,
    user_erased = 26,
    user_suspended = 27,
    user_resumed = 28,
    team_created = 30,
    team_changed = 31,
    team_deleted = 32,
    members_changed = 33,
    admin_created = 40,
    admin_changed = 41,
    admin_disabled = 42,
    admin_token_created = 43,
    plan_defined = 50,
    role_assigned = 60,
    approval_granted = 61,
    approval_rejected = 62,
    approval_expired = 63,
    approval_reminded = 64,
    admin_linked = 65,
    admin_unlinked = 66,
    sso_set = 67,
    sso_cleared = 68,
    password_set = 70,
    password_removed = 71,

    mapping_set = 75,
    mapping_cleared = 76,
};

/// `user_created` and so on; empty for a number that this version does not know.
std::string_view event_type_name(event_type type);

/// What can be set on a tenant. Events carry all of it, as it is after the change.
struct tenant_settings {
    std::string name;                        ///< display name
    std::string profile;                     ///< provisioning contract, e.g. `generic`
    std::string plan;                        ///< e.g. `default`
    std::optional<std::uint64_t> seat_limit; ///< nothing = unlimited (the tenant's own limit)
    bool scim_enabled = true;
    plan_terms terms{};                        ///< the tenant's copy of what its plan grants
    std::optional<base::moment> grace_until{}; ///< more people than seats are tolerated until then
    friend bool operator==(const tenant_settings&, const tenant_settings&) = default;
};

struct tenant_created {
    std::string slug;
    tenant_settings settings;
    friend bool operator==(const tenant_created&, const tenant_created&) = default;
};

struct tenant_changed {
    tenant_settings settings;
    std::vector<std::string> changed; ///< sorted names of settings
    friend bool operator==(const tenant_changed&, const tenant_changed&) = default;
};

struct tenant_deleted {
    friend bool operator==(const tenant_deleted&, const tenant_deleted&) = default;
};

/// Subject of key events: the key's id. The secret itself is nowhere; `secret_hash` is SHA-256 of
/// 256 random bits, which cannot be searched.
struct key_created {
    std::array<std::uint8_t, 32> secret_hash{};
    std::string label;
    std::optional<base::moment> expires_at;
    std::optional<subject_id> owner{}; ///< the admin with whose rights it ends
    friend bool operator==(const key_created&, const key_created&) = default;
};

struct key_expiry_changed {
    std::optional<base::moment> expires_at;
    friend bool operator==(const key_expiry_changed&, const key_expiry_changed&) = default;
};

struct key_revoked {
    rights_end because = rights_end::asked;
    friend bool operator==(const key_revoked&, const key_revoked&) = default;
};

/// Where a user came from. On disk for ever.
enum class user_origin : std::uint8_t {
    provisioned = 1, ///< pushed by an identity provider
    native = 2,      ///< made in the product
};

/// The sealed part: the person. `document` is opaque here; the lookups are lifted out of it so that
/// neither the log nor a projection ever parses it.
struct user_content {
    std::string user_name;     ///< as sent
    std::string user_name_key; ///< prepared for comparison; unique in the tenant
    std::optional<std::string> external_id;
    std::vector<std::string> email_keys; ///< prepared for comparison, sorted, no duplicates
    std::string display;                 ///< what a person calls this user
    std::string document;                ///< canonical attributes after the change
    friend bool operator==(const user_content&, const user_content&) = default;
};

/// Why somebody has no access although his provider wants him to have it. On disk for ever.
enum class suspension_reason : std::uint8_t {
    seats = 0,    ///< there are more people than seats
    admin = 1,    ///< an admin wants it so
    rejected = 2, ///< his request was rejected
    expired = 3,  ///< nobody decided his request in time
};

inline constexpr std::array suspension_reasons_all{
    suspension_reason::seats, suspension_reason::admin, suspension_reason::rejected,
    suspension_reason::expired};

/// `seats` and so on.
std::string_view suspension_reason_name(suspension_reason reason);

/// The reasons for which somebody is suspended, and since when he is. None: he is not.
struct suspension {
    std::uint8_t reasons = 0; ///< bit r: for reason number r
    base::moment since;       ///< of the first of them; zero without reasons

    [[nodiscard]] bool any() const { return reasons != 0; }

    [[nodiscard]] bool has(suspension_reason reason) const {
        return (reasons >> static_cast<unsigned>(reason) & 1u) != 0;
    }

    /// With the reason; since `now` if it is the first.
    [[nodiscard]] suspension with(suspension_reason reason, base::moment now) const;
    /// Without the reason.
    [[nodiscard]] suspension without(suspension_reason reason) const;

    friend bool operator==(const suspension&, const suspension&) = default;
};

/// The clear part of every event that leaves a user with content.
struct user_facts {
    std::uint64_t ordinal = 0; ///< the tenant's count of users ever made; order of listings
    user_origin origin = user_origin::provisioned;
    bool active = true;               ///< the identity provider's wish
    bool holds_seat = true;           ///< counted against the seat limit after this event
    std::vector<std::string> changed; ///< sorted names of attributes; all of them at creation
    suspension suspended{};           ///< after this event
    standing approval{};              ///< likewise; empty where nothing asks for approvals
    friend bool operator==(const user_facts&, const user_facts&) = default;
};

struct user_created {
    user_facts facts;
    user_content content;
    friend bool operator==(const user_created&, const user_created&) = default;
};

struct user_changed {
    user_facts facts;
    user_content content;
    friend bool operator==(const user_changed&, const user_changed&) = default;
};

/// active went from true to false. Whatever else changed with it is in facts.changed too.
struct user_deactivated {
    user_facts facts;
    user_content content;
    friend bool operator==(const user_deactivated&, const user_deactivated&) = default;
};

/// active went from false to true.
struct user_reactivated {
    user_facts facts;
    user_content content;
    friend bool operator==(const user_reactivated&, const user_reactivated&) = default;
};

/// A create met an inactive user of the same name and brought him back under his old id.
struct user_restored {
    user_facts facts;
    user_content content;
    bool reset = false; ///< role, teams and approval were reset: not surely the same person
    friend bool operator==(const user_restored&, const user_restored&) = default;
};

struct user_deleted {
    friend bool operator==(const user_deleted&, const user_deleted&) = default;
};

/// The person's key is destroyed with this event: what was sealed can no longer be read.
struct user_erased {
    friend bool operator==(const user_erased&, const user_erased&) = default;
};

/// There is a reason more to keep him out. The person and `active` are as they were.
struct user_suspended {
    suspension suspended{}; ///< all reasons after this event; at least one
    bool holds_seat = false;
    friend bool operator==(const user_suspended&, const user_suspended&) = default;
};

/// A reason to keep him out has gone; with the last one he has access again.
struct user_resumed {
    suspension suspended{}; ///< the reasons that are left
    bool holds_seat = true;
    friend bool operator==(const user_resumed&, const user_resumed&) = default;
};

/// An admin gave a role: it is wanted until another admin approves it, or the user has it at once.
struct role_assigned {
    standing approval{};
    suspension suspended{};
    bool holds_seat = true;
    base::uuid acting_for{}; ///< as in party
    friend bool operator==(const role_assigned&, const role_assigned&) = default;
};

/// The request is closed, and the user has the role that was wanted.
struct approval_granted {
    standing approval{};
    suspension suspended{};
    bool holds_seat = true;
    base::uuid acting_for{};
    std::string break_glass{}; ///< why an operator took both sides; else empty
    friend bool operator==(const approval_granted&, const approval_granted&) = default;
};

/// The request is closed; who waited for access is suspended, who had it keeps his role.
struct approval_rejected {
    standing approval{};
    suspension suspended{};
    bool holds_seat = false;
    base::uuid acting_for{};
    friend bool operator==(const approval_rejected&, const approval_rejected&) = default;
};

/// Likewise, because nobody decided in time.
struct approval_expired {
    standing approval{};
    suspension suspended{};
    bool holds_seat = false;
    friend bool operator==(const approval_expired&, const approval_expired&) = default;
};

/// The request is still open after some days.
struct approval_reminded {
    standing approval{};
    suspension suspended{};
    bool holds_seat = true;
    friend bool operator==(const approval_reminded&, const approval_reminded&) = default;
};

/// The sealed part of a team, under the team's own key: its name can tell what people do.
/// `document` is opaque here, and does not hold the members.
struct team_content {
    std::string name;     ///< as sent
    std::string name_key; ///< prepared for comparison; unique among the tenant's teams
    std::optional<std::string> external_id;
    std::string document; ///< canonical attributes after the change
    friend bool operator==(const team_content&, const team_content&) = default;
};

/// The clear part of every event that leaves a team with content.
struct team_facts {
    std::uint64_t ordinal = 0;        ///< the tenant's count of teams ever made; order of listings
    std::vector<std::string> changed; ///< sorted names of attributes; all of them at creation
    friend bool operator==(const team_facts&, const team_facts&) = default;
};

struct team_created {
    team_facts facts;
    team_content content;
    friend bool operator==(const team_created&, const team_created&) = default;
};

struct team_changed {
    team_facts facts;
    team_content content;
    friend bool operator==(const team_changed&, const team_changed&) = default;
};

/// Who was a member has left by members_changed before.
struct team_deleted {
    friend bool operator==(const team_deleted&, const team_deleted&) = default;
};

/// Who joined and who left: the only fact that changes memberships. Before a user or a team is
/// deleted, such facts say what that does to teams. One fact names at most members_per_event_max
/// people; larger changes are several facts.
struct members_changed {
    std::vector<subject_id> added;   ///< sorted, no duplicates; were no members
    std::vector<subject_id> removed; ///< likewise; were members
    friend bool operator==(const members_changed&, const members_changed&) = default;
};

inline constexpr std::size_t members_per_event_max = 10'000;

/// The sealed part of an admin: the name may be a person's address.
struct admin_content {
    std::string name;     ///< as given
    std::string name_key; ///< prepared for comparison; unique among the tenant's living admins
    friend bool operator==(const admin_content&, const admin_content&) = default;
};

/// Somebody of the tenant, or of the operator, may use the admin API. Subject: the admin's id. As
/// with keys, the token is nowhere: `token_hash` is SHA-256 of 256 random bits.
struct admin_created {
    admin_role role = admin_role::viewer;
    std::array<std::uint8_t, 32> token_hash{};
    std::optional<base::moment> expires_at; ///< of the token; nothing = never
    admin_content content;
    friend bool operator==(const admin_created&, const admin_created&) = default;
};

struct admin_changed {
    admin_role role = admin_role::viewer;
    friend bool operator==(const admin_changed&, const admin_changed&) = default;
};

/// For good: whoever comes back is created anew. The name is free again.
struct admin_disabled {
    rights_end because = rights_end::asked;
    friend bool operator==(const admin_disabled&, const admin_disabled&) = default;
};

/// The token of before ends with this event.
struct admin_token_created {
    std::array<std::uint8_t, 32> token_hash{};
    std::optional<base::moment> expires_at;
    friend bool operator==(const admin_token_created&, const admin_token_created&) = default;
};

/// The admin is this user of his tenant, and loses his rights with that user's access.
struct admin_linked {
    subject_id user{};
    friend bool operator==(const admin_linked&, const admin_linked&) = default;
};

struct admin_unlinked {
    friend bool operator==(const admin_unlinked&, const admin_unlinked&) = default;
};

/// The tenant's single sign-on is set up. A document that is large or names people is not kept.
struct sso_set {
    sso_provider provider;
    std::string document{}; ///< the metadata as they were uploaded; empty: not kept
    friend bool operator==(const sso_set&, const sso_set&) = default;
};

struct sso_cleared {
    friend bool operator==(const sso_cleared&, const sso_cleared&) = default;
};

/// What a plan of this name grants from now on, all of it. In the system tenant; the tenants that
/// have the plan take the terms by tenant_changed. Subject: the plan's id.
struct plan_defined {
    std::string name;
    plan_terms terms; ///< without version: it is this event's seq
    friend bool operator==(const plan_defined&, const plan_defined&) = default;
};

/// What a tenant's provider sends is turned by these rules from now on.
struct mapping_set {
    std::string rules; ///< JSON, opaque here; no personal data
    friend bool operator==(const mapping_set&, const mapping_set&) = default;
};

/// It is taken as it is sent again.
struct mapping_cleared {
    friend bool operator==(const mapping_cleared&, const mapping_cleared&) = default;
};

using event_body =
    std::variant<tenant_created, tenant_changed, tenant_deleted, key_created, key_expiry_changed,
                 key_revoked, user_created, user_changed, user_deactivated, user_reactivated,
                 user_restored, user_deleted, user_erased, team_created, team_changed, team_deleted,
                 members_changed, admin_created, admin_changed, admin_disabled, admin_token_created,
                 user_suspended, user_resumed, plan_defined, role_assigned, approval_granted,
                 approval_rejected, approval_expired, approval_reminded, admin_linked,
                 admin_unlinked, sso_set, sso_cleared, password_set, password_removed, mapping_set,
                 mapping_cleared>;

event_type type_of(const event_body& body);

/// The facts or content of a body that has them, of a user, a team or an admin; else null.
const user_facts* facts_of(const event_body& body);
const user_content* content_of(const event_body& body);
/// What approvals say after a fact that is one of theirs or has facts of a user; else null.
const standing* standing_of(const event_body& body);
const team_facts* team_facts_of(const event_body& body);
const team_content* team_content_of(const event_body& body);
const admin_content* admin_content_of(const event_body& body);
const password_content* password_content_of(const event_body& body);

/// A fact with what surrounds it, before it has a place in the log.
struct event {
    tenant_no tenant;
    subject_id subject{};
    actor by;
    base::moment time;
    std::string request_id;                     ///< at most 64 characters
    std::optional<position> cause;              ///< the event that made a consumer act
    std::array<std::uint8_t, 16> idempotency{}; ///< hash of the idempotency key; zero = none
    event_body body;
    std::optional<base::trace_context> trace{}; ///< of the request that caused it, if it had one
    /// The provisioning contract that it was decided under, with its version: `zamp@3`, and with
    /// that of the tenant's mapping if there is one: `zamp@3+mapping@17`; empty if under none, as
    /// what an admin does is.
    std::string profile{};
    friend bool operator==(const event&, const event&) = default;
};

} // namespace rollcall::eventlog
