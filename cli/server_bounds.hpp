// What a server's options make of the limits of the rooms below.
#pragma once

#include "cli/server.hpp"
#include "gateway/limits.hpp"
#include "projections/command_desk.hpp"

namespace rollcall::cli {

/// I/O threads.
unsigned threads_of(const server_options& options);

gateway::limits limits_of(const server_options& options);

/// Of the writer's queue and of the connections one tenant may hold a part only: his waiting
/// commands, with what deprovisions and what his admins ask for, never take more than half.
projections::desk_options desk_options_of(const server_options& options);

} // namespace rollcall::cli
