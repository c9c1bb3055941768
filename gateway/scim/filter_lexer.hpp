// Cuts a filter into words, strings and signs, each with its place. Private to the filter parser.
//
//     sign   = "(" / ")" / "[" / "]"
//     string = a JSON string, decoded
//     word   = everything else up to white space, a sign or a quote
#pragma once

#include "gateway/scim/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::scim {

struct filter_token {
    enum class kind : std::uint8_t { word, string, sign, end } what = kind::end;
    /// The decoded string, or the text as it stands.
    std::string text;
    /// Byte offset of its first character.
    std::size_t at = 0;

    [[nodiscard]] bool is_sign(char c) const { return what == kind::sign && text.front() == c; }
};

class filter_lexer {
  public:
    /// `text` must outlive the lexer.
    explicit filter_lexer(std::string_view text) : text_(text) {}

    /// The next token; `end` again and again at the end. 400 invalidFilter for a malformed string.
    result<filter_token> next();

    /// 400 invalidFilter that says what was expected, quotes the text around `at` and marks the
    /// place.
    [[nodiscard]] tl::unexpected<error> expected(std::string_view what, std::size_t at) const;

  private:
    result<filter_token> string_from(std::size_t start);

    std::string_view text_;
    std::size_t at_ = 0;
};

/// True for a JSON number (RFC 8259 section 6).
bool is_json_number(std::string_view word);

} // namespace rollcall::scim
