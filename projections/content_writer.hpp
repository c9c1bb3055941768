// The part of a rebuild that costs most: opens the sealed part that says what each living user or
// team is now and what admins are called, and writes their rows to the new generation. Work is
// handed over in chunks to threads of its own, so that the walk over the log goes on meanwhile.
// What waits is bounded.
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
#include <variant>
#include <vector>

namespace rollcall::projections {

inline constexpr std::size_t records_per_chunk = 2048;
inline constexpr std::size_t chunks_waiting_max = 4;

class content_writer {
  public:
    using clear_facts = std::variant<user_core, team_core, admin_core>;

    /// @pre workers > 0
    content_writer(eventlog::store& store, eventlog::keyring& keys, unsigned workers);
    ~content_writer(); ///< drops what waits

    /// Takes the last record with content of a user, a team or an admin, and the clear facts of
    /// now. Errors, here and in finish: log_errc::key_destroyed for a living subject without a key,
    /// naming it; those of decode_event; log_errc::storage.
    base::result<void> add(std::string_view record, const clear_facts& core);

    /// Waits until everything is written.
    base::result<void> finish();

    content_writer(const content_writer&) = delete;
    content_writer& operator=(const content_writer&) = delete;

  private:
    struct piece {
        std::string record;
        clear_facts core;
    };

    using chunk = std::vector<piece>;

    base::result<void> hand_over();
    void work();
    base::result<void> write(const chunk& pieces);
    [[nodiscard]] bool is_of_type(eventlog::position at, eventlog::event_type type) const;
    base::result<void> put_piece(const piece& what, eventlog::row_editor& rows);

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
