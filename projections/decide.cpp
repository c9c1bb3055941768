#include "projections/decide.hpp"

#include "projections/read.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::projections {
namespace {

using namespace eventlog;

using outcome = base::result<decision, refusal>;

tl::unexpected<refusal> refuse(refusal_code code, std::string message) {
    return tl::unexpected<refusal>(refusal{code, std::move(message), 0});
}

tl::unexpected<refusal> refuse(const base::failure& failure) {
    return refuse(refusal_code::internal, failure.message);
}

bool is_slug(std::string_view text) {
    const auto letter_or_digit = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    return !text.empty() && text.size() <= 63 && letter_or_digit(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return letter_or_digit(c) || c == '-'; });
}

std::size_t weight(const user_content& content) {
    std::size_t bytes = content.user_name.size() + content.user_name_key.size() +
                        content.display.size() + content.document.size() +
                        (content.external_id ? content.external_id->size() : 0);
    for (const std::string& email : content.email_keys) {
        bytes += email.size();
    }
    return bytes;
}

std::size_t weight(const std::vector<std::string>& names) {
    std::size_t bytes = 0;
    for (const std::string& name : names) {
        bytes += name.size();
    }
    return bytes;
}

/// `names` with `name` in its place.
std::vector<std::string> with(std::vector<std::string> names, std::string_view name) {
    const auto at = std::lower_bound(names.begin(), names.end(), name);
    if (at == names.end() || *at != name) names.emplace(at, name);
    return names;
}

class judge {
  public:
    judge(const row_reader& rows, keyring& keys, const command& asked, base::moment now)
        : rows_(rows), keys_(keys), asked_(asked), now_(now) {}

    outcome operator()(const create_tenant& c) const;
    outcome operator()(const set_tenant& c) const;
    outcome operator()(const delete_tenant& c) const;
    outcome operator()(const create_key& c) const;
    outcome operator()(const set_key_expiry& c) const;
    outcome operator()(const revoke_key& c) const;
    outcome operator()(const create_user& c) const;
    outcome operator()(const change_user& c) const;
    outcome operator()(const delete_user& c) const;
    outcome operator()(const erase_user& c) const;

  private:
    [[nodiscard]] base::result<tenant_state, refusal> open_tenant() const;
    [[nodiscard]] base::result<key_state, refusal> live_key(const subject_id& id) const;
    [[nodiscard]] base::result<user_state, refusal> present_user(const subject_id& id) const;
    [[nodiscard]] base::result<void, refusal> settings_fit(const tenant_settings& settings) const;
    [[nodiscard]] base::result<void, refusal> wish_fits(const user_wish& wish) const;
    [[nodiscard]] base::result<void, refusal>
    expiry_fits(const std::optional<base::moment>& expires_at) const;
    [[nodiscard]] base::result<void, refusal>
    provisioning_allowed(const tenant_state& tenant) const;
    [[nodiscard]] base::result<void, refusal> seat_free(const tenant_state& tenant) const;
    [[nodiscard]] outcome restore(const tenant_state& tenant, const create_user& c,
                                  user_state current) const;
    [[nodiscard]] outcome change_to(const tenant_state& tenant, const user_state& current,
                                    user_wish wish) const;
    [[nodiscard]] decision record(done::kind what, tenant_no tenant, const subject_id& subject,
                                  event_body body) const;

    const row_reader& rows_;
    keyring& keys_;
    const command& asked_;
    base::moment now_;
};

// --- shared checks ---

base::result<tenant_state, refusal> judge::open_tenant() const {
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
    if (tenant.settings.scim_enabled || asked_.by.kind != actor_kind::key) return {};
    return refuse(refusal_code::scim_disabled,
                  "Provisioning is switched off for tenant " + tenant.slug +
                      "; only deactivating and deleting users is accepted. An admin of the "
                      "tenant's plan can switch it on.");
}

base::result<void, refusal> judge::seat_free(const tenant_state& tenant) const {
    const auto limit = tenant.settings.seat_limit;
    if (!limit || read_counters(rows_, tenant.number).seats_used < *limit) return {};
    return refuse(refusal_code::seat_limit,
                  "All " + std::to_string(*limit) + " seats of tenant " + tenant.slug +
                      " are in use. Deactivate a user or raise the limit, then try again.");
}

decision judge::record(done::kind what, tenant_no tenant, const subject_id& subject,
                       event_body body) const {
    decision d;
    d.what = what;
    d.event = event{tenant,       subject, asked_.by,      now_, asked_.request_id,
                    asked_.cause, {},      std::move(body)};
    if (d.event->request_id.size() > request_id_bytes_max) {
        d.event->request_id.resize(request_id_bytes_max);
    }
    return d;
}

// --- tenants ---

outcome judge::operator()(const create_tenant& c) const {
    if (!is_slug(c.slug)) {
        return refuse(refusal_code::invalid,
                      "\"" + c.slug.substr(0, 80) +
                          "\" cannot be a tenant's id: use 1 to 63 of a-z, 0-9 and -, beginning "
                          "with a letter or a digit.");
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
    return record(done::kind::created, tenant_no{last.value + 1}, {},
                  tenant_created{c.slug, c.settings});
}

outcome judge::operator()(const set_tenant& c) const {
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
    decision d;
    d.what = done::kind::unchanged;
    if (!fact.changed.empty()) {
        d = record(done::kind::changed, tenant->number, {}, std::move(fact));
    }
    d.tenant = std::move(*tenant);
    return d;
}

outcome judge::operator()(const delete_tenant&) const {
    auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    decision d = record(done::kind::deleted, tenant->number, {}, tenant_deleted{});
    d.tenant = std::move(*tenant);
    return d;
}

// --- keys ---

outcome judge::operator()(const create_key& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (c.label.size() > label_bytes_max) {
        return refuse(refusal_code::invalid,
                      "A label may have at most " + std::to_string(label_bytes_max) + " bytes.");
    }
    if (auto fits = expiry_fits(c.expires_at); !fits) return tl::unexpected(fits.error());
    if (c.expires_at && *c.expires_at <= now_) {
        return refuse(refusal_code::invalid, "A new key must expire in the future.");
    }
    if (c.id.is_nil() || read_key(rows_, tenant->number, c.id) ||
        read_key_of_secret(rows_, c.secret_hash)) {
        return refuse(refusal_code::invalid, "This key exists already. Make a new one.");
    }
    return record(done::kind::created, tenant->number, c.id,
                  key_created{c.secret_hash, c.label, c.expires_at});
}

outcome judge::operator()(const set_key_expiry& c) const {
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

outcome judge::operator()(const revoke_key& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto key = live_key(c.id);
    if (!key) return tl::unexpected(key.error());
    decision d = record(done::kind::changed, tenant->number, c.id, key_revoked{});
    d.key = std::move(*key);
    return d;
}

// --- users ---

outcome judge::operator()(const create_user& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (auto allowed = provisioning_allowed(*tenant); !allowed) {
        return tl::unexpected(allowed.error());
    }
    if (auto fits = wish_fits(c.wish); !fits) return tl::unexpected(fits.error());
    const auto holder = read_user_named(rows_, keys_, tenant->number, c.wish.content.user_name_key);
    if (!holder) return refuse(holder.error());
    if (*holder) {
        auto current = present_user(**holder);
        if (!current) return tl::unexpected(current.error());
        return restore(*tenant, c, std::move(*current));
    }
    // A deleted user keeps his key until he is erased, and his id with it.
    if (c.new_id.is_nil() || keyring::has_subject(rows_, tenant->number, c.new_id)) {
        return refuse(refusal_code::invalid,
                      "The id " + c.new_id.text() + " is or was another user's.");
    }
    if (c.wish.active) {
        if (auto free = seat_free(*tenant); !free) return tl::unexpected(free.error());
    }
    user_created fact;
    fact.facts.ordinal = read_counters(rows_, tenant->number).last_ordinal + 1;
    fact.facts.origin = c.origin;
    fact.facts.active = c.wish.active;
    fact.facts.holds_seat = c.wish.active;
    fact.facts.changed = c.wish.changed;
    fact.content = c.wish.content;
    decision d = record(done::kind::created, tenant->number, c.new_id, std::move(fact));
    d.faults = c.wish.faults;
    return d;
}

outcome judge::restore(const tenant_state& tenant, const create_user& c, user_state current) const {
    const user_content& wanted = c.wish.content;
    if (current.core.active) {
        return refuse(refusal_code::name_taken,
                      "The user name is in use by user " + current.id.text() +
                          " of this tenant. Choose another, or update that user.");
    }
    const auto& old_id = current.content.external_id;
    const bool both = old_id && wanted.external_id;
    if (both && *old_id != *wanted.external_id) {
        return refuse(refusal_code::other_person,
                      "The user name belongs to the inactive user " + current.id.text() +
                          ", who has another externalId: this seems to be a different person. "
                          "Rename or delete the inactive user first, or send his externalId.");
    }
    if (c.wish.active) {
        if (auto free = seat_free(tenant); !free) return tl::unexpected(free.error());
    }
    user_restored fact;
    fact.facts.ordinal = current.core.ordinal;
    fact.facts.origin = current.core.origin;
    fact.facts.active = c.wish.active;
    fact.facts.holds_seat = c.wish.active;
    fact.facts.changed = c.wish.changed;
    fact.content = wanted;
    fact.reset = !both;
    decision d = record(done::kind::restored, tenant.number, current.id, std::move(fact));
    d.user = std::move(current);
    d.faults = c.wish.faults;
    return d;
}

outcome judge::operator()(const change_user& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (!c.deprovisions) {
        if (auto allowed = provisioning_allowed(*tenant); !allowed) {
            return tl::unexpected(allowed.error());
        }
    }
    const auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    if (!c.if_match.holds(current->core.version.value)) {
        return refuse(refusal_code::precondition_failed,
                      "The user was changed meanwhile: the current version is " +
                          std::to_string(current->core.version.value) +
                          ". Read him again and repeat the change on that version.");
    }
    base::result<user_wish, refusal> wish;
    if (c.ahead && c.ahead->version == current->core.version) {
        wish = c.ahead->wish;
    } else {
        assert(c.evaluate);
        wish = c.evaluate(*current);
    }
    outcome whole = wish ? change_to(*tenant, *current, *wish) : tl::unexpected(wish.error());
    if (whole || !c.deprovisions) return whole;

    // Deprovisioning always works: what cannot be applied is dropped, the deactivation is not.
    std::vector<fault> faults;
    if (wish) faults = std::move(wish->faults);
    faults.push_back({whole.error().tag, whole.error().message});
    if (c.least) {
        if (auto least = c.least(*current)) {
            least->faults = faults;
            if (auto applied = change_to(*tenant, *current, std::move(*least))) return applied;
        }
    }
    return change_to(*tenant, *current, {current->content, false, {}, std::move(faults)});
}

outcome judge::change_to(const tenant_state& tenant, const user_state& current,
                         user_wish wish) const {
    const user_core& core = current.core;
    decision d;
    if (wish.changed.empty() && wish.active == core.active) {
        d.what = done::kind::unchanged;
        d.user = current;
        d.faults = std::move(wish.faults);
        return d;
    }
    if (wish.content != current.content) {
        if (auto fits = wish_fits(wish); !fits) return tl::unexpected(fits.error());
    }
    if (wish.content.user_name_key != current.content.user_name_key) {
        const auto holder =
            read_user_named(rows_, keys_, tenant.number, wish.content.user_name_key);
        if (!holder) return refuse(holder.error());
        if (*holder) {
            return refuse(refusal_code::name_taken, "The user name is in use by user " +
                                                        (*holder)->text() +
                                                        " of this tenant. Choose another.");
        }
    }
    user_facts facts;
    facts.ordinal = core.ordinal;
    facts.origin = core.origin;
    facts.active = wish.active;
    facts.holds_seat = wish.active == core.active ? core.holds_seat : wish.active;
    facts.changed = std::move(wish.changed);
    if (wish.active != core.active) facts.changed = with(std::move(facts.changed), "active");
    if (facts.holds_seat && !core.holds_seat) {
        if (auto free = seat_free(tenant); !free) return tl::unexpected(free.error());
    }
    event_body body;
    if (wish.active == core.active) {
        body = user_changed{std::move(facts), std::move(wish.content)};
    } else if (wish.active) {
        body = user_reactivated{std::move(facts), std::move(wish.content)};
    } else {
        body = user_deactivated{std::move(facts), std::move(wish.content)};
    }
    d = record(done::kind::changed, tenant.number, current.id, std::move(body));
    d.user = current;
    d.faults = std::move(wish.faults);
    return d;
}

outcome judge::operator()(const delete_user& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    if (!c.if_match.holds(current->core.version.value)) {
        return refuse(refusal_code::precondition_failed,
                      "The user was changed meanwhile: the current version is " +
                          std::to_string(current->core.version.value) +
                          ". Read him again, then delete that version.");
    }
    decision d = record(done::kind::deleted, tenant->number, c.id, user_deleted{});
    d.user = std::move(*current);
    return d;
}

outcome judge::operator()(const erase_user& c) const {
    // Not open_tenant(): the right to be forgotten outlives the tenant.
    if (!read_tenant(rows_, asked_.tenant)) {
        return refuse(refusal_code::not_found, "There is no such tenant.");
    }
    if (!keyring::has_subject(rows_, asked_.tenant, c.id)) {
        return refuse(refusal_code::not_found,
                      "This tenant never had a user " + c.id.text() + ", or he is erased already.");
    }
    decision d = record(done::kind::deleted, asked_.tenant, c.id, user_erased{});
    d.user = read_user(rows_, asked_.tenant, c.id);
    return d;
}

} // namespace

outcome decide(const row_reader& rows, keyring& keys, const command& asked, base::moment now) {
    return std::visit(judge(rows, keys, asked, now), asked.body);
}

bool deprovisions(const command& asked) {
    if (const auto* change = std::get_if<change_user>(&asked.body)) return change->deprovisions;
    return std::holds_alternative<delete_user>(asked.body) ||
           std::holds_alternative<erase_user>(asked.body) ||
           std::holds_alternative<revoke_key>(asked.body);
}

} // namespace rollcall::projections
