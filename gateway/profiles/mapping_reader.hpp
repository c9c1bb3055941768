// From the JSON of a mapping to its rules, or to every fault with the place where it stands. What
// was read once can be read again: the log keeps mappings as this text.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/profiles/mapping.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::profiles {

struct mapping_fault {
    std::string where;   ///< `rules[1].target`
    std::string message; ///< a sentence that says what to change
};

using mapping_faults = std::vector<mapping_fault>;

/// How many faults are told.
inline constexpr std::size_t mapping_faults_max = 16;

/// Reads an array of rules.
base::result<mapping, mapping_faults> read_mapping(std::string_view rules);

/// What is wrong between rules: two that set one text, one that reads what another sets.
mapping_faults find_conflicts(const mapping& what);

/// Writes the array so that reading it gives the same rules again: without white space, paths in
/// the spelling of the schema.
void append_rules(std::string& out, const mapping& what);

} // namespace rollcall::profiles
