// CSV as RFC 4180 has it, row by row from a text that stays where it is. Pure. The one grammar for
// what is imported and what is written back (csv_writer.hpp):
//
//     file    = [ UTF-8 byte order mark ] row *( end row ) [ end ]
//     row     = field *( "," field )
//     field   = quoted / *( any byte but , " CR LF )
//     quoted  = DQUOTE *( any byte but DQUOTE / DQUOTE DQUOTE ) DQUOTE
//     end     = CR LF / LF
//
// Rows without anything in them are passed over. What does not fit is a fault of its row, with the
// line and the column, and reading goes on at the next line; only behind a quote that is never
// closed nothing can be told apart any more.
//
//     while (reader.next() != csv_reader::step::end) ...
//
// A line is one of the text, the first is 1; a row may have several. A column is a field of the
// row, the first is 1, as spreadsheets count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

struct csv_limits {
    std::size_t fields_max = 200;                         ///< of a row
    std::size_t field_bytes_max = std::size_t{64} * 1024; ///< unescaped
};

struct csv_field {
    std::string_view text; ///< without its quotes; valid until next()
    std::uint64_t line = 0;
};

class csv_reader {
  public:
    /// The text outlives the reader.
    explicit csv_reader(std::string_view text, const csv_limits& limits = {});

    enum class step : std::uint8_t { row, fault, end };

    step next();

    /// After `row`: its fields, at least one.
    [[nodiscard]] const std::vector<csv_field>& fields() const { return fields_; }

    /// The line that the row begins on, also after `fault`.
    [[nodiscard]] std::uint64_t first_line() const { return first_line_; }

    /// After `row`: likewise. After `fault`: the line of the field that is wrong.
    [[nodiscard]] std::uint64_t line() const { return line_; }

    /// After `fault`: the column of that field, and what is wrong.
    [[nodiscard]] std::uint64_t column() const { return column_; }

    [[nodiscard]] std::string_view why() const { return why_; }

    /// After `row` or `fault`: the text that was read for it, with its line end.
    [[nodiscard]] std::string_view raw() const { return text_.substr(begin_, at_ - begin_); }

  private:
    enum class reading : std::uint8_t { more, end, lost };

    void pass_over_blank_lines();
    reading read_field(std::uint64_t column);
    std::string_view read_quoted(csv_field& into);
    std::string_view read_plain(csv_field& into);
    void fail(std::string_view why, std::uint64_t line, std::uint64_t column);
    bool take_line_end();

    std::string_view text_;
    csv_limits limits_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;       ///< of the row
    std::uint64_t next_line_ = 1; ///< the line of at_
    std::uint64_t first_line_ = 1;
    std::uint64_t line_ = 1;
    std::uint64_t column_ = 0; ///< of the fault
    std::string_view why_;     ///< empty while nothing is wrong
    std::vector<csv_field> fields_;
    std::deque<std::string> unescaped_; ///< of this row; a deque, because fields point into it
};

} // namespace rollcall::admin
