// Moments as Unix milliseconds, UTC, and their RFC 3339 spelling. Time here is metadata: nothing is
// ever ordered by it. Functions that decide take a moment as an argument; only edges read the
// clock.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::base {

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
struct moment {
    std::int64_t unix_ms = 0;

    friend auto operator<=>(const moment&, const moment&) = default;

    /// `2026-11-22T07:02:00.125Z`: always UTC, always three decimals.
    [[nodiscard]] std::string text() const;

    /// Appends text() to `out`.
    void append_to(std::string& out) const;

    /// Reads RFC 3339 (`Z` or an offset, any number of decimals; finer than 1 ms is cut off).
    /// Nothing for anything else: a date alone, an impossible date, trailing text, a moment that in
    /// UTC is not in the years 0000 to 9999.
    static std::optional<moment> parse(std::string_view text);
};

/// The wall clock. Edges only: see the head of this file.
moment now();

/// Reads a span of time such as `90d`, `24h`, `15m`, `30s`; milliseconds. Nothing if malformed,
/// zero, or longer than 100 years.
std::optional<std::int64_t> parse_duration_ms(std::string_view text);

} // namespace rollcall::base
