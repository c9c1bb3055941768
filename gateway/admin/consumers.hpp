// Consumers as the admin API shows them: who follows the log, how far, and what holds them up.
#pragma once

#include "eventlog/base/time.hpp"
#include "eventlog/ids.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rollcall::admin {

struct consumer_view {
    struct parked_event {
        eventlog::position at;
        base::moment time;
        std::string reason;
    };

    std::string name;
    eventlog::position at;
    bool paused = false;
    std::string last_error; ///< empty when it gets on
    std::uint64_t parked_total = 0;
    std::vector<parked_event> parked; ///< the first of them
};

} // namespace rollcall::admin
