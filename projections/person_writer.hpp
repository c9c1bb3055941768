// The part of a rebuild that costs most: opens the sealed part of each living user's last event and
// writes his rows to the new generation. Work is handed over in chunks to threads of its own, so
// that the walk over the log goes on meanwhile. What waits is bounded.
//
// One thread calls add and finish. A fault of a worker is told by the next call.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "projections/core_fold.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rollcall::projections {

inline constexpr std::size_t persons_per_chunk = 2048;
inline constexpr std::size_t chunks_waiting_max = 4;

class person_writer {
  public:
    /// @pre workers > 0
    person_writer(eventlog::store& store, eventlog::keyring& keys, unsigned workers);
    ~person_writer(); ///< drops what waits

    /// Takes the record of a user's last event, and his clear facts.
    /// Errors, here and in finish: log_errc::key_destroyed for a living user without a key, naming
    /// him; those of decode_event; log_errc::storage.
    base::result<void> add(std::string_view record, const user_core& core);

    /// Waits until everything is written.
    base::result<void> finish();

    person_writer(const person_writer&) = delete;
    person_writer& operator=(const person_writer&) = delete;

  private:
    struct person {
        std::string record;
        user_core core;
    };

    using chunk = std::vector<person>;

    base::result<void> hand_over();
    void work();
    base::result<void> write(const chunk& people);
    base::result<void> put_person(const person& who, eventlog::row_editor& rows);

    eventlog::store& store_;
    eventlog::keyring& keys_;
    chunk filling_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<chunk> waiting_;
    std::size_t at_work_ = 0;
    bool closing_ = false;
    base::result<void> fate_; ///< the first fault
    std::vector<std::thread> threads_;
};

} // namespace rollcall::projections
