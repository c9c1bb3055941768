// A closed-loop HTTP load generator: a number of keep-alive connections, each with one request on
// its way at any time, driven by the calling thread through epoll. Requests are bytes that were
// made before; of a response only status and length are read. So it costs little beside the
// server that shares the machine with it, and what it costs is known: see load_result.
#pragma once

#include "bench/latency.hpp"
#include "eventlog/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace rollcall::bench {

/// Gives the bytes of the next request. They must stay as they are until the next call.
using request_source = std::function<std::string_view()>;

struct load_plan {
    std::uint16_t port = 0; ///< of a server on 127.0.0.1
    unsigned connections = 1;
    unsigned status = 200;   ///< what every answer must have
    bool first_byte = false; ///< time until an answer begins, not until it has ended
    /// When to stop sending: after this time, or after so many requests if that is not 0.
    std::chrono::milliseconds time{1000};
    std::uint64_t requests = 0;
};

struct load_result {
    std::uint64_t operations = 0;
    double seconds = 0;               ///< from the first request to the last answer
    double generator_cpu_seconds = 0; ///< of the calling thread
    latency_histogram latency;
};

/// Runs the plan. A wrong status, a closed connection or no answer for 30 seconds is a failure
/// whose message quotes what came: figures of wrong answers would mean nothing.
base::result<load_result> run_load(const load_plan& plan, const request_source& next);

/// One request on a connection of its own. Returns the whole response as it came.
base::result<std::string> ask_once(std::uint16_t port, std::string_view request);

} // namespace rollcall::bench
