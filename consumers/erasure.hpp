// The erasure consumer: follows the log for erased people and makes them unreadable in every file
// of the data directory and in older copies of its keys. README.md tells the steps.
#pragma once

#include "eventlog/cursor.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace rollcall::consumers {

struct erasure_options {
    std::size_t rewrap_keys_max = 2000; ///< subject keys wrapped again in one writer's turn
    std::chrono::seconds retry_after{5};
};

struct erasure_figures {
    eventlog::position checkpoint;
    std::uint64_t people_erased = 0; ///< since the start of this process
    std::string last_error;          ///< empty when the last round succeeded
};

class erasure {
  public:
    /// Starts following the log from the stored checkpoint.
    erasure(eventlog::store& store, eventlog::writer& writer, eventlog::keyring& keys,
            eventlog::log_signal& signal, erasure_options options);
    ~erasure(); ///< stops between two steps; what is not finished is done at the next start
    erasure(const erasure&) = delete;
    erasure& operator=(const erasure&) = delete;

    /// True when every erasure up to `at` is complete; false if `until` passes first.
    bool wait_past(eventlog::position at, std::chrono::steady_clock::time_point until);

    [[nodiscard]] erasure_figures figures() const;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::consumers
