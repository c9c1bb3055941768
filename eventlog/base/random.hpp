// Random bytes from the operating system's generator. The only source of randomness in the product.
#pragma once

#include <cstdint>
#include <span>

namespace rollcall::base {

/// Fills `out` with unpredictable bytes. Thread-safe. Never fails: without entropy the process
/// stops.
void fill_random(std::span<std::uint8_t> out);

} // namespace rollcall::base
