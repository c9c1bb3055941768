#include "eventlog/ids.hpp"

#include <charconv>

namespace rollcall::eventlog {

std::string position::text() const {
    std::string out = "@";
    if (partition != embedded) {
        out += std::to_string(partition);
        out += ':';
    }
    out += std::to_string(offset);
    return out;
}

std::optional<position> position::parse(std::string_view text) {
    if (text.empty() || text.front() != '@') return std::nullopt;
    text.remove_prefix(1);
    position at;
    const auto number = [](std::string_view digits, auto& value) {
        if (digits.empty() || digits.front() < '0' || digits.front() > '9') return false;
        const char* end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, value);
        return error == std::errc{} && stop == end;
    };
    if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        if (!number(text.substr(0, colon), at.partition) || at.partition == embedded) {
            return std::nullopt;
        }
        text.remove_prefix(colon + 1);
    }
    if (!number(text, at.offset)) return std::nullopt;
    return at;
}

} // namespace rollcall::eventlog
