// Facts ⇄ payload bytes. The only file (with its .cpp) that knows field numbers on disk.
// A payload is a list of fields: number (varint), size (varint), bytes. Field numbers are explicit,
// never reused; a reader skips fields it does not know, so a field can be added without a new
// schema. A new schema number is for changed meaning; old ones are upcast here while reading.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/event.hpp"

#include <string>
#include <string_view>

namespace rollcall::eventlog {

/// The schema number that this program writes for the type of `body`.
std::uint16_t schema_of(const event_body& body);

/// The clear payload of `body`.
std::string encode_clear(const event_body& body);

/// The plaintext of the sealed payload; empty when the fact has none.
std::string encode_content(const user_content& content);

/// Reads a clear payload. A user fact comes back with empty content.
/// Errors: log_errc::unknown_event for a type or schema this program does not know,
/// log_errc::damaged_payload otherwise.
base::result<event_body> decode_clear(std::uint16_t type, std::uint16_t schema,
                                      std::string_view bytes);

/// Reads the plaintext of a sealed payload. Errors: log_errc::damaged_payload.
base::result<user_content> decode_content(std::string_view bytes);

/// True if events of this type carry a sealed part.
bool has_content(event_type type);

} // namespace rollcall::eventlog
