// What the kernel says about this process.
#pragma once

#include <cstdint>

namespace rollcall::gateway {

struct process_figures {
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    double cpu_seconds = 0;
    std::uint64_t threads = 0;
    std::uint64_t open_fds = 0;
    std::uint64_t max_fds = 0;
    double start_time_seconds = 0; ///< since 1970
};

/// Reads /proc; what cannot be read stays 0.
process_figures read_process_figures();

} // namespace rollcall::gateway
