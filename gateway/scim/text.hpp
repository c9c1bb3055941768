// Preparing text for comparison, so that two spellings of one thing become the same bytes. Unicode
// comes from utf8proc; no locale is ever asked. Input is valid UTF-8 (the JSON parser saw to it);
// text that is not compares as its bytes.
#pragma once

#include "eventlog/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// NFC with full case folding: for every attribute that is not case exact (RFC 7643 section 7).
/// Text with more than limits::marks_max marks on one character stays as it is.
std::string folded(std::string_view text);

bool is_utf8(std::string_view text);

/// `true` or `false` in any case: what some clients send for booleans.
std::optional<bool> read_flag(std::string_view text);

/// An xsd:dateTime (RFC 7643 section 2.3.5); without an offset it is taken as UTC.
std::optional<base::moment> read_date_time(std::string_view text);

} // namespace rollcall::scim
