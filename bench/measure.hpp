// How two things are compared: in rounds that take turns, each round a sample, and of all samples
// the median. A machine that is busy for a second then spoils a round, not a figure.
#pragma once

#include "bench/latency.hpp"
#include "bench/load.hpp"
#include "eventlog/base/result.hpp"

#include <functional>
#include <vector>

namespace rollcall::bench {

/// How much to do.
struct run_plan {
    std::chrono::milliseconds round_time{2000};
    unsigned rounds = 5;
    bool full = false;  ///< the sizes of the goals, where the default is smaller
    bool smoke = false; ///< just enough to see that everything works
};

/// One round of one side.
struct sample {
    std::uint64_t operations = 0;
    double seconds = 0;
    double cpu_seconds = 0; ///< of what is measured, without the load generator
    latency_histogram latency;
};

using round = std::function<base::result<sample>()>;

/// What the rounds of one side came to.
struct figures {
    double per_second = 0;
    double cpu_us = 0; ///< per operation
    double p50_us = 0; ///< 0 where single operations are not timed
    double p99_us = 0;
};

figures summarise(const std::vector<sample>& samples);

struct comparison {
    figures product;
    figures reference;
    double ratio = 0; ///< of operations per second, product to reference: the median round's
};

/// Runs both sides once to warm them up, then `plan.rounds` times, in turns.
base::result<comparison> compare(const run_plan& plan, const round& product,
                                 const round& reference);

/// A round of load. CPU is the whole process's without the generator's, and includes what
/// flushes and compactions need after the round.
round load_round(std::function<base::result<load_result>()> run);

/// Such a round by run_load().
round http_round(const run_plan& plan, load_plan load, request_source next);

/// A round of work in this process that gives the number of operations it did; all CPU counts.
round work_round(std::function<base::result<std::uint64_t>()> work);

} // namespace rollcall::bench
