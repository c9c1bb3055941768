#include "bench/process_usage.hpp"

#include <chrono>
#include <ctime>
#include <fstream>
#include <string>
#include <thread>

namespace rollcall::bench {
namespace {

double clock_seconds(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

constexpr auto look_every = std::chrono::milliseconds(50);
constexpr auto patience = std::chrono::seconds(20);
constexpr double idle_share = 0.05;

} // namespace

double process_cpu_seconds() {
    return clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double thread_cpu_seconds() {
    return clock_seconds(CLOCK_THREAD_CPUTIME_ID);
}

void reset_peak_resident() {
    std::ofstream("/proc/self/clear_refs") << "5";
}

std::uint64_t peak_resident_bytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word != "VmHWM:") continue;
        std::uint64_t kibibytes = 0;
        status >> kibibytes;
        return kibibytes * 1024;
    }
    return 0;
}

void wait_until_idle() {
    const auto until = std::chrono::steady_clock::now() + patience;
    double before = process_cpu_seconds();
    while (std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(look_every);
        const double now = process_cpu_seconds();
        if (now - before < idle_share * std::chrono::duration<double>(look_every).count()) return;
        before = now;
    }
}

} // namespace rollcall::bench
