// Consumers as the admin API shows them: who follows the log, how far, and what holds them up.
#pragma once

#include "eventlog/base/time.hpp"
#include "eventlog/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::admin {

struct consumer_view {
    struct parked_event {
        eventlog::position at;
        base::moment time;
        std::string reason;
    };

    /// Of who publishes the log to topics.
    struct published {
        std::string alarm; ///< why nothing is published until somebody decides; or empty
        base::moment oldest_unpublished; ///< zero if everything is published
        std::uint64_t messages = 0;      ///< acknowledged since the start
        std::uint64_t dead_letters = 0;  ///< of them
        std::size_t under_way = 0;       ///< messages sent and not acknowledged
        std::uint64_t producers = 0;     ///< opened since the start; more than one: restarts
    };

    std::string name;
    eventlog::position at;
    bool paused = false;
    std::string last_error; ///< empty when it gets on
    std::uint64_t parked_total = 0;
    std::vector<parked_event> parked; ///< the first of them
    std::optional<published> publishing;
};

} // namespace rollcall::admin
