#include "projections/read.hpp"

#include "projections/rows.hpp"

namespace rollcall::projections {

using eventlog::row_reader;
using eventlog::table;

namespace {

base::result<std::optional<subject_id>> read_unique(const row_reader& rows, eventlog::keyring& keys,
                                                    lookup_kind kind, tenant_no tenant,
                                                    std::string_view value) {
    const auto secret = keys.lookup_secret(rows, tenant);
    if (!secret) return tl::unexpected(secret.error());
    std::string row;
    const auto hash = lookup_of(*secret, kind, value);
    if (!rows.get(table::index, key_of::unique(kind, tenant, hash), row)) return std::nullopt;
    return decode_subject(row);
}

} // namespace

std::optional<tenant_state> read_tenant(const row_reader& rows, tenant_no number) {
    std::string row;
    if (!rows.get(table::state, key_of::tenant(number), row)) return std::nullopt;
    return decode_tenant(number, row);
}

std::optional<tenant_no> read_slug(const row_reader& rows, std::string_view slug) {
    std::string row;
    if (!rows.get(table::state, key_of::slug(slug), row)) return std::nullopt;
    return decode_tenant_no(row);
}

tenant_no read_last_tenant(const row_reader& rows) {
    std::string row;
    if (!rows.get(table::state, key_of::last_tenant(), row)) return tenant_no{0};
    return decode_tenant_no(row);
}

std::optional<plan_state> read_plan(const row_reader& rows, std::string_view name) {
    std::string row;
    if (!rows.get(table::state, key_of::plan(name), row)) return std::nullopt;
    return decode_plan(row);
}

tenant_counters read_counters(const row_reader& rows, tenant_no tenant) {
    std::string row;
    if (!rows.get(table::state, key_of::counters(tenant), row)) return {};
    return decode_counters(row);
}

std::optional<key_state> read_key(const row_reader& rows, tenant_no tenant, const subject_id& id) {
    std::string row;
    if (!rows.get(table::state, key_of::bearer_key(tenant, id), row)) return std::nullopt;
    return decode_key(tenant, id, row);
}

std::optional<key_state> read_key_of_secret(const row_reader& rows,
                                            const eventlog::digest& secret_hash) {
    std::string row;
    if (!rows.get(table::state, key_of::secret(secret_hash), row)) return std::nullopt;
    const key_place place = decode_key_place(row);
    return read_key(rows, place.tenant, place.id);
}

std::optional<admin_state> read_admin(const row_reader& rows, tenant_no tenant,
                                      const subject_id& id) {
    std::string row;
    if (!rows.get(table::state, key_of::admin(tenant, id), row)) return std::nullopt;
    return decode_admin(tenant, id, row);
}

std::optional<subject_id> read_admin_of_user(const row_reader& rows, tenant_no tenant,
                                             const subject_id& user) {
    std::string row;
    if (!rows.get(table::state, key_of::admin_of_user(tenant, user), row)) return std::nullopt;
    return decode_subject(row);
}

std::optional<admin_state> read_admin_of_token(const row_reader& rows,
                                               const eventlog::digest& token_hash) {
    std::string row;
    if (!rows.get(table::state, key_of::token(token_hash), row)) return std::nullopt;
    const key_place place = decode_key_place(row);
    return read_admin(rows, place.tenant, place.id);
}

base::result<std::optional<subject_id>> read_admin_named(const row_reader& rows,
                                                         eventlog::keyring& keys, tenant_no tenant,
                                                         std::string_view name_key) {
    return read_unique(rows, keys, lookup_kind::admin_name, tenant, name_key);
}

std::optional<user_state> read_user(const row_reader& rows, tenant_no tenant,
                                    const subject_id& id) {
    std::string row;
    if (!rows.get(table::state, key_of::user(tenant, id), row)) return std::nullopt;
    return decode_user(id, row);
}

base::result<std::optional<subject_id>> read_user_named(const row_reader& rows,
                                                        eventlog::keyring& keys, tenant_no tenant,
                                                        std::string_view user_name_key) {
    return read_unique(rows, keys, lookup_kind::user_name, tenant, user_name_key);
}

std::optional<team_state> read_team(const row_reader& rows, tenant_no tenant,
                                    const subject_id& id) {
    std::string row;
    if (!rows.get(table::state, key_of::team(tenant, id), row)) return std::nullopt;
    return decode_team(id, row);
}

base::result<std::optional<subject_id>> read_team_named(const row_reader& rows,
                                                        eventlog::keyring& keys, tenant_no tenant,
                                                        std::string_view name_key) {
    return read_unique(rows, keys, lookup_kind::team_name, tenant, name_key);
}

std::optional<tenant_seq> read_member(const row_reader& rows, tenant_no tenant,
                                      const subject_id& team, const subject_id& user) {
    std::string row;
    if (!rows.get(table::links, key_of::member(tenant, team, user), row)) return std::nullopt;
    return decode_since(row);
}

std::vector<subject_id> read_teams_of(const row_reader& rows, tenant_no tenant,
                                      const subject_id& user) {
    std::string row;
    if (!rows.get(table::state, key_of::teams_of(tenant, user), row)) return {};
    return decode_teams_of(row);
}

} // namespace rollcall::projections
