// What this room itself refuses, before or without a handler: one row per reason with its status,
// its name for metrics, and a sentence that tells the client what to change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rollcall::http {

enum class fault : std::uint8_t {
    malformed,            ///< not HTTP/1.1, or framed so that two readers could disagree
    bad_target,           ///< not origin form, or path or query cannot be decoded
    head_timeout,         ///< limits::head_time_max
    body_timeout,         ///< limits::body_time_max
    body_too_large,       ///< limits::body_bytes_max (unpacked) or chunk_overhead_bytes_max
    bad_coding,           ///< Content-Encoding says gzip and the body is none
    unsupported_coding,   ///< another Content-Encoding
    target_too_long,      ///< limits::target_bytes_max and the counts of its parts
    bad_expectation,      ///< an Expect other than 100-continue
    head_too_large,       ///< limits::head_bytes_max or head_fields_max
    no_memory,            ///< limits::input_bytes_total_max
    input_share_used_up,  ///< what a handler grants the sender of it (input_share)
    too_many_connections, ///< limits::connections_max
    handling_timeout,     ///< limits::handling_time_max; whether it was done is unknown
    answer_lost,          ///< a handler gave up its pending answer; whether it was done is unknown
};

/// How many there are.
inline constexpr std::size_t faults_count = static_cast<std::size_t>(fault::answer_lost) + 1;

struct fault_row {
    fault what;
    unsigned status;
    std::string_view name;
    std::string_view detail;
    bool retry;            ///< answered with Retry-After
    bool overload = false; ///< for what is under way, not for what was asked
};

/// The row of a fault; lives as long as the program.
const fault_row& describe(fault what);

} // namespace rollcall::http
