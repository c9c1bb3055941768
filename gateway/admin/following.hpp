// Calls that wait for the log: put off until it has grown, and then answered on their own thread.
#pragma once

#include "gateway/admin/parts.hpp"

#include <functional>

namespace rollcall::admin {

/// Goes on with `then` when the log's head is past `seen`, or when `until` has passed. Whoever has
/// lost his rights while he waited is told that instead. 429 if too many calls are waiting.
void when_past(parts& p, gateway::call& c, waiting_room::clock::time_point until,
               eventlog::position seen, std::function<void(gateway::call&)> then);

} // namespace rollcall::admin
