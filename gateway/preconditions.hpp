// Entity tags in requests (RFC 9110 sections 13.1.1 and 13.1.2) against version numbers.
//
// Compared by their opaque part: `W/` is ignored on both sides, because SCIM's own examples send
// weak tags in If-Match. A tag that we never gave matches nothing; an unquoted one counts as if it
// were quoted.
#pragma once

#include "projections/command.hpp"

#include <cstdint>
#include <string_view>

namespace rollcall::gateway {

/// Reads an If-Match field; an absent (empty) one is no condition.
projections::version_condition read_if_match(std::string_view field);

/// True if the field is there and one of its tags is the version's, or it is `*`.
bool none_match_hits(std::string_view field, std::uint64_t version);

} // namespace rollcall::gateway
