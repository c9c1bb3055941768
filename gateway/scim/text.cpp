#include "gateway/scim/text.hpp"

#include "gateway/scim/limits.hpp"
#include "gateway/scim/schema.hpp"
#include "gateway/scim/work_budget.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace rollcall::scim {
namespace {

constexpr auto folding =
    static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);

/// What a byte of other scripts costs more than one of ASCII.
constexpr std::size_t folding_work = 8;

bool has_too_many_marks(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    std::size_t marks = 0;
    while (left > 0) {
        utf8proc_int32_t point = -1;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &point);
        if (used <= 0) return false; // not UTF-8: it is not mapped either
        // Some characters are no marks themselves and fall apart into nothing but marks.
        std::array<utf8proc_int32_t, 32> parts{};
        int boundary = 0;
        const utf8proc_ssize_t count =
            utf8proc_decompose_char(point, parts.data(), parts.size(), folding, &boundary);
        if (count < 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) return true;
        for (utf8proc_ssize_t i = 0; i < count; ++i) {
            const auto part = parts.at(static_cast<std::size_t>(i));
            marks = utf8proc_get_property(part)->combining_class == 0 ? 0 : marks + 1;
            if (marks > limits::marks_max) return true;
        }
        at += used;
        left -= used;
    }
    return false;
}

} // namespace

std::string folded(std::string_view text) {
    const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::all_of(text.begin(), text.end(), ascii)) {
        std::string out(text);
        for (char& c : out) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
        }
        return out;
    }
    if (!work_budget::spend(folding_work * text.size()) || has_too_many_marks(text)) {
        return std::string(text);
    }
    utf8proc_uint8_t* mapped = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &mapped, folding);
    if (size < 0) return std::string(text);
    std::string out(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
    std::free(mapped);
    return out;
}

bool is_utf8(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t point = -1;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &point);
        if (used <= 0) return false;
        at += used;
        left -= used;
    }
    return true;
}

std::optional<bool> read_flag(std::string_view text) {
    if (equal_ignoring_case(text, "true")) return true;
    if (equal_ignoring_case(text, "false")) return false;
    return std::nullopt;
}

std::optional<base::moment> read_date_time(std::string_view text) {
    if (const auto read = base::moment::parse(text)) return read;
    return base::moment::parse(std::string(text) + "Z");
}

} // namespace rollcall::scim
