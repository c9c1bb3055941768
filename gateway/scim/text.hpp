// Preparing text for comparison, so that two spellings of one thing become the same bytes. Unicode
// comes from utf8proc; no locale is ever asked. Input is valid UTF-8 (the JSON parser saw to it);
// text that is not compares as its bytes.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::scim {

/// NFC with full case folding: for every attribute that is not case exact (RFC 7643 section 7).
std::string folded(std::string_view text);

} // namespace rollcall::scim
