// The rows of the derived tables: the one file (with rows.cpp and the *_rows.cpp of teams, admins,
// keys and plans) that spells their keys and values. Rows are a function of the log, byte for
// byte, so nothing here may depend on time, chance or the order in which a map is walked.
//
//   state   T tenant            tenant_state          index   N tenant hash            user id
//           S slug              tenant number                 X tenant hash ordinal    user id
//           K tenant key-id     key_state                     E tenant hash ordinal    user id
//           k secret-hash       tenant, key id
//           A tenant admin-id   admin_state                   P tenant hash            admin id
//           a token-hash        tenant, admin id
//           U tenant user-id    user_state            links   V tenant admin-id key-id    nothing
//           L tenant ordinal    user id               place in listings
//           B tenant block      u32                   living users in 1024 places; absent = 0
//           G tenant team-id    team_state            index   D tenant hash            team id
//           g tenant ordinal    team id                       Y tenant hash ordinal    team id
//           b tenant block      u32                   state   v tenant user-id         admin id
//           W tenant user-id    ids of his teams, sorted; absent = none
//           H tenant            tenant_counters       links   J tenant team-id user-id    seq u64
//           p name              plan_state            of the system tenant
//           M                   tenant number         the highest number given so far
//
// Numbers in keys are big-endian: tenant 4 bytes, ordinal and block 8, ids 16, hashes 16. `hash` is
// a keyed hash of what is looked up, so that no key contains personal data. Values are
// little-endian and begin with a format number.
#pragma once

#include "eventlog/rows.hpp"
#include "eventlog/seal.hpp"
#include "projections/state.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::projections {

/// How many places of a listing are counted together, to be skipped in one step.
inline constexpr std::uint64_t places_per_block = 1024;

/// By what users, teams and living admins are looked up. The letters are the first byte of index
/// rows.
enum class lookup_kind : char {
    user_name = 'N',
    external_id = 'X',
    email = 'E',
    team_name = 'D',
    team_external_id = 'Y',
    admin_name = 'P',
};

/// What is listed in order of creation: each has places and blocks of its own.
enum class listing_kind : std::uint8_t { users, teams };

using lookup_digest = std::array<std::uint8_t, 16>;

/// The keyed hash of a looked-up value; the same value under two kinds gives two hashes.
lookup_digest lookup_of(const eventlog::secret_key& secret, lookup_kind kind,
                        std::string_view value);

namespace key_of {
std::string tenant(tenant_no number);
std::string slug(std::string_view slug);
std::string all_slugs(); ///< prefix of all slug rows
std::string bearer_key(tenant_no tenant, const subject_id& id);
std::string all_bearer_keys(tenant_no tenant); ///< prefix
std::string secret(const eventlog::digest& secret_hash);
/// A key that is not revoked, by the admin who owns it.
std::string owned_key(tenant_no tenant, const subject_id& owner, const subject_id& key);
std::string all_owned_keys(tenant_no tenant, const subject_id& owner); ///< prefix
std::string admin(tenant_no tenant, const subject_id& id);
std::string all_admins(tenant_no tenant); ///< prefix
std::string token(const eventlog::digest& token_hash);
/// The living admin who is that user.
std::string admin_of_user(tenant_no tenant, const subject_id& user);
std::string user(tenant_no tenant, const subject_id& id);
std::string all_users(tenant_no tenant); ///< prefix
std::string place(listing_kind kind, tenant_no tenant, std::uint64_t ordinal);
std::string all_places(listing_kind kind, tenant_no tenant); ///< prefix
std::string block(listing_kind kind, tenant_no tenant, std::uint64_t number);
std::string all_blocks(listing_kind kind, tenant_no tenant); ///< prefix
std::string team(tenant_no tenant, const subject_id& id);
std::string all_teams(tenant_no tenant); ///< prefix
std::string teams_of(tenant_no tenant, const subject_id& user);
std::string all_teams_of(tenant_no tenant); ///< of all its users
std::string member(tenant_no tenant, const subject_id& team, const subject_id& user);
std::string all_members(tenant_no tenant, const subject_id& team); ///< prefix
std::string plan(std::string_view name);
std::string all_plans(); ///< prefix
std::string counters(tenant_no tenant);
std::string all_counters(); ///< prefix
std::string last_tenant();
/// A look-up that one of the tenant has alone: the name of a user, a team or an admin.
std::string unique(lookup_kind kind, tenant_no tenant, const lookup_digest& hash);
/// A look-up that several may share: external id or e-mail.
std::string shared(lookup_kind kind, tenant_no tenant, const lookup_digest& hash,
                   std::uint64_t ordinal);
std::string all_shared(lookup_kind kind, tenant_no tenant, const lookup_digest& hash); ///< prefix
} // namespace key_of

/// The number at the end of a key_of::block key.
std::uint64_t block_of_key(std::string_view key);

/// The tenant that a row belongs to; nothing for rows that belong to none.
std::optional<tenant_no> tenant_of_key(std::string_view key);

// Values. The decoders throw damaged_row for a row that is not whole: rows come through checksums,
// so such a row is a fault of this program, not of the disk.

std::string encode(const tenant_state& tenant);
tenant_state decode_tenant(tenant_no number, std::string_view row);

/// The key at the end of a key_of::owned_key key.
subject_id key_of_owned_key(std::string_view key);

std::string encode(const key_state& key);
key_state decode_key(tenant_no tenant, const subject_id& id, std::string_view row);

std::string encode(const plan_state& plan);
plan_state decode_plan(std::string_view row);

/// What the state hash covers of an admin.
void append(std::string& out, const admin_core& core);

std::string encode(const admin_state& admin);
admin_state decode_admin(tenant_no tenant, const subject_id& id, std::string_view row);

/// Who a secret or a token belongs to.
struct key_place {
    tenant_no tenant;
    subject_id id{};
};

std::string encode(const key_place& place);
key_place decode_key_place(std::string_view row);

std::string encode(const tenant_counters& counters);
tenant_counters decode_counters(std::string_view row);

std::string encode(tenant_no number);
tenant_no decode_tenant_no(std::string_view row);

std::string encode_count(std::uint32_t count);
std::uint32_t decode_count(std::string_view row);

std::string encode(const subject_id& id);
subject_id decode_subject(std::string_view row);

/// The clear facts, what the state hash covers and the head of a user row: a part of fixed size,
/// then role, request and place of the password if there are any.
inline constexpr std::size_t user_core_size = 88;
void append(std::string& out, const user_core& core);

std::string encode(const user_core& core, const eventlog::user_content& content);
user_state decode_user(const subject_id& id, std::string_view row);

/// What an answer needs of a user row, as views into it.
struct user_row {
    user_core core;
    std::string_view user_name;
    std::string_view display;
    std::string_view document;
};

user_row view_user(std::string_view row);

/// Likewise for teams: fixed size, and the head of a team row.
inline constexpr std::size_t team_core_size = 80;
void append(std::string& out, const team_core& core);

std::string encode(const team_core& core, const eventlog::team_content& content);
team_state decode_team(const subject_id& id, std::string_view row);

/// What an answer needs of a team row, as views into it.
struct team_row {
    team_core core;
    std::string_view name;
    std::string_view document;
};

team_row view_team(std::string_view row);

/// The user at the end of a key_of::member key.
subject_id user_of_member_key(std::string_view key);

std::string encode_since(tenant_seq since);
tenant_seq decode_since(std::string_view row);

/// @pre sorted
std::string encode_teams_of(const std::vector<subject_id>& teams);
std::vector<subject_id> decode_teams_of(std::string_view row);

/// Throws eventlog::storage_failure, as every read does that cannot give a true answer.
[[noreturn]] void damaged_row(std::string_view what, std::string_view row);

} // namespace rollcall::projections
