#include "gateway/product_terms.hpp"

#include "gateway/profiles/mapping_reader.hpp"

namespace rollcall::gateway {
namespace {

std::string listed(const std::vector<std::string>& plans) {
    std::string out;
    for (const std::string& one : plans)
        out += (out.empty() ? "" : " or ") + one;
    return out;
}

/// What the product asks for besides a plan, and is not there.
std::optional<product_bar> gate_of(const projections::tenant_state& tenant,
                                   const projections::key_state& key,
                                   const profiles::profile& profile) {
    std::string says;
    if (profile.sso && !tenant.sso) {
        says = profile.title +
               " provisions only with single sign-on: an admin has to upload the SAML metadata of "
               "the identity provider first, with `rollcall sso set " +
               tenant.slug + " --metadata FILE` or PUT /admin/v1/tenants/" + tenant.slug + "/sso.";
    } else if (profile.key_owner_required && !key.owner) {
        says = "A key of " + profile.title +
               " belongs to an admin, and this one to nobody: an admin has to make a new one, with "
               "`rollcall key create " +
               tenant.slug + " --admin NAME`.";
    } else {
        return std::nullopt;
    }
    says += only_leaving_goes_on;
    return product_bar{{403, scim::scim_type::none, std::move(says)}, true};
}

std::optional<product_bar> bar_of(const projections::tenant_state& tenant,
                                  const projections::key_state& key,
                                  const profiles::profile* profile) {
    const eventlog::tenant_settings& settings = tenant.settings;
    if (profile == nullptr) {
        return product_bar{{403, scim::scim_type::none,
                            "The profile '" + settings.profile +
                                "' of this tenant is not on the server: its operator has to put "
                                "the file " +
                                settings.profile + ".toml back." +
                                std::string(only_leaving_goes_on)},
                           false,
                           true};
    }
    if (profile->serves_plan(settings.plan)) return gate_of(tenant, key, *profile);
    return product_bar{{403, scim::scim_type::none,
                        "SCIM is part of the plan " + listed(profile->plans) + " of " +
                            profile->title + "; this tenant has the plan " + settings.plan +
                            ". Only deactivating and deleting users and taking them out of groups "
                            "is accepted."},
                       true};
}

/// A mapping is read before it is kept, so one that cannot be read is another program's.
product_bar unreadable_mapping() {
    return {
        {403, scim::scim_type::none,
         "The mapping of this tenant cannot be read by this server: set it again, or clear it." +
             std::string(only_leaving_goes_on)}};
}

} // namespace

std::shared_ptr<const projections::policy> policy_of(const profiles::profile& by,
                                                     const projections::mapping_state* turned_by) {
    projections::policy out{by.id, by.label()};
    const profiles::approval_rules& rules = by.approvals;
    out.approvals.invites = rules.invites;
    out.approvals.reactivations = rules.reactivations;
    out.approvals.roles = rules.roles;
    out.approvals.expires_days = rules.expires_days;
    out.approvals.remind_days = rules.remind_days;
    out.approvals.roles_allowed = rules.allowed_roles;
    if (turned_by != nullptr) out.mapping = turned_by->version.value;
    if (out.mapping.value_or(0) != 0) out.label += "+mapping@" + std::to_string(*out.mapping);
    return std::make_shared<const projections::policy>(std::move(out));
}

std::shared_ptr<const profiles::mapping> mapping_of(const projections::tenant_state& tenant) {
    if (tenant.mapping.rules.empty()) return nullptr;
    auto read = profiles::read_mapping(tenant.mapping.rules);
    return read ? std::make_shared<const profiles::mapping>(std::move(*read)) : nullptr;
}

product_terms terms_of(const projections::tenant_state& tenant, const projections::key_state& key,
                       const profiles::profile_book& book) {
    product_terms terms;
    terms.profile = book.find(tenant.settings.profile);
    if (terms.profile && terms.profile->judges_users()) terms.rules = terms.profile;
    terms.mapping = mapping_of(tenant);
    if (terms.profile) terms.policy = policy_of(*terms.profile, &tenant.mapping);
    terms.bar = bar_of(tenant, key, terms.profile.get());
    if (!terms.bar && !terms.mapping && !tenant.mapping.rules.empty()) {
        terms.bar = unreadable_mapping();
    }
    return terms;
}

} // namespace rollcall::gateway
