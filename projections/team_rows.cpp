#include "projections/bytes.hpp"
#include "projections/rows.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::projections {
namespace {

constexpr std::uint8_t row_format = 1;
constexpr std::uint8_t external_id_flag = 1;

team_core take_core(byte_reader& in) {
    team_core core;
    core.ordinal = in.little<std::uint64_t>();
    core.created_seq.value = in.little<std::uint64_t>();
    core.version.value = in.little<std::uint64_t>();
    core.created = in.time();
    core.modified = in.time();
    core.members = in.little<std::uint64_t>();
    core.sealed_hash = in.array<32>();
    return core;
}

byte_reader open_team(std::string_view row) {
    byte_reader in(row);
    if (in.little<std::uint8_t>() != row_format) damaged_row("team", row);
    return in;
}

} // namespace

namespace key_of {

std::string team(tenant_no tenant, const subject_id& id) {
    std::string out = begin_key('G', tenant, 16);
    base::put_bytes(out, id.bytes);
    return out;
}

std::string all_teams(tenant_no tenant) {
    return begin_key('G', tenant);
}

std::string teams_of(tenant_no tenant, const subject_id& user) {
    std::string out = begin_key('W', tenant, 16);
    base::put_bytes(out, user.bytes);
    return out;
}

std::string all_teams_of(tenant_no tenant) {
    return begin_key('W', tenant);
}

std::string member(tenant_no tenant, const subject_id& team, const subject_id& user) {
    std::string out = all_members(tenant, team);
    base::put_bytes(out, user.bytes);
    return out;
}

std::string all_members(tenant_no tenant, const subject_id& team) {
    std::string out = begin_key('J', tenant, 32);
    base::put_bytes(out, team.bytes);
    return out;
}

} // namespace key_of

subject_id user_of_member_key(std::string_view key) {
    byte_reader in(key);
    in.raw(1 + 4 + 16);
    const subject_id user = in.uuid();
    if (!in.done()) damaged_row("member", key);
    return user;
}

void append(std::string& out, const team_core& core) {
    base::put_le(out, core.ordinal);
    base::put_le(out, core.created_seq.value);
    base::put_le(out, core.version.value);
    put_time(out, core.created);
    put_time(out, core.modified);
    base::put_le(out, core.members);
    base::put_bytes(out, core.sealed_hash);
}

std::string encode(const team_core& core, const eventlog::team_content& content) {
    std::string row;
    base::put_le(row, row_format);
    append(row, core);
    base::put_le(row, content.external_id ? external_id_flag : std::uint8_t{0});
    put_text(row, content.name);
    put_text(row, content.document);
    put_text(row, content.name_key);
    put_text(row, content.external_id.value_or(std::string()));
    return row;
}

team_state decode_team(const subject_id& id, std::string_view row) {
    byte_reader in = open_team(row);
    team_state team;
    team.id = id;
    team.core = take_core(in);
    const auto flags = in.little<std::uint8_t>();
    team.content.name = in.text();
    team.content.document = in.text();
    team.content.name_key = in.text();
    const std::string_view external_id = in.text();
    if ((flags & external_id_flag) != 0) team.content.external_id = external_id;
    if (!in.done()) damaged_row("team", row);
    return team;
}

team_row view_team(std::string_view row) {
    byte_reader in = open_team(row);
    team_row view;
    view.core = take_core(in);
    in.raw(1);
    view.name = in.text();
    view.document = in.text();
    if (!in.whole()) damaged_row("team", row);
    return view;
}

std::string encode_since(tenant_seq since) {
    std::string row;
    base::put_le(row, since.value);
    return row;
}

tenant_seq decode_since(std::string_view row) {
    byte_reader in(row);
    const tenant_seq since{in.little<std::uint64_t>()};
    if (!in.done()) damaged_row("member", row);
    return since;
}

std::string encode_teams_of(const std::vector<subject_id>& teams) {
    assert(std::is_sorted(teams.begin(), teams.end()));
    std::string row;
    row.reserve(1 + teams.size() * 16);
    base::put_le(row, row_format);
    for (const subject_id& team : teams) {
        base::put_bytes(row, team.bytes);
    }
    return row;
}

std::vector<subject_id> decode_teams_of(std::string_view row) {
    byte_reader in(row);
    if (in.little<std::uint8_t>() != row_format || (row.size() - 1) % 16 != 0) {
        damaged_row("list of teams", row);
    }
    std::vector<subject_id> teams((row.size() - 1) / 16);
    for (subject_id& team : teams) {
        team = in.uuid();
    }
    return teams;
}

} // namespace rollcall::projections
