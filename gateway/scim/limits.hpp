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
/// Members of a group that one body may list.
inline constexpr std::size_t group_elements_max = 200'000;
/// Different members that one PATCH of a group may name; it is one turn of the writer.
inline constexpr std::size_t members_per_patch_max = 10'000;
/// Steps of one PATCH, after values without a path were split into members.
inline constexpr std::size_t patch_steps_max = 2'000;
/// What applying one PATCH may cost, in the units of work_budget.hpp. It is done on an I/O thread
/// and, if the user was changed meanwhile, again by the one writer: tens of milliseconds at most.
inline constexpr std::size_t patch_work_max = 2U << 20;
/// Combining marks on one character. Putting them in order costs the square of their number; real
/// text has few (Unicode Standard Annex 15, section 13: Stream-Safe Text Format).
inline constexpr std::size_t marks_max = 30;
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
