#include "projections/state.hpp"

namespace rollcall::projections {

std::string why_not_provisioned(const tenant_state& tenant) {
    if (!tenant.settings.terms.scim_included) {
        return "The plan " + tenant.settings.plan + " of tenant " + tenant.slug +
               " does not include provisioning (SCIM); only deactivating and deleting users and "
               "taking them out of groups is accepted. Change to a plan that includes it.";
    }
    return "Provisioning is switched off for tenant " + tenant.slug +
           "; only deactivating and deleting users and taking them out of groups is accepted. "
           "A primary admin can switch it on.";
}

std::string_view reason_of(const user_core& core) {
    using eventlog::suspension_reason;
    switch (core.status()) {
    case user_status::suspended:
        // Of several the one that the provider cannot end by making room.
        for (const auto reason : {suspension_reason::admin, suspension_reason::rejected,
                                  suspension_reason::expired, suspension_reason::seats}) {
            if (core.suspended.has(reason)) return eventlog::suspension_reason_name(reason);
        }
        break;
    case user_status::pending_role:
    case user_status::pending_approval:
        return eventlog::request_kind_name(core.approval->request->kind);
    case user_status::active:
    case user_status::deactivated:
    case user_status::deleted: break;
    }
    return {};
}

std::optional<base::moment> status_since(const user_core& core) {
    switch (core.status()) {
    case user_status::suspended: return core.suspended.since;
    case user_status::pending_role:
    case user_status::pending_approval: return core.approval->request->since;
    case user_status::active:
    case user_status::deactivated:
    case user_status::deleted: break;
    }
    return std::nullopt;
}

} // namespace rollcall::projections
