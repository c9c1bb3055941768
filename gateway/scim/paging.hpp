// `startIndex` and `count` (RFC 7644 section 3.4.2.4).
#pragma once

#include "gateway/scim/error.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::scim {

struct page_request {
    /// 1-based, at least 1.
    std::uint64_t start_index = 1;
    /// At most the cap; 0 asks for the total alone.
    std::uint64_t count = 0;

    friend bool operator==(const page_request&, const page_request&) = default;
};

/// Reads the parameters as they stand in the query, decoded. Below the range is cut to it, so is a
/// count above `count_max`, however many digits it has; 400 invalidValue for what is no integer.
result<page_request> parse_page(std::optional<std::string_view> start_index,
                                std::optional<std::string_view> count, std::uint64_t count_default,
                                std::uint64_t count_max);

} // namespace rollcall::scim
