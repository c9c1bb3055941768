// Makes a data directory of a backup: the log, the keys that belong to it, and everything that is
// derived, made anew. docs/BACKUP.md tells what that means for the people in it.
//
// The new directory has a lineage of its own and remembers the old one. Until it is complete,
// nobody can serve it; a restore that fails leaves the directory empty, one that is killed leaves
// it marked.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/data_directory.hpp"
#include "gateway/admin/jobs.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace rollcall::cli {

struct restore_wish {
    std::filesystem::path from;
    std::optional<std::filesystem::path> keys_from;
    std::filesystem::path data; ///< empty or absent
    eventlog::master_key_source master_key;
    std::optional<eventlog::position> until; ///< nothing: all of it
    /// Go on without the keys of people who were not erased: they are, from then on.
    bool accept_missing_keys = false;
};

/// Whose keys are gone, and what was therefore said of them.
struct gone_subjects {
    std::uint64_t users = 0;  ///< erased
    std::uint64_t teams = 0;  ///< deleted
    std::uint64_t admins = 0; ///< disabled; operators too
};

struct restore_report {
    base::uuid lineage;      ///< of the new directory
    base::uuid from_lineage; ///< of the backup
    eventlog::position upto; ///< where the two logs part
    eventlog::position head; ///< with what had to be said about people without keys
    std::uint64_t users = 0;
    std::uint64_t tenants = 0;
    std::uint64_t keys = 0;     ///< rows of keys taken over
    gone_subjects erased_since; ///< whose keys newer keys do not have
    gone_subjects lost;         ///< whose keys are missing, and who were accepted as lost
    std::uint64_t state_hashes_compared = 0; ///< tenants
    double seconds = 0;
};

/// Errors, each with what to do, and the directory empty again: those of data_directory::
/// begin_restore, backup_manifest::read, walk_backup, read_keys and keys_fit;
/// log_errc::wrong_master_key; log_errc::missing_keys; log_errc::out_of_order when the state that
/// comes of the events is not that which was backed up; log_errc::stopped.
base::result<restore_report> restore(const restore_wish& wish, admin::job_progress& progress);

} // namespace rollcall::cli
