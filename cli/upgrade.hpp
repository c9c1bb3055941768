// The upgrade of a directory that an older program wrote. What is derived from the log is made anew
// as this program understands it, and the directory is marked so that the older program refuses it
// from then on. The log stays as it is: events of every older format are read.
//
// From its first moment the older program refuses the directory, whose tables it would not know.
// Who is killed in the middle begins anew at the next start. An upgrade that fails leaves the
// directory to the older program, as it was.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/store.hpp"

#include <cstdint>
#include <functional>

namespace rollcall::cli {

/// True if the rows or the format are an older program's.
bool needs_upgrade(const eventlog::data_directory& home, const eventlog::store& rows);

/// Does `work`, which makes the rows anew, with the directory marked as this program's. If it fails
/// and the rows are still an older program's, so is the directory. Errors: those of `work` and of
/// data_directory::set_format.
base::result<void> as_newest(eventlog::data_directory& home, const eventlog::store& rows,
                             const std::function<base::result<void>()>& work);

/// How far it is, in events, from the upgrading thread; false stops it.
using upgrade_progress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

/// Tells the log when it begins and ends, and now and then how far it is. `tell` may be empty.
/// Errors: those of projections::rebuild and data_directory::set_format.
/// @pre nobody else has the directory open, and nothing else writes
base::result<void> upgrade(eventlog::data_directory& home, eventlog::store& rows,
                           const upgrade_progress& tell);

} // namespace rollcall::cli
