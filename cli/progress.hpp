// How far something long is, on standard error: one moving line on a terminal, else a plain line
// now and then.
#pragma once

#include "cli/terminal.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::cli {

/// `[#####.....]  52 %  310000 events/s  0:12 left`. Pure. Without a total there is neither share
/// nor time left.
std::string progress_line(std::uint64_t done, std::uint64_t total, double seconds,
                          std::string_view unit = "events");

class progress {
  public:
    progress(const terminal& to, std::string_view title, std::string_view unit = "events");
    ~progress(); ///< takes the moving line away

    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;

    void show(std::uint64_t done, std::uint64_t total);

  private:
    const terminal& to_;
    std::string title_, unit_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point said_ = began_;
    bool drawn_ = false;
};

} // namespace rollcall::cli
