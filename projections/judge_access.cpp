#include "projections/judge.hpp"
#include "projections/read.hpp"

#include <algorithm>
#include <iterator>

namespace rollcall::projections {

using namespace eventlog;

namespace {

bool is_slug(std::string_view text) {
    const auto letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= 63 && letter_or_digit(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return letter_or_digit(c) || c == '-'; });
}

/// Words that stand where a tenant's id stands, for somebody or something else: who acted in an
/// event, and what paths and verbs are called.
constexpr std::string_view reserved_slugs[] = {"admin",     "admins",         "consumer",
                                               "key",       "local-operator", "operator",
                                               "operators", "server",         "system"};

bool is_reserved(std::string_view slug) {
    return std::find(std::begin(reserved_slugs), std::end(reserved_slugs), slug) !=
           std::end(reserved_slugs);
}

} // namespace

// --- tenants ---

judge::outcome judge::operator()(const create_tenant& c) const {
    if (!is_slug(c.slug)) {
        return refuse(refusal_code::invalid,
                      "\"" + c.slug.substr(0, 80) +
                          "\" cannot be a tenant's id: use 1 to 63 of a-z, 0-9 and -, beginning "
                          "with a letter or a digit.");
    }
    if (is_reserved(c.slug)) {
        return refuse(refusal_code::invalid,
                      "\"" + c.slug +
                          "\" cannot be a tenant's id: it would be taken for somebody else's word. "
                          "Use another one, such as \"" +
                          c.slug + "-1\".");
    }
    if (auto fits = settings_fit(c.settings); !fits) return tl::unexpected(fits.error());
    if (read_slug(rows_, c.slug)) {
        return refuse(refusal_code::tenant_exists,
                      "The id " + c.slug + " is or was a tenant's. An id is never used twice.");
    }
    const tenant_no last = read_last_tenant(rows_);
    if (last.value == UINT32_MAX) {
        return refuse(refusal_code::invalid, "This server has no tenant number left.");
    }
    const auto terms = terms_of(c.settings.plan);
    if (!terms) return tl::unexpected(terms.error());
    tenant_created fact{c.slug, c.settings};
    fact.settings.terms = *terms;
    fact.settings.grace_until.reset();
    return record(done::kind::created, tenant_no{last.value + 1}, {}, std::move(fact));
}

judge::outcome judge::operator()(const set_tenant& c) const {
    auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    tenant_changed fact{tenant->settings, {}};
    const auto set = [&fact](auto& field, const auto& wanted, std::string_view name) {
        if (!wanted || field == *wanted) return;
        field = *wanted;
        fact.changed = with(std::move(fact.changed), name);
    };
    set(fact.settings.name, c.name, "name");
    set(fact.settings.profile, c.profile, "profile");
    set(fact.settings.plan, c.plan, "plan");
    set(fact.settings.seat_limit, c.seat_limit, "seat_limit");
    set(fact.settings.scim_enabled, c.scim_enabled, "scim_enabled");
    if (auto fits = settings_fit(fact.settings); !fits) return tl::unexpected(fits.error());
    if (c.plan) {
        const auto terms = terms_of(*c.plan);
        if (!terms) return tl::unexpected(terms.error());
        set(fact.settings.terms, std::optional(*terms), "plan_terms");
    }
    decision d;
    d.what = done::kind::unchanged;
    if (!fact.changed.empty()) {
        auto settled = settle(*tenant, std::move(fact));
        if (!settled) return settled;
        d = std::move(*settled);
    }
    d.tenant = std::move(*tenant);
    return d;
}

judge::outcome judge::operator()(const delete_tenant&) const {
    auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    decision d = record(done::kind::deleted, tenant->number, {}, tenant_deleted{});
    d.tenant = std::move(*tenant);
    return d;
}

judge::outcome judge::operator()(const set_sso& c) const {
    auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (c.document.size() > sso_document_bytes_max ||
        c.provider.entity_id.size() > sso_entity_id_bytes_max ||
        c.provider.sign_on_url.size() > sso_url_bytes_max ||
        c.provider.certificates.size() > sso_certificates_max) {
        return refuse(refusal_code::invalid, "The metadata are larger than they may be.");
    }
    decision d;
    d.what = done::kind::unchanged;
    if (!tenant->sso || tenant->sso->provider != c.provider) {
        d = record(done::kind::changed, tenant->number, {}, sso_set{c.provider, c.document});
    }
    d.tenant = std::move(*tenant);
    return d;
}

judge::outcome judge::operator()(const clear_sso&) const {
    auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    decision d;
    d.what = done::kind::unchanged;
    if (tenant->sso) d = record(done::kind::changed, tenant->number, {}, sso_cleared{});
    d.tenant = std::move(*tenant);
    return d;
}

judge::outcome judge::operator()(const set_mapping& c) const {
    auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (c.rules.size() > mapping_bytes_max) {
        return refuse(refusal_code::invalid, "The rules of a mapping may have at most " +
                                                 std::to_string(mapping_bytes_max) + " bytes.");
    }
    if (c.instead_of && *c.instead_of != tenant->mapping.version.value) {
        return refuse_version("mapping", tenant->mapping.version);
    }
    decision d;
    d.what = done::kind::unchanged;
    if (c.rules != tenant->mapping.rules) {
        d = c.rules.empty() ? record(done::kind::changed, tenant->number, {}, mapping_cleared{})
                            : record(done::kind::changed, tenant->number, {}, mapping_set{c.rules});
    }
    d.tenant = std::move(*tenant);
    return d;
}

// --- keys ---

judge::outcome judge::operator()(const create_key& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (read_counters(rows_, tenant->number).keys >= tenant_keys_max) {
        return refuse(refusal_code::invalid, "A tenant may have at most " +
                                                 std::to_string(tenant_keys_max) +
                                                 " keys, revoked ones included.");
    }
    if (c.label.size() > label_bytes_max) {
        return refuse(refusal_code::invalid,
                      "A label may have at most " + std::to_string(label_bytes_max) + " bytes.");
    }
    base::result<decision, refusal> room{decision{}};
    if (c.owner) room = may_own(*c.owner);
    if (!room) return tl::unexpected(room.error());
    if (auto fits = expiry_fits(c.expires_at); !fits) return tl::unexpected(fits.error());
    if (c.expires_at && *c.expires_at <= now_) {
        return refuse(refusal_code::invalid, "A new key must expire in the future.");
    }
    if (c.id.is_nil() || read_key(rows_, tenant->number, c.id) ||
        read_key_of_secret(rows_, c.secret_hash)) {
        return refuse(refusal_code::invalid, "This key exists already. Make a new one.");
    }
    return record(done::kind::created, tenant->number, c.id,
                  key_created{c.secret_hash, c.label, c.expires_at, c.owner}, std::move(*room));
}

judge::outcome judge::operator()(const set_key_expiry& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (auto fits = expiry_fits(c.expires_at); !fits) return tl::unexpected(fits.error());
    auto key = live_key(c.id);
    if (!key) return tl::unexpected(key.error());
    decision d;
    d.what = done::kind::unchanged;
    if (key->expires_at != c.expires_at) {
        d = record(done::kind::changed, tenant->number, c.id, key_expiry_changed{c.expires_at});
    }
    d.key = std::move(*key);
    return d;
}

judge::outcome judge::operator()(const revoke_key& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto key = live_key(c.id);
    if (!key) return tl::unexpected(key.error());
    decision d = record(done::kind::changed, tenant->number, c.id, key_revoked{});
    d.key = std::move(*key);
    return d;
}

} // namespace rollcall::projections
