// Small questions about HTTP text that several files of this room ask.
#pragma once

#include <string_view>

namespace rollcall::http {

/// A to Z as a to z; anything else as it is.
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Equal but for the case of ASCII letters.
constexpr bool equal_without_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

constexpr bool contains(std::string_view set, char c) {
    return set.find(c) != std::string_view::npos;
}

/// RFC 9110 section 5.6.2.
constexpr bool is_token_char(char c) {
    return is_digit(c) || is_letter(c) || contains("!#$%&'*+-.^_`|~", c);
}

/// Without blanks and tabs at both ends.
constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace rollcall::http
