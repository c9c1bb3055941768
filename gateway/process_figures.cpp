#include "gateway/process_figures.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace rollcall::gateway {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// When the machine was started, in seconds since 1970.
double boot_time() {
    std::ifstream file("/proc/stat");
    for (std::string word; file >> word;) {
        double value = 0;
        if (word == "btime" && file >> value) return value;
    }
    return 0;
}

/// Of this process's stat file.
struct process_stat {
    std::uint64_t threads = 0; ///< field 20
    double start_ticks = 0;    ///< field 22: clock ticks after the boot
};

process_stat read_stat() {
    std::ifstream file("/proc/self/stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    // The second field may hold blanks, but it is the only one in parentheses.
    const std::size_t end = text.rfind(')');
    if (end == text.npos) return {};
    std::istringstream rest(text.substr(end + 1));
    std::string skipped;
    for (int field = 3; field < 20; ++field) {
        rest >> skipped;
    }
    process_stat stat;
    rest >> stat.threads >> skipped >> stat.start_ticks;
    return stat;
}

} // namespace

process_figures read_process_figures() {
    process_figures figures;
    const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    if (statm >> total >> resident) {
        figures.virtual_bytes = total * page;
        figures.resident_bytes = resident * page;
    }
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        figures.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    std::error_code failed;
    for (std::filesystem::directory_iterator fd("/proc/self/fd", failed), end; fd != end;
         fd.increment(failed)) {
        ++figures.open_fds;
    }
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) figures.max_fds = limit.rlim_cur;
    const process_stat stat = read_stat();
    figures.threads = stat.threads;
    figures.start_time_seconds =
        boot_time() + stat.start_ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
    return figures;
}

} // namespace rollcall::gateway
