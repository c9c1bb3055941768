// Writes rows of CSV as csv_reader.hpp reads them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// Appends a row that ends with CR LF. Fields are quoted where they must be.
void append_csv_row(std::string& out, const std::vector<std::string_view>& fields);

} // namespace rollcall::admin
