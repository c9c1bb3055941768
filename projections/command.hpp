// What can be asked: commands in the words of identity and plans, and what is answered. Commands
// are values: ids, times and secrets come in with them, so that deciding needs neither clock nor
// chance.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/event.hpp"
#include "projections/policy.hpp"
#include "projections/state.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::projections {

/// Why a command was refused, to branch on. The gateway turns it into a status.
enum class refusal_code : std::uint16_t {
    invalid = 1,         ///< the evaluation refused; see `tag`
    not_found,           ///< no such tenant, user, team, key or admin (or another tenant's)
    name_taken,          ///< the unique name belongs to another user, team or admin
    other_person,        ///< the name belongs to an inactive user with another external id
    precondition_failed, ///< the version asked for is not the current one
    seat_limit,          ///< no free seat
    tenant_exists,       ///< the slug is or was in use
    tenant_deleted,      ///< the tenant is gone
    scim_disabled,       ///< provisioning is switched off for the tenant
    key_revoked,         ///< the key is revoked already
    idempotency_reused,  ///< the idempotency key was used with another request
    disk_low,            ///< only deprovisioning is accepted until space is freed
    queue_full,          ///< too much is waiting; nothing was done
    expired,             ///< its turn came too late; nothing was done
    stopped,             ///< the server is stopping; nothing was done
    unknown,             ///< the log cannot say whether it was done: ask again, then decide
    internal,            ///< a key or a row could not be read: nothing was done; see the message
    unknown_member,      ///< who is to join a team is not a user of the tenant
    not_permitted,       ///< the acting admin may not, or not any more
    admin_disabled,      ///< the admin that it is about is disabled
    profile_changed,     ///< the tenant has another profile or mapping by now; nothing was done
    unknown_plan,        ///< the catalogue has no such plan
    plan_exists,         ///< there is a plan of this name
    not_active,          ///< who is deactivated cannot be suspended, nor given a role
    request_open,        ///< a request for this user is open: it has to be decided first
    no_request,          ///< no request is open, or another one than was meant
    role_missing,        ///< nobody has given a role yet: there is nothing to approve
    four_eyes,           ///< somebody else has to approve
};

/// `name_taken` and so on: for logs, attempts and tests.
std::string_view refusal_name(refusal_code code);

struct refusal {
    refusal_code code{};
    std::string message;   ///< for a person: what to change
    std::uint16_t tag = 0; ///< the evaluation's own code, opaque here
};

/// A refusal without a tag.
tl::unexpected<refusal> refuse(refusal_code code, std::string message);

/// A fault that was found but did not stop the command (deprovisioning always works). Recorded as
/// an attempt.
struct fault {
    std::uint16_t tag = 0;
    std::string message;
};

/// A user as the caller wants him to be.
struct user_wish {
    eventlog::user_content content;
    bool active = true;
    std::vector<std::string> changed; ///< sorted names; empty and equal `active`: nothing to do
    std::vector<fault> faults;
};

/// Turns the current user into the wanted one. Pure; may run again, in the writer's thread, on a
/// newer state than the first time.
using evaluate_user = std::function<base::result<user_wish, refusal>(const user_state& current)>;

/// A team as the caller wants it to be; members apart.
struct team_wish {
    eventlog::team_content content;
    std::vector<std::string> changed; ///< sorted names; empty: nothing to do
};

/// Likewise for a team.
using evaluate_team = std::function<base::result<team_wish, refusal>(const team_state& current)>;

/// What is to become of a team's members, said so that it holds whoever the members are when its
/// turn comes. So changes that are made at the same time all survive.
struct member_change {
    bool only_added = false;        ///< who is not in `add` leaves
    std::vector<subject_id> add;    ///< sorted, no duplicates, none of them in `remove`
    std::vector<subject_id> remove; ///< likewise; empty with only_added

    [[nodiscard]] bool empty() const { return !only_added && add.empty() && remove.empty(); }
};

/// RFC 9110 If-Match, already read: no condition, any version, or one of these.
struct version_condition {
    enum class kind : std::uint8_t { none, any, one_of } what = kind::none;
    std::vector<std::uint64_t> versions;
    [[nodiscard]] bool holds(std::uint64_t version) const;
};

struct create_tenant {
    std::string slug;
    eventlog::tenant_settings settings;
};

/// Only what is set changes.
struct set_tenant {
    std::optional<std::string> name;
    std::optional<std::string> profile;
    std::optional<std::string> plan;
    std::optional<std::optional<std::uint64_t>> seat_limit;
    std::optional<bool> scim_enabled;
};

/// The tenant takes the terms of its plan as the catalogue has them now, if they differ. For the
/// consumer that follows changes of plans; may be asked again at any time.
struct take_plan_terms {};

struct delete_tenant {};

/// Single sign-on is set up as the metadata say, which the gateway has read.
struct set_sso {
    eventlog::sso_provider provider;
    std::string document; ///< to be kept; empty: it is not
};

struct clear_sso {};

/// How what the provider sends is turned from now on; without rules: not at all.
struct set_mapping {
    std::string rules; ///< as in eventlog::mapping_set; whoever hands it in has read them
    /// The version that it takes the place of, 0 for none; absent: of any.
    std::optional<std::uint64_t> instead_of;
};

/// A plan of the catalogue. In the system tenant, which is created with the first of them.
struct create_plan {
    subject_id id{};
    std::string name;
    eventlog::plan_terms terms;
};

/// Only what is set changes.
struct set_plan {
    std::string name;
    std::optional<std::optional<std::uint64_t>> seats;
    std::optional<bool> scim_included;
    std::optional<std::uint8_t> seat_states;
    std::optional<eventlog::downgrade_policy> on_downgrade;
    std::optional<std::uint32_t> grace_days;
};

struct create_key {
    subject_id id{};
    eventlog::digest secret_hash{};
    std::string label;
    std::optional<base::moment> expires_at;
    std::optional<subject_id> owner{}; ///< an admin who may own keys
};

struct set_key_expiry {
    subject_id id{};
    std::optional<base::moment> expires_at;
};

struct revoke_key {
    subject_id id{};
};

/// Somebody who may use the admin API. In the system tenant, an operator: with the first of them
/// the system tenant itself is created.
struct create_admin {
    subject_id id{};
    eventlog::admin_role role = eventlog::admin_role::viewer;
    eventlog::admin_content content;
    eventlog::digest token_hash{};
    std::optional<base::moment> expires_at; ///< of the token
};

struct set_admin_role {
    subject_id id{};
    eventlog::admin_role role = eventlog::admin_role::viewer;
};

/// The admin is this user of the tenant, or, without one, nobody's any more.
struct link_admin {
    subject_id id{};
    std::optional<subject_id> user;
};

/// For good.
struct disable_admin {
    subject_id id{};
};

/// The token of before opens nothing any more.
struct create_admin_token {
    subject_id id{};
    eventlog::digest token_hash{};
    std::optional<base::moment> expires_at;
};

/// What is to become of a user's password. Hashing costs more than all else, so it is first asked
/// with a hash that is still to be made whether the rest would be done: done::needs_password.
struct password_wish {
    enum class kind : std::uint8_t { set, remove } what = kind::set;
    std::string hash; ///< PHC string; empty with `set`: not made yet
};

struct create_user {
    subject_id new_id{};
    user_wish wish; ///< `changed` = every attribute that has a value
    eventlog::user_origin origin = eventlog::user_origin::provisioned;
    /// If the user is there, inactive, and comes back: the names of what the wish makes different
    /// in him. Pure. Not given: `wish.changed`.
    std::function<base::result<std::vector<std::string>, refusal>(const user_state& inactive)>
        differs_from = nullptr;
    /// Nobody may have the name, not even somebody inactive: he does not come back by this.
    bool only_new = false;
    std::optional<password_wish> password = std::nullopt;
};

struct change_user {
    subject_id id{};
    version_condition if_match;
    evaluate_user evaluate;

    /// The evaluation made ahead of the writer's turn, and the version that it was made on.
    struct prepared {
        tenant_seq version;
        user_wish wish;
    };

    std::optional<prepared> ahead;
    /// True if the request asks for active = false: exempt from gates and from the full queue.
    bool deprovisions = false;
    /// For such a request: the current user inactive and otherwise as he is. Taken when the rest of
    /// it cannot be applied, so that what the user is made of says the same as his state; if not
    /// given, only his state changes.
    evaluate_user least = nullptr;
    /// The request says in so many words that the user is to be active: refused while his access
    /// waits for a decision, even if that is what was wished for all the time.
    bool reactivates = false;
    /// Nothing but the deactivation may be applied: what else is asked for is refused to others
    /// too. So it is, without this, while provisioning is switched off.
    bool only_least = false;
    /// Nothing comes of it if the request deprovisions.
    std::optional<password_wish> password = std::nullopt;
};

struct delete_user {
    subject_id id{};
    version_condition if_match;
};

/// For want of seats (the seat keeper's): done only if there are too many people and the plan says
/// that they are to be suspended by now.
struct suspend_user {
    subject_id id{};
    eventlog::suspension_reason reason = eventlog::suspension_reason::admin;
};

/// Takes one reason away. Who has access by that needs a free seat.
struct resume_user {
    subject_id id{};
    eventlog::suspension_reason reason = eventlog::suspension_reason::admin;
};

/// An admin gives a role. Where roles have to be approved it is wanted from then on, else the user
/// has it at once.
struct assign_role {
    subject_id id{};
    std::string role;
    subject_id acting_for{}; ///< the admin for whom an operator acts; nil: for nobody
};

/// An admin, other than the one who gave the role, lets the user have it, and with it access.
struct approve_request {
    subject_id id{};
    subject_id acting_for{};
    std::string break_glass{};               ///< why an operator takes both sides
    std::optional<std::string> if_role = {}; ///< only if this is the wanted role
};

struct reject_request {
    subject_id id{};
    subject_id acting_for{};
};

/// For the consumer that keeps the time; both are done only if the request is the one that he saw
/// and it is time by now.
struct expire_request {
    subject_id id{};
    std::uint64_t opened = 0;
};

struct remind_of_request {
    subject_id id{};
    std::uint64_t opened = 0;
    std::uint32_t reminders = 0; ///< so far
};

struct erase_user {
    subject_id id{};
};

struct create_team {
    subject_id new_id{};
    team_wish wish;                  ///< `changed` = every attribute that has a value
    std::vector<subject_id> members; ///< sorted, no duplicates
};

struct change_team {
    subject_id id{};
    version_condition if_match;
    evaluate_team evaluate = nullptr; ///< not given: only members change

    /// As change_user::prepared.
    struct prepared {
        tenant_seq version;
        team_wish wish;
    };

    std::optional<prepared> ahead;
    member_change members;
};

struct delete_team {
    subject_id id{};
    version_condition if_match;
};

using command_body =
    std::variant<create_tenant, set_tenant, delete_tenant, create_key, set_key_expiry, revoke_key,
                 create_admin, set_admin_role, disable_admin, create_admin_token, create_user,
                 change_user, delete_user, erase_user, create_team, change_team, delete_team,
                 create_plan, set_plan, take_plan_terms, suspend_user, resume_user, assign_role,
                 approve_request, reject_request, expire_request, remind_of_request, link_admin,
                 set_sso, clear_sso, set_mapping>;

struct idempotency {
    std::string key;          ///< as sent; scope is the acting key
    eventlog::digest request; ///< SHA-256 of method, path and body
};

struct command {
    tenant_no tenant; ///< ignored by create_tenant
    eventlog::actor by;
    std::string request_id;
    std::optional<base::trace_context> trace; ///< of the request; its events carry it
    std::optional<eventlog::position> cause;
    std::optional<idempotency> once;
    command_body body;
    /// Under which role an admin or operator was permitted to ask for this: if he has lost it by
    /// the time it is this command's turn, nothing is done.
    std::optional<eventlog::admin_role> as_role = std::nullopt;
    /// The profile whose rules the request has passed; null if it was judged by none.
    std::shared_ptr<const policy> judged_by = nullptr;
    /// Likewise the hash of the token that he showed: another one may have taken its place.
    std::optional<eventlog::digest> as_token = std::nullopt;
};

/// What happened. `at` is the position of the last event; offset 0 if nothing had to change.
struct done {
    /// On disk for a day, with idempotency keys.
    enum class kind : std::uint8_t {
        created = 0,
        restored = 1,
        changed = 2,
        unchanged = 3,
        deleted = 4,
    } what{};
    eventlog::position at;
    std::optional<user_state> user; ///< as he is after the command
    std::optional<tenant_state> tenant;
    std::optional<key_state> key;
    std::optional<team_state> team;
    std::optional<admin_state> admin;
    std::optional<plan_state> plan;
    /// An idempotency key matched: `what`, `at` and the user are as recorded (the user is missing
    /// if he is erased since), tenant, key, admin and team are as they are now.
    bool repeated = false;
    std::vector<fault> faults;
    /// It would be done, and was not: the hash of the password is missing. Ask again with it.
    bool needs_password = false;
};

using answer = base::result<done, refusal>;

} // namespace rollcall::projections
