// What a workload found, as a table for people and as JSON for scripts.
#pragma once

#include "bench/measure.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::bench {

/// One comparison.
struct report_row {
    std::string workload;
    std::string variant;   ///< what is particular about this row; may be empty
    std::string reference; ///< what it is compared with: `ceiling`, `1,000 users`, ...
    comparison what;
    std::uint64_t peak_resident_bytes = 0; ///< 0 where it says nothing
};

/// The head of the table.
std::string table_head();

/// Two lines: the product and, below it, the reference.
std::string table_lines(const report_row& row);

/// One JSON object.
std::string to_json(const report_row& row);

/// A number with commas, e.g. `1,234,567`.
std::string grouped(std::uint64_t number);

} // namespace rollcall::bench
