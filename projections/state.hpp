// What is so now, as typed values: tenants, keys, admins, users, teams, and a tenant's counters.
// Each has a pure `after(before, event)` in apply.hpp and a row in rows.hpp.
#pragma once

#include "eventlog/event.hpp"
#include "eventlog/record.hpp"
#include "projections/kept_standing.hpp"
#include "projections/status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::projections {

/// Where operators are the admins.
inline constexpr eventlog::tenant_no system_tenant{0};
inline constexpr std::string_view system_slug = "_system";

using eventlog::subject_id;
using eventlog::tenant_no;
using eventlog::tenant_seq;

/// A tenant's single sign-on. The document, if it was kept, is in the event.
struct sso_state {
    eventlog::sso_provider provider;
    base::moment since;
    tenant_seq seq; ///< of the event that set it
    friend bool operator==(const sso_state&, const sso_state&) = default;
};

/// How what a tenant's provider sends becomes what is stored.
struct mapping_state {
    std::string rules;  ///< as in eventlog::mapping_set; empty: there is no mapping
    tenant_seq version; ///< seq of the event that set it; 0 without rules
    friend bool operator==(const mapping_state&, const mapping_state&) = default;
};

struct tenant_state {
    tenant_no number;
    std::string slug;
    eventlog::tenant_settings settings;
    base::moment created;
    tenant_seq version; ///< seq of the event that changed it last
    bool deleted = false;
    std::optional<sso_state> sso{};
    mapping_state mapping{};
    friend bool operator==(const tenant_state&, const tenant_state&) = default;

    /// Whether providers may push more than deactivations and deletions.
    [[nodiscard]] bool provisions() const {
        return settings.scim_enabled && settings.terms.scim_included;
    }
};

/// For a tenant that does not provision: why, and what is accepted all the same.
std::string why_not_provisioned(const tenant_state& tenant);

/// A plan of the catalogue, in the system tenant. Part of its state hash.
struct plan_state {
    subject_id id{};
    std::string name;
    eventlog::plan_terms terms; ///< its version is the plan's
    base::moment created;
    friend bool operator==(const plan_state&, const plan_state&) = default;
};

/// The plan that there is without a definition: all is included, nothing is limited.
inline constexpr std::string_view default_plan = "default";

struct key_state {
    tenant_no tenant;
    subject_id id{};
    eventlog::digest secret_hash{};
    std::string label;
    base::moment created;
    std::optional<base::moment> expires_at;
    bool revoked = false;
    eventlog::rights_end because = eventlog::rights_end::asked; ///< why it was revoked
    std::optional<subject_id> owner; ///< the admin with whose rights it ends
    tenant_seq version;
    friend bool operator==(const key_state&, const key_state&) = default;
};

/// The clear facts about an admin. Part of the tenant's state hash.
struct admin_core {
    eventlog::admin_role role = eventlog::admin_role::viewer;
    bool disabled = false;                                      ///< for good
    eventlog::rights_end because = eventlog::rights_end::asked; ///< why he was disabled
    std::optional<subject_id> user; ///< who he is in the tenant; his rights end with his access
    eventlog::digest token_hash{};
    std::optional<base::moment> expires_at; ///< of the token
    base::moment created;
    tenant_seq version;
    eventlog::digest sealed_hash{}; ///< of the sealed part that holds the name
    friend bool operator==(const admin_core&, const admin_core&) = default;
};

/// Somebody who may use the admin API: of a tenant, or, in the system tenant, of the operator.
struct admin_state {
    tenant_no tenant;
    subject_id id{};
    admin_core core;
    eventlog::admin_content content;
    friend bool operator==(const admin_state&, const admin_state&) = default;
};

/// The clear facts about a user: everything but the person. Part of the tenant's state hash.
struct user_core {
    std::uint64_t ordinal = 0; ///< place in listings; never changes
    tenant_seq created_seq;
    tenant_seq version; ///< seq of the event that changed the user last; the ETag
    base::moment created;
    base::moment modified;
    eventlog::user_origin origin = eventlog::user_origin::provisioned;
    bool active = true;
    eventlog::suspension suspended;
    kept_standing approval;         ///< role and open request
    tenant_seq password;            ///< seq of the event that holds its hash; 0: he has none
    eventlog::digest sealed_hash{}; ///< of the sealed part that holds the person as he is now
    friend bool operator==(const user_core&, const user_core&) = default;

    [[nodiscard]] user_status status() const {
        return status_of({active, suspended, waits_for(approval->request)});
    }
};

/// What somebody pending waits for (`invite`, `reactivation`), why somebody is suspended (the first
/// of the reasons admin, rejected, expired, seats); empty for others.
std::string_view reason_of(const user_core& core);

/// Since when it is so; nothing for others.
std::optional<base::moment> status_since(const user_core& core);

/// A user: the facts and the person.
struct user_state {
    subject_id id{};
    user_core core;
    eventlog::user_content content;
    friend bool operator==(const user_state&, const user_state&) = default;
};

/// The clear facts about a team. Part of the tenant's state hash.
struct team_core {
    std::uint64_t ordinal = 0; ///< place in listings of teams; never changes
    tenant_seq created_seq;
    tenant_seq version; ///< seq of the event that changed the team or its members last; the ETag
    base::moment created;
    base::moment modified;
    std::uint64_t members = 0;
    eventlog::digest sealed_hash{}; ///< of the sealed part that holds its content as it is now
    friend bool operator==(const team_core&, const team_core&) = default;
};

/// A team without its members, who are rows of their own: it may have 100,000 of them.
struct team_state {
    subject_id id{};
    team_core core;
    eventlog::team_content content;
    friend bool operator==(const team_state&, const team_state&) = default;
};

/// That a user belongs to a team. Part of the tenant's state hash.
struct membership {
    subject_id team{};
    subject_id user{};
    tenant_seq since; ///< of the event by which he joined
    friend bool operator==(const membership&, const membership&) = default;
};

/// A tenant's counters and the hash of its state.
struct tenant_counters {
    std::uint64_t users = 0; ///< not deleted
    status_counts by_status{};
    std::uint64_t last_ordinal = 0; ///< of users
    std::uint64_t teams = 0;
    std::uint64_t last_team_ordinal = 0;
    std::uint64_t memberships = 0;
    std::uint64_t keys = 0;        ///< ever created
    std::uint64_t admins = 0;      ///< likewise
    std::uint64_t plans = 0;       ///< of the catalogue; in the system tenant only
    eventlog::digest state_hash{}; ///< see state_hash.hpp
    friend bool operator==(const tenant_counters&, const tenant_counters&) = default;
};

} // namespace rollcall::projections
