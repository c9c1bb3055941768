// The base paths of profiles: where a product's customers find SCIM because its guide says so.
// Plain segments, no arguments; the tenant is the key's.
#pragma once

#include <string>
#include <string_view>

namespace rollcall::profiles {

inline constexpr std::size_t base_path_segments_max = 4;
inline constexpr std::size_t base_path_bytes_max = 128;

/// Whether a segment is `Users` or `Groups`: those stand behind a base path and never in one.
inline bool names_resources(std::string_view segment) {
    return segment == "Users" || segment == "Groups";
}

/// What is wrong with `path` as a base path, as a phrase (`must begin with a slash`); empty if
/// nothing is.
std::string base_path_fault(std::string_view path);

/// How many segments `base` has if `path` (a list of segments) begins with them, else 0.
template <class Segments>
std::size_t segments_within(std::string_view base, const Segments& path) {
    std::size_t taken = 0;
    while (!base.empty()) {
        base.remove_prefix(1);
        const std::string_view one = base.substr(0, base.find('/'));
        base.remove_prefix(one.size());
        if (taken == path.size() || one != path[taken]) return 0;
        ++taken;
    }
    return taken;
}

} // namespace rollcall::profiles
