// 128-bit identifiers: RFC 9562 UUIDs, made as version 7, so that they sort by time of creation.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::base {

struct uuid {
    std::array<std::uint8_t, 16> bytes{};

    friend auto operator<=>(const uuid&, const uuid&) = default;

    /// True for the all-zero value, which stands for "none".
    [[nodiscard]] bool is_nil() const { return *this == uuid{}; }

    /// The 36-character lower-case form, e.g. `0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f11`.
    [[nodiscard]] std::string text() const;

    /// Appends text() to `out`.
    void append_to(std::string& out) const;

    /// Reads the 36-character form, any case; nothing else is accepted.
    static std::optional<uuid> parse(std::string_view text);

    /// A new version 7 UUID of the given time (Unix milliseconds): 48 bits of time, 74 random bits.
    /// Within one thread values never repeat and never run backwards while time does not.
    static uuid make_v7(std::int64_t unix_ms);
};

} // namespace rollcall::base

template <>
struct std::hash<rollcall::base::uuid> {
    std::size_t operator()(const rollcall::base::uuid& id) const noexcept;
};
