// Rows of admins: see rows.hpp.
#include "projections/bytes.hpp"
#include "projections/rows.hpp"

namespace rollcall::projections {
namespace {

constexpr std::uint8_t row_format = 1;
constexpr std::uint8_t disabled_flag = 1;
constexpr std::uint8_t expires_flag = 2;
constexpr std::uint8_t linked_flag = 4;
constexpr std::uint8_t ended_flag = 8; ///< disabled, and not because somebody asked for it

} // namespace

namespace key_of {

std::string admin(tenant_no tenant, const subject_id& id) {
    std::string out = begin_key('A', tenant, 16);
    base::put_bytes(out, id.bytes);
    return out;
}

std::string all_admins(tenant_no tenant) {
    return begin_key('A', tenant);
}

std::string admin_of_user(tenant_no tenant, const subject_id& user) {
    std::string out = begin_key('v', tenant, 16);
    base::put_bytes(out, user.bytes);
    return out;
}

std::string token(const eventlog::digest& token_hash) {
    std::string out = begin_key('a');
    base::put_bytes(out, token_hash);
    return out;
}

} // namespace key_of

void append(std::string& out, const admin_core& core) {
    const bool ended = core.because != eventlog::rights_end::asked;
    base::put_le(out, static_cast<std::uint8_t>(core.role));
    base::put_le(out, static_cast<std::uint8_t>((core.disabled ? disabled_flag : 0) |
                                                (core.expires_at ? expires_flag : 0) |
                                                (core.user ? linked_flag : 0) |
                                                (ended ? ended_flag : 0)));
    base::put_le(out, core.version.value);
    put_time(out, core.created);
    put_time(out, core.expires_at.value_or(base::moment{}));
    base::put_bytes(out, core.token_hash);
    base::put_bytes(out, core.sealed_hash);
    if (core.user) base::put_bytes(out, core.user->bytes);
    if (ended) base::put_le(out, static_cast<std::uint8_t>(core.because));
}

std::string encode(const admin_state& admin) {
    std::string row;
    base::put_le(row, row_format);
    append(row, admin.core);
    put_text(row, admin.content.name);
    put_text(row, admin.content.name_key);
    return row;
}

admin_state decode_admin(tenant_no tenant, const subject_id& id, std::string_view row) {
    byte_reader in(row);
    if (in.little<std::uint8_t>() != row_format) damaged_row("admin", row);
    admin_state admin;
    admin.tenant = tenant;
    admin.id = id;
    admin.core.role = static_cast<eventlog::admin_role>(in.little<std::uint8_t>());
    const auto flags = in.little<std::uint8_t>();
    admin.core.disabled = (flags & disabled_flag) != 0;
    admin.core.version.value = in.little<std::uint64_t>();
    admin.core.created = in.time();
    const base::moment expires_at = in.time();
    if ((flags & expires_flag) != 0) admin.core.expires_at = expires_at;
    admin.core.token_hash = in.array<32>();
    admin.core.sealed_hash = in.array<32>();
    if ((flags & linked_flag) != 0) admin.core.user = in.uuid();
    if ((flags & ended_flag) != 0) {
        admin.core.because = static_cast<eventlog::rights_end>(in.little<std::uint8_t>());
    }
    admin.content.name = in.text();
    admin.content.name_key = in.text();
    if (!in.done() || eventlog::admin_role_name(admin.core.role).empty() ||
        eventlog::rights_end_name(admin.core.because).empty()) {
        damaged_row("admin", row);
    }
    return admin;
}

} // namespace rollcall::projections
