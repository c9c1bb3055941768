// Single things, read as typed values from whatever reader is at hand: the store (what is durable),
// a snapshot, or the writer's overlay (what is decided). The reading half of rows.hpp.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/rows.hpp"
#include "projections/state.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::projections {

std::optional<tenant_state> read_tenant(const eventlog::row_reader& rows, tenant_no number);

/// The number behind a slug that is or was in use.
std::optional<tenant_no> read_slug(const eventlog::row_reader& rows, std::string_view slug);

/// The highest tenant number given so far; 0 before the first.
tenant_no read_last_tenant(const eventlog::row_reader& rows);

/// A plan of the catalogue; `default` is not there.
std::optional<plan_state> read_plan(const eventlog::row_reader& rows, std::string_view name);

/// All zero for a tenant that has none yet.
tenant_counters read_counters(const eventlog::row_reader& rows, tenant_no tenant);

std::optional<key_state> read_key(const eventlog::row_reader& rows, tenant_no tenant,
                                  const subject_id& id);

/// The key with this secret hash.
std::optional<key_state> read_key_of_secret(const eventlog::row_reader& rows,
                                            const eventlog::digest& secret_hash);

std::optional<admin_state> read_admin(const eventlog::row_reader& rows, tenant_no tenant,
                                      const subject_id& id);

/// The living admin who is this user.
std::optional<subject_id> read_admin_of_user(const eventlog::row_reader& rows, tenant_no tenant,
                                             const subject_id& user);

/// The admin with this token hash.
std::optional<admin_state> read_admin_of_token(const eventlog::row_reader& rows,
                                               const eventlog::digest& token_hash);

/// Which living admin has this prepared name. Errors: those of keyring::lookup_secret.
base::result<std::optional<subject_id>> read_admin_named(const eventlog::row_reader& rows,
                                                         eventlog::keyring& keys, tenant_no tenant,
                                                         std::string_view name_key);

std::optional<user_state> read_user(const eventlog::row_reader& rows, tenant_no tenant,
                                    const subject_id& id);

/// Who has this prepared user name. Errors: those of keyring::lookup_secret.
base::result<std::optional<subject_id>> read_user_named(const eventlog::row_reader& rows,
                                                        eventlog::keyring& keys, tenant_no tenant,
                                                        std::string_view user_name_key);

std::optional<team_state> read_team(const eventlog::row_reader& rows, tenant_no tenant,
                                    const subject_id& id);

/// Which team has this prepared name. Errors: those of keyring::lookup_secret.
base::result<std::optional<subject_id>> read_team_named(const eventlog::row_reader& rows,
                                                        eventlog::keyring& keys, tenant_no tenant,
                                                        std::string_view name_key);

/// Whether the user is a member, and since which event.
std::optional<tenant_seq> read_member(const eventlog::row_reader& rows, tenant_no tenant,
                                      const subject_id& team, const subject_id& user);

/// The teams that a user is in, sorted by id.
std::vector<subject_id> read_teams_of(const eventlog::row_reader& rows, tenant_no tenant,
                                      const subject_id& user);

} // namespace rollcall::projections
