#include "projections/told/privacy.hpp"

#include "projections/state.hpp"

namespace rollcall::told {

using eventlog::event_type;

std::string_view privacy_name(privacy how) {
    switch (how) {
    case privacy::full: return "full";
    case privacy::minimal: return "minimal";
    case privacy::sealed: return "sealed";
    }
    return {};
}

std::optional<privacy> parse_privacy(std::string_view word) {
    for (const privacy how : {privacy::full, privacy::minimal, privacy::sealed})
        if (privacy_name(how) == word) return how;
    return std::nullopt;
}

eventlog::content_mode content_needed(privacy how) {
    return how == privacy::full ? eventlog::content_mode::open
                                : eventlog::content_mode::leave_sealed;
}

bool is_withheld(eventlog::tenant_no tenant, event_type type) {
    if (tenant == projections::system_tenant) return type != event_type::plan_defined;
    switch (type) {
    case event_type::tenant_created:
    case event_type::tenant_changed:
    case event_type::tenant_deleted:
    case event_type::user_created:
    case event_type::user_changed:
    case event_type::user_deactivated:
    case event_type::user_reactivated:
    case event_type::user_restored:
    case event_type::user_deleted:
    case event_type::user_erased:
    case event_type::user_suspended:
    case event_type::user_resumed:
    case event_type::team_created:
    case event_type::team_changed:
    case event_type::team_deleted:
    case event_type::members_changed:
    case event_type::plan_defined:
    case event_type::role_assigned:
    case event_type::approval_granted:
    case event_type::approval_rejected:
    case event_type::approval_expired:
    case event_type::approval_reminded: return false;
    case event_type::key_created:
    case event_type::key_expiry_changed:
    case event_type::key_revoked:
    case event_type::admin_created:
    case event_type::admin_changed:
    case event_type::admin_disabled:
    case event_type::admin_token_created:
    case event_type::admin_linked:
    case event_type::admin_unlinked:
    case event_type::sso_set:
    case event_type::sso_cleared:
    case event_type::password_set:
    case event_type::password_removed:
    case event_type::mapping_set:
    case event_type::mapping_cleared: break;
    }
    return true;
}

} // namespace rollcall::told
