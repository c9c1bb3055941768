// Makes a backup, or adds to one what is new since: see backup_manifest.hpp for what that is. The
// log may be written meanwhile: what is backed up is what there was at one moment.
#pragma once

#include "eventlog/backup_manifest.hpp"
#include "eventlog/store.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace rollcall::eventlog {

/// A log at one moment.
struct backup_source {
    const store& log;
    std::filesystem::path directory; ///< the data directory: no backup goes into it
    std::uint32_t data = 0;          ///< its format
    base::uuid lineage;
    std::string check; ///< seal_check
    secret_key master; ///< what signs it
    std::optional<log_origin> origin;
    position head;
    std::unique_ptr<row_snapshot> rows; ///< at `head`; let go of as soon as the keys are written
    backup_states states;               ///< at `head`
};

struct backup_wish {
    std::filesystem::path to;
    std::optional<std::filesystem::path> keys_to;
    std::uint64_t file_bytes_max = 256u << 20; ///< after which the next file of events begins
    std::uint64_t part_bytes = 4u << 20; ///< of it, after which its checksum up to there is noted
    /// Bytes of events copied in a second, so that writes are not held up; 0: as fast as it goes.
    std::uint64_t bytes_per_second_max = 0;
    /// Kept free for the server where the backup lies on the disk of the data directory.
    std::uint64_t spared_bytes = 0;
    /// Events copied, and to copy; false ends the run: what is finished stays.
    std::function<bool(std::uint64_t done, std::uint64_t total)> progress;
};

struct backup_report {
    position end;                      ///< of the backup now
    std::uint64_t new_events = 0;      ///< of this run
    std::uint64_t new_bytes = 0;       ///< likewise
    std::uint64_t bytes = 0;           ///< of all files of events
    std::optional<std::uint64_t> keys; ///< rows of wrapped keys, if they were wanted
    double seconds = 0;
};

/// Errors, each with what to do; the backup of before is valid after each of them:
/// log_errc::foreign_directory (a place that is not empty and no backup, or another log's, or in
/// the data directory, or where another run is at work), log_errc::lost_suffix (the backup is ahead
/// of the log), log_errc::out_of_order (it holds another history), log_errc::damaged_backup,
/// log_errc::forged_backup and log_errc::unsigned_backup (what is there was not written by who has
/// this master key: to add to it would be to sign it), log_errc::wrong_master_key (likewise),
/// log_errc::damaged_record (a fault in the log itself, which is not copied), log_errc::storage,
/// log_errc::newer_format, log_errc::stopped.
base::result<backup_report> create_backup(backup_source from, const backup_wish& wish);

} // namespace rollcall::eventlog
