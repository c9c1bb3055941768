// Long work as something that can be looked at: it has an id, runs on a thread of its own, tells
// how far it is, and keeps its result for whoever asks later. Bounded in how many run and how many
// are remembered.
#pragma once

#include "eventlog/ids.hpp"
#include "gateway/admin/problem.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::admin {

/// How far a job is; written by the job, read by anybody.
struct job_progress {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> total{0};
    /// The server is going down: the job should end soon, with any result.
    std::atomic<bool> stopping{false};
};

struct job_limits {
    std::size_t running_max = 6;
    std::size_t running_of_tenant_max = 2; ///< of these, those of one tenant
    std::size_t remembered_max =
        32; ///< with the running ones; the oldest finished one is forgotten
    std::size_t remembered_of_tenant_max = 8; ///< of these, those of one tenant
};

class jobs {
  public:
    /// Runs on the job's thread; the result as JSON text.
    using work = std::function<result<std::string>(job_progress&)>;

    explicit jobs(job_limits limits);
    ~jobs(); ///< end()
    jobs(const jobs&) = delete;
    jobs& operator=(const jobs&) = delete;

    /// Whose a job is: a tenant's, or nobody's, which is the operators'.
    using owner = std::optional<eventlog::tenant_no>;

    /// Starts `what` and returns the new job's id. `kind` is a word (`verify`). 409 already_running
    /// if a job of an `alone` kind runs; 429 too_many_jobs; 503 stopped.
    result<std::string> start(std::string_view kind, bool alone, work what, owner whose = {});

    /// Whether there is such a job and it is that one's.
    [[nodiscard]] bool is_of(std::string_view id, owner whose) const;

    /// The job as JSON: id, kind, state (running, done, failed), done, total, elapsed_ms, and then
    /// result or error. Nothing for an unknown id.
    /// For a tenant, also for a job that is not his.
    [[nodiscard]] std::optional<std::string> describe(std::string_view id, owner asks = {}) const;

    /// Calls `tell` once when the job has finished, from its thread; at once if it has already (or
    /// is unknown). Without the returned ticket it is not called any more.
    [[nodiscard]] std::shared_ptr<void> when_finished(std::string_view id,
                                                      std::function<void()> tell);

    /// Tells running jobs to stop, and waits for them; no other starts. Idempotent.
    void end();

    /// As end(), but gives up after `time_max`: false if a job still runs, and what it works with
    /// has to stay.
    [[nodiscard]] bool end_within(std::chrono::milliseconds time_max);

  private:
    struct job;

    void run(const std::shared_ptr<job>& j, const work& what);

    const job_limits limits_;
    void tell_to_stop();

    mutable std::mutex mutex_;
    std::condition_variable one_ended_;
    bool ended_ = false;
    std::map<std::string, std::shared_ptr<job>, std::less<>> jobs_; ///< ids sort by time
};

} // namespace rollcall::admin
