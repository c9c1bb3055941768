// The one writer. It takes submissions from a bounded queue in which tenants take turns, drains
// what is there (it never waits to fill a batch), lets the decider turn each into events and rows,
// seals and chains the events, and appends them as one batch. A submission hears its outcome only
// when the batch's fate is known, and so does one that was refused: a refusal may rest on what is
// decided but not yet durable.
//
// What would keep everybody waiting comes in parts: a submission that is unfinished after its turn
// gets another one when the other tenants have had theirs. Its own tenant waits behind it, so that
// nothing that it has read changes under it.
//
// The overlay: rows and chain heads decided in batches in flight, read before the store. From the
// first batch that does not commit, the overlay is discarded.
#pragma once

#include "eventlog/append_log.hpp"
#include "eventlog/base/histogram.hpp"
#include "eventlog/event.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/rows.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace rollcall::eventlog {

/// What became of a submission.
enum class submission_outcome : std::uint8_t {
    done,    ///< decided (accepted or refused), and every event of it is durable
    expired, ///< its deadline passed before its turn: nothing was done
    voided,  ///< surely nothing was done
    unknown, ///< nobody can say whether it was done
    stopped, ///< the writer had stopped before its turn: nothing was done
};

/// What the decider may do in one submission's turn.
class turn {
  public:
    virtual ~turn() = default;
    virtual row_editor& rows() = 0;
    virtual const link_reader& links() = 0;
    virtual keyring& keys() = 0;
    /// The wall clock, never running backwards within this log.
    virtual base::moment time() = 0;

    /// Adds an event to the tenant's chain; its content is sealed under the subject's key, which
    /// must exist in rows(). Returns its seq and the digest of its sealed part.
    struct emitted {
        tenant_seq seq;
        digest sealed_hash{};
    };

    virtual base::result<emitted> emit(event e) = 0;
    /// Puts a row that needs no sync of its own and is no part of the state (an attempt). Kept even
    /// when `decide` returns false and the submission's own changes are taken back, but not when it
    /// throws.
    virtual void note(row_change change) = 0;
};

/// One piece of work for the writer.
class submission {
  public:
    virtual ~submission() = default;
    /// Runs in the writer's thread. If it returns false, everything it did in its turn is taken
    /// back; so it is when a read fails (storage_failure), and then the outcome is `voided`.
    virtual bool decide(turn& t) = 0;

    /// Asked after `decide` returned true: true if there is more to do. Then that part is kept, and
    /// `decide` is called again, with nobody of the same tenant in between but who goes first
    /// (queue_class::first). Parts may reach the
    /// disk in batches of their own, and a later one may not come to be: what completes after its
    /// first part is `done` or `unknown`.
    [[nodiscard]] virtual bool unfinished() const { return false; }

    /// Called exactly once: from the log's thread if it was decided, else from the writer's.
    /// `last` is the last position of its batch, if the batch has events.
    virtual void complete(submission_outcome outcome, position last) noexcept = 0;
    /// Whose it is: tenants take turns in the queue.
    tenant_no tenant;
    /// After this moment it is not begun any more.
    std::optional<std::chrono::steady_clock::time_point> deadline;
    /// Since when it waits; set by the writer.
    std::chrono::steady_clock::time_point queued;
    /// Set by the writer: it was handed in to go first.
    bool goes_first = false;
    /// Set by the writer with the first part of several: on which of its histories that stands.
    std::uint64_t begun = 0;
};

struct writer_options {
    std::size_t queue_max = 4096;     ///< submissions waiting; one more is refused
    std::size_t queue_reserve = 1024; ///< further places for what must always work
    std::size_t batch_submissions_max = 256;
    std::size_t batch_bytes_max = 1u << 20;       ///< record bytes after which a batch is closed
    std::chrono::milliseconds batch_time_max{20}; ///< of deciding, after which a batch is closed
    std::size_t in_flight_max = 2; ///< more make batches smaller without filling the disk better
    std::function<base::moment()> clock = base::now; ///< of turns
};

struct writer_figures {
    std::uint64_t submissions = 0;
    std::uint64_t events = 0;
    std::uint64_t batches = 0; ///< that wrote anything
    std::uint64_t refused_full = 0;
    std::size_t queue_depth = 0;
    std::size_t queue_max = 0;          ///< places, without the reserve
    base::histogram_figures waited_us;  ///< from submit() to the turn, each submission
    base::histogram_figures batch_size; ///< submissions in each batch
};

/// Where a submission stands in the queue.
enum class queue_class : std::uint8_t {
    ordinary, ///< the last of its tenant
    always,   ///< likewise, and it may take a place of the reserve
    /// A place of the reserve, and before everybody of its tenant, also between two parts of one
    /// submission. For what is final and changes nothing that others of its tenant read.
    first,
};

class writer {
  public:
    /// `after_batch` is called from the log's thread when all submissions of a batch have
    /// completed.
    writer(store& rows, append_log& log, keyring& keys, writer_options options,
           std::function<void()> after_batch);
    ~writer(); ///< stops

    /// Queues; false (and nothing happens) if the queue is full or the writer has stopped.
    [[nodiscard]] bool submit(std::unique_ptr<submission> work, queue_class room);

    /// Runs `work` in the writer's thread with nothing in flight, and waits for it. For care of the
    /// store that must not meet a turn (flipping a generation). False if the writer has stopped.
    /// Not from a turn or from the log's thread; `work` throws nothing.
    bool run_alone(const std::function<void()>& work);

    /// Finishes what is queued, then refuses everything. Idempotent; by one thread, which is not
    /// the log's.
    void stop();

    [[nodiscard]] writer_figures figures() const;

    writer(const writer&) = delete;
    writer& operator=(const writer&) = delete;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::eventlog
