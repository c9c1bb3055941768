#include "gateway/scim/filter_lexer.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <optional>

namespace rollcall::scim {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_sign_char(char c) {
    return c == '(' || c == ')' || c == '[' || c == ']';
}

bool is_inside_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::optional<unsigned> read_hex4(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return std::nullopt;
    unsigned out = 0;
    for (const char c : text.substr(at, 4)) {
        const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                               : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                      : 16U;
        if (digit == 16) return std::nullopt;
        out = out * 16 + digit;
    }
    return out;
}

void append_point(std::string& out, unsigned point) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(point), bytes.data());
    out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
}

/// The `\u` escape whose hex digits start at `at`; moves behind it, and behind the second half of a
/// surrogate pair.
bool read_unicode_escape(std::string_view text, std::size_t& at, std::string& out) {
    const auto first = read_hex4(text, at);
    if (!first) return false;
    at += 4;
    if (*first < 0xD800 || *first > 0xDFFF) {
        append_point(out, *first);
        return true;
    }
    if (*first > 0xDBFF || text.substr(at, 2) != "\\u") return false;
    const auto second = read_hex4(text, at + 2);
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return false;
    at += 6;
    append_point(out, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
    return true;
}

} // namespace

result<filter_token> filter_lexer::next() {
    while (at_ < text_.size() && is_blank(text_[at_]))
        ++at_;
    const std::size_t start = at_;
    if (start == text_.size()) return filter_token{filter_token::kind::end, {}, start};
    if (is_sign_char(text_[start])) {
        ++at_;
        return filter_token{filter_token::kind::sign, std::string(1, text_[start]), start};
    }
    if (text_[start] == '"') return string_from(start);
    while (at_ < text_.size() && !is_blank(text_[at_]) && !is_sign_char(text_[at_]) &&
           text_[at_] != '"') {
        ++at_;
    }
    return filter_token{filter_token::kind::word, std::string(text_.substr(start, at_ - start)),
                        start};
}

result<filter_token> filter_lexer::string_from(std::size_t start) {
    filter_token token{filter_token::kind::string, {}, start};
    for (std::size_t at = start + 1; at < text_.size();) {
        const char c = text_[at];
        if (c == '"') {
            at_ = at + 1;
            return token;
        }
        if (static_cast<unsigned char>(c) < 0x20) {
            return expected("an escape in place of a control character", at);
        }
        if (c != '\\') {
            token.text += c;
            ++at;
            continue;
        }
        const char escape = at + 1 < text_.size() ? text_[at + 1] : '\0';
        at += 2;
        switch (escape) {
        case '"':
        case '\\':
        case '/': token.text += escape; break;
        case 'b': token.text += '\b'; break;
        case 'f': token.text += '\f'; break;
        case 'n': token.text += '\n'; break;
        case 'r': token.text += '\r'; break;
        case 't': token.text += '\t'; break;
        case 'u':
            if (read_unicode_escape(text_, at, token.text)) break;
            [[fallthrough]];
        default: return expected("a JSON escape such as \\\" or \\u00e9", at - 2);
        }
    }
    return expected("a closing double quote", text_.size());
}

tl::unexpected<error> filter_lexer::expected(std::string_view what, std::size_t at) const {
    constexpr std::size_t around = 48;
    at = std::min(at, text_.size());
    std::size_t first = at > around ? at - around : 0;
    std::size_t last = std::min(text_.size(), at + around);
    while (first > 0 && is_inside_character(text_[first]))
        --first;
    while (last < text_.size() && is_inside_character(text_[last]))
        ++last;
    const auto characters = at - static_cast<std::size_t>(std::count_if(
                                     text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at),
                                     is_inside_character));
    std::string detail = "The filter cannot be read at character " +
                         std::to_string(characters + 1) + ": expected " + std::string(what) +
                         " at the mark >>> in: ";
    if (first > 0) detail += "...";
    detail += text_.substr(first, at - first);
    detail += ">>>";
    detail += text_.substr(at, last - at);
    if (last < text_.size()) detail += "...";
    return refuse(scim_type::invalid_filter, std::move(detail));
}

bool is_json_number(std::string_view word) {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t first = at;
        while (at < word.size() && word[at] >= '0' && word[at] <= '9')
            ++at;
        return at - first;
    };
    if (at < word.size() && word[at] == '-') ++at;
    const std::size_t whole = at;
    const std::size_t count = digits();
    if (count == 0 || (count > 1 && word[whole] == '0')) return false;
    if (at < word.size() && word[at] == '.') {
        ++at;
        if (digits() == 0) return false;
    }
    if (at < word.size() && (word[at] == 'e' || word[at] == 'E')) {
        ++at;
        if (at < word.size() && (word[at] == '+' || word[at] == '-')) ++at;
        if (digits() == 0) return false;
    }
    return at == word.size();
}

} // namespace rollcall::scim
