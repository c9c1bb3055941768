// The rows of an imported file that were refused, as a CSV file that can be mended and imported:
// the columns of the original and two more, which the next import passes over: why, and the row as
// it was if its fields could not be told apart. Such a row must not become a person by itself.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace rollcall::cli {

/// `reasons`: by the line at which the server found the fault.
std::string refused_report(std::string_view file,
                           const std::map<std::uint64_t, std::string>& reasons);

} // namespace rollcall::cli
