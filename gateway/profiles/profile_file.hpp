// A profile's file: TOML in, a profile out, or everything that is wrong with it, each fault with
// its line and column. docs/PROFILES.md explains each key.
//
//     id, version, title, about, base_paths
//     [gates]    plans, sso, key_owner
//     [users]    create, update, user_name, user_name_is_primary_email, required, forbidden,
//                display_name, create_over_inactive, [[users.patterns]] attribute, pattern, says
//     [manager]  resolve
//     [approvals] invites, reactivations, roles, allowed_roles, expires_days, remind_days
//     [groups]   mode
//     [answers]  patch
//     [passwords] store
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/profiles/file_fault.hpp"
#include "gateway/profiles/profile.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::profiles {

/// Reads a profile's text. `source` is kept in it.
base::result<profile, file_faults> read_profile(std::string_view text, std::string source);

/// Likewise the file, whose name must be the profile's id and `.toml`.
base::result<profile, file_faults> read_profile_file(const std::filesystem::path& file);

/// Every key that a file may have: `users.update`; those of a pattern without the list's name.
std::vector<std::string> all_keys();

/// Whether a text may be a profile's id: lower-case letters, digits and dashes.
bool is_profile_id(std::string_view text);

} // namespace rollcall::profiles
