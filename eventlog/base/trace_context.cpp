#include "eventlog/base/trace_context.hpp"

#include "eventlog/base/encoding.hpp"

#include <algorithm>
#include <span>

namespace rollcall::base {
namespace {

// version 2, trace id 32, parent id 16, flags 2, each in lower case, with dashes between.
constexpr std::size_t trace_begin = 3;
constexpr std::size_t parent_begin = 36;
constexpr std::size_t flags_begin = 53;

/// The value of a digit; 16 for what is none. Capitals are none (section 3.2.2).
constexpr unsigned digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    return 16;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        const unsigned high = digit(text[2 * i]);
        const unsigned low = digit(text[2 * i + 1]);
        if (high > 15 || low > 15) return false;
        out[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

bool is_zero(std::span<const std::uint8_t> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

} // namespace

std::string trace_context::text() const {
    return "00-" + hex(trace_id) + "-" + hex(parent_id) + (sampled ? "-01" : "-00");
}

std::optional<trace_context> parse_traceparent(std::string_view field) {
    if (field.size() < traceparent_chars || field[trace_begin - 1] != '-' ||
        field[parent_begin - 1] != '-' || field[flags_begin - 1] != '-') {
        return std::nullopt;
    }
    std::array<std::uint8_t, 1> version{};
    std::array<std::uint8_t, 1> flags{};
    trace_context trace;
    if (!read_hex(field, version) || !read_hex(field.substr(trace_begin), trace.trace_id) ||
        !read_hex(field.substr(parent_begin), trace.parent_id) ||
        !read_hex(field.substr(flags_begin), flags)) {
        return std::nullopt;
    }
    const bool ends = field.size() == traceparent_chars;
    if (version[0] == 0xff || (version[0] == 0 && !ends)) return std::nullopt;
    if (!ends && field[traceparent_chars] != '-') return std::nullopt;
    if (is_zero(trace.trace_id) || is_zero(trace.parent_id)) return std::nullopt;
    trace.sampled = (flags[0] & 1u) != 0;
    return trace;
}

} // namespace rollcall::base
