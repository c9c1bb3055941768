// How many changes were refused since the start, by reason, for /metrics. The reasons are a fixed
// set of words, never a name or a text. Thread-safe.
#pragma once

#include "projections/command.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rollcall::projections {

struct refusal_count {
    std::string_view reason;
    std::uint64_t count = 0;
};

class refusal_counts {
  public:
    /// A command that was refused.
    void add(refusal_code code);

    /// A request that was refused with that HTTP status before it became a command.
    void add_status(std::uint16_t status);

    /// Every reason that there is, once, also those that never came up.
    [[nodiscard]] std::vector<refusal_count> read() const;

  private:
    static constexpr std::size_t code_places = 64; ///< room for the numbers of refusal_code
    static constexpr std::size_t words = 5;        ///< for statuses that are no code

    std::array<std::atomic<std::uint64_t>, code_places> by_code_{};
    std::array<std::atomic<std::uint64_t>, words> by_word_{};
};

} // namespace rollcall::projections
