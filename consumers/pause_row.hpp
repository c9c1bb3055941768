// Whether an operator has paused somebody who follows the log: a row of table::checkpoints,
// NAME/paused, which survives restarts.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/writer.hpp"

#include <string_view>

namespace rollcall::consumers {

bool read_paused(const eventlog::row_reader& rows, std::string_view name);

/// Durable when it returns. Errors: those of in_turn.
base::result<void> write_paused(eventlog::writer& writer, std::string_view name, bool paused);

} // namespace rollcall::consumers
