// Where commands are handed in: wraps each into a submission for the writer, runs `decide` in the
// writer's turn, and hands back the answer when it is durable.
#pragma once

#include "eventlog/writer.hpp"
#include "projections/attempts.hpp"
#include "projections/command.hpp"
#include "projections/directory.hpp"
#include "projections/refusal_counts.hpp"

#include <chrono>
#include <functional>
#include <vector>

namespace rollcall::projections {

struct desk_options {
    std::chrono::milliseconds deadline{20'000}; ///< who waits longer is refused as expired
    attempt_limits attempts;
    std::size_t attempts_waiting_max = 256; ///< in the writer's queue; one more is dropped
    std::chrono::hours idempotency_age_max{24};
    std::size_t sweep_rows_max = 1000; ///< in one sweep
    /// Of one tenant at a time, waiting ones included: those that may take several turns of the
    /// writer, for which the rest of their tenant waits. One more is refused as queue_full.
    std::size_t large_changes_max = 2;
    /// Commands of one tenant's keys that are not answered yet; one more is refused as queue_full.
    /// What deprovisions has further places, and so have his admins (waiting_commands.hpp).
    std::size_t tenant_waiting_max = 512;
};

class command_desk {
  public:
    command_desk(eventlog::writer& writer, directory& directory, desk_options options);

    /// Hands in a command. `done` is called exactly once: at once, from here, if the queue is full
    /// or the writer has stopped; else from the log's thread when the outcome is durable. An
    /// erasure first reads the person's history, here.
    void submit(command c, std::function<void(answer)> done);

    /// submit, and wait. For threads that may block (command line, consumers, tests).
    answer submit_and_wait(command c);

    /// Records a refusal that never became a command (validation, authentication, plan), so that
    /// "why was Jane not provisioned?" has an answer. May be dropped under load; counted.
    using attempt = projections::attempt;
    void record_attempt(attempt a);

    /// How many attempts were dropped under load, or named no tenant.
    [[nodiscard]] std::uint64_t attempts_dropped() const;

    /// How many changes were refused since the start, by reason.
    [[nodiscard]] std::vector<refusal_count> refusals() const;

    /// Keeps when keys were last used. Dropped if the queue is full: the next use repairs it.
    void note_key_uses(std::vector<key_use> uses);

    /// Lets go of idempotency keys and attempts that are too old, a bounded number in one call.
    /// Returns how many rows or tenants it found, when they are gone (0 also if the writer takes no
    /// more); call again while that is not 0. From a timer's thread: it waits. Throws
    /// storage_failure.
    std::size_t sweep();

    /// While true, only what deprovisions is accepted; everything else is refused as disk_low.
    void set_disk_low(bool low);
    /// While true, nothing is accepted: what space is left is for what is decided already.
    void set_disk_full(bool full);

    struct impl; ///< command_desk.cpp only

  private:
    std::shared_ptr<impl> impl_;
};

} // namespace rollcall::projections
