// Writes rows of CSV as csv_reader.hpp reads them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// Appends a row that ends with CR LF. Fields are quoted where they must be.
void append_csv_row(std::string& out, const std::vector<std::string_view>& fields);

/// A text that somebody else chose, for a cell of a file that a person opens. A spreadsheet would
/// compute what begins with = + - or @, also behind blanks: it gets an apostrophe in front. Control
/// characters become blanks.
std::string harmless_cell(std::string_view text);

} // namespace rollcall::admin
