#include "eventlog/event.hpp"

#include <type_traits>

namespace rollcall::eventlog {
namespace {

template <class... F>
struct overloaded : F... {
    using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;

/// The member `facts` or `content` of that type, if the fact has one.
template <class Part, class Fact>
const Part* part(const Fact& fact) {
    if constexpr (requires { requires std::is_same_v<decltype(fact.facts), Part>; }) {
        return &fact.facts;
    } else if constexpr (requires { requires std::is_same_v<decltype(fact.content), Part>; }) {
        return &fact.content;
    } else {
        return nullptr;
    }
}

} // namespace

std::string_view event_type_name(event_type type) {
    switch (type) {
    case event_type::tenant_created: return "tenant_created";
    case event_type::tenant_changed: return "tenant_changed";
    case event_type::tenant_deleted: return "tenant_deleted";
    case event_type::key_created: return "key_created";
    case event_type::key_expiry_changed: return "key_expiry_changed";
    case event_type::key_revoked: return "key_revoked";
    case event_type::user_created: return "user_created";
    case event_type::user_changed: return "user_changed";
    case event_type::user_deactivated: return "user_deactivated";
    case event_type::user_reactivated: return "user_reactivated";
    case event_type::user_restored: return "user_restored";
    case event_type::user_deleted: return "user_deleted";
    case event_type::user_erased: return "user_erased";
    case event_type::team_created: return "team_created";
    case event_type::team_changed: return "team_changed";
    case event_type::team_deleted: return "team_deleted";
    case event_type::members_changed: return "members_changed";
    case event_type::admin_created: return "admin_created";
    case event_type::admin_changed: return "admin_changed";
    case event_type::admin_disabled: return "admin_disabled";
    case event_type::admin_token_created: return "admin_token_created";
    case event_type::user_suspended: return "user_suspended";
    case event_type::user_resumed: return "user_resumed";
    case event_type::plan_defined: return "plan_defined";
    case event_type::role_assigned: return "role_assigned";
    case event_type::approval_granted: return "approval_granted";
    case event_type::approval_rejected: return "approval_rejected";
    case event_type::approval_expired: return "approval_expired";
    case event_type::approval_reminded: return "approval_reminded";
    case event_type::admin_linked: return "admin_linked";
    case event_type::admin_unlinked: return "admin_unlinked";
    case event_type::sso_set: return "sso_set";
    case event_type::sso_cleared: return "sso_cleared";
    case event_type::password_set: return "password_set";
    case event_type::password_removed: return "password_removed";
    case event_type::mapping_set: return "mapping_set";
    case event_type::mapping_cleared: return "mapping_cleared";
    }
    return {};
}

event_type type_of(const event_body& body) {
    return std::visit(
        overloaded{
            [](const tenant_created&) { return event_type::tenant_created; },
            [](const tenant_changed&) { return event_type::tenant_changed; },
            [](const tenant_deleted&) { return event_type::tenant_deleted; },
            [](const key_created&) { return event_type::key_created; },
            [](const key_expiry_changed&) { return event_type::key_expiry_changed; },
            [](const key_revoked&) { return event_type::key_revoked; },
            [](const user_created&) { return event_type::user_created; },
            [](const user_changed&) { return event_type::user_changed; },
            [](const user_deactivated&) { return event_type::user_deactivated; },
            [](const user_reactivated&) { return event_type::user_reactivated; },
            [](const user_restored&) { return event_type::user_restored; },
            [](const user_deleted&) { return event_type::user_deleted; },
            [](const user_erased&) { return event_type::user_erased; },
            [](const team_created&) { return event_type::team_created; },
            [](const team_changed&) { return event_type::team_changed; },
            [](const team_deleted&) { return event_type::team_deleted; },
            [](const members_changed&) { return event_type::members_changed; },
            [](const admin_created&) { return event_type::admin_created; },
            [](const admin_changed&) { return event_type::admin_changed; },
            [](const admin_disabled&) { return event_type::admin_disabled; },
            [](const admin_token_created&) { return event_type::admin_token_created; },
            [](const user_suspended&) { return event_type::user_suspended; },
            [](const user_resumed&) { return event_type::user_resumed; },
            [](const plan_defined&) { return event_type::plan_defined; },
            [](const role_assigned&) { return event_type::role_assigned; },
            [](const approval_granted&) { return event_type::approval_granted; },
            [](const approval_rejected&) { return event_type::approval_rejected; },
            [](const approval_expired&) { return event_type::approval_expired; },
            [](const approval_reminded&) { return event_type::approval_reminded; },
            [](const admin_linked&) { return event_type::admin_linked; },
            [](const admin_unlinked&) { return event_type::admin_unlinked; },
            [](const sso_set&) { return event_type::sso_set; },
            [](const sso_cleared&) { return event_type::sso_cleared; },
            [](const password_set&) { return event_type::password_set; },
            [](const password_removed&) { return event_type::password_removed; },
            [](const mapping_set&) { return event_type::mapping_set; },
            [](const mapping_cleared&) { return event_type::mapping_cleared; },
        },
        body);
}

std::string_view downgrade_policy_name(downgrade_policy policy) {
    switch (policy) {
    case downgrade_policy::block_new: return "block_new";
    case downgrade_policy::grace: return "grace";
    case downgrade_policy::suspend_newest: return "suspend_newest";
    }
    return {};
}

std::optional<downgrade_policy> parse_downgrade_policy(std::string_view name) {
    for (const downgrade_policy policy :
         {downgrade_policy::block_new, downgrade_policy::grace, downgrade_policy::suspend_newest}) {
        if (downgrade_policy_name(policy) == name) return policy;
    }
    return std::nullopt;
}

std::string_view suspension_reason_name(suspension_reason reason) {
    switch (reason) {
    case suspension_reason::seats: return "seats";
    case suspension_reason::admin: return "admin";
    case suspension_reason::rejected: return "rejected";
    case suspension_reason::expired: return "expired";
    }
    return {};
}

suspension suspension::with(suspension_reason reason, base::moment now) const {
    const auto bit = static_cast<std::uint8_t>(1u << static_cast<unsigned>(reason));
    return {static_cast<std::uint8_t>(reasons | bit), any() ? since : now};
}

suspension suspension::without(suspension_reason reason) const {
    const auto bit = 1u << static_cast<unsigned>(reason);
    const auto left = static_cast<std::uint8_t>(reasons & ~bit);
    return {left, left != 0 ? since : base::moment{}};
}

const user_facts* facts_of(const event_body& body) {
    return std::visit([](const auto& fact) { return part<user_facts>(fact); }, body);
}

const user_content* content_of(const event_body& body) {
    return std::visit([](const auto& fact) { return part<user_content>(fact); }, body);
}

const standing* standing_of(const event_body& body) {
    return std::visit(
        [](const auto& fact) -> const standing* {
            if constexpr (requires { fact.approval; }) {
                return &fact.approval;
            } else if constexpr (requires { fact.facts.approval; }) {
                return &fact.facts.approval;
            } else {
                return nullptr;
            }
        },
        body);
}

const team_facts* team_facts_of(const event_body& body) {
    return std::visit([](const auto& fact) { return part<team_facts>(fact); }, body);
}

const team_content* team_content_of(const event_body& body) {
    return std::visit([](const auto& fact) { return part<team_content>(fact); }, body);
}

const admin_content* admin_content_of(const event_body& body) {
    return std::visit([](const auto& fact) { return part<admin_content>(fact); }, body);
}

const password_content* password_content_of(const event_body& body) {
    return std::visit([](const auto& fact) { return part<password_content>(fact); }, body);
}

} // namespace rollcall::eventlog
