// The backup of the keys: every row of table::keys as it stood at one moment. The keys in it are
// wrapped; without the master key, which is in no backup, nothing opens them.
//
//   TO2/rollcall.keys = head row* sum       integers little-endian
//     head = "RCK1" u32 format u32 lineage 16 offset u64 hash 32 made i64 (Unix ms) count u64
//     row  = key size u32, value size u32, key, value; in the order of the keys
//     sum  = SHA-256 of everything before it
//
// Each run replaces the file as a whole, so that it never holds the key of a person who was erased
// before that run. It says at which event it was made: who is without a key there was erased.
#pragma once

#include "eventlog/backup_manifest.hpp"
#include "eventlog/record.hpp"
#include "eventlog/rows.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace rollcall::eventlog {

inline constexpr std::string_view backup_keys_name = "rollcall.keys";

struct backup_keys_head {
    base::uuid lineage;
    position at;   ///< the last event that these keys know of
    digest hash{}; ///< of its record; zero at 0
    base::moment made;
    std::uint64_t count = 0;
    friend bool operator==(const backup_keys_head&, const backup_keys_head&) = default;
};

/// Writes all keys of `from` beside the file of `folder`; install_keys gives it its name.
/// `head.count` is set. Errors: log_errc::storage.
base::result<void> prepare_keys(const std::filesystem::path& folder, const row_snapshot& from,
                                backup_keys_head& head);
base::result<void> install_keys(const std::filesystem::path& folder);
/// Removes what was prepared, if anything.
void discard_keys(const std::filesystem::path& folder);

/// The head of the file in `folder`; nothing if there is none. Only the head is read. Errors:
/// log_errc::damaged_backup, log_errc::newer_format, log_errc::storage.
base::result<std::optional<backup_keys_head>> read_keys_head(const std::filesystem::path& folder);

/// Reads the whole file once to check its sum, and then gives each row to `visit`, in order of
/// keys. Errors: those of read_keys_head and of `visit`; log_errc::not_found when there is none.
base::result<backup_keys_head>
read_keys(const std::filesystem::path& folder,
          const std::function<base::result<void>(std::string_view, std::string_view)>& visit);

/// Whether these keys are of the log of a backup. `hash` is that of its event at `keys.at`; nothing
/// if the backup has none there. Errors, each with what to do: log_errc::foreign_directory (another
/// log's), log_errc::out_of_order (another history).
base::result<void> keys_fit(const std::filesystem::path& file, const backup_keys_head& keys,
                            const backup_manifest& log, const std::optional<digest>& hash);

} // namespace rollcall::eventlog
