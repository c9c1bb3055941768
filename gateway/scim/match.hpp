// Decides whether a resource satisfies a filter. Two-valued logic: what has no value satisfies only
// `ne`, `eq null` and `not` (RFC 7644 section 3.4.2.2).
#pragma once

#include "gateway/scim/computed.hpp"
#include "gateway/scim/filter.hpp"
#include "gateway/scim/resource.hpp"

#include <optional>

namespace rollcall::scim {

/// True if `subject`, shown with `facts`, satisfies the filter. Both must be of the filter's type.
/// Who is in a group is asked of `facts`, once for each comparison that comes to it.
bool matches(const filter& what, const resource& subject, const computed& facts);

/// True if one element of a multi-valued attribute satisfies a filter of parse_element_filter().
bool matches_element(const filter& what, const value& element);

/// The element that a filter of `eq` terms describes; nothing for any other filter.
std::optional<object> described_by(const filter& which);

} // namespace rollcall::scim
