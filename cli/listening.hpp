// Where a server may listen, judged before anything else happens: plain HTTP carries keys in clear,
// so it stays on this machine unless a proxy in front ends TLS.
#pragma once

#include "cli/server.hpp"
#include "gateway/call.hpp"

namespace rollcall::cli {

/// What kind of door the main address is. Refuses one that may not be listened on, or (asked by
/// binding to it for a moment) cannot be. A certificate, if one is named, has been found good.
base::result<gateway::door_kind> judge_listener(const server_options& options);

} // namespace rollcall::cli
