#include "gateway/scim/paging.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

namespace rollcall::scim {
namespace {

/// An integer of any length, cut to what 64 bits hold.
result<std::int64_t> parse_integer(std::string_view name, std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    const bool all_digits =
        !digits.empty() &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!all_digits) {
        return refuse(scim_type::invalid_value, std::string(name) + ": must be a whole number");
    }
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec == std::errc()) return number;
    return negative ? std::numeric_limits<std::int64_t>::min()
                    : std::numeric_limits<std::int64_t>::max();
}

} // namespace

result<page_request> parse_page(std::optional<std::string_view> start_index,
                                std::optional<std::string_view> count, std::uint64_t count_default,
                                std::uint64_t count_max) {
    page_request page{1, std::min(count_default, count_max)};
    if (start_index) {
        const auto number = parse_integer("startIndex", *start_index);
        if (!number) return tl::unexpected<error>(number.error());
        page.start_index = static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 1));
    }
    if (count) {
        const auto number = parse_integer("count", *count);
        if (!number) return tl::unexpected<error>(number.error());
        page.count =
            std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0)), count_max);
    }
    return page;
}

} // namespace rollcall::scim
