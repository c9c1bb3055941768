// Where commands are handed in: wraps each into a submission for the writer, runs `decide` in the
// writer's turn, and hands back the answer when it is durable.
#pragma once

#include "eventlog/writer.hpp"
#include "projections/command.hpp"
#include "projections/directory.hpp"

#include <chrono>
#include <functional>

namespace rollcall::projections {

struct desk_options {
    std::chrono::milliseconds deadline{
        20'000}; ///< a command that waits longer is refused as expired
    std::size_t attempts_per_tenant_max = 10'000;
    std::chrono::hours attempts_age_max{24 * 30};
    std::chrono::hours idempotency_age_max{24};
};

class command_desk {
  public:
    command_desk(eventlog::writer& writer, directory& directory, desk_options options);

    /// Hands in a command. `done` is called exactly once: at once, from here, if the queue is full
    /// or the writer has stopped; else from the log's thread when the outcome is durable.
    void submit(command c, std::function<void(answer)> done);

    /// submit, and wait. For threads that may block (command line, consumers, tests).
    answer submit_and_wait(command c);

    /// Records a refusal that never became a command (validation, authentication, plan), so that
    /// "why was Jane not provisioned?" has an answer. May be dropped under load; counted.
    struct attempt {
        tenant_no tenant;
        eventlog::actor by;
        std::string request_id;
        std::string action;       ///< `create user`, `patch user`, ...
        std::string who;          ///< prepared user name, or id text; sealed on disk
        std::uint16_t status = 0; ///< HTTP status that was answered
        std::string reason;       ///< the message; sealed on disk
    };

    void record_attempt(attempt a);

    /// While true, only what deprovisions is accepted; everything else is refused as disk_low.
    void set_disk_low(bool low);

  private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

} // namespace rollcall::projections
