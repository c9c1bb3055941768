#include "projections/project_parts.hpp"
#include "projections/read.hpp"
#include "projections/request_rows.hpp"
#include "projections/state_hash.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::projections {
namespace {

using eventlog::row_editor;
using eventlog::secret_key;
using eventlog::table;

/// Brings the look-ups of one user from `before` to `after`; a null side has none.
void change_lookups(row_editor& rows, const secret_key& secret, tenant_no tenant,
                    const subject_id& id, std::uint64_t ordinal,
                    const eventlog::user_content* before, const eventlog::user_content* after) {
    static const eventlog::user_content nobody;
    const eventlog::user_content& old = before != nullptr ? *before : nobody;
    const eventlog::user_content& now = after != nullptr ? *after : nobody;

    change_unique(rows, secret, lookup_kind::user_name, tenant, id, old.user_name_key,
                  now.user_name_key);
    change_shared(rows, secret, lookup_kind::external_id, tenant, id, ordinal, old.external_id,
                  now.external_id);
    const auto holds = [](const std::vector<std::string>& sorted, const std::string& value) {
        return std::binary_search(sorted.begin(), sorted.end(), value);
    };
    constexpr auto kind = lookup_kind::email;
    for (const std::string& email : old.email_keys) {
        if (holds(now.email_keys, email)) continue;
        change_shared(rows, secret, kind, tenant, id, ordinal, email, std::nullopt);
    }
    for (const std::string& email : now.email_keys) {
        if (holds(old.email_keys, email)) continue;
        change_shared(rows, secret, kind, tenant, id, ordinal, std::nullopt, email);
    }
}

bool same_lookups(const eventlog::user_content& a, const eventlog::user_content& b) {
    return a.user_name_key == b.user_name_key && a.external_id == b.external_id &&
           a.email_keys == b.email_keys;
}

base::result<entities> project_tenant(row_editor& rows, const event_header& header,
                                      const eventlog::event_body& body) {
    const auto before = read_tenant(rows, header.tenant);
    auto now = after(before, header, body);
    if (!now) return tl::unexpected(now.error());
    put_rows(rows, *now);
    if (!before && read_last_tenant(rows) < header.tenant) {
        rows.put(table::state, key_of::last_tenant(), encode(header.tenant));
    }
    count_change(rows, header.tenant, before, *now, nullptr);
    return entities{std::move(*now), {}, {}, {}, {}, {}};
}

base::result<entities> project_key(row_editor& rows, const event_header& header,
                                   const eventlog::event_body& body) {
    const auto before = read_key(rows, header.tenant, header.subject);
    auto now = after(before, header, body);
    if (!now) return tl::unexpected(now.error());
    put_rows(rows, *now);
    if (now->owner && now->revoked) {
        rows.erase(table::links, key_of::owned_key(now->tenant, *now->owner, now->id));
    }
    count_change(rows, header.tenant, before, *now, &tenant_counters::keys);
    return entities{{}, std::move(*now), {}, {}, {}, {}};
}

base::result<entities> project_user(row_editor& rows, eventlog::keyring& keys,
                                    const event_header& header, const eventlog::event_body& body,
                                    const std::optional<user_state>& before) {
    const tenant_no tenant = header.tenant;
    auto core = after(before ? std::optional(before->core) : std::nullopt, header, body);
    if (!core) return tl::unexpected(core.error());
    if (!before && !*core) return entities{}; // erased after he was deleted: no row of him is left

    std::optional<user_state> now;
    if (*core) {
        const auto* content = eventlog::content_of(body);
        now.emplace(
            user_state{header.subject, **core, content != nullptr ? *content : before->content});
        rows.put(table::state, key_of::user(tenant, now->id), encode(now->core, now->content));
    } else {
        rows.erase(table::state, key_of::user(tenant, header.subject));
    }

    const std::uint64_t ordinal = now ? now->core.ordinal : before->core.ordinal;
    if (!before || !now) {
        count_place(rows, listing_kind::users, tenant, ordinal, now.has_value());
        if (now) {
            rows.put(table::state, key_of::place(listing_kind::users, tenant, ordinal),
                     encode(now->id));
        } else {
            rows.erase(table::state, key_of::place(listing_kind::users, tenant, ordinal));
        }
    }
    const user_state* was = before ? &*before : nullptr;
    const user_state* is = now ? &*now : nullptr;
    const bool requests = has_request_rows(was, is);
    if (requests || !before || !now || !same_lookups(before->content, now->content)) {
        const auto secret = keys.lookup_secret(rows, tenant);
        if (!secret) return tl::unexpected(secret.error());
        change_lookups(rows, *secret, tenant, header.subject, ordinal,
                       before ? &before->content : nullptr, now ? &now->content : nullptr);
        if (requests) change_request_rows(rows, *secret, tenant, was, is);
    }

    tenant_counters counters = read_counters(rows, tenant);
    if (before) {
        --counters.users;
        --counters.by_status[static_cast<std::size_t>(before->core.status())];
        subtract(counters.state_hash, hash_of(header.subject, before->core));
    }
    if (now) {
        ++counters.users;
        ++counters.by_status[static_cast<std::size_t>(now->core.status())];
        add(counters.state_hash, hash_of(now->id, now->core));
    }
    counters.last_ordinal = std::max(counters.last_ordinal, ordinal);
    rows.put(table::state, key_of::counters(tenant), encode(counters));
    return entities{{}, {}, std::move(now), {}, {}, {}};
}

} // namespace

void count_place(row_editor& rows, listing_kind kind, tenant_no tenant, std::uint64_t ordinal,
                 bool appears) {
    const std::string key = key_of::block(kind, tenant, ordinal / places_per_block);
    std::string row;
    const std::uint32_t before = rows.get(table::state, key, row) ? decode_count(row) : 0;
    assert(appears || before > 0);
    const std::uint32_t count = appears ? before + 1 : before - 1;
    if (count == 0) {
        rows.erase(table::state, key);
    } else {
        rows.put(table::state, key, encode_count(count));
    }
}

void change_unique(row_editor& rows, const secret_key& secret, lookup_kind kind, tenant_no tenant,
                   const subject_id& id, std::string_view before, std::string_view now) {
    if (before == now) return;
    const auto row = [&](std::string_view value) {
        return key_of::unique(kind, tenant, lookup_of(secret, kind, value));
    };
    if (!before.empty()) rows.erase(table::index, row(before));
    if (!now.empty()) rows.put(table::index, row(now), encode(id));
}

void change_shared(row_editor& rows, const secret_key& secret, lookup_kind kind, tenant_no tenant,
                   const subject_id& id, std::uint64_t ordinal,
                   const std::optional<std::string>& before,
                   const std::optional<std::string>& now) {
    if (before == now) return;
    const auto row = [&](std::string_view value) {
        return key_of::shared(kind, tenant, lookup_of(secret, kind, value), ordinal);
    };
    if (before) rows.erase(table::index, row(*before));
    if (now) rows.put(table::index, row(*now), encode(id));
}

base::result<entities> project(row_editor& rows, eventlog::keyring& keys,
                               const event_header& header, const eventlog::event_body& body,
                               const std::optional<user_state>& user_before) {
    switch (entity_of(eventlog::type_of(body))) {
    case entity::tenant: return project_tenant(rows, header, body);
    case entity::key: return project_key(rows, header, body);
    case entity::team: return project_team(rows, keys, header, body);
    case entity::admin: return project_admin(rows, keys, header, body);
    case entity::plan: return project_plan(rows, header, body);
    case entity::user: break;
    }
    return project_user(rows, keys, header, body, user_before);
}

void put_rows(row_editor& rows, const tenant_state& tenant) {
    rows.put(table::state, key_of::tenant(tenant.number), encode(tenant));
    rows.put(table::state, key_of::slug(tenant.slug), encode(tenant.number));
}

void put_rows(row_editor& rows, const key_state& key) {
    rows.put(table::state, key_of::bearer_key(key.tenant, key.id), encode(key));
    rows.put(table::state, key_of::secret(key.secret_hash), encode(key_place{key.tenant, key.id}));
    if (key.owner && !key.revoked) {
        rows.put(table::links, key_of::owned_key(key.tenant, *key.owner, key.id), {});
    }
}

void put_rows(row_editor& rows, const secret_key& lookup_secret, tenant_no tenant,
              const user_state& user) {
    rows.put(table::state, key_of::user(tenant, user.id), encode(user.core, user.content));
    rows.put(table::state, key_of::place(listing_kind::users, tenant, user.core.ordinal),
             encode(user.id));
    change_lookups(rows, lookup_secret, tenant, user.id, user.core.ordinal, nullptr, &user.content);
    if (has_request_rows(nullptr, &user)) {
        change_request_rows(rows, lookup_secret, tenant, nullptr, &user);
    }
}

} // namespace rollcall::projections
