#include "eventlog/approval_fields.hpp"

namespace rollcall::eventlog {
namespace {

std::string_view text_of(const base::uuid& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

void write_time(field_writer& out, std::uint32_t number, base::moment time) {
    out.number(number, static_cast<std::uint64_t>(time.unix_ms));
}

void write_party(field_writer& out, const party& who) {
    out.number(5, static_cast<std::uint64_t>(who.by.kind));
    out.bytes(6, text_of(who.by.id));
    if (!who.acting_for.is_nil()) out.bytes(7, text_of(who.acting_for));
}

bool read_id(std::string_view bytes, base::uuid& id) {
    return base::get_bytes(bytes, id.bytes) && bytes.empty();
}

bool read_kind(std::string_view bytes, actor_kind& kind) {
    std::uint64_t number = 0;
    if (!read_number(bytes, number) || number > static_cast<std::uint64_t>(actor_kind::consumer)) {
        return false;
    }
    kind = static_cast<actor_kind>(number);
    return true;
}

/// Whether it says all of what it begins to say, and nothing that nobody writes.
bool is_whole(const open_request& r) {
    if (request_kind_name(r.kind).empty()) return false;
    if (!r.wanted_role.empty() && !is_role(r.wanted_role)) return false;
    if (r.wanted_role.empty() && (r.assigner || r.kind == request_kind::role)) return false;
    return true;
}

std::string within(const open_request& r) {
    field_writer out;
    out.number(1, r.opened);
    out.number(2, static_cast<std::uint64_t>(r.kind));
    write_time(out, 3, r.since);
    if (!r.wanted_role.empty()) out.bytes(4, r.wanted_role);
    if (r.assigner) write_party(out, *r.assigner);
    if (r.expires_at) write_time(out, 8, *r.expires_at);
    if (r.due) write_time(out, 9, *r.due);
    if (r.remind_days != 0) out.number(10, r.remind_days);
    if (r.reminders != 0) out.number(11, r.reminders);
    return out.take();
}

bool read_request(std::string_view bytes, open_request& r) {
    std::optional<base::moment> since;
    party who;
    bool kind_given = false;
    bool id_given = false;
    bool for_given = false;
    std::uint64_t kind = 0;
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        switch (number) {
        case 1: return read_number(value, r.opened);
        case 2: return read_number(value, kind) && kind <= UINT8_MAX;
        case 3: return read_moment(value, since);
        case 4: r.wanted_role = value; return !value.empty();
        case 5: kind_given = true; return read_kind(value, who.by.kind);
        case 6: id_given = true; return read_id(value, who.by.id);
        case 7: for_given = true; return read_id(value, who.acting_for) && !who.acting_for.is_nil();
        case 8: return read_moment(value, r.expires_at);
        case 9: return read_moment(value, r.due);
        case 10: return read_small(value, r.remind_days) && r.remind_days != 0;
        case 11: return read_small(value, r.reminders) && r.reminders != 0;
        default: return true;
        }
    });
    if (!ok || !since || kind_given != id_given || (for_given && !id_given)) return false;
    r.kind = static_cast<request_kind>(kind);
    r.since = *since;
    if (kind_given) r.assigner = who;
    return is_whole(r);
}

} // namespace

void write_standing(field_writer& out, const standing& now) {
    if (!now.role.empty()) out.bytes(9, now.role);
    if (now.request) out.bytes(10, within(*now.request));
}

bool read_standing(std::uint64_t number, std::string_view bytes, standing& now) {
    if (number == 9) {
        now.role = bytes;
        return is_role(bytes);
    }
    now.request.reset();
    return read_request(bytes, now.request.emplace());
}

void write_acting_for(field_writer& out, const base::uuid& admin) {
    if (!admin.is_nil()) out.bytes(11, text_of(admin));
}

bool read_acting_for(std::string_view bytes, base::uuid& admin) {
    return read_id(bytes, admin) && !admin.is_nil();
}

} // namespace rollcall::eventlog
