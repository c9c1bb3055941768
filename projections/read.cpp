#include "projections/read.hpp"

#include "projections/rows.hpp"

namespace rollcall::projections {

using eventlog::row_reader;
using eventlog::table;

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

std::optional<user_state> read_user(const row_reader& rows, tenant_no tenant,
                                    const subject_id& id) {
    std::string row;
    if (!rows.get(table::state, key_of::user(tenant, id), row)) return std::nullopt;
    return decode_user(id, row);
}

base::result<std::optional<subject_id>> read_user_named(const row_reader& rows,
                                                        eventlog::keyring& keys, tenant_no tenant,
                                                        std::string_view user_name_key) {
    const auto secret = keys.lookup_secret(rows, tenant);
    if (!secret) return tl::unexpected(secret.error());
    const auto hash = lookup_of(*secret, lookup_kind::user_name, user_name_key);
    std::string row;
    if (!rows.get(table::index, key_of::user_name(tenant, hash), row)) return std::nullopt;
    return decode_subject(row);
}

} // namespace rollcall::projections
