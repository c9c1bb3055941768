// The right-hand side of a comparison: what may stand there for which attribute and operator (RFC
// 7644 table 3), and how it is made ready to be compared. Private to the filter parser.
#pragma once

#include "gateway/scim/filter.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// True if the operator is defined for the attribute's type.
bool supports(const attribute& what, comparator op);

/// Reads a word that is not in quotes: JSON's literals and numbers, and bare text behind `eq`.
std::optional<literal> read_literal(std::string_view word, comparator op);

/// Fills in `key` or `instant` from the operand and the target; if the operand does
/// not fit, what was expected instead.
std::optional<std::string> prepare_operand(comparison& what);

} // namespace rollcall::scim
