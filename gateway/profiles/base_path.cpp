#include "gateway/profiles/base_path.hpp"

#include <algorithm>
#include <array>

namespace rollcall::profiles {
namespace {

/// First segments that are somebody else's.
constexpr std::array<std::string_view, 5> taken{"admin", "t", "metrics", "healthz", "readyz"};

/// Every server has it, so a profile need not ask for it.
constexpr std::string_view usual = "/scim/v2";

bool may_stand(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '~';
}

} // namespace

std::string base_path_fault(std::string_view path) {
    if (path.empty() || path.front() != '/') return "must begin with a slash, as /auth/scim does";
    if (path.size() > base_path_bytes_max) {
        return "is longer than " + std::to_string(base_path_bytes_max) + " bytes";
    }
    if (path.back() == '/') return "must not end with a slash";
    if (path == usual || path.starts_with("/scim/v2/")) {
        return "is where every server has SCIM, or within it: leave it out";
    }
    if (path.find('_') != std::string_view::npos) {
        return "has an underscore, which Okta takes in no base URL";
    }
    std::size_t segments = 0;
    for (std::string_view rest = path; !rest.empty(); ++segments) {
        rest.remove_prefix(1);
        const std::string_view one = rest.substr(0, rest.find('/'));
        rest.remove_prefix(one.size());
        if (one.empty()) return "has an empty segment";
        if (one == "." || one == "..") return "has a segment that is only dots";
        if (names_resources(one)) {
            return "has a segment " + std::string(one) + ", which stands behind a base path";
        }
        if (!std::all_of(one.begin(), one.end(), may_stand)) {
            return "may have letters, digits, dashes, dots and slashes only";
        }
        if (segments == 0 && std::find(taken.begin(), taken.end(), one) != taken.end()) {
            return "begins with /" + std::string(one) + ", which is the server's own";
        }
    }
    if (segments > base_path_segments_max) {
        return "has more than " + std::to_string(base_path_segments_max) + " segments";
    }
    return {};
}

} // namespace rollcall::profiles
