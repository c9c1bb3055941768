#include "projections/judge.hpp"

#include "projections/read.hpp"

#include <algorithm>

namespace rollcall::projections {

using namespace eventlog;

namespace {

std::size_t weight(const user_content& content) {
    std::size_t bytes = content.user_name.size() + content.user_name_key.size() +
                        content.display.size() + content.document.size() +
                        (content.external_id ? content.external_id->size() : 0);
    for (const std::string& email : content.email_keys) {
        bytes += email.size();
    }
    return bytes;
}

} // namespace

decision nothing_to_do(user_state user) {
    decision d;
    d.what = done::kind::unchanged;
    d.user = std::move(user);
    return d;
}

tl::unexpected<refusal> refuse(const base::failure& failure) {
    return refuse(refusal_code::internal, failure.message);
}

std::size_t weight(const std::vector<std::string>& names) {
    std::size_t bytes = 0;
    for (const std::string& name : names) {
        bytes += name.size();
    }
    return bytes;
}

tl::unexpected<refusal> refuse_version(std::string_view what, tenant_seq current) {
    return refuse(refusal_code::precondition_failed,
                  "The " + std::string(what) + " was changed meanwhile: the current version is " +
                      std::to_string(current.value) +
                      ". Read it again and repeat the request on that version.");
}

std::vector<std::string> with(std::vector<std::string> names, std::string_view name) {
    const auto at = std::lower_bound(names.begin(), names.end(), name);
    if (at == names.end() || *at != name) names.emplace(at, name);
    return names;
}

/// The system tenant has admins and plans, and nothing else.
base::result<tenant_state, refusal> judge::open_tenant() const {
    const bool about_admin = std::holds_alternative<create_admin>(asked_.body) ||
                             std::holds_alternative<set_admin_role>(asked_.body) ||
                             std::holds_alternative<disable_admin>(asked_.body) ||
                             std::holds_alternative<create_admin_token>(asked_.body);
    const bool about_plan = std::holds_alternative<create_plan>(asked_.body) ||
                            std::holds_alternative<set_plan>(asked_.body);
    if (asked_.tenant == system_tenant && !about_admin && !about_plan) {
        return refuse(refusal_code::not_found, "There is no such tenant.");
    }
    auto tenant = read_tenant(rows_, asked_.tenant);
    if (!tenant) return refuse(refusal_code::not_found, "There is no such tenant.");
    if (tenant->deleted) {
        return refuse(refusal_code::tenant_deleted, "Tenant " + tenant->slug + " was deleted.");
    }
    return std::move(*tenant);
}

base::result<key_state, refusal> judge::live_key(const subject_id& id) const {
    auto key = read_key(rows_, asked_.tenant, id);
    if (!key) {
        return refuse(refusal_code::not_found, "This tenant has no key " + id.text() + ".");
    }
    if (key->revoked) {
        return refuse(refusal_code::key_revoked,
                      "Key " + id.text() + " is revoked. Create a new one.");
    }
    return std::move(*key);
}

base::result<user_state, refusal> judge::present_user(const subject_id& id) const {
    auto user = read_user(rows_, asked_.tenant, id);
    if (!user) {
        return refuse(refusal_code::not_found, "This tenant has no user " + id.text() + ".");
    }
    return std::move(*user);
}

base::result<void, refusal> judge::settings_fit(const tenant_settings& settings) const {
    for (const std::string* text : {&settings.name, &settings.profile, &settings.plan}) {
        if (text->size() <= label_bytes_max) continue;
        return refuse(refusal_code::invalid, "Name, profile and plan may have at most " +
                                                 std::to_string(label_bytes_max) + " bytes.");
    }
    return {};
}

base::result<void, refusal> judge::wish_fits(const user_wish& wish) const {
    if (weight(wish.content) > user_content_bytes_max) {
        return refuse(refusal_code::invalid, "The user's attributes may have at most " +
                                                 std::to_string(user_content_bytes_max) +
                                                 " bytes together.");
    }
    if (weight(wish.changed) > changed_names_bytes_max) {
        return refuse(refusal_code::invalid,
                      "The names of the changed attributes may have at most " +
                          std::to_string(changed_names_bytes_max) + " bytes together.");
    }
    if (wish.content.user_name_key.empty()) {
        return refuse(refusal_code::invalid, "A user needs a user name.");
    }
    return {};
}

base::result<void, refusal>
judge::expiry_fits(const std::optional<base::moment>& expires_at) const {
    if (expires_at && expires_at->unix_ms < 0) {
        return refuse(refusal_code::invalid, "A key cannot expire before 1970.");
    }
    return {};
}

base::result<void, refusal> judge::provisioning_allowed(const tenant_state& tenant) const {
    if (asked_.judged_by && asked_.judged_by->profile != tenant.settings.profile) {
        return refuse(refusal_code::profile_changed,
                      "The tenant was given another profile at this very moment. Nothing was done; "
                      "try again.");
    }
    if (asked_.judged_by && asked_.judged_by->mapping.value_or(tenant.mapping.version.value) !=
                                tenant.mapping.version.value) {
        return refuse(refusal_code::profile_changed,
                      "The tenant's mapping was changed at this very moment. Nothing was done; try "
                      "again.");
    }
    if (tenant.provisions() || asked_.by.kind != actor_kind::key) return {};
    return refuse(refusal_code::scim_disabled, why_not_provisioned(tenant));
}

event judge::fact(tenant_no tenant, const subject_id& subject, event_body body) const {
    event e{tenant,       subject, asked_.by,       now_,        asked_.request_id,
            asked_.cause, {},      std::move(body), asked_.trace};
    if (e.request_id.size() > request_id_bytes_max) e.request_id.resize(request_id_bytes_max);
    if (asked_.judged_by) e.profile = asked_.judged_by->label;
    return e;
}

decision judge::record(done::kind what, tenant_no tenant, const subject_id& subject,
                       event_body body, decision first) const {
    first.what = what;
    first.events.push_back(fact(tenant, subject, std::move(body)));
    return first;
}

} // namespace rollcall::projections
