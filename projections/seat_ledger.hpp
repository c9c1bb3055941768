// Who held a seat from when to when: a pure machine, events in, stretches of time out. One account
// for each person; it is given the facts about the tenant and those about that person, oldest
// first, and says by which of them the seat was given and taken.
//
// Whether a status holds a seat is asked of the terms that the tenant had at that moment: a change
// of terms gives and takes seats as well, and so does the end of the tenant.
//
//   seat_account jane;
//   for each event of the tenant that is about the tenant, or about Jane: jane.take(...)
//   jane.stretches()
#pragma once

#include "projections/apply.hpp"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace rollcall::projections {

/// The event that gave a seat, or took it.
struct seat_cause {
    eventlog::event_type what{};
    eventlog::position at;
    base::moment time;
    friend bool operator==(const seat_cause&, const seat_cause&) = default;
};

/// A seat held without a break: from the moment of `given` to just before that of `taken`.
struct seat_stretch {
    seat_cause given;
    std::optional<seat_cause> taken; ///< nothing: still held
    friend bool operator==(const seat_stretch&, const seat_stretch&) = default;
};

class seat_account {
  public:
    /// The next event. @pre it is about a tenant or a user, and later than those before it.
    /// Errors: log_errc::out_of_order for a fact that does not follow from those before it.
    base::result<void> take(eventlog::position at, const event_header& header,
                            const eventlog::event_body& body);

    /// Oldest first; only the last one can be open.
    [[nodiscard]] const std::vector<seat_stretch>& stretches() const { return stretches_; }

    [[nodiscard]] bool holds() const { return !stretches_.empty() && !stretches_.back().taken; }

  private:
    eventlog::plan_terms terms_{.seats = {}, .seat_states = 0}; ///< of no tenant yet: nobody holds
    bool ended_ = false;                                        ///< the tenant is deleted
    std::optional<user_core> person_;
    std::vector<seat_stretch> stretches_;
};

/// A span of time; what happens at `to` is not in it.
struct seat_period {
    base::moment from;
    base::moment to;
};

/// Whether the stretch has to do with the period. One that ended the moment it began has if it
/// began there.
bool is_within(const seat_stretch& held, const seat_period& period);

/// How long of the period the seat was held, in milliseconds.
std::int64_t held_ms(const seat_stretch& held, const seat_period& period);

/// The most seats that were held at once in a period. Who gives a seat up at the very moment at
/// which another gets it does not count beside him.
class seat_peak {
  public:
    explicit seat_peak(const seat_period& period) : period_(period) {}

    /// Remembers its beginning and its end.
    void add(const seat_stretch& held);

    struct height {
        std::uint64_t seats = 0;
        base::moment at; ///< when that many were held first
    };

    [[nodiscard]] height most() const;

  private:
    seat_period period_;
    std::uint64_t at_the_beginning_ = 0;
    std::vector<std::pair<base::moment, int>> changes_; ///< one more, one less
};

} // namespace rollcall::projections
