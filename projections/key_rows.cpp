// Rows of bearer keys, and of who owns them: see rows.hpp.
#include "projections/bytes.hpp"
#include "projections/rows.hpp"

namespace rollcall::projections {
namespace {

constexpr std::uint8_t row_format = 1;
constexpr std::uint8_t revoked_flag = 1;
constexpr std::uint8_t expires_flag = 2;
constexpr std::uint8_t owned_flag = 4;
constexpr std::uint8_t ended_flag = 8; ///< revoked, and not because somebody asked for it

} // namespace

namespace key_of {

std::string bearer_key(tenant_no tenant, const subject_id& id) {
    std::string out = begin_key('K', tenant, 16);
    base::put_bytes(out, id.bytes);
    return out;
}

std::string all_bearer_keys(tenant_no tenant) {
    return begin_key('K', tenant);
}

std::string secret(const eventlog::digest& secret_hash) {
    std::string out = begin_key('k');
    base::put_bytes(out, secret_hash);
    return out;
}

std::string owned_key(tenant_no tenant, const subject_id& owner, const subject_id& key) {
    std::string out = all_owned_keys(tenant, owner);
    base::put_bytes(out, key.bytes);
    return out;
}

std::string all_owned_keys(tenant_no tenant, const subject_id& owner) {
    std::string out = begin_key('V', tenant, 32);
    base::put_bytes(out, owner.bytes);
    return out;
}

} // namespace key_of

subject_id key_of_owned_key(std::string_view key) {
    byte_reader in(key);
    in.raw(5 + 16);
    const subject_id id = in.uuid();
    if (!in.done()) damaged_row("owned key", key);
    return id;
}

std::string encode(const key_state& key) {
    const bool ended = key.because != eventlog::rights_end::asked;
    std::string row;
    base::put_le(row, row_format);
    base::put_le(row, static_cast<std::uint8_t>(
                          (key.revoked ? revoked_flag : 0) | (key.expires_at ? expires_flag : 0) |
                          (key.owner ? owned_flag : 0) | (ended ? ended_flag : 0)));
    base::put_le(row, key.version.value);
    put_time(row, key.created);
    put_time(row, key.expires_at.value_or(base::moment{}));
    base::put_bytes(row, key.secret_hash);
    put_text(row, key.label);
    if (key.owner) base::put_bytes(row, key.owner->bytes);
    if (ended) base::put_le(row, static_cast<std::uint8_t>(key.because));
    return row;
}

key_state decode_key(tenant_no tenant, const subject_id& id, std::string_view row) {
    byte_reader in(row);
    if (in.little<std::uint8_t>() != row_format) damaged_row("key", row);
    key_state key;
    key.tenant = tenant;
    key.id = id;
    const auto flags = in.little<std::uint8_t>();
    key.revoked = (flags & revoked_flag) != 0;
    key.version.value = in.little<std::uint64_t>();
    key.created = in.time();
    const base::moment expires_at = in.time();
    if ((flags & expires_flag) != 0) key.expires_at = expires_at;
    key.secret_hash = in.array<32>();
    key.label = in.text();
    if ((flags & owned_flag) != 0) key.owner = in.uuid();
    if ((flags & ended_flag) != 0) {
        key.because = static_cast<eventlog::rights_end>(in.little<std::uint8_t>());
    }
    if (!in.done() || eventlog::rights_end_name(key.because).empty()) damaged_row("key", row);
    return key;
}

} // namespace rollcall::projections
