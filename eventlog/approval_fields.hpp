// The fields of roles and requests, which stand in facts about several things. Their numbers are in
// event_codec.cpp. For the sources of the codec only.
#pragma once

#include "eventlog/event.hpp"
#include "eventlog/payload_fields.hpp"

namespace rollcall::eventlog {

/// Fields 9 and 10, the latter with fields of its own within; nothing for neither.
void write_standing(field_writer& out, const standing& now);
bool read_standing(std::uint64_t number, std::string_view bytes, standing& now);

/// Field 11: for whom an operator acted; nothing for nobody.
void write_acting_for(field_writer& out, const base::uuid& admin);
bool read_acting_for(std::string_view bytes, base::uuid& admin);

} // namespace rollcall::eventlog
