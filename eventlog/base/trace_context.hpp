// W3C Trace Context, level 1: which trace a request belongs to, so that what it causes can be found
// from the caller's side. Carried along, never made here: Rollcall reports no spans of its own, and
// passes on no tracestate.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::base {

struct trace_context {
    std::array<std::uint8_t, 16> trace_id{}; ///< not all zero
    std::array<std::uint8_t, 8> parent_id{}; ///< the caller's span; not all zero
    bool sampled = false;                    ///< the caller may have recorded it

    /// As a `traceparent` field of version 00: 55 characters.
    [[nodiscard]] std::string text() const;

    friend bool operator==(const trace_context&, const trace_context&) = default;
};

/// Characters of a `traceparent` that every version begins with.
inline constexpr std::size_t traceparent_chars = 55;

/// Reads the value of a `traceparent` field (section 3.2): version 00 exactly, and of a later
/// version what it shares with 00. Nothing if it is malformed; then it has to be ignored.
std::optional<trace_context> parse_traceparent(std::string_view field);

} // namespace rollcall::base
