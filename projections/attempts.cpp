#include "projections/attempts.hpp"

#include "projections/bytes.hpp"
#include "projections/rows.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::projections {
namespace {

using eventlog::keyring;
using eventlog::row_editor;
using eventlog::row_reader;
using eventlog::secret_key;
using eventlog::table;

using who_hash = std::array<std::uint8_t, 16>;
constexpr who_hash nobody{};

constexpr std::int64_t ms_per_hour = 3'600'000;
/// How many people one new attempt may push out: more than one, so that what is too old goes in
/// time.
constexpr std::size_t pushed_out_max = 4;

std::string row_key(char kind, tenant_no tenant) {
    std::string key(1, kind);
    base::put_be(key, tenant.value);
    return key;
}

std::string row_key(char kind, tenant_no tenant, const who_hash& who) {
    std::string key = row_key(kind, tenant);
    base::put_bytes(key, who);
    return key;
}

who_hash hash_who(const secret_key& secret, std::string_view who) {
    return eventlog::lookup_hash(secret, "attempt of " + std::string(who));
}

secret_key sealing_key(const secret_key& secret) {
    std::array<std::uint8_t, secret_key::size> bytes{};
    const auto low = eventlog::lookup_hash(secret, "attempt 1");
    const auto high = eventlog::lookup_hash(secret, "attempt 2");
    std::copy(low.begin(), low.end(), bytes.begin());
    std::copy(high.begin(), high.end(), bytes.begin() + low.size());
    return secret_key(bytes);
}

// --- the order in which people were last refused ---

struct chain_ends {
    std::uint64_t people = 0;
    who_hash oldest = nobody;
    who_hash newest = nobody;
};

struct chain_link {
    who_hash older = nobody;
    who_hash newer = nobody;
};

chain_ends read_ends(const row_reader& rows, tenant_no tenant) {
    std::string row;
    if (!rows.get(table::attempts, row_key('C', tenant), row)) return {};
    byte_reader in(row);
    chain_ends ends;
    ends.people = in.little<std::uint64_t>();
    ends.oldest = in.array<16>();
    ends.newest = in.array<16>();
    if (!in.done()) damaged_row("attempts", row);
    return ends;
}

void put_ends(row_editor& rows, tenant_no tenant, const chain_ends& ends) {
    std::string row;
    base::put_le(row, ends.people);
    base::put_bytes(row, ends.oldest);
    base::put_bytes(row, ends.newest);
    rows.put(table::attempts, row_key('C', tenant), row);
}

/// No links for somebody who is not in the chain.
chain_link read_link(const row_reader& rows, tenant_no tenant, const who_hash& who) {
    std::string row;
    if (!rows.get(table::attempts, row_key('O', tenant, who), row)) return {};
    byte_reader in(row);
    chain_link link;
    link.older = in.array<16>();
    link.newer = in.array<16>();
    if (!in.done()) damaged_row("attempts", row);
    return link;
}

void put_link(row_editor& rows, tenant_no tenant, const who_hash& who, const chain_link& link) {
    std::string row;
    base::put_bytes(row, link.older);
    base::put_bytes(row, link.newer);
    rows.put(table::attempts, row_key('O', tenant, who), row);
}

void take_out(row_editor& rows, tenant_no tenant, chain_ends& ends, const who_hash& who) {
    const chain_link link = read_link(rows, tenant, who);
    if (link.older == nobody) {
        ends.oldest = link.newer;
    } else {
        chain_link older = read_link(rows, tenant, link.older);
        older.newer = link.newer;
        put_link(rows, tenant, link.older, older);
    }
    if (link.newer == nobody) {
        ends.newest = link.older;
    } else {
        chain_link newer = read_link(rows, tenant, link.newer);
        newer.older = link.older;
        put_link(rows, tenant, link.newer, newer);
    }
    rows.erase(table::attempts, row_key('O', tenant, who));
    --ends.people;
}

void append_newest(row_editor& rows, tenant_no tenant, chain_ends& ends, const who_hash& who) {
    put_link(rows, tenant, who, {ends.newest, nobody});
    if (ends.newest == nobody) {
        ends.oldest = who;
    } else {
        chain_link before = read_link(rows, tenant, ends.newest);
        before.newer = who;
        put_link(rows, tenant, ends.newest, before);
    }
    ends.newest = who;
    ++ends.people;
}

void forget(row_editor& rows, tenant_no tenant, chain_ends& ends, const who_hash& who) {
    take_out(rows, tenant, ends, who);
    rows.erase(table::attempts, row_key('A', tenant, who));
}

// --- one person's row ---

std::string_view cut(std::string_view text) {
    return text.substr(0, attempt_text_bytes_max);
}

void put_record(std::string& out, const attempt_record& record) {
    const attempt& what = record.what;
    base::put_le(out, static_cast<std::uint64_t>(record.first.unix_ms));
    base::put_le(out, static_cast<std::uint64_t>(record.last.unix_ms));
    base::put_le(out, record.count);
    base::put_le(out, what.status);
    base::put_le(out, what.code);
    base::put_le(out, static_cast<std::uint8_t>(what.by.kind));
    base::put_bytes(out, what.by.id.bytes);
    for (const std::string* text : {&what.request_id, &what.action, &what.who, &what.reason}) {
        put_text(out, cut(*text));
    }
}

attempt_record take_record(byte_reader& in, tenant_no tenant) {
    attempt_record record;
    record.first.unix_ms = static_cast<std::int64_t>(in.little<std::uint64_t>());
    record.last.unix_ms = static_cast<std::int64_t>(in.little<std::uint64_t>());
    record.count = in.little<std::uint64_t>();
    record.what.tenant = tenant;
    record.what.status = in.little<std::uint16_t>();
    record.what.code = in.little<std::uint16_t>();
    record.what.by.kind = static_cast<eventlog::actor_kind>(in.little<std::uint8_t>());
    record.what.by.id = in.uuid();
    record.what.request_id = in.text();
    record.what.action = in.text();
    record.what.who = in.text();
    record.what.reason = in.text();
    return record;
}

/// The person's last refusal, in clear in his row; nothing if there is no such row.
std::optional<base::moment> read_last(const row_reader& rows, tenant_no tenant,
                                      const who_hash& who) {
    std::string row;
    if (!rows.get(table::attempts, row_key('A', tenant, who), row)) return std::nullopt;
    byte_reader in(row);
    return base::moment{static_cast<std::int64_t>(in.little<std::uint64_t>())};
}

base::result<std::vector<attempt_record>> read_person(const row_reader& rows,
                                                      const secret_key& secret, tenant_no tenant,
                                                      const who_hash& who) {
    const std::string key = row_key('A', tenant, who);
    std::string row;
    std::vector<attempt_record> records;
    if (!rows.get(table::attempts, key, row)) return records;
    byte_reader clear(row);
    clear.little<std::uint64_t>();
    const auto plain = eventlog::unseal(sealing_key(secret), key,
                                        std::string_view(row).substr(sizeof(std::uint64_t)));
    if (!plain) return tl::unexpected(plain.error());
    byte_reader in(*plain);
    const auto count = in.little<std::uint8_t>();
    for (std::uint8_t i = 0; i < count && in.whole(); ++i) {
        records.push_back(take_record(in, tenant));
    }
    if (!in.done()) damaged_row("attempts", row);
    return records;
}

/// `records` last first.
void put_person(row_editor& rows, const secret_key& secret, tenant_no tenant, const who_hash& who,
                const std::vector<attempt_record>& records) {
    assert(!records.empty() && records.size() <= UINT8_MAX);
    const std::string key = row_key('A', tenant, who);
    std::string plain;
    base::put_le(plain, static_cast<std::uint8_t>(records.size()));
    for (const attempt_record& record : records) {
        put_record(plain, record);
    }
    std::string row;
    base::put_le(row, static_cast<std::uint64_t>(records.front().last.unix_ms));
    row += eventlog::seal(sealing_key(secret), key, plain);
    rows.put(table::attempts, key, row);
}

bool same_refusal(const attempt& a, const attempt& b) {
    return a.status == b.status && a.code == b.code && cut(a.action) == cut(b.action) &&
           cut(a.reason) == cut(b.reason);
}

/// Adds `what` to a person's refusals, the last first.
void merge(std::vector<attempt_record>& records, const attempt& what, base::moment now,
           std::size_t reasons_max) {
    attempt_record record{what, now, now, 1};
    const auto same =
        std::find_if(records.begin(), records.end(),
                     [&](const attempt_record& known) { return same_refusal(known.what, what); });
    if (same != records.end()) {
        record.first = same->first;
        record.count = same->count + 1;
        records.erase(same);
    }
    records.insert(records.begin(), std::move(record));
    if (records.size() > reasons_max) records.resize(reasons_max);
}

std::size_t push_out(row_editor& rows, const attempt_limits& limits, tenant_no tenant,
                     chain_ends& ends, base::moment now, std::size_t most) {
    const std::int64_t oldest_ms = now.unix_ms - limits.age_max.count() * ms_per_hour;
    std::size_t gone = 0;
    while (gone < most && ends.oldest != nobody) {
        if (ends.people <= limits.people_max) {
            const auto last = read_last(rows, tenant, ends.oldest);
            if (last && last->unix_ms >= oldest_ms) break;
        }
        const who_hash oldest = ends.oldest;
        forget(rows, tenant, ends, oldest);
        ++gone;
    }
    return gone;
}

} // namespace

bool enter_attempt(row_editor& rows, keyring& keys, const attempt_limits& limits,
                   const attempt& what, base::moment now) {
    const auto secret = keys.lookup_secret(rows, what.tenant);
    if (!secret) return false;
    const who_hash who = hash_who(*secret, what.who);
    auto records = read_person(rows, *secret, what.tenant, who);
    if (!records) return false;
    chain_ends ends = read_ends(rows, what.tenant);
    if (!records->empty()) take_out(rows, what.tenant, ends, who);
    append_newest(rows, what.tenant, ends, who);
    merge(*records, what, now, limits.reasons_max);
    put_person(rows, *secret, what.tenant, who, *records);
    push_out(rows, limits, what.tenant, ends, now, pushed_out_max);
    put_ends(rows, what.tenant, ends);
    return true;
}

void drop_attempts(row_editor& rows, keyring& keys, tenant_no tenant, std::string_view who) {
    const auto secret = keys.lookup_secret(rows, tenant);
    if (!secret) return;
    const who_hash hash = hash_who(*secret, who);
    if (!read_last(rows, tenant, hash)) return;
    chain_ends ends = read_ends(rows, tenant);
    forget(rows, tenant, ends, hash);
    put_ends(rows, tenant, ends);
}

std::size_t expire_attempts(row_editor& rows, const attempt_limits& limits, tenant_no tenant,
                            base::moment now, std::size_t most) {
    chain_ends ends = read_ends(rows, tenant);
    const std::size_t gone = push_out(rows, limits, tenant, ends, now, most);
    if (gone > 0) put_ends(rows, tenant, ends);
    return gone;
}

std::vector<tenant_no> tenants_with_expired_attempts(const eventlog::row_snapshot& rows,
                                                     const attempt_limits& limits, base::moment now,
                                                     std::size_t most) {
    const std::int64_t oldest_ms = now.unix_ms - limits.age_max.count() * ms_per_hour;
    std::vector<tenant_no> tenants;
    const auto cursor = rows.cursor(table::attempts, "C");
    for (cursor->seek("C"); cursor->valid() && tenants.size() < most; cursor->next()) {
        byte_reader in(cursor->key().substr(1));
        const tenant_no tenant{in.big<std::uint32_t>()};
        const chain_ends ends = read_ends(rows, tenant);
        if (ends.oldest == nobody) continue;
        const auto last = read_last(rows, tenant, ends.oldest);
        if (!last || last->unix_ms < oldest_ms) tenants.push_back(tenant);
    }
    return tenants;
}

eventlog::store::key_range attempts_range(tenant_no tenant) {
    who_hash last;
    last.fill(0xff);
    return {table::attempts, row_key('A', tenant), row_key('A', tenant, last)};
}

base::result<std::vector<attempt_record>> list_attempts(const row_reader& rows, keyring& keys,
                                                        tenant_no tenant,
                                                        std::optional<std::string_view> who,
                                                        std::size_t people_most) {
    const auto secret = keys.lookup_secret(rows, tenant);
    if (!secret) return tl::unexpected(secret.error());
    if (who) return read_person(rows, *secret, tenant, hash_who(*secret, *who));
    std::vector<attempt_record> all;
    who_hash next = read_ends(rows, tenant).newest;
    for (std::size_t people = 0; people < people_most && next != nobody; ++people) {
        auto records = read_person(rows, *secret, tenant, next);
        if (!records) return tl::unexpected(records.error());
        all.insert(all.end(), std::make_move_iterator(records->begin()),
                   std::make_move_iterator(records->end()));
        next = read_link(rows, tenant, next).older;
    }
    std::stable_sort(all.begin(), all.end(), [](const attempt_record& a, const attempt_record& b) {
        return a.last > b.last;
    });
    return all;
}

} // namespace rollcall::projections
