// The narrow door to the log: append a batch and hear what became of it. The embedded log commits
// to the store of this machine; a cluster's log is another implementation of the same contract.
//
// Several batches may be in flight. They complete in the order in which they were appended. From
// the first that is not `committed`, every later one is not committed either, even if it was
// appended after that was told, until the caller has forgotten what it had decided on top of them
// and says so with `restart`.
#pragma once

#include "eventlog/record.hpp"
#include "eventlog/store.hpp"

#include <functional>
#include <string>
#include <vector>

namespace rollcall::eventlog {

enum class commit_outcome : std::uint8_t {
    committed, ///< durable, and visible to readers
    voided,    ///< surely not in the log; the command may be decided again
    unknown,   ///< nobody can say; nothing more is accepted by this log
};

struct log_batch {
    std::vector<record_draft> records;
    std::vector<row_change> rows;
    std::vector<row_change> notes; ///< rows that need no sync; a batch of only these is not synced

    [[nodiscard]] bool empty() const { return records.empty() && rows.empty(); }
};

class append_log {
  public:
    virtual ~append_log() = default;

    /// Takes a batch; `done` is called exactly once, possibly before append returns, from a thread
    /// of the log's choice. `last` is the position of the batch's last record, meaningful if it is
    /// committed and has records. One caller thread; it bounds what is in flight.
    /// An empty batch is committed when everything before it is.
    virtual void append(log_batch batch,
                        std::function<void(commit_outcome, position last)> done) = 0;

    /// What is appended from now on stands on what is committed only. @pre nothing is in flight.
    /// A log that can never accept again may go on refusing.
    virtual void restart() = 0;

    /// Where a tenant's chain stands among what is committed.
    [[nodiscard]] virtual std::optional<chain_head> chain(tenant_no tenant) const = 0;

    /// The claim under which this log writes; 0 on one machine.
    [[nodiscard]] virtual std::uint64_t epoch() const = 0;
};

} // namespace rollcall::eventlog
