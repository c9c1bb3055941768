// How the terms of a plan are spelt, within the rows of plans and tenants. Included by their
// sources only.
#pragma once

#include "eventlog/event.hpp"
#include "projections/bytes.hpp"

#include <string>

namespace rollcall::projections {

void append(std::string& out, const eventlog::plan_terms& terms);
eventlog::plan_terms take_terms(byte_reader& in);

} // namespace rollcall::projections
