#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rollcall::cli {
namespace {

constexpr std::size_t bar_columns = 30;
constexpr std::chrono::seconds plain_pause{5}; ///< between two plain lines
constexpr double rate_after_seconds = 0.05;    ///< sooner, a rate would be chance

} // namespace

std::string progress_line(std::uint64_t done, std::uint64_t total, double seconds,
                          std::string_view unit) {
    std::string line;
    if (total > 0) {
        const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
        const auto full = static_cast<std::size_t>(share * static_cast<double>(bar_columns));
        line = fmt::format("[{}{}] {:3.0f} %", std::string(full, '#'),
                           std::string(bar_columns - full, '.'), std::floor(share * 100));
    } else {
        line = fmt::format("{} {}", done, unit);
    }
    if (seconds < rate_after_seconds || done == 0) return line;
    const double rate = static_cast<double>(done) / seconds;
    line += fmt::format("  {:.0f} {}/s", rate, unit);
    if (total > done) {
        const auto left = static_cast<std::uint64_t>(static_cast<double>(total - done) / rate);
        line += fmt::format("  {}:{:02} left", left / 60, left % 60);
    }
    return line;
}

progress::progress(const terminal& to, std::string_view title, std::string_view unit)
    : to_(to), title_(title), unit_(unit) {}

progress::~progress() {
    if (drawn_) to_.err << "\r\x1b[K" << std::flush;
}

void progress::show(std::uint64_t done, std::uint64_t total) {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - began_).count();
    const std::string line = title_ + "  " + progress_line(done, total, seconds, unit_);
    if (to_.err_is_terminal) {
        to_.err << '\r' << line << "\x1b[K" << std::flush;
        drawn_ = true;
    } else if (now - said_ >= plain_pause) {
        said_ = now;
        to_.err << line << '\n' << std::flush;
    }
}

} // namespace rollcall::cli
