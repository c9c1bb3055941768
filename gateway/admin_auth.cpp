#include "gateway/admin_auth.hpp"

#include "gateway/bearer_key.hpp"

namespace rollcall::gateway {

using eventlog::rights_end;

namespace {

std::optional<token_problem> judge(const admin_holder& holder, base::moment now) {
    const projections::admin_core& admin = holder.admin.core;
    if (holder.tenant.deleted) return token_problem::tenant_deleted;
    if (admin.disabled) return token_problem::disabled;
    if (admin.expires_at && *admin.expires_at <= now) return token_problem::expired;
    return std::nullopt;
}

} // namespace

std::string_view name_of(token_problem problem) {
    switch (problem) {
    case token_problem::missing: return "missing";
    case token_problem::scim_key: return "scim_key";
    case token_problem::malformed: return "malformed";
    case token_problem::unknown: return "unknown";
    case token_problem::disabled: return "disabled";
    case token_problem::expired: return "expired";
    case token_problem::tenant_deleted: return "tenant_deleted";
    }
    return "";
}

std::string describe(const token_outcome& outcome) {
    switch (*outcome.problem) {
    case token_problem::missing:
        return "Send the token of an admin or operator as: Authorization: Bearer rca_…";
    case token_problem::scim_key:
        return "This is a tenant's key for SCIM (rc_…); it does not open the admin API. Send the "
               "token of an admin or operator (rca_…).";
    case token_problem::malformed:
        return "The bearer token is not one of this server: a token begins with rca_ and has 53 "
               "characters. Copy it again, whole.";
    case token_problem::unknown:
        return "This token is not known here, or a newer one has taken its place. Copy it again, "
               "or have a new one made.";
    case token_problem::disabled:
        if (const auto why = outcome.holder->admin.core.because; why != rights_end::asked) {
            return "Whose token this is " + std::string(eventlog::rights_end_words(why)) +
                   ", and his rights ended with that. Who manages the admins can make him an admin "
                   "again.";
        }
        return "Whose token this is has been disabled. Who manages the admins can make a new one.";
    case token_problem::expired:
        return "This token has expired. Who manages the admins can make a new one.";
    case token_problem::tenant_deleted: return "The tenant of this token was deleted.";
    }
    return "";
}

admin_authenticator::admin_authenticator(const projections::directory& directory, key_usage& usage)
    : directory_(directory), usage_(usage) {}

token_outcome admin_authenticator::identify(std::string_view authorization,
                                            base::moment now) const {
    const std::string_view token = bearer_token(authorization);
    if (token.empty()) return {nullptr, token_problem::missing};
    if (is_bearer_key(token)) return {nullptr, token_problem::scim_key};
    if (!is_admin_token(token)) return {nullptr, token_problem::malformed};
    const eventlog::digest hash = secret_hash(token);
    auto admin = directory_.admin_by_token(hash);
    if (!admin || !equal_in_constant_time(admin->core.token_hash, hash)) {
        return {nullptr, token_problem::unknown};
    }
    auto tenant = directory_.tenant(admin->tenant);
    if (!tenant) return {nullptr, token_problem::unknown};
    auto holder =
        std::make_shared<const admin_holder>(admin_holder{std::move(*admin), std::move(*tenant)});
    const auto problem = judge(*holder, now);
    if (!problem) {
        key_usage::note(*usage_.cell(holder->admin.tenant, holder->admin.id), now);
    }
    return {std::move(holder), problem};
}

} // namespace rollcall::gateway
