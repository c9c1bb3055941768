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

} // namespace rollcall::projections
