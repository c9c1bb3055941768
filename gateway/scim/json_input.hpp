// The front door for JSON text: simdjson's DOM parser, one per thread, behind bounds. Only .cpp
// files that read JSON include it, since it brings all of simdjson along.
//
// What comes out is valid in every value (RFC 8259, UTF-8, no lone surrogate, no number beyond 64
// bits), nested at most limits::json_depth_max deep, and lives until the same thread parses again.
#pragma once

#include "gateway/scim/error.hpp"

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace rollcall::scim {

using json_value = simdjson::dom::element;
using json_object = simdjson::dom::object;
using json_array = simdjson::dom::array;

/// Parses a whole text. 400 invalidSyntax if it is empty, not JSON or too deep; 413 if it is longer
/// than limits::json_bytes_max.
result<json_value> parse_json(std::string_view text);

/// The same; but text that is JSON and beyond the bounds above but for its length is read with what
/// mend_json() makes of it, and `fault` says why that must not be kept.
result<json_value> parse_json(std::string_view text, std::optional<error>& fault);

/// The first name that occurs twice in one object anywhere in `value`, regardless of case, as an
/// error: two spellings name one attribute, and picking one would be a guess.
std::optional<error> find_duplicate_names(json_value value);

/// A member by its name, whatever its case.
std::optional<json_value> find_member(json_object in, std::string_view name);

} // namespace rollcall::scim
