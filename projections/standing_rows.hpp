// How a role and a request are spelt, within the rows of users. Included by their sources only.
#pragma once

#include "eventlog/approval.hpp"
#include "projections/bytes.hpp"

#include <cstdint>
#include <string>

namespace rollcall::projections {

/// Which of its parts there are; 0 for an empty one.
std::uint8_t standing_flags(const eventlog::standing& what);

void append(std::string& out, const eventlog::standing& what);
eventlog::standing take_standing(byte_reader& in, std::uint8_t flags);

} // namespace rollcall::projections
