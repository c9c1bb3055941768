// What `doctor` looks at, one finding each: the directory and its key, who has it open, the log
// against its witness, the disk. Changes nothing.
#pragma once

#include "eventlog/data_directory.hpp"
#include "eventlog/disk_guard.hpp"
#include "eventlog/store.hpp"
#include "eventlog/witness.hpp"
#include "gateway/admin/findings.hpp"

#include <filesystem>
#include <vector>

namespace rollcall::cli {

/// Against what free space is judged, and the server's last judgement if there is a server.
struct disk_view {
    eventlog::disk_limits limits;
    eventlog::disk_state last = eventlog::disk_state::ample;
};

/// What holds for any open directory: format and lineage, head, witness, generation, disk.
std::vector<admin::finding> examine_open(const eventlog::data_directory& home,
                                         const eventlog::store& log, const disk_view& disk);

/// Findings about what cannot be written any more in the directory that this process serves.
void add_broken(std::vector<admin::finding>& findings, const eventlog::witness& acknowledged,
                const eventlog::store& log);

/// A directory that this process does not serve: opens it to be read, as far as that goes, and says
/// at which step it does not.
std::vector<admin::finding> examine_closed(const std::filesystem::path& data,
                                           const eventlog::master_key_source& key);

} // namespace rollcall::cli
