// A step in the writer's turn that changes rows and makes no event: what a consumer keeps for
// itself. Included by sources only.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/writer.hpp"

#include <functional>

namespace rollcall::consumers {

/// Runs `act` in a turn and waits until it is durable. Errors: those of `act`; log_errc::stopped if
/// the writer takes nothing more.
base::result<void> in_turn(eventlog::writer& writer,
                           std::function<base::result<void>(eventlog::turn&)> act);

} // namespace rollcall::consumers
