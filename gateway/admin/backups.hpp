// Backups as jobs with a JSON result: making one (with a server and without), and proving that one
// can be restored. The formats are eventlog's (backup_manifest.hpp).
#pragma once

#include "eventlog/backup_note.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/disk_guard.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"
#include "gateway/admin/findings.hpp"
#include "gateway/admin/jobs.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace rollcall::admin {

/// Events copied in a second while a server serves, so that nobody waits for the disk.
inline constexpr std::uint64_t served_backup_bytes_per_second_max = 64u << 20;

struct backup_order {
    std::filesystem::path to;
    std::optional<std::filesystem::path> keys_to;
    /// On the disk of the data directory so much stays free.
    std::uint64_t spared_bytes = eventlog::disk_limits{}.reserve_bytes;
};

/// Backs up the log of `home`. `writer` is the live one, or null when nobody else writes; with one
/// the work is done at the lowest priority and bounded speed. What came of it is noted in the
/// directory. The result has `ok`, `to`, `end`, `new_events`, `new_bytes`, `bytes`, `keys`,
/// `seconds`.
result<std::string> back_up(const eventlog::data_directory& home, const eventlog::store& log,
                            eventlog::writer* writer, const backup_order& order,
                            job_progress& progress);

/// Reads a whole backup, and the keys if they are named, and folds its events. The result has `ok`,
/// `events`, `end`, `hash`, `lineage`, `made`, `states_compared`, `authenticated` (whether it was
/// signed with `master`; null without one), `keys` and, if something does not hold, `first_bad`
/// {file, position, what, whole_until}.
result<std::string> prove_backup(const std::filesystem::path& from,
                                 const std::optional<std::filesystem::path>& keys_from,
                                 const std::optional<eventlog::secret_key>& master,
                                 job_progress& progress);

/// What `doctor` says of the backups of a directory.
finding look_at_backups(const eventlog::backup_note& note, eventlog::position head,
                        base::moment now);

} // namespace rollcall::admin
