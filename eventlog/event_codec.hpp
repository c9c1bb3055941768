// Facts ⇄ payload bytes. The only file (with its .cpp) that knows field numbers on disk.
// A payload is a list of fields: number (varint), size (varint), bytes. Field numbers are explicit,
// never reused; a reader skips fields it does not know, so a field can be added without a new
// schema. A new schema number is for changed meaning; old ones are upcast here while reading.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/event.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::eventlog {

/// The schema number that this program writes for the type of `body`.
std::uint16_t schema_of(const event_body& body);

/// The clear payload of `body`.
std::string encode_clear(const event_body& body);

/// Adds the trace to a clear payload. Any fact may have it, so its field has the same number in all
/// of them: 100, then trace id 16, parent id 8, flags u8 (bit 0: sampled).
void append_trace(std::string& clear, const base::trace_context& trace);

/// The trace of a clear payload; nothing if it has none, as events of formats 1 and 2 have.
/// Errors: log_errc::damaged_payload.
base::result<std::optional<base::trace_context>> read_trace(std::string_view clear);

/// The longest label of a profile, in bytes.
inline constexpr std::size_t profile_label_bytes_max = 128;

/// Adds the profile that a fact was decided under to a clear payload. Any fact may have it: field
/// 101, the label as text. @pre 1 to profile_label_bytes_max bytes
void append_profile(std::string& clear, std::string_view profile);

/// The profile of a clear payload; empty if it has none. Errors: log_errc::damaged_payload.
base::result<std::string> read_profile(std::string_view clear);

/// The plaintext of the sealed payload.
std::string encode_content(const user_content& content);
std::string encode_content(const team_content& content);
std::string encode_content(const admin_content& content);
std::string encode_content(const password_content& content);

/// The same for whichever content `body` has; nothing if it has none.
std::optional<std::string> encode_content(const event_body& body);

/// Reads a clear payload. A fact with content comes back with that empty.
/// Errors: log_errc::unknown_event for a type or schema this program does not know,
/// log_errc::damaged_payload otherwise.
base::result<event_body> decode_clear(std::uint16_t type, std::uint16_t schema,
                                      std::string_view bytes);

/// Reads the plaintext of a sealed payload. Errors: log_errc::damaged_payload.
base::result<user_content> decode_content(std::string_view bytes);

/// Reads it into the content of `body`. @pre has_content(type_of(body))
base::result<void> decode_content(std::string_view bytes, event_body& body);

/// True if events of this type carry a sealed part.
bool has_content(event_type type);

} // namespace rollcall::eventlog
