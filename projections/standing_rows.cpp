#include "projections/standing_rows.hpp"

namespace rollcall::projections {
namespace {

constexpr std::uint8_t role_flag = 1;
constexpr std::uint8_t request_flag = 2;
constexpr std::uint8_t assigner_flag = 1;
constexpr std::uint8_t expires_flag = 2;
constexpr std::uint8_t due_flag = 4;

void append_request(std::string& out, const eventlog::open_request& r) {
    base::put_le(out, static_cast<std::uint8_t>((r.assigner ? assigner_flag : 0) |
                                                (r.expires_at ? expires_flag : 0) |
                                                (r.due ? due_flag : 0)));
    base::put_le(out, static_cast<std::uint8_t>(r.kind));
    base::put_le(out, r.opened);
    put_time(out, r.since);
    put_text(out, r.wanted_role);
    if (r.assigner) {
        base::put_le(out, static_cast<std::uint8_t>(r.assigner->by.kind));
        base::put_bytes(out, r.assigner->by.id.bytes);
        base::put_bytes(out, r.assigner->acting_for.bytes);
    }
    if (r.expires_at) put_time(out, *r.expires_at);
    if (r.due) put_time(out, *r.due);
    base::put_le(out, r.remind_days);
    base::put_le(out, r.reminders);
}

eventlog::open_request take_request(byte_reader& in) {
    eventlog::open_request r;
    const auto flags = in.little<std::uint8_t>();
    r.kind = static_cast<eventlog::request_kind>(in.little<std::uint8_t>());
    r.opened = in.little<std::uint64_t>();
    r.since = in.time();
    r.wanted_role = in.text();
    if ((flags & assigner_flag) != 0) {
        auto& who = r.assigner.emplace();
        who.by.kind = static_cast<eventlog::actor_kind>(in.little<std::uint8_t>());
        who.by.id = in.uuid();
        who.acting_for = in.uuid();
    }
    if ((flags & expires_flag) != 0) r.expires_at = in.time();
    if ((flags & due_flag) != 0) r.due = in.time();
    r.remind_days = in.little<std::uint32_t>();
    r.reminders = in.little<std::uint32_t>();
    return r;
}

} // namespace

std::uint8_t standing_flags(const eventlog::standing& what) {
    return static_cast<std::uint8_t>((what.role.empty() ? 0 : role_flag) |
                                     (what.request ? request_flag : 0));
}

void append(std::string& out, const eventlog::standing& what) {
    if (!what.role.empty()) put_text(out, what.role);
    if (what.request) append_request(out, *what.request);
}

eventlog::standing take_standing(byte_reader& in, std::uint8_t flags) {
    eventlog::standing what;
    if ((flags & role_flag) != 0) what.role = in.text();
    if ((flags & request_flag) != 0) what.request = take_request(in);
    return what;
}

} // namespace rollcall::projections
