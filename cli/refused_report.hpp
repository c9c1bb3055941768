// The rows of an imported file that were refused, as a CSV file that can be mended and imported:
// the columns of the original and one more, which says why and is passed over by the next import.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rollcall::cli {

/// `reasons`: by the line at which the server found the fault. A row that could not be read as CSV
/// stands in the first column as it was.
std::string refused_report(std::string_view file,
                           const std::map<std::uint64_t, std::string>& reasons);

} // namespace rollcall::cli
