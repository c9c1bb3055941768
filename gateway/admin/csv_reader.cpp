#include "gateway/admin/csv_reader.hpp"

#include <simdjson.h>

#include <algorithm>

namespace rollcall::admin {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr std::string_view stray_quote =
    "a quote inside a field: put the whole field in quotes, and each quote in it twice";
constexpr std::string_view behind_quote =
    "text behind the closing quote: a quote inside a field is written twice";
constexpr std::string_view open_quote =
    "the quote that opens this field is never closed: nothing behind it could be read";
constexpr std::string_view bare_return =
    "a carriage return without a line feed: lines end with CR LF or LF";
constexpr std::string_view not_utf8 = "is not UTF-8: save the file as UTF-8";
constexpr std::string_view too_long = "the field is too long";
constexpr std::string_view too_many = "the row has too many fields";

} // namespace

csv_reader::csv_reader(std::string_view text, const csv_limits& limits)
    : text_(text), limits_(limits) {
    if (text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

csv_reader::step csv_reader::next() {
    fields_.clear();
    unescaped_.clear();
    why_ = {};
    pass_over_blank_lines();
    begin_ = at_;
    line_ = first_line_ = next_line_;
    if (at_ == text_.size()) return step::end;
    std::uint64_t column = 1;
    reading how = read_field(column);
    while (how == reading::more)
        how = read_field(++column);
    if (how == reading::lost) {
        // Where the row ends cannot be told: reading goes on at the next line.
        const std::size_t end = text_.find('\n', at_);
        if (end != std::string_view::npos) ++next_line_;
        at_ = end == std::string_view::npos ? text_.size() : end + 1;
    }
    return why_.empty() ? step::row : step::fault;
}

void csv_reader::pass_over_blank_lines() {
    while (at_ < text_.size()) {
        if (text_.substr(at_).starts_with("\r\n")) {
            at_ += 2;
        } else if (text_[at_] == '\n') {
            ++at_;
        } else {
            return;
        }
        ++next_line_;
    }
}

/// The first fault of a row is the one that is told.
void csv_reader::fail(std::string_view why, std::uint64_t line, std::uint64_t column) {
    if (!why_.empty()) return;
    why_ = why;
    line_ = line;
    column_ = column;
}

/// At a line end: goes behind it.
bool csv_reader::take_line_end() {
    const std::size_t length = text_.substr(at_).starts_with("\r\n") ? 2 : 1;
    if (length == 1 && text_[at_] != '\n') return false;
    at_ += length;
    ++next_line_;
    return true;
}

csv_reader::reading csv_reader::read_field(std::uint64_t column) {
    csv_field field{{}, next_line_};
    const bool quoted = at_ < text_.size() && text_[at_] == '"';
    const std::string_view wrong = quoted ? read_quoted(field) : read_plain(field);
    if (!wrong.empty()) {
        fail(wrong, quoted && wrong == behind_quote ? next_line_ : field.line, column);
        return reading::lost;
    }
    // These leave no doubt where the row ends.
    if (column > limits_.fields_max) {
        fail(too_many, field.line, column);
    } else if (field.text.size() > limits_.field_bytes_max) {
        fail(too_long, field.line, column);
    } else if (!simdjson::validate_utf8(field.text.data(), field.text.size())) {
        fail(not_utf8, field.line, column);
    } else {
        fields_.push_back(field);
    }
    if (at_ == text_.size()) return reading::end;
    if (text_[at_] == ',') {
        ++at_;
        return reading::more;
    }
    if (take_line_end()) return reading::end;
    fail(bare_return, next_line_, column);
    return reading::lost;
}

/// What is wrong with it, or nothing.
std::string_view csv_reader::read_plain(csv_field& into) {
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(",\"\r\n", at_), text_.size());
    into.text = text_.substr(begin, at_ - begin);
    return at_ < text_.size() && text_[at_] == '"' ? stray_quote : std::string_view();
}

std::string_view csv_reader::read_quoted(csv_field& into) {
    const std::size_t begin = ++at_;
    std::size_t piece = begin;
    std::string* unescaped = nullptr;
    for (;;) {
        const std::size_t quote = text_.find('"', at_);
        if (quote == std::string_view::npos) {
            at_ = text_.size();
            return open_quote;
        }
        next_line_ += static_cast<std::uint64_t>(
            std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                       text_.begin() + static_cast<std::ptrdiff_t>(quote), '\n'));
        at_ = quote + 1;
        const bool twice = at_ < text_.size() && text_[at_] == '"';
        if (!twice) break;
        if (unescaped == nullptr) unescaped = &unescaped_.emplace_back();
        unescaped->append(text_, piece, at_ - piece);
        piece = ++at_;
    }
    if (unescaped == nullptr) {
        into.text = text_.substr(begin, at_ - 1 - begin);
    } else {
        unescaped->append(text_, piece, at_ - 1 - piece);
        into.text = *unescaped;
    }
    if (at_ == text_.size() || text_[at_] == ',' || text_[at_] == '\n' || text_[at_] == '\r') {
        return {};
    }
    return behind_quote;
}

} // namespace rollcall::admin
