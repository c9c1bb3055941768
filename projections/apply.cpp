#include "projections/apply.hpp"

#include "eventlog/error.hpp"
#include "projections/approval_facts.hpp"

#include <cassert>

namespace rollcall::projections {
namespace {

using namespace eventlog;

tl::unexpected<base::failure> does_not_follow(const event_header& header, const event_body& body,
                                              std::string_view why) {
    std::string message = "event ";
    message += std::to_string(header.seq.value) + " of tenant number " +
               std::to_string(header.tenant.value) + " (";
    message += event_type_name(type_of(body));
    message += ", subject ";
    header.subject.append_to(message);
    message += ") cannot follow what came before it: ";
    message += why;
    return base::fail(log_errc::out_of_order, std::move(message));
}

/// Of user_suspended and user_resumed: the person stays as he is, and so does what seals him.
std::optional<suspension> suspension_after(const event_body& body) {
    if (const auto* fact = std::get_if<user_suspended>(&body)) return fact->suspended;
    if (const auto* fact = std::get_if<user_resumed>(&body)) return fact->suspended;
    return std::nullopt;
}

} // namespace

entity entity_of(event_type type) {
    switch (type) {
    case event_type::tenant_created:
    case event_type::tenant_changed:
    case event_type::tenant_deleted:
    case event_type::sso_set:
    case event_type::sso_cleared:
    case event_type::mapping_set:
    case event_type::mapping_cleared: return entity::tenant;
    case event_type::key_created:
    case event_type::key_expiry_changed:
    case event_type::key_revoked: return entity::key;
    case event_type::user_created:
    case event_type::user_changed:
    case event_type::user_deactivated:
    case event_type::user_reactivated:
    case event_type::user_restored:
    case event_type::user_deleted:
    case event_type::user_erased:
    case event_type::user_suspended:
    case event_type::user_resumed:
    case event_type::role_assigned:
    case event_type::approval_granted:
    case event_type::approval_rejected:
    case event_type::approval_expired:
    case event_type::approval_reminded:
    case event_type::password_set:
    case event_type::password_removed: return entity::user;
    case event_type::admin_created:
    case event_type::admin_changed:
    case event_type::admin_disabled:
    case event_type::admin_token_created:
    case event_type::admin_linked:
    case event_type::admin_unlinked: return entity::admin;
    case event_type::plan_defined: return entity::plan;
    case event_type::team_created:
    case event_type::team_changed:
    case event_type::team_deleted:
    case event_type::members_changed: break;
    }
    return entity::team;
}

base::result<tenant_state> after(const std::optional<tenant_state>& before,
                                 const event_header& header, const event_body& body) {
    if (const auto* created = std::get_if<tenant_created>(&body)) {
        if (before) return does_not_follow(header, body, "the tenant exists already");
        return tenant_state{header.tenant, created->slug, created->settings,
                            header.time,   header.seq,    false};
    }
    if (!before) return does_not_follow(header, body, "there is no such tenant");
    tenant_state tenant = *before;
    tenant.version = header.seq;
    if (const auto* changed = std::get_if<tenant_changed>(&body)) {
        tenant.settings = changed->settings;
    } else if (const auto* set = std::get_if<sso_set>(&body)) {
        tenant.sso = sso_state{set->provider, header.time, header.seq};
    } else if (std::holds_alternative<sso_cleared>(body)) {
        tenant.sso.reset();
    } else if (const auto* mapped = std::get_if<mapping_set>(&body)) {
        tenant.mapping = {mapped->rules, header.seq};
    } else if (std::holds_alternative<mapping_cleared>(body)) {
        tenant.mapping = {};
    } else {
        assert(std::holds_alternative<tenant_deleted>(body));
        tenant.deleted = true;
    }
    return tenant;
}

base::result<key_state> after(const std::optional<key_state>& before, const event_header& header,
                              const event_body& body) {
    if (const auto* created = std::get_if<key_created>(&body)) {
        if (before) return does_not_follow(header, body, "the key exists already");
        key_state key;
        key.tenant = header.tenant;
        key.id = header.subject;
        key.secret_hash = created->secret_hash;
        key.label = created->label;
        key.created = header.time;
        key.expires_at = created->expires_at;
        key.owner = created->owner;
        key.version = header.seq;
        return key;
    }
    if (!before) return does_not_follow(header, body, "there is no such key");
    key_state key = *before;
    key.version = header.seq;
    if (const auto* moved = std::get_if<key_expiry_changed>(&body)) {
        key.expires_at = moved->expires_at;
    } else {
        key.revoked = true;
        key.because = std::get<key_revoked>(body).because;
    }
    return key;
}

base::result<admin_core> after(const std::optional<admin_core>& before, const event_header& header,
                               const event_body& body) {
    if (const auto* created = std::get_if<admin_created>(&body)) {
        if (before) return does_not_follow(header, body, "the admin exists already");
        admin_core admin;
        admin.role = created->role;
        admin.token_hash = created->token_hash;
        admin.expires_at = created->expires_at;
        admin.created = header.time;
        admin.version = header.seq;
        admin.sealed_hash = header.sealed_hash;
        return admin;
    }
    if (!before) return does_not_follow(header, body, "there is no such admin");
    if (before->disabled) return does_not_follow(header, body, "the admin is disabled");
    admin_core admin = *before;
    admin.version = header.seq;
    if (const auto* changed = std::get_if<admin_changed>(&body)) {
        admin.role = changed->role;
    } else if (const auto* token = std::get_if<admin_token_created>(&body)) {
        admin.token_hash = token->token_hash;
        admin.expires_at = token->expires_at;
    } else if (const auto* linked = std::get_if<admin_linked>(&body)) {
        admin.user = linked->user;
    } else if (std::holds_alternative<admin_unlinked>(body)) {
        admin.user.reset();
    } else {
        admin.disabled = true;
        admin.because = std::get<admin_disabled>(body).because;
    }
    return admin;
}

base::result<plan_state> after(const std::optional<plan_state>& before, const event_header& header,
                               const event_body& body) {
    const auto& defined = std::get<plan_defined>(body);
    if (before && before->id != header.subject) {
        return does_not_follow(header, body, "another plan has this name");
    }
    plan_state plan;
    plan.id = header.subject;
    plan.name = defined.name;
    plan.terms = defined.terms;
    plan.terms.version = header.seq.value;
    plan.created = before ? before->created : header.time;
    return plan;
}

base::result<std::optional<user_core>> after(const std::optional<user_core>& before,
                                             const event_header& header, const event_body& body) {
    // An erasure also reaches people who were deleted long ago.
    if (std::holds_alternative<user_erased>(body)) return std::nullopt;
    if (std::holds_alternative<user_deleted>(body)) {
        if (!before) return does_not_follow(header, body, "there is no such user");
        return std::nullopt;
    }
    const bool created = std::holds_alternative<user_created>(body);
    if (created && before) return does_not_follow(header, body, "the user exists already");
    if (!created && !before) return does_not_follow(header, body, "there is no such user");
    const auto wrong = contradiction_in(before ? &*before : nullptr, header, body);
    if (!wrong.empty()) return does_not_follow(header, body, wrong);
    user_core core = before.value_or(user_core{});
    core.version = header.seq;
    core.modified = header.time;
    if (const auto moved = suspension_after(body)) {
        if (!before->active) return does_not_follow(header, body, "the user is deactivated");
        core.suspended = *moved;
    } else if (std::holds_alternative<password_set>(body)) {
        core.password = header.seq;
    } else if (std::holds_alternative<password_removed>(body)) {
        if (core.password.value == 0) return does_not_follow(header, body, "he has no password");
        core.password = {};
    } else if (const auto said = outcome_of(body)) {
        core.suspended = said->suspended;
        core.approval = placed(said->approval, header.seq);
    } else {
        const user_facts* facts = facts_of(body);
        assert(facts != nullptr);
        if (before && before->ordinal != facts->ordinal) {
            return does_not_follow(header, body, "it names another place in the listing");
        }
        core.ordinal = facts->ordinal;
        if (created) {
            core.created_seq = header.seq;
            core.created = header.time;
        }
        core.origin = facts->origin;
        core.active = facts->active;
        core.suspended = facts->suspended;
        core.approval = placed(facts->approval, header.seq);
        core.sealed_hash = header.sealed_hash;
        // Perhaps another person: who knew the old password must not come in as him.
        const auto* restored = std::get_if<user_restored>(&body);
        if (restored != nullptr && restored->reset) core.password = {};
    }
    if (!may_become(before ? std::optional(before->status()) : std::nullopt, core.status())) {
        return does_not_follow(header, body, "nobody comes to this status from where the user is");
    }
    return core;
}

base::result<std::optional<team_core>> after(const std::optional<team_core>& before,
                                             const event_header& header, const event_body& body) {
    const bool created = std::holds_alternative<team_created>(body);
    if (created && before) return does_not_follow(header, body, "the team exists already");
    if (!created && !before) return does_not_follow(header, body, "there is no such team");
    team_core core = before.value_or(team_core{});
    core.version = header.seq;
    core.modified = header.time;
    if (const auto* moved = std::get_if<members_changed>(&body)) {
        core.members += moved->added.size();
        if (core.members < moved->removed.size()) {
            return does_not_follow(header, body, "more people leave than the team has");
        }
        core.members -= moved->removed.size();
        return core;
    }
    if (std::holds_alternative<team_deleted>(body)) {
        if (core.members != 0) return does_not_follow(header, body, "the team still has members");
        return std::nullopt;
    }
    const team_facts* facts = team_facts_of(body);
    assert(facts != nullptr);
    if (created) {
        core.ordinal = facts->ordinal;
        core.created_seq = header.seq;
        core.created = header.time;
    } else if (core.ordinal != facts->ordinal) {
        return does_not_follow(header, body, "it names another place in the listing");
    }
    core.sealed_hash = header.sealed_hash;
    return core;
}

} // namespace rollcall::projections
