#include "projections/rows.hpp"

#include "eventlog/store.hpp"
#include "projections/bytes.hpp"
#include "projections/plan_rows.hpp"
#include "projections/sso_rows.hpp"
#include "projections/standing_rows.hpp"

#include <cassert>

namespace rollcall::projections {
namespace {

constexpr std::uint8_t row_format = 1;
/// Of users, and of tenants with the terms of their plan. Format 1 is read too: a verb that reads
/// an older directory takes names from its rows.
constexpr std::uint8_t later_format = 2;
constexpr std::uint32_t no_text = 0xffffffff;

constexpr std::uint8_t tenant_deleted_flag = 1;
constexpr std::uint8_t tenant_scim_flag = 2;
constexpr std::uint8_t tenant_limit_flag = 4;
constexpr std::uint8_t tenant_grace_flag = 8;
constexpr std::uint8_t tenant_sso_flag = 16;
constexpr std::uint8_t tenant_mapping_flag = 64;

byte_reader open_row(std::string_view what, std::string_view row) {
    byte_reader in(row);
    if (in.little<std::uint8_t>() != row_format) damaged_row(what, row);
    return in;
}

/// The format of a row that may be of either.
std::uint8_t take_format(byte_reader& in, std::string_view what, std::string_view row) {
    const auto format = in.little<std::uint8_t>();
    if (format != row_format && format != later_format) damaged_row(what, row);
    return format;
}

user_core take_core(byte_reader& in, std::uint8_t format) {
    user_core core;
    core.ordinal = in.little<std::uint64_t>();
    core.created_seq.value = in.little<std::uint64_t>();
    core.version.value = in.little<std::uint64_t>();
    core.created = in.time();
    core.modified = in.time();
    core.origin = static_cast<eventlog::user_origin>(in.little<std::uint8_t>());
    core.active = in.little<std::uint8_t>() != 0;
    const auto reasons = in.little<std::uint8_t>(); // format 1: whether he holds a seat
    const auto approval = in.little<std::uint8_t>();
    const bool has_password = in.little<std::uint8_t>() != 0;
    in.raw(3);
    if (format == later_format) {
        core.suspended.reasons = reasons;
        core.suspended.since = in.time();
    }
    core.sealed_hash = in.array<32>();
    if (format != later_format) return core;
    if (approval != 0) core.approval = take_standing(in, approval);
    if (has_password) core.password.value = in.little<std::uint64_t>();
    return core;
}

std::uint32_t size_of(std::string_view text) {
    assert(text.size() < no_text);
    return static_cast<std::uint32_t>(text.size());
}

} // namespace

lookup_digest lookup_of(const eventlog::secret_key& secret, lookup_kind kind,
                        std::string_view value) {
    std::string named;
    named.reserve(1 + value.size());
    named.push_back(static_cast<char>(kind));
    named.append(value);
    return eventlog::lookup_hash(secret, named);
}

namespace key_of {

std::string tenant(tenant_no number) {
    return begin_key('T', number);
}

std::string slug(std::string_view slug) {
    return begin_key('S').append(slug);
}

std::string all_slugs() {
    return begin_key('S');
}

std::string user(tenant_no tenant, const subject_id& id) {
    std::string out = begin_key('U', tenant, 16);
    base::put_bytes(out, id.bytes);
    return out;
}

std::string all_users(tenant_no tenant) {
    return begin_key('U', tenant);
}

std::string place(listing_kind kind, tenant_no tenant, std::uint64_t ordinal) {
    std::string out = begin_key(kind == listing_kind::users ? 'L' : 'g', tenant, 8);
    base::put_be(out, ordinal);
    return out;
}

std::string all_places(listing_kind kind, tenant_no tenant) {
    return begin_key(kind == listing_kind::users ? 'L' : 'g', tenant);
}

std::string block(listing_kind kind, tenant_no tenant, std::uint64_t number) {
    std::string out = begin_key(kind == listing_kind::users ? 'B' : 'b', tenant, 8);
    base::put_be(out, number);
    return out;
}

std::string all_blocks(listing_kind kind, tenant_no tenant) {
    return begin_key(kind == listing_kind::users ? 'B' : 'b', tenant);
}

std::string counters(tenant_no tenant) {
    return begin_key('H', tenant);
}

std::string all_counters() {
    return begin_key('H');
}

std::string last_tenant() {
    return begin_key('M');
}

std::string unique(lookup_kind kind, tenant_no tenant, const lookup_digest& hash) {
    assert(kind == lookup_kind::user_name || kind == lookup_kind::team_name ||
           kind == lookup_kind::admin_name);
    std::string out = begin_key(static_cast<char>(kind), tenant, 16);
    base::put_bytes(out, hash);
    return out;
}

std::string shared(lookup_kind kind, tenant_no tenant, const lookup_digest& hash,
                   std::uint64_t ordinal) {
    std::string out = all_shared(kind, tenant, hash);
    base::put_be(out, ordinal);
    return out;
}

std::string all_shared(lookup_kind kind, tenant_no tenant, const lookup_digest& hash) {
    assert(kind != lookup_kind::user_name && kind != lookup_kind::team_name &&
           kind != lookup_kind::admin_name);
    std::string out = begin_key(static_cast<char>(kind), tenant, 24);
    base::put_bytes(out, hash);
    return out;
}

} // namespace key_of

std::uint64_t block_of_key(std::string_view key) {
    byte_reader in(key);
    in.raw(5);
    const auto number = in.big<std::uint64_t>();
    if (!in.done()) damaged_row("block", key);
    return number;
}

std::optional<tenant_no> tenant_of_key(std::string_view key) {
    byte_reader in(key);
    const char kind = static_cast<char>(in.little<std::uint8_t>());
    const tenant_no tenant{in.big<std::uint32_t>()};
    if (!in.whole() ||
        std::string_view("TKAULBHGgbWJNXEDYPOQVv").find(kind) == std::string_view::npos) {
        return std::nullopt;
    }
    return tenant;
}

std::string encode(const tenant_state& tenant) {
    const eventlog::tenant_settings& set = tenant.settings;
    const bool mapped = !tenant.mapping.rules.empty();
    std::string row;
    base::put_le(row, later_format);
    base::put_le(row, static_cast<std::uint8_t>((tenant.deleted ? tenant_deleted_flag : 0) |
                                                (set.scim_enabled ? tenant_scim_flag : 0) |
                                                (set.seat_limit ? tenant_limit_flag : 0) |
                                                (set.grace_until ? tenant_grace_flag : 0) |
                                                (tenant.sso ? tenant_sso_flag : 0) |
                                                (mapped ? tenant_mapping_flag : 0)));
    base::put_le(row, tenant.version.value);
    put_time(row, tenant.created);
    base::put_le(row, set.seat_limit.value_or(0));
    put_text(row, tenant.slug);
    put_text(row, set.name);
    put_text(row, set.profile);
    put_text(row, set.plan);
    append(row, set.terms);
    put_time(row, set.grace_until.value_or(base::moment{}));
    if (tenant.sso) append(row, *tenant.sso);
    if (mapped) {
        base::put_le(row, tenant.mapping.version.value);
        put_text(row, tenant.mapping.rules);
    }
    return row;
}

tenant_state decode_tenant(tenant_no number, std::string_view row) {
    byte_reader in(row);
    const auto format = take_format(in, "tenant", row);
    tenant_state tenant;
    tenant.number = number;
    const auto flags = in.little<std::uint8_t>();
    tenant.deleted = (flags & tenant_deleted_flag) != 0;
    tenant.settings.scim_enabled = (flags & tenant_scim_flag) != 0;
    tenant.version.value = in.little<std::uint64_t>();
    tenant.created = in.time();
    const auto limit = in.little<std::uint64_t>();
    if ((flags & tenant_limit_flag) != 0) tenant.settings.seat_limit = limit;
    tenant.slug = in.text();
    tenant.settings.name = in.text();
    tenant.settings.profile = in.text();
    tenant.settings.plan = in.text();
    if (format == later_format) {
        tenant.settings.terms = take_terms(in);
        const base::moment grace_until = in.time();
        if ((flags & tenant_grace_flag) != 0) tenant.settings.grace_until = grace_until;
        if ((flags & tenant_sso_flag) != 0) tenant.sso = take_sso(in);
    }
    if ((flags & tenant_mapping_flag) != 0) {
        tenant.mapping.version.value = in.little<std::uint64_t>();
        tenant.mapping.rules = in.text();
    }
    if (!in.done()) damaged_row("tenant", row);
    return tenant;
}

std::string encode(const key_place& place) {
    std::string row;
    base::put_le(row, place.tenant.value);
    base::put_bytes(row, place.id.bytes);
    return row;
}

key_place decode_key_place(std::string_view row) {
    byte_reader in(row);
    key_place place;
    place.tenant.value = in.little<std::uint32_t>();
    place.id = in.uuid();
    if (!in.done()) damaged_row("secret", row);
    return place;
}

std::string encode(const tenant_counters& counters) {
    std::string row;
    base::put_le(row, row_format);
    base::put_le(row, counters.users);
    for (const std::uint64_t count : counters.by_status)
        base::put_le(row, count);
    base::put_le(row, counters.last_ordinal);
    base::put_le(row, counters.teams);
    base::put_le(row, counters.last_team_ordinal);
    base::put_le(row, counters.memberships);
    base::put_le(row, counters.keys);
    base::put_le(row, counters.admins);
    base::put_le(row, counters.plans);
    base::put_bytes(row, counters.state_hash);
    return row;
}

tenant_counters decode_counters(std::string_view row) {
    byte_reader in = open_row("counters", row);
    tenant_counters counters;
    counters.users = in.little<std::uint64_t>();
    for (std::uint64_t& count : counters.by_status)
        count = in.little<std::uint64_t>();
    counters.last_ordinal = in.little<std::uint64_t>();
    counters.teams = in.little<std::uint64_t>();
    counters.last_team_ordinal = in.little<std::uint64_t>();
    counters.memberships = in.little<std::uint64_t>();
    counters.keys = in.little<std::uint64_t>();
    counters.admins = in.little<std::uint64_t>();
    counters.plans = in.little<std::uint64_t>();
    counters.state_hash = in.array<32>();
    if (!in.done()) damaged_row("counters", row);
    return counters;
}

std::string encode(tenant_no number) {
    std::string row;
    base::put_le(row, number.value);
    return row;
}

tenant_no decode_tenant_no(std::string_view row) {
    byte_reader in(row);
    const tenant_no number{in.little<std::uint32_t>()};
    if (!in.done()) damaged_row("tenant number", row);
    return number;
}

std::string encode_count(std::uint32_t count) {
    std::string row;
    base::put_le(row, count);
    return row;
}

std::uint32_t decode_count(std::string_view row) {
    byte_reader in(row);
    const auto count = in.little<std::uint32_t>();
    if (!in.done()) damaged_row("block", row);
    return count;
}

std::string encode(const subject_id& id) {
    std::string row;
    base::put_bytes(row, id.bytes);
    return row;
}

subject_id decode_subject(std::string_view row) {
    byte_reader in(row);
    const subject_id id = in.uuid();
    if (!in.done()) damaged_row("subject", row);
    return id;
}

void append(std::string& out, const user_core& core) {
    base::put_le(out, core.ordinal);
    base::put_le(out, core.created_seq.value);
    base::put_le(out, core.version.value);
    put_time(out, core.created);
    put_time(out, core.modified);
    base::put_le(out, static_cast<std::uint8_t>(core.origin));
    base::put_le(out, static_cast<std::uint8_t>(core.active));
    base::put_le(out, core.suspended.reasons);
    base::put_le(out, standing_flags(*core.approval));
    base::put_le(out, static_cast<std::uint8_t>(core.password.value != 0));
    out.append(3, '\0');
    put_time(out, core.suspended.since);
    base::put_bytes(out, core.sealed_hash);
    if (core.approval.any()) append(out, *core.approval);
    if (core.password.value != 0) base::put_le(out, core.password.value);
}

// A user row: format, core (88 and more with a role, a request or a password), sizes of user_name,
// display, document, user_name_key and external_id (all ones: none), number of e-mail keys, then
// the texts in this order, then each e-mail key with its size. What an answer shows comes first.
std::string encode(const user_core& core, const eventlog::user_content& content) {
    std::string row;
    row.reserve(1 + user_core_size + 24 + content.user_name.size() + content.display.size() +
                content.document.size() + content.user_name_key.size() + 128);
    base::put_le(row, later_format);
    append(row, core);
    base::put_le(row, size_of(content.user_name));
    base::put_le(row, size_of(content.display));
    base::put_le(row, size_of(content.document));
    base::put_le(row, size_of(content.user_name_key));
    base::put_le(row, content.external_id ? size_of(*content.external_id) : no_text);
    base::put_le(row, static_cast<std::uint32_t>(content.email_keys.size()));
    row.append(content.user_name);
    row.append(content.display);
    row.append(content.document);
    row.append(content.user_name_key);
    if (content.external_id) row.append(*content.external_id);
    for (const std::string& email : content.email_keys) {
        put_text(row, email);
    }
    return row;
}

user_state decode_user(const subject_id& id, std::string_view row) {
    byte_reader in(row);
    const auto format = take_format(in, "user", row);
    user_state user;
    user.id = id;
    user.core = take_core(in, format);
    std::array<std::uint32_t, 6> sizes{};
    for (std::uint32_t& size : sizes) {
        size = in.little<std::uint32_t>();
    }
    user.content.user_name = in.raw(sizes[0]);
    user.content.display = in.raw(sizes[1]);
    user.content.document = in.raw(sizes[2]);
    user.content.user_name_key = in.raw(sizes[3]);
    if (sizes[4] != no_text) user.content.external_id = in.raw(sizes[4]);
    for (std::uint32_t i = 0; i < sizes[5] && in.whole(); ++i) {
        user.content.email_keys.emplace_back(in.text());
    }
    if (!in.done()) damaged_row("user", row);
    return user;
}

user_row view_user(std::string_view row) {
    byte_reader in(row);
    const auto format = take_format(in, "user", row);
    user_row view;
    view.core = take_core(in, format);
    const auto user_name = in.little<std::uint32_t>();
    const auto display = in.little<std::uint32_t>();
    const auto document = in.little<std::uint32_t>();
    in.raw(12);
    view.user_name = in.raw(user_name);
    view.display = in.raw(display);
    view.document = in.raw(document);
    if (!in.whole()) damaged_row("user", row);
    return view;
}

void damaged_row(std::string_view what, std::string_view row) {
    throw eventlog::storage_failure("a " + std::string(what) + " row of " +
                                    std::to_string(row.size()) +
                                    " bytes is damaged; `rollcall rebuild` makes it again");
}

} // namespace rollcall::projections
