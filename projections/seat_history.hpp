// Reads from the log who held a seat from when to when: the driver of seat_ledger.hpp. It keeps
// what the tenant's own events say, and reads each person's events by the log's index of subjects;
// so it needs memory for one person at a time, however many there are, and no row of the state.
//
// It takes as long as there are events, and whoever asks for it says how long that may be: a
// seat_patience is asked before each event that is read.
//
// It sees the tenant's events up to the one that was the last when it was opened. Reads the
// disk; a log that cannot be read throws storage_failure, as everywhere.
#pragma once

#include "eventlog/store.hpp"
#include "projections/seat_ledger.hpp"

#include <functional>

namespace rollcall::projections {

/// All seats that somebody had.
struct seat_person {
    subject_id id{};
    eventlog::position made;                 ///< the event that created the user
    std::vector<seat_stretch> stretches;     ///< oldest first
    std::optional<eventlog::position> named; ///< the last event that says who it is
    bool erased = false;

    [[nodiscard]] bool holds() const { return !stretches.empty() && !stretches.back().taken; }
};

/// Whether to go on reading; empty: to the end. Must stay false once it is.
using seat_patience = std::function<bool()>;

/// Whether a reading failed only because its patience was over.
bool is_out_of_patience(const base::failure& failed);

/// Where a walk was cut short: everybody who was made up to `passed` has been visited.
struct seat_cut {
    eventlog::position passed;
    /// Who was being read, and the event that created him; nothing between two people.
    std::optional<subject_id> person;
    eventlog::position made;
};

class seat_history {
  public:
    /// Reads the tenant's own events. Errors: log_errc::not_found for a tenant without events; what
    /// decode_clear says of a damaged one; is_out_of_patience(). `log` outlives the object.
    static base::result<seat_history> open(const eventlog::store& log, tenant_no tenant,
                                           const seat_patience& go_on = {});

    /// What one user had; nothing if there never was one. Errors: a damaged event, or one that does
    /// not follow from those before it; is_out_of_patience().
    [[nodiscard]] base::result<seat_person> person(const subject_id& id,
                                                   const seat_patience& go_on = {}) const;

    /// Everybody whom the tenant ever had, deleted and erased people too, in the order of their
    /// creation; those made after `after`, which may be the position of any event. Ends when
    /// `visit` returns false, or the patience is over: then it says where. Errors: a damaged event.
    base::result<std::optional<seat_cut>> each(eventlog::position after,
                                               const std::function<bool(const seat_person&)>& visit,
                                               const seat_patience& go_on = {}) const;

  private:
    struct fact {
        eventlog::position at;
        event_header header;
        eventlog::event_body body;
    };

    seat_history(const eventlog::store& log, tenant_no tenant, const eventlog::chain_head& last)
        : log_(log), tenant_(tenant), last_(last) {}

    [[nodiscard]] base::result<fact> read(eventlog::position at) const;
    base::result<void> read_tenant(const seat_patience& go_on);
    [[nodiscard]] base::result<tenant_seq> seq_after(eventlog::position at) const;

    const eventlog::store& log_;
    tenant_no tenant_;
    eventlog::chain_head last_;
    std::vector<fact> of_tenant_; ///< those after which the terms are others, and its end
};

} // namespace rollcall::projections
