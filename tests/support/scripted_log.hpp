// A log that does as it is told: batches stay in flight until the test says what becomes of them.
// What is committed goes to a real store. It keeps append_log's promise: after a batch that was not
// committed, none is until the writer says `restart`.
#pragma once

#include "eventlog/append_log.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace rollcall::support {

class scripted_log final : public eventlog::append_log {
  public:
    explicit scripted_log(eventlog::store& rows) : rows_(rows) {}

    void append(eventlog::log_batch batch,
                std::function<void(eventlog::commit_outcome, eventlog::position)> done) override;
    void restart() override;
    [[nodiscard]] std::optional<eventlog::chain_head>
    chain(eventlog::tenant_no tenant) const override;

    [[nodiscard]] std::uint64_t epoch() const override { return 0; }

    /// Waits until `count` batches are in flight; false if that does not happen within 20 s.
    bool wait_for(std::size_t count);

    [[nodiscard]] std::size_t in_flight() const;

    /// The oldest batch in flight, as it was appended. @pre there is one.
    [[nodiscard]] eventlog::log_batch oldest() const;

    /// Settles the oldest batch. @pre there is one.
    void settle(eventlog::commit_outcome outcome);

    /// Settles the oldest with `first`, and those behind it as void.
    void fail_all(eventlog::commit_outcome first);

    /// From now on commits what comes, at once, in the caller's thread.
    void commit_everything();

  private:
    struct waiting {
        eventlog::log_batch batch;
        std::function<void(eventlog::commit_outcome, eventlog::position)> done;
    };

    eventlog::store& rows_;
    std::mutex telling_; ///< one batch after the other is settled, whoever settles
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<waiting> held_;
    bool at_once_ = false;
    bool failed_ = false; ///< until `restart`

    void finish(waiting w, eventlog::commit_outcome outcome);
};

} // namespace rollcall::support
