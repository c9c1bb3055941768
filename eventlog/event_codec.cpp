#include "eventlog/event_codec.hpp"

#include "eventlog/access_fields.hpp"
#include "eventlog/approval_fields.hpp"
#include "eventlog/error.hpp"
#include "eventlog/payload_fields.hpp"
#include "eventlog/plan_fields.hpp"

#include <cassert>
#include <type_traits>

namespace rollcall::eventlog {
namespace {

// Field numbers. On disk for ever; a number that is given up stays here with a note.
//   settings:  1 name  2 profile  3 plan  4 seat limit u64 (absent = unlimited)  5 scim enabled u8
//              8 terms (fields within, absent = of the plan `default`)
//              9 grace until, Unix ms (absent = none)
//   terms:     1 seats u64 (absent = unlimited)  2 scim included u8  3 seat states, bits
//              4 on downgrade u8  5 grace days  6 version
//   tenants:   1-5, 8, 9 settings  6 slug  7 changed name (repeated)
//   plans:     6 name  8 terms
//   mappings:  1 rules, JSON
//   keys:      1 secret hash  2 label  3 expires at, Unix ms, two's complement (absent = never)
//              4 owner, 16 bytes (absent = nobody)  5 why revoked u8 (absent = asked for)
//   users:     1 ordinal varint  2 origin u8  3 active u8  4 holds seat u8
//              5 changed name (repeated)  6 reset u8
//              7 reasons of the suspension, bits (absent = none)  8 since, Unix ms, with 7 only
//              9 role (absent = none)  10 request (fields within, absent = none)
//   request:   1 opened seq (0 = by this event)  2 kind u8  3 since, Unix ms  4 wanted role
//              5 assigner's kind u8  6 his id, 16 bytes  7 admin for whom he acted, 16 bytes
//              8 expires at, Unix ms  9 due, Unix ms  10 days between reminders  11 reminders
//   suspended, resumed: 4 holds seat u8, 7 and 8 as of users
//   approvals: 4 holds seat u8, 7 to 10 as of users  11 admin for whom an operator acted, 16 bytes
//              12 break glass
//   content:   1 document  2 user name  3 user name key  4 external id  5 e-mail key (repeated)
//              6 display
//   teams:     1 ordinal varint  5 changed name (repeated)
//   members:   1 added, 16 bytes each  2 removed, likewise
//   team content:  1 document  2 name  3 name key  4 external id
//   admins:    1 token hash  3 expires at, as of keys  4 role u8
//              5 why disabled u8 (absent = asked for)  6 user, 16 bytes
//   sso:       1 entity id  2 sign-on address  3 certificate (repeated): SHA-256, then its end in
//              Unix ms  4 SHA-256 of the document  5 document (absent = not kept)
//   admin content: 2 name  3 name key
//   password content: 1 PHC string
//   any type:  100 trace, in trace_field.cpp  101 profile, in profile_field.cpp
constexpr std::uint16_t schema_1 = 1;

void write_settings(field_writer& out, const tenant_settings& s) {
    out.bytes(1, s.name);
    out.bytes(2, s.profile);
    out.bytes(3, s.plan);
    if (s.seat_limit) out.number(4, *s.seat_limit);
    out.flag(5, s.scim_enabled);
    if (s.terms != plan_terms{}) write_terms(out, s.terms);
    if (s.grace_until) out.number(9, static_cast<std::uint64_t>(s.grace_until->unix_ms));
}

bool read_setting(std::uint64_t number, std::string_view bytes, tenant_settings& s) {
    switch (number) {
    case 1: s.name = bytes; return true;
    case 2: s.profile = bytes; return true;
    case 3: s.plan = bytes; return true;
    case 4: {
        std::uint64_t limit = 0;
        if (!read_number(bytes, limit)) return false;
        s.seat_limit = limit;
        return true;
    }
    case 5: return read_flag(bytes, s.scim_enabled);
    case 8: return read_terms(bytes, s.terms);
    case 9: return read_moment(bytes, s.grace_until);
    default: return true;
    }
}

void write_facts(field_writer& out, const user_facts& f) {
    out.number(1, f.ordinal);
    out.number(2, static_cast<std::uint64_t>(f.origin));
    out.flag(3, f.active);
    out.flag(4, f.holds_seat);
    for (const std::string& name : f.changed)
        out.bytes(5, name);
    write_suspension(out, f.suspended);
    write_standing(out, f.approval);
}

bool read_fact(std::uint64_t number, std::string_view bytes, user_facts& f) {
    switch (number) {
    case 1: return read_number(bytes, f.ordinal);
    case 2: {
        std::uint64_t origin = 0;
        if (!read_number(bytes, origin) || origin < 1 || origin > 2) return false;
        f.origin = static_cast<user_origin>(origin);
        return true;
    }
    case 3: return read_flag(bytes, f.active);
    case 4: return read_flag(bytes, f.holds_seat);
    case 5: f.changed.emplace_back(bytes); return true;
    case 7:
    case 8: return read_suspension(number, bytes, f.suspended);
    case 9:
    case 10: return read_standing(number, bytes, f.approval);
    default: return true;
    }
}

void write_facts(field_writer& out, const team_facts& f) {
    out.number(1, f.ordinal);
    for (const std::string& name : f.changed)
        out.bytes(5, name);
}

bool read_fact(std::uint64_t number, std::string_view bytes, team_facts& f) {
    if (number == 1) return read_number(bytes, f.ordinal);
    if (number == 5) f.changed.emplace_back(bytes);
    return true;
}

void write_secret(field_writer& out, const std::array<std::uint8_t, 32>& hash,
                  const std::optional<base::moment>& expires_at) {
    out.bytes(1, std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size()));
    if (expires_at) out.number(3, static_cast<std::uint64_t>(expires_at->unix_ms));
}

bool read_role(std::string_view bytes, admin_role& role) {
    std::uint64_t number = 0;
    if (!read_number(bytes, number) || number > UINT8_MAX) return false;
    role = static_cast<admin_role>(number);
    return !admin_role_name(role).empty();
}

void write_ids(field_writer& out, std::uint32_t number, const std::vector<subject_id>& ids) {
    if (ids.empty()) return;
    std::string packed;
    packed.reserve(ids.size() * 16);
    for (const subject_id& id : ids)
        base::put_bytes(packed, id.bytes);
    out.bytes(number, packed);
}

bool read_ids(std::string_view bytes, std::vector<subject_id>& ids) {
    if (!ids.empty() || bytes.size() % 16 != 0) return false;
    ids.resize(bytes.size() / 16);
    for (subject_id& id : ids)
        base::get_bytes(bytes, id.bytes);
    return true;
}

struct clear_writer {
    field_writer& out;

    void operator()(const tenant_created& e) const {
        write_settings(out, e.settings);
        out.bytes(6, e.slug);
    }

    void operator()(const tenant_changed& e) const {
        write_settings(out, e.settings);
        for (const std::string& name : e.changed)
            out.bytes(7, name);
    }

    void operator()(const user_restored& e) const {
        write_facts(out, e.facts);
        out.flag(6, e.reset);
    }

    void operator()(const tenant_deleted&) const {}

    void operator()(const user_deleted&) const {}

    void operator()(const user_erased&) const {}

    void operator()(const team_deleted&) const {}

    void operator()(const password_set&) const {}

    void operator()(const password_removed&) const {}

    void operator()(const members_changed& e) const {
        write_ids(out, 1, e.added);
        write_ids(out, 2, e.removed);
    }

    void operator()(const admin_created& e) const {
        write_secret(out, e.token_hash, e.expires_at);
        out.number(4, static_cast<std::uint64_t>(e.role));
    }

    void operator()(const admin_changed& e) const {
        out.number(4, static_cast<std::uint64_t>(e.role));
    }

    void operator()(const admin_token_created& e) const {
        write_secret(out, e.token_hash, e.expires_at);
    }

    void operator()(const plan_defined& e) const {
        out.bytes(6, e.name);
        write_terms(out, e.terms);
    }

    void operator()(const mapping_set& e) const { out.bytes(1, e.rules); }

    void operator()(const mapping_cleared&) const {}

    /// user_suspended and user_resumed, and those of approvals.
    template <class T>
        requires requires(const T& e) { e.suspended; }
    void operator()(const T& e) const {
        out.flag(4, e.holds_seat);
        write_suspension(out, e.suspended);
        if constexpr (requires { e.approval; }) write_standing(out, e.approval);
        if constexpr (requires { e.acting_for; }) write_acting_for(out, e.acting_for);
        if constexpr (requires { e.break_glass; }) {
            if (!e.break_glass.empty()) out.bytes(12, e.break_glass);
        }
    }

    template <class T>
        requires requires(const T& e) { e.facts; }
    void operator()(const T& e) const {
        write_facts(out, e.facts);
    }

    template <class T>
        requires requires(field_writer& to, const T& e) { write_access(to, e); }
    void operator()(const T& e) const {
        write_access(out, e);
    }
};

bool read_clear(tenant_created& e, std::string_view bytes) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if (number == 6) e.slug = value;
        return read_setting(number, value, e.settings);
    });
}

bool read_clear(tenant_changed& e, std::string_view bytes) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if (number == 7) e.changed.emplace_back(value);
        return read_setting(number, value, e.settings);
    });
}

bool read_clear(user_restored& e, std::string_view bytes) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        return number == 6 ? read_flag(value, e.reset) : read_fact(number, value, e.facts);
    });
}

bool read_clear(members_changed& e, std::string_view bytes) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if (number == 1) return read_ids(value, e.added);
        return number != 2 || read_ids(value, e.removed);
    });
}

bool read_clear(mapping_set& e, std::string_view bytes) {
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if (number == 1) e.rules = value;
        return true;
    });
    return ok && !e.rules.empty();
}

bool read_clear(plan_defined& e, std::string_view bytes) {
    bool termed = false;
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if (number == 6) e.name = value;
        if (number != 8) return true;
        termed = read_terms(value, e.terms);
        return termed;
    });
    return ok && termed && !e.name.empty();
}

template <class T>
    requires(std::is_same_v<T, user_suspended> || std::is_same_v<T, user_resumed>)
bool read_clear(T& e, std::string_view bytes) {
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        switch (number) {
        case 4: return read_flag(value, e.holds_seat);
        case 7:
        case 8: return read_suspension(number, value, e.suspended);
        default: return true;
        }
    });
    return ok && (e.suspended.any() || std::is_same_v<T, user_resumed>);
}

/// Of approvals: which of the fields a fact has is said by its members.
template <class T>
    requires requires(const T& e) { e.approval; }
bool read_clear(T& e, std::string_view bytes) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if constexpr (requires { e.acting_for; }) {
            if (number == 11) return read_acting_for(value, e.acting_for);
        }
        if constexpr (requires { e.break_glass; }) {
            if (number == 12) {
                e.break_glass = value;
                return !value.empty() && value.size() <= break_glass_bytes_max;
            }
        }
        switch (number) {
        case 4: return read_flag(value, e.holds_seat);
        case 7:
        case 8: return read_suspension(number, value, e.suspended);
        case 9:
        case 10: return read_standing(number, value, e.approval);
        default: return true;
        }
    });
}

/// Facts about admins: which of the fields a fact has is said by its members, and it has all of
/// them.
template <class T>
    requires(std::is_same_v<T, admin_created> || std::is_same_v<T, admin_changed> ||
             std::is_same_v<T, admin_token_created>)
bool read_clear(T& e, std::string_view bytes) {
    constexpr bool has_secret = requires { e.token_hash; };
    constexpr bool has_role = requires { e.role; };
    bool hashed = !has_secret;
    bool named = !has_role;
    const bool ok = each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if constexpr (has_secret) {
            if (number == 1) {
                hashed = base::get_bytes(value, e.token_hash) && value.empty();
                return hashed;
            }
            if (number == 3) return read_moment(value, e.expires_at);
        }
        if constexpr (has_role) {
            if (number == 4) {
                named = read_role(value, e.role);
                return named;
            }
        }
        return true;
    });
    return ok && hashed && named;
}

template <class T>
bool read_clear(T& e, std::string_view bytes) {
    return each_field(bytes, [&](std::uint64_t number, std::string_view value) {
        if constexpr (requires { e.facts; }) {
            return read_fact(number, value, e.facts);
        } else {
            return true;
        }
    });
}

template <class T>
base::result<event_body> read_as(std::string_view bytes) {
    T fact;
    bool whole = read_clear(fact, bytes);
    if constexpr (requires { fact.facts.suspended; }) {
        whole = whole && is_whole(fact.facts.suspended);
    } else if constexpr (requires { fact.suspended; }) {
        whole = whole && is_whole(fact.suspended);
    }
    if (!whole) {
        return base::fail(log_errc::damaged_payload,
                          "the clear part of a " + std::string(event_type_name(type_of(T{}))) +
                              " event is not readable");
    }
    return event_body(std::move(fact));
}

} // namespace

std::uint16_t schema_of(const event_body&) {
    return schema_1;
}

std::string encode_clear(const event_body& body) {
    field_writer out;
    std::visit(clear_writer{out}, body);
    return out.take();
}

base::result<event_body> decode_clear(std::uint16_t type, std::uint16_t schema,
                                      std::string_view bytes) {
    const std::string_view name = event_type_name(static_cast<event_type>(type));
    if (name.empty() || schema != schema_1) {
        return base::fail(log_errc::unknown_event,
                          "event type " + std::to_string(type) + " schema " +
                              std::to_string(schema) +
                              " is not known to this program: use the version that wrote it");
    }
    switch (static_cast<event_type>(type)) {
    case event_type::tenant_created: return read_as<tenant_created>(bytes);
    case event_type::tenant_changed: return read_as<tenant_changed>(bytes);
    case event_type::tenant_deleted: return read_as<tenant_deleted>(bytes);
    case event_type::key_created: return read_as<key_created>(bytes);
    case event_type::key_expiry_changed: return read_as<key_expiry_changed>(bytes);
    case event_type::key_revoked: return read_as<key_revoked>(bytes);
    case event_type::user_created: return read_as<user_created>(bytes);
    case event_type::user_changed: return read_as<user_changed>(bytes);
    case event_type::user_deactivated: return read_as<user_deactivated>(bytes);
    case event_type::user_reactivated: return read_as<user_reactivated>(bytes);
    case event_type::user_restored: return read_as<user_restored>(bytes);
    case event_type::user_deleted: return read_as<user_deleted>(bytes);
    case event_type::user_erased: return read_as<user_erased>(bytes);
    case event_type::team_created: return read_as<team_created>(bytes);
    case event_type::team_changed: return read_as<team_changed>(bytes);
    case event_type::team_deleted: return read_as<team_deleted>(bytes);
    case event_type::members_changed: return read_as<members_changed>(bytes);
    case event_type::admin_created: return read_as<admin_created>(bytes);
    case event_type::admin_changed: return read_as<admin_changed>(bytes);
    case event_type::admin_disabled: return read_as<admin_disabled>(bytes);
    case event_type::admin_token_created: return read_as<admin_token_created>(bytes);
    case event_type::user_suspended: return read_as<user_suspended>(bytes);
    case event_type::user_resumed: return read_as<user_resumed>(bytes);
    case event_type::plan_defined: return read_as<plan_defined>(bytes);
    case event_type::role_assigned: return read_as<role_assigned>(bytes);
    case event_type::approval_granted: return read_as<approval_granted>(bytes);
    case event_type::approval_rejected: return read_as<approval_rejected>(bytes);
    case event_type::approval_expired: return read_as<approval_expired>(bytes);
    case event_type::approval_reminded: return read_as<approval_reminded>(bytes);
    case event_type::admin_linked: return read_as<admin_linked>(bytes);
    case event_type::admin_unlinked: return read_as<admin_unlinked>(bytes);
    case event_type::sso_set: return read_as<sso_set>(bytes);
    case event_type::sso_cleared: return read_as<sso_cleared>(bytes);
    case event_type::password_set: return read_as<password_set>(bytes);
    case event_type::password_removed: return read_as<password_removed>(bytes);
    case event_type::mapping_set: return read_as<mapping_set>(bytes);
    case event_type::mapping_cleared: return read_as<mapping_cleared>(bytes);
    }
    return base::fail(log_errc::unknown_event, "unknown event type");
}

} // namespace rollcall::eventlog
