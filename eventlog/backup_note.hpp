// What a data directory remembers of its backups: beside the log, not in it, because a backup is no
// fact of a tenant, and a note in the log would make each backup old at once.
//
//   DIR/rollcall.backups    text, replaced as a whole; each line is optional
//     log TIME @POSITION PATH     the last backup that succeeded, and up to where
//     keys TIME @POSITION PATH    the last one that had the keys
//     failed TIME REASON          the last run, if it failed
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/base/time.hpp"
#include "eventlog/ids.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace rollcall::eventlog {

struct backup_note {
    struct success {
        base::moment when;
        position upto;
        std::string where;
        friend bool operator==(const success&, const success&) = default;
    };

    struct failure {
        base::moment when;
        std::string reason;
        friend bool operator==(const failure&, const failure&) = default;
    };

    std::optional<success> log;
    std::optional<success> keys;
    std::optional<failure> failed;
    friend bool operator==(const backup_note&, const backup_note&) = default;
};

/// The note of a data directory. One that is not there or cannot be read is empty: it says when
/// there was a backup, and nobody knows.
backup_note read_backup_note(const std::filesystem::path& data);

/// Durable when it returns. Errors: log_errc::foreign_directory.
base::result<void> write_backup_note(const std::filesystem::path& data, const backup_note& note);

} // namespace rollcall::eventlog
