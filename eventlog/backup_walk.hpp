// Reads a backup from its first event to its last and proves what it can prove by itself: every
// record's checksum and hashes, the gapless order of positions, each tenant's gapless chain, every
// file's checksum, and that all of it is what the manifest says. Needs no key.
#pragma once

#include "eventlog/backup_manifest.hpp"

#include <filesystem>
#include <functional>

namespace rollcall::eventlog {

/// Where a backup does not hold.
struct backup_fault {
    base::failure why;          ///< names the file, and the position if there is one
    std::filesystem::path file; ///< empty: no file of it is at fault
    position at;                ///< 0: it concerns the file as a whole
    position whole;             ///< up to here everything is as the manifest says
};

template <class T>
using backup_result = tl::expected<T, backup_fault>;

/// Sees each record in order; valid until it returns. An error ends the walk.
using backup_visitor =
    std::function<base::result<void>(const record_view& record, std::string_view bytes)>;

/// Walks the events up to `until`, which is at most the manifest's end; what is behind it is read
/// up to the next checksum, so that all that is visited is what the manifest says. Not before the
/// walk has ended well, though. A message about damage says up to where it is whole. Faults:
/// log_errc::damaged_backup, log_errc::unknown_event for a fact of a newer program,
/// log_errc::storage, and what `visit` says.
backup_result<void> walk_backup(const std::filesystem::path& folder, const backup_manifest& told,
                                position until, const backup_visitor& visit);

/// The manifest, which must be there. Faults: those of backup_manifest::read; log_errc::not_found.
backup_result<backup_manifest> open_backup(const std::filesystem::path& folder);

/// The beginning of each file of events.
std::string events_head(const base::uuid& lineage, std::uint64_t first);

} // namespace rollcall::eventlog
