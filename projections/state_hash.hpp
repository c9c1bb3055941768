// The hash of a tenant's state: the sum, mod 2^256, of one SHA-256 for each living entity (the
// tenant itself, each key, admin, user, team and membership). A sum does not depend on order, so
// the writer keeps it by subtracting what an entity was and adding what it is, and a rebuild gets
// the same from nothing. Over a user or a team it covers the clear facts and the hash of the sealed
// bytes, never what they say: the hash needs no key, and it still holds when the key has been
// destroyed.
//
// It tells drift and damage, not an adversary who can rewrite the whole log.
#pragma once

#include "projections/state.hpp"

namespace rollcall::projections {

/// Mixed into every entity's hash; raised whenever rows or `after` change their meaning, so that
/// hashes of two versions never meet by chance.
inline constexpr std::uint8_t projection_version = 5;

using eventlog::digest;

digest hash_of(const tenant_state& tenant);
digest hash_of(const key_state& key);
digest hash_of(const plan_state& plan);
digest hash_of(const subject_id& admin, const admin_core& core);
digest hash_of(const subject_id& user, const user_core& core);
digest hash_of(const subject_id& team, const team_core& core);
digest hash_of(const membership& member);

void add(digest& sum, const digest& term);
void subtract(digest& sum, const digest& term);

} // namespace rollcall::projections
