#include "eventlog/plan_fields.hpp"

namespace rollcall::eventlog {

void write_terms(field_writer& out, const plan_terms& t) {
    field_writer within;
    if (t.seats) within.number(1, *t.seats);
    within.flag(2, t.scim_included);
    within.number(3, t.seat_states);
    within.number(4, static_cast<std::uint64_t>(t.on_downgrade));
    within.number(5, t.grace_days);
    within.number(6, t.version);
    out.bytes(8, within.take());
}

bool read_terms(std::string_view bytes, plan_terms& t) {
    t = {};
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        switch (number) {
        case 1: return read_number(value, t.seats.emplace());
        case 2: return read_flag(value, t.scim_included);
        case 3: return read_small(value, t.seat_states);
        case 4: {
            std::uint8_t policy = 0;
            if (!read_small(value, policy)) return false;
            t.on_downgrade = static_cast<downgrade_policy>(policy);
            return !downgrade_policy_name(t.on_downgrade).empty();
        }
        case 5: return read_small(value, t.grace_days);
        case 6: return read_number(value, t.version);
        default: return true;
        }
    });
}

void write_suspension(field_writer& out, const suspension& s) {
    if (!s.any()) return;
    out.number(7, s.reasons);
    out.number(8, static_cast<std::uint64_t>(s.since.unix_ms));
}

bool read_suspension(std::uint64_t number, std::string_view bytes, suspension& s) {
    if (number == 7) return read_small(bytes, s.reasons) && s.reasons != 0 && s.reasons < 16;
    std::optional<base::moment> since;
    if (!read_moment(bytes, since)) return false;
    s.since = *since;
    return true;
}

bool is_whole(const suspension& s) {
    return s.any() || s.since == base::moment{};
}

} // namespace rollcall::eventlog
