// All that is so of a tenant, line by line, in one unchanging view: where somebody begins who then
// follows the events behind it.
//
//   {"type":"snapshot", "lineage", "tenant", "position", "seq", "hash", "state_hash", counts}
//   the state messages of all users, then of each team with its members, then of the seats, each as
//   a structured CloudEvent
//   {"type":"snapshot_end", "lines", "sha256"}
//
// `lines` counts those before the last, and `sha256` is of their bytes with each newline: who has
// no such last line, or another sum, has a stream that was cut off.
//
// Memory: one line. The view is held as long as this lives, and keeps old rows from being cleaned
// away: whoever hands lines to somebody slow ends it in time.
#pragma once

#include "eventlog/base/sha256.hpp"
#include "eventlog/store.hpp"
#include "projections/listing.hpp"
#include "projections/told/message.hpp"

#include <memory>
#include <optional>
#include <string>

namespace rollcall::told {

class snapshot {
  public:
    /// As it is now; `how` says how much of people is told. The store outlives it. Throws
    /// eventlog::storage_failure, also for a tenant that is not there.
    snapshot(const eventlog::store& log, eventlog::tenant_no tenant, telling how);

    /// Appends the next line with its newline; false if there is none any more. Throws
    /// eventlog::storage_failure.
    bool next(std::string& out);

    /// Up to which of the tenant's events it is told.
    [[nodiscard]] eventlog::tenant_seq as_of() const { return head_.seq; }

  private:
    enum class part : std::uint8_t { begin, users, teams, members, seats, end, nothing };

    /// The view, and the head of the tenant's chain as it is in it.
    void look();
    bool line_of_part(std::string& out);
    bool next_user(std::string& out);
    bool next_team(std::string& out);
    bool next_member(std::string& out);
    void first_line(std::string& out) const;
    void last_line(std::string& out) const;
    [[nodiscard]] std::string sealed(const eventlog::subject_id& id,
                                     const eventlog::digest& hash) const;

    const eventlog::store& log_;
    telling how_;
    std::unique_ptr<eventlog::row_snapshot> rows_;
    eventlog::chain_head head_;
    projections::tenant_state tenant_;
    projections::tenant_counters counters_;
    part at_ = part::begin;
    std::optional<projections::listing> users_;
    std::optional<projections::listing> teams_;
    eventlog::subject_id team_{};
    std::unique_ptr<eventlog::row_cursor> members_;
    std::uint64_t lines_ = 0;
    base::running_sha256 sum_;
};

} // namespace rollcall::told
