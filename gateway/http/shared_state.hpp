// What the threads of one server share, all of it thread-safe. Owned by the server, which outlives
// its threads.
#pragma once

#include "gateway/http/input_buffer.hpp"
#include "gateway/http/limits.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace rollcall::http {

struct shared_state {
    explicit shared_state(const http::limits& chosen)
        : bounds(chosen),
          budget(chosen.input_bytes_total_max, chosen.input_bytes_reserve,
                 chosen.small_input_bytes_max) {}

    const http::limits bounds;
    input_budget budget;

    /// Connections that are given a 503 because there are too many.
    std::atomic<std::size_t> refusals{0};

    /// Set once, when the server begins to stop: answers say `Connection: close` from then on.
    std::atomic<bool> draining{false};

    /// Connections that belong to a thread or are on their way to it, over all threads.
    std::atomic<std::size_t> connections{0};

    /// Signalled, while draining, when `connections` falls to zero.
    std::mutex drained_mutex;
    std::condition_variable drained;

    void one_connection_less() {
        if (connections.fetch_sub(1) == 1 && draining.load()) {
            const std::lock_guard lock(drained_mutex);
            drained.notify_all();
        }
    }
};

} // namespace rollcall::http
