// Who has a data directory open.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/data_directory.hpp"

#include <optional>
#include <sys/types.h>

namespace rollcall::cli {

/// The process that holds the database's lock; nothing if nobody does. Asks the kernel's table of
/// locks and never opens the lock file: closing it would release the lock of a server in this very
/// process. 0 for a holder that this process cannot see (another container).
std::optional<pid_t> lock_holder(const eventlog::data_directory& home);

/// Refused if somebody has: who it is, and what to do.
base::result<void> refuse_other_holder(const eventlog::data_directory& home);

} // namespace rollcall::cli
