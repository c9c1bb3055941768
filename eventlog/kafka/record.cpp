#include "eventlog/kafka/record.hpp"

#include <algorithm>

namespace rollcall::kafka {

bool is_topic_name(std::string_view name) {
    constexpr std::size_t characters_max = 249;
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= characters_max && name != "." && name != ".." &&
           std::all_of(name.begin(), name.end(), fits);
}

const std::string* record::header(std::string_view name) const {
    const auto last = std::find_if(headers.rbegin(), headers.rend(),
                                   [&](const kept_header& h) { return h.name == name; });
    return last == headers.rend() ? nullptr : &last->value;
}

} // namespace rollcall::kafka
