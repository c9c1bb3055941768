// The log of one machine: batches are committed to the local store, one after the other, by a
// thread of its own, so that the writer decides the next batch while the disk works on this one.
#pragma once

#include "eventlog/append_log.hpp"
#include "eventlog/base/histogram.hpp"
#include "eventlog/cursor.hpp"

#include <chrono>
#include <memory>

namespace rollcall::eventlog {

class embedded_log final : public append_log {
  public:
    /// `signal` is advanced to the head there is, and after each commit, before `done` is called.
    embedded_log(store& rows, log_signal& signal);
    ~embedded_log() override; ///< completes what is in flight

    void append(log_batch batch, std::function<void(commit_outcome, position)> done) override;

    void restart() override {} ///< a store that failed once is stopped for good

    [[nodiscard]] std::optional<chain_head> chain(tenant_no tenant) const override;

    [[nodiscard]] std::uint64_t epoch() const override { return 0; }

    /// How long each batch took to be durable, in microseconds. From any thread.
    [[nodiscard]] base::histogram_figures commit_times() const;

    /// How long the batch that is being made durable has taken so far; zero when there is none.
    /// From any thread.
    [[nodiscard]] std::chrono::nanoseconds committing() const;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::eventlog
