// Small questions about HTTP text that several files of this room ask.
#pragma once

#include <array>
#include <cstddef>
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

/// A set of ASCII characters with one look-up per question: letters, digits and `others`.
class char_set {
  public:
    constexpr explicit char_set(std::string_view others) {
        for (int c = 0; c < 128; ++c) {
            const char one = static_cast<char>(c);
            holds_[static_cast<std::size_t>(c)] =
                is_digit(one) || is_letter(one) || contains(others, one);
        }
    }

    [[nodiscard]] constexpr bool holds(char c) const {
        return holds_[static_cast<unsigned char>(c)];
    }

    [[nodiscard]] constexpr bool holds_all(std::string_view text) const {
        bool all = true;
        for (const char c : text) {
            all = all && holds(c);
        }
        return all;
    }

  private:
    std::array<bool, 256> holds_{};
};

/// RFC 9110 section 5.6.2.
inline constexpr char_set token_chars("!#$%&'*+-.^_`|~");

/// uri-host and port (RFC 3986 section 3.2). A user part or a slash in Host would end up in links
/// that are built from it.
inline constexpr char_set host_chars("-._~%!$&'()*+,;=:[]");

/// What a request id may consist of.
inline constexpr char_set request_id_chars("._-");

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
