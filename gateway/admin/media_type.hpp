// Whether a Content-Type is the one of a text that an endpoint takes.
#pragma once

#include "gateway/http/text.hpp"

#include <algorithm>
#include <string_view>

namespace rollcall::admin {

/// `wanted`, with `charset=utf-8` if with any.
inline bool is_text_of(std::string_view media_type, std::string_view wanted) {
    const std::size_t end = std::min(media_type.find(';'), media_type.size());
    if (!http::equal_without_case(http::trim(media_type.substr(0, end)), wanted)) return false;
    std::string_view rest = media_type.substr(end);
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view one = http::trim(rest.substr(0, rest.find(';')));
        rest.remove_prefix(std::min(rest.find(';'), rest.size()));
        constexpr std::string_view charset = "charset=";
        if (one.size() < charset.size() ||
            !http::equal_without_case(one.substr(0, charset.size()), charset)) {
            continue;
        }
        const std::string_view name = one.substr(charset.size());
        if (!http::equal_without_case(name, "utf-8") &&
            !http::equal_without_case(name, "\"utf-8\"")) {
            return false;
        }
    }
    return true;
}

} // namespace rollcall::admin
