// How often one tenant may ask: a bucket that a burst empties and time fills again (GCRA), shared
// by all his keys and all I/O threads. One store into an atomic number for each request, no lock.
//
// What deprovisions is not held up by it. A change of one user may be that, which only its body
// says: it goes on and is told that it is over the pace (call_facts::over_pace), and whoever has
// read the body refuses it then unless it deprovisions. And who deprovisions looks first: look-ups
// of one user have a bucket of their own to fall back on, of the same size.
#pragma once

#include "eventlog/ids.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace rollcall::gateway {

/// How a route stands to the tenant's pace.
enum class pace_class : std::uint8_t {
    ordinary,
    look_up, ///< of one user: has a bucket of its own when the common one is empty
    leaving, ///< may deprovision: goes on, and is judged when its body is known
};

struct pace_terms {
    std::chrono::nanoseconds each{0}; ///< how long a place is taken by one request; 0: not at all
    std::uint64_t burst = 1;          ///< places: how many may come at once, at least 1

    static pace_terms per_second(std::uint64_t requests, std::uint64_t burst);
};

/// Of one tenant. Thread-safe.
class tenant_pace {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    /// @pre terms.each > 0
    explicit tenant_pace(const pace_terms& terms);

    /// Takes a place for a request at `now`. Nothing: there was one. Else after how many whole
    /// seconds, at least one, there will be; and nothing was taken.
    std::optional<std::chrono::seconds> take(pace_class what, time_point now);

    /// Notes a request that was refused for it. True if it is time to tell an operator: at the
    /// first one, and then once in `telling_pause`.
    bool count_refused(time_point now);

    [[nodiscard]] std::uint64_t refused() const { return refused_; }

    static constexpr std::chrono::seconds telling_pause{60};

  private:
    class bucket {
      public:
        /// By how much a request at `now` is over; not over, and taken, if that is not positive.
        std::chrono::nanoseconds take(const tenant_pace& of, time_point now);

      private:
        std::atomic<std::int64_t> full_at_{0}; ///< when nothing is missing in it; ns of the clock
    };

    const std::chrono::nanoseconds each_;
    const std::chrono::nanoseconds all_; // places, as time
    bucket common_;
    bucket look_ups_;
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<std::int64_t> told_at_{0}; ///< ns of the clock; 0: never
};

/// Those of all tenants who have shown a key since the start. Thread-safe.
class tenant_paces {
  public:
    explicit tenant_paces(const pace_terms& terms) : terms_(terms) {}

    /// Null if tenants may ask as often as they like.
    std::shared_ptr<tenant_pace> of(eventlog::tenant_no who);

    /// Requests refused for it, of all tenants.
    [[nodiscard]] std::uint64_t refused() const;

    [[nodiscard]] const pace_terms& terms() const { return terms_; }

  private:
    const pace_terms terms_;
    mutable std::mutex mutex_;
    std::unordered_map<eventlog::tenant_no, std::shared_ptr<tenant_pace>> all_;
};

} // namespace rollcall::gateway
