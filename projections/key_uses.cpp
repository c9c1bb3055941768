#include "projections/key_uses.hpp"

#include "projections/bytes.hpp"
#include "projections/rows.hpp"

namespace rollcall::projections {
namespace {

using eventlog::table;

std::string row_key(tenant_no tenant, const subject_id& id) {
    std::string key = "U";
    base::put_be(key, tenant.value);
    base::put_bytes(key, id.bytes);
    return key;
}

} // namespace

void keep_key_use(eventlog::row_editor& rows, const key_use& use) {
    std::string row;
    base::put_le(row, static_cast<std::uint64_t>(use.last.unix_ms));
    rows.put(table::attempts, row_key(use.tenant, use.id), row);
}

std::optional<base::moment> read_key_use(const eventlog::row_reader& rows, tenant_no tenant,
                                         const subject_id& id) {
    std::string row;
    if (!rows.get(table::attempts, row_key(tenant, id), row)) return std::nullopt;
    byte_reader in(row);
    const base::moment last{static_cast<std::int64_t>(in.little<std::uint64_t>())};
    if (!in.done()) damaged_row("key use", row);
    return last;
}

} // namespace rollcall::projections
