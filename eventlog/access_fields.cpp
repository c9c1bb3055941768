#include "eventlog/access_fields.hpp"

namespace rollcall::eventlog {
namespace {

constexpr std::uint32_t because_number = 5;

template <std::size_t N>
std::string_view text_of(const std::array<std::uint8_t, N>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), N};
}

void write_moment(field_writer& out, std::uint32_t number,
                  const std::optional<base::moment>& time) {
    if (time) out.number(number, static_cast<std::uint64_t>(time->unix_ms));
}

template <std::size_t N>
bool read_whole(std::string_view bytes, std::array<std::uint8_t, N>& value) {
    return base::get_bytes(bytes, value) && bytes.empty();
}

void write_because(field_writer& out, rights_end why) {
    if (why != rights_end::asked) out.number(because_number, static_cast<std::uint64_t>(why));
}

/// Who is asked for needs no reason: the field is there for another one only.
bool read_because(std::string_view bytes, rights_end& why) {
    std::uint64_t number = 0;
    if (!read_number(bytes, number) || number == 0 || number > UINT8_MAX) return false;
    why = static_cast<rights_end>(number);
    return !rights_end_name(why).empty();
}

bool read_end(std::string_view bytes, rights_end& why) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        return number != because_number || read_because(value, why);
    });
}

bool read_certificate(std::string_view bytes, sso_certificate& one) {
    std::uint64_t until = 0;
    const bool whole = base::get_bytes(bytes, one.sha256) && read_number(bytes, until);
    one.not_after = {static_cast<std::int64_t>(until)};
    return whole;
}

} // namespace

void write_access(field_writer& out, const key_created& e) {
    out.bytes(1, text_of(e.secret_hash));
    out.bytes(2, e.label);
    write_moment(out, 3, e.expires_at);
    if (e.owner) out.bytes(4, text_of(e.owner->bytes));
}

void write_access(field_writer& out, const key_expiry_changed& e) {
    write_moment(out, 3, e.expires_at);
}

void write_access(field_writer& out, const key_revoked& e) {
    write_because(out, e.because);
}

void write_access(field_writer& out, const admin_disabled& e) {
    write_because(out, e.because);
}

void write_access(field_writer& out, const admin_linked& e) {
    out.bytes(6, text_of(e.user.bytes));
}

void write_access(field_writer&, const admin_unlinked&) {}

void write_access(field_writer& out, const sso_set& e) {
    out.bytes(1, e.provider.entity_id);
    out.bytes(2, e.provider.sign_on_url);
    for (const sso_certificate& one : e.provider.certificates) {
        std::string coded(text_of(one.sha256));
        base::put_varint(coded, static_cast<std::uint64_t>(one.not_after.unix_ms));
        out.bytes(3, coded);
    }
    out.bytes(4, text_of(e.provider.document_sha256));
    if (!e.document.empty()) out.bytes(5, e.document);
}

void write_access(field_writer&, const sso_cleared&) {}

bool read_clear(key_created& e, std::string_view bytes) {
    bool hashed = false;
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        switch (number) {
        case 1: hashed = read_whole(value, e.secret_hash); return hashed;
        case 2: e.label = value; return true;
        case 3: return read_moment(value, e.expires_at);
        case 4: return read_whole(value, e.owner.emplace().bytes);
        default: return true;
        }
    });
    return ok && hashed;
}

bool read_clear(key_expiry_changed& e, std::string_view bytes) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        return number != 3 || read_moment(value, e.expires_at);
    });
}

bool read_clear(key_revoked& e, std::string_view bytes) {
    return read_end(bytes, e.because);
}

bool read_clear(admin_disabled& e, std::string_view bytes) {
    return read_end(bytes, e.because);
}

bool read_clear(admin_linked& e, std::string_view bytes) {
    bool linked = false;
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if (number != 6) return true;
        linked = read_whole(value, e.user.bytes);
        return linked;
    });
    return ok && linked;
}

bool read_clear(sso_set& e, std::string_view bytes) {
    bool hashed = false;
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        switch (number) {
        case 1: e.provider.entity_id = value; return true;
        case 2: e.provider.sign_on_url = value; return true;
        case 3: return read_certificate(value, e.provider.certificates.emplace_back());
        case 4: hashed = read_whole(value, e.provider.document_sha256); return hashed;
        case 5: e.document = value; return true;
        default: return true;
        }
    });
    return ok && hashed && !e.provider.entity_id.empty();
}

} // namespace rollcall::eventlog
