#include "bench/measure.hpp"

#include "bench/process_usage.hpp"

#include <algorithm>

namespace rollcall::bench {
namespace {

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    if (values.size() % 2 == 1) return values[middle];
    return (values[middle - 1] + values[middle]) / 2;
}

double rate(const sample& s) {
    return static_cast<double>(s.operations) / s.seconds;
}

} // namespace

figures summarise(const std::vector<sample>& samples) {
    std::vector<double> rates;
    std::vector<double> cpu;
    latency_histogram latency;
    for (const sample& s : samples) {
        rates.push_back(rate(s));
        cpu.push_back(s.cpu_seconds * 1e6 / static_cast<double>(s.operations));
        latency += s.latency;
    }
    return {median(rates), median(cpu), latency.microseconds(0.5), latency.microseconds(0.99)};
}

base::result<comparison> compare(const run_plan& plan, const round& product,
                                 const round& reference) {
    std::vector<sample> ours;
    std::vector<sample> theirs;
    std::vector<double> ratios;
    for (unsigned i = 0; i <= plan.rounds; ++i) {
        auto a = product();
        if (!a) return tl::unexpected(a.error());
        auto b = reference();
        if (!b) return tl::unexpected(b.error());
        if (i == 0) continue; // warmed up
        ratios.push_back(rate(*a) / rate(*b));
        ours.push_back(*a);
        theirs.push_back(*b);
    }
    return comparison{summarise(ours), summarise(theirs), median(ratios)};
}

round load_round(std::function<base::result<load_result>()> run) {
    return [run = std::move(run)]() -> base::result<sample> {
        const double before = process_cpu_seconds();
        auto result = run();
        if (!result) return tl::unexpected(result.error());
        wait_until_idle();
        sample s;
        s.operations = result->operations;
        s.seconds = result->seconds;
        s.cpu_seconds = process_cpu_seconds() - before - result->generator_cpu_seconds;
        s.latency = result->latency;
        return s;
    };
}

round http_round(const run_plan& plan, load_plan load, request_source next) {
    load.time = plan.round_time;
    return load_round([load, next = std::move(next)] { return run_load(load, next); });
}

round work_round(std::function<base::result<std::uint64_t>()> work) {
    return [work = std::move(work)]() -> base::result<sample> {
        const double cpu = process_cpu_seconds();
        const auto begun = std::chrono::steady_clock::now();
        const auto done = work();
        if (!done) return tl::unexpected(done.error());
        sample s;
        s.operations = *done;
        s.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
        wait_until_idle();
        s.cpu_seconds = process_cpu_seconds() - cpu;
        return s;
    };
}

} // namespace rollcall::bench
