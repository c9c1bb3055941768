// The identifiers of the log: one type each, so that they cannot be confused.
#pragma once

#include "eventlog/base/uuid.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::eventlog {

/// A tenant's number: short, given at creation, never used twice. People see the slug instead.
/// 0 is the system tenant `_system`.
struct tenant_no {
    std::uint32_t value = 0;
    friend auto operator<=>(const tenant_no&, const tenant_no&) = default;
};

/// A tenant's own count of its events: 1, 2, 3, ... without a gap. Known before the commit.
struct tenant_seq {
    std::uint64_t value = 0;
    friend auto operator<=>(const tenant_seq&, const tenant_seq&) = default;
};

/// What an event is about: a user, a key, a tenant (nil: the tenant itself).
using subject_id = base::uuid;

/// Where an event stands in the log. Given at commit, gapless from 1 within its partition; 0 is
/// before everything. One machine has the single partition `embedded`; a cluster has many.
/// To people and scripts a position is one opaque word: `@12345`, in a cluster `@3:12345`.
struct position {
    static constexpr std::uint16_t embedded = 0xffff;

    std::uint16_t partition = embedded;
    std::uint64_t offset = 0;

    friend auto operator<=>(const position&, const position&) = default;

    [[nodiscard]] position next() const { return {partition, offset + 1}; }

    [[nodiscard]] std::string text() const;

    /// Reads text(); nothing for anything else.
    static std::optional<position> parse(std::string_view text);
};

} // namespace rollcall::eventlog

template <>
struct std::hash<rollcall::eventlog::tenant_no> {
    std::size_t operator()(rollcall::eventlog::tenant_no t) const noexcept { return t.value; }
};
