// A load generator for what connections cost, with TLS and without: visitors who connect, ask once
// and leave, or who stay and ask again and again. Driven by the calling thread through epoll, like
// load.hpp; a visitor's side of TLS runs on that thread too, so that its CPU is known and can be
// taken off. Certificates are not verified: that is the client's business and the client's cost.
#pragma once

#include "bench/load.hpp"

#include <chrono>
#include <cstdint>

namespace rollcall::bench {

struct visit_plan {
    std::uint16_t port = 0; ///< of a server on 127.0.0.1
    unsigned visitors = 1;  ///< at a time
    bool tls = false;
    bool stay = false;   ///< keep the connection and ask again
    bool resume = false; ///< come back with the ticket of the visit before
    std::chrono::milliseconds time{1000};
};

/// Runs the plan. Latency is from connecting (or, for those who stay, from asking) to the last byte
/// of the answer. A failure quotes what came instead of an answer with status 200; a plan that
/// resumes fails when a session was not.
base::result<load_result> run_visits(const visit_plan& plan, const request_source& next);

} // namespace rollcall::bench
