// Every bound of this folder, in one place. Each has a test at the limit and one past it.
#pragma once

#include <cstddef>

namespace rollcall::scim::limits {

/// Nesting of a JSON body, the outermost object included.
inline constexpr std::size_t json_depth_max = 64;
/// Bytes of a JSON body. The HTTP room has a tighter one; this one bounds the parser's memory.
inline constexpr std::size_t json_bytes_max = 4U << 20;
/// Faults that are kept of one message; later ones are dropped.
inline constexpr std::size_t faults_max = 16;
/// Elements of one multi-valued attribute of a user.
inline constexpr std::size_t user_elements_max = 1'000;
/// Members of a group.
inline constexpr std::size_t group_elements_max = 200'000;
/// Steps of one PATCH, after values without a path were split into members.
inline constexpr std::size_t patch_steps_max = 2'000;
/// Bytes of a filter or of a PATCH path.
inline constexpr std::size_t filter_bytes_max = 8'192;
/// Nesting of parentheses, brackets and `not` in a filter.
inline constexpr std::size_t filter_depth_max = 50;
/// Comparisons in a filter.
inline constexpr std::size_t filter_terms_max = 200;
/// Names in `attributes` or `excludedAttributes`; later ones are refused.
inline constexpr std::size_t selection_names_max = 200;
/// Bytes of a user name. RFC 8265 sets none; storage keys need one.
inline constexpr std::size_t user_name_bytes_max = 1'024;

} // namespace rollcall::scim::limits
