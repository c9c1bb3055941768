// What this process and the calling thread have used so far, as the kernel counts it.
#pragma once

#include <cstdint>

namespace rollcall::bench {

/// CPU seconds of all threads of the process, ended ones too.
double process_cpu_seconds();

/// CPU seconds of the calling thread.
double thread_cpu_seconds();

/// Makes peak_resident_bytes() start again from what is resident now.
void reset_peak_resident();

/// The most that was resident since reset_peak_resident(), in bytes.
std::uint64_t peak_resident_bytes();

/// Waits until the process uses less than a twentieth of one core: flushes and compactions that the
/// last round left behind must not be charged to the next. Gives up after 20 seconds.
void wait_until_idle();

} // namespace rollcall::bench
