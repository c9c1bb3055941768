#include "projections/once.hpp"

#include "projections/bytes.hpp"
#include "projections/rows.hpp"

#include <sodium.h>

#include <algorithm>

namespace rollcall::projections {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::int64_t ms_per_hour = 3'600'000;

std::uint16_t day_of(std::int64_t unix_ms) {
    return static_cast<std::uint16_t>(std::max<std::int64_t>(unix_ms, 0) / ms_per_day);
}

std::string row_key(std::uint16_t day, tenant_no scope, const once_hash& hash) {
    std::string key;
    base::put_be(key, day);
    base::put_be(key, scope.value);
    base::put_bytes(key, hash);
    return key;
}

once_record decode(std::string_view row) {
    byte_reader in(row);
    once_record record;
    record.request = in.array<32>();
    record.time.unix_ms = static_cast<std::int64_t>(in.little<std::uint64_t>());
    record.what = static_cast<done::kind>(in.little<std::uint8_t>());
    record.about = static_cast<entity>(in.little<std::uint8_t>());
    record.tenant.value = in.little<std::uint32_t>();
    record.subject = in.uuid();
    record.seq.value = in.little<std::uint64_t>();
    if (!in.done()) damaged_row("idempotency", row);
    return record;
}

} // namespace

once_hash hash_once(const eventlog::actor& by, std::string_view key) {
    std::string scoped(1, static_cast<char>(by.kind));
    base::put_bytes(scoped, by.id.bytes);
    scoped += key;
    once_hash hash{};
    crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(scoped.data()), scoped.size(),
                       nullptr, 0);
    return hash;
}

std::optional<once_record> find_once(const eventlog::row_reader& rows, tenant_no scope,
                                     const once_hash& hash, base::moment now,
                                     std::chrono::hours age_max) {
    const std::int64_t oldest_ms = now.unix_ms - age_max.count() * ms_per_hour;
    std::string row;
    for (std::int64_t day = day_of(now.unix_ms); day >= day_of(oldest_ms); --day) {
        const std::string key = row_key(static_cast<std::uint16_t>(day), scope, hash);
        if (!rows.get(eventlog::table::idempotency, key, row)) continue;
        once_record record = decode(row);
        if (record.time.unix_ms < oldest_ms) return std::nullopt;
        return record;
    }
    return std::nullopt;
}

void put_once(eventlog::row_editor& rows, tenant_no scope, const once_hash& hash,
              const once_record& record) {
    std::string row;
    base::put_bytes(row, record.request);
    base::put_le(row, static_cast<std::uint64_t>(record.time.unix_ms));
    base::put_le(row, static_cast<std::uint8_t>(record.what));
    base::put_le(row, static_cast<std::uint8_t>(record.about));
    base::put_le(row, record.tenant.value);
    base::put_bytes(row, record.subject.bytes);
    base::put_le(row, record.seq.value);
    rows.put(eventlog::table::idempotency, row_key(day_of(record.time.unix_ms), scope, hash), row);
}

std::vector<std::string> expired_once(const eventlog::row_snapshot& rows, base::moment now,
                                      std::chrono::hours age_max, std::size_t most) {
    // Only whole days go: a row of the oldest day that still counts may be young enough.
    std::string first_kept;
    base::put_be(first_kept, day_of(now.unix_ms - age_max.count() * ms_per_hour));
    std::vector<std::string> keys;
    const auto cursor = rows.cursor(eventlog::table::idempotency, {});
    for (cursor->seek({}); cursor->valid() && keys.size() < most; cursor->next()) {
        if (cursor->key() >= first_kept) break;
        keys.emplace_back(cursor->key());
    }
    return keys;
}

} // namespace rollcall::projections
