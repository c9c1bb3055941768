// How fast a body has to come in for which a route allows more time than limits::body_time_max: so
// much of it in each such time, until all its time is over. So who stalls does not hold for minutes
// what his body takes here. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace rollcall::http {

class body_pace {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::milliseconds;

    /// Bytes of such a body in each limits::body_time_max; with less, 408.
    static constexpr std::size_t bytes_min = std::size_t{512} * 1024;

    /// A body begins, with all the time that it has. When to look at it: goes_on().
    time_point begin(time_point now, duration window, duration all) {
        window_ = window;
        end_ = now + all;
        bytes_ = 0;
        return std::min(now + window_, end_);
    }

    void add(std::size_t bytes) { bytes_ += bytes; }

    /// At the time that was named: whether the body may go on, and then when to look again.
    bool goes_on(time_point now, time_point& again) {
        if (now >= end_ || bytes_ < bytes_min) return false;
        bytes_ = 0;
        again = std::min(now + window_, end_);
        return true;
    }

  private:
    duration window_{};
    time_point end_{};
    std::size_t bytes_ = 0; // since it was last looked at
};

} // namespace rollcall::http
