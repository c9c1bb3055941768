// The seed of a random test: new in each run, or given again through ROLLCALL_TEST_SEED, which is
// how a failure is repeated. Whoever uses it puts it into the context of his checks.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace rollcall::integration {

inline std::uint64_t seed_of_this_run() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
    if (const char* given = std::getenv("ROLLCALL_TEST_SEED")) return std::stoull(given);
    static const std::uint64_t seed = std::random_device()();
    return seed;
}

} // namespace rollcall::integration
