// What an event about an admin changes in the rows.
#include "projections/project_parts.hpp"
#include "projections/read.hpp"
#include "projections/state_hash.hpp"

namespace rollcall::projections {
namespace {

using eventlog::row_editor;
using eventlog::table;

/// The name by which a living admin is found; empty for a disabled one.
std::string_view name_in_use(const std::optional<admin_state>& admin) {
    if (!admin || admin->core.disabled) return {};
    return admin->content.name_key;
}

/// The user that a living admin is.
std::optional<subject_id> user_in_use(const std::optional<admin_state>& admin) {
    if (!admin || admin->core.disabled) return std::nullopt;
    return admin->core.user;
}

/// Brings the row by which an admin is found for his user from `before` to `now`.
void change_user_row(row_editor& rows, const std::optional<admin_state>& before,
                     const admin_state& now) {
    const auto was = user_in_use(before);
    const auto is = user_in_use(now);
    if (was == is) return;
    if (was) rows.erase(table::state, key_of::admin_of_user(now.tenant, *was));
    if (is) rows.put(table::state, key_of::admin_of_user(now.tenant, *is), encode(now.id));
}

} // namespace

base::result<entities> project_admin(row_editor& rows, eventlog::keyring& keys,
                                     const event_header& header, const eventlog::event_body& body) {
    const tenant_no tenant = header.tenant;
    const auto before = read_admin(rows, tenant, header.subject);
    auto core = after(before ? std::optional(before->core) : std::nullopt, header, body);
    if (!core) return tl::unexpected(core.error());
    admin_state now{tenant, header.subject, *core, {}};
    const auto* content = eventlog::admin_content_of(body);
    now.content = content != nullptr ? *content : before->content;

    rows.put(table::state, key_of::admin(tenant, now.id), encode(now));
    if (before && before->core.token_hash != now.core.token_hash) {
        rows.erase(table::state, key_of::token(before->core.token_hash));
    }
    if (!before || before->core.token_hash != now.core.token_hash) {
        rows.put(table::state, key_of::token(now.core.token_hash),
                 encode(key_place{tenant, now.id}));
    }
    if (name_in_use(before) != name_in_use(now)) {
        const auto secret = keys.lookup_secret(rows, tenant);
        if (!secret) return tl::unexpected(secret.error());
        change_unique(rows, *secret, lookup_kind::admin_name, tenant, now.id, name_in_use(before),
                      name_in_use(now));
    }
    change_user_row(rows, before, now);
    tenant_counters counters = read_counters(rows, tenant);
    if (before) {
        subtract(counters.state_hash, hash_of(now.id, before->core));
    } else {
        ++counters.admins;
    }
    add(counters.state_hash, hash_of(now.id, now.core));
    rows.put(table::state, key_of::counters(tenant), encode(counters));
    return entities{{}, {}, {}, {}, std::move(now), {}};
}

void put_rows(row_editor& rows, const eventlog::secret_key& lookup_secret,
              const admin_state& admin) {
    rows.put(table::state, key_of::admin(admin.tenant, admin.id), encode(admin));
    rows.put(table::state, key_of::token(admin.core.token_hash),
             encode(key_place{admin.tenant, admin.id}));
    change_unique(rows, lookup_secret, lookup_kind::admin_name, admin.tenant, admin.id, {},
                  name_in_use(admin));
    change_user_row(rows, std::nullopt, admin);
}

} // namespace rollcall::projections
