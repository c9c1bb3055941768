// The SearchRequest message (RFC 7644 section 3.4.3): a query as a body, so that what is searched
// for stays out of URLs.
#pragma once

#include "gateway/scim/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// Each as it would stand, decoded, in the query of a GET; so one set of readers serves both.
struct search_request {
    std::optional<std::string> filter;
    std::optional<std::string> attributes;
    std::optional<std::string> excluded_attributes;
    std::optional<std::string> start_index;
    std::optional<std::string> count;
};

/// Reads the message. 400 invalidSyntax for what is not a JSON object with the SearchRequest URN;
/// 400 invalidValue for a member of the wrong kind. Sorting and unknown members are ignored.
result<search_request> read_search(std::string_view body);

} // namespace rollcall::scim
