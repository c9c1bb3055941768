// The path of a PATCH operation (RFC 7644 section 3.5.2, figure 7):
//
//     path = attribute / attribute "[" filter "]" [ "." sub ]
#pragma once

#include "gateway/scim/attribute_path.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/filter.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

struct path {
    /// With `sub` set if the path names one, before or behind the brackets.
    attribute_path target;
    /// Which elements of a multi-valued attribute; absent: all.
    std::optional<filter> which;

    friend bool operator==(const path&, const path&) = default;
};

/// Reads a path. 400 invalidPath for a text outside the grammar, an unknown attribute or brackets
/// on a single-valued one; 400 invalidFilter for what stands inside the brackets.
result<path> parse_path(const resource_type& type, std::string_view text);

/// True for a path within the grammar whose URN is of no schema of the type: what a client maps for
/// some other service. False for every path that parse_path() reads.
bool names_foreign_schema(const resource_type& type, std::string_view text);

/// Writes a path so that reading it again gives an equal one.
std::string print(const path& what);

} // namespace rollcall::scim
