// The fields of plans and suspensions, which stand in facts about several things. Their numbers are
// in event_codec.cpp. For the sources of the codec only.
#pragma once

#include "eventlog/event.hpp"
#include "eventlog/payload_fields.hpp"

namespace rollcall::eventlog {

/// Field 8, with fields of its own within.
void write_terms(field_writer& out, const plan_terms& terms);
bool read_terms(std::string_view bytes, plan_terms& terms);

/// Fields 7 and 8; nothing without a reason.
void write_suspension(field_writer& out, const suspension& suspended);
bool read_suspension(std::uint64_t number, std::string_view bytes, suspension& suspended);
/// False for a time without a reason, which nobody writes.
bool is_whole(const suspension& suspended);

} // namespace rollcall::eventlog
