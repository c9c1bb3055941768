// Named durable positions: how far a consumer has acted. Rows of table::checkpoints.
#pragma once

#include "eventlog/ids.hpp"
#include "eventlog/keys.hpp"
#include "eventlog/rows.hpp"

#include <string>
#include <string_view>

namespace rollcall::eventlog {

/// The stored position, or before everything.
inline position read_checkpoint(const row_reader& rows, std::string_view name) {
    std::string value;
    position at;
    if (rows.get(table::checkpoints, name, value)) {
        std::string_view in = value;
        keys::get_position(in, at);
    }
    return at;
}

/// Stores a position, in a writer's turn.
inline void write_checkpoint(row_editor& rows, std::string_view name, position at) {
    std::string value;
    keys::put_position(value, at);
    rows.put(table::checkpoints, name, value);
}

} // namespace rollcall::eventlog
