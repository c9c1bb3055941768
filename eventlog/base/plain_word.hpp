// A word that can stand in a path, a log and a command line as it is.
#pragma once

#include <algorithm>
#include <string_view>

namespace rollcall::base {

inline constexpr std::size_t plain_word_bytes_max = 64;

/// [A-Za-z0-9._-]{1,64}
inline bool is_plain_word(std::string_view text) {
    return !text.empty() && text.size() <= plain_word_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
           });
}

} // namespace rollcall::base
