// Folders that backups are written to: where they may lie, and one run at a time in each.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/directory_lock.hpp"

#include <filesystem>
#include <string>

namespace rollcall::eventlog {

/// True if `path` is `folder` or lies in it, by whatever way it is named.
bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder);

bool on_one_disk(const std::filesystem::path& a, const std::filesystem::path& b);

/// What to say of a folder that refused to be written, behind the reason: what to change if it lies
/// on a file system that is read-only for this process; else nothing.
std::string read_only_hint(const std::filesystem::path& folder);

/// Makes a folder that is closed to others, unless it is there, and keeps other runs out of it for
/// as long as the lock is held. Errors: log_errc::storage, log_errc::foreign_directory (no folder,
/// or somebody has it).
base::result<directory_lock> take_place(const std::filesystem::path& folder);

} // namespace rollcall::eventlog
