// What waits for the writer. Tenants take turns, so that nobody waits for all that somebody else
// has handed in; and what must always work goes before the rest, which still gets a turn now and
// then. Within one tenant and one class, first come, first served. Knows no limits; not
// thread-safe.
#pragma once

#include "eventlog/writer.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>

namespace rollcall::eventlog {

/// How many of what must always work are taken before one of the others.
inline constexpr std::size_t always_in_a_row_max = 32;

class submission_queue {
  public:
    void push(std::unique_ptr<submission> work, queue_class room);

    /// Null if nothing waits.
    std::unique_ptr<submission> pop();

    [[nodiscard]] std::size_t size() const { return always_.size + ordinary_.size; }

  private:
    struct lane {
        std::unordered_map<tenant_no, std::deque<std::unique_ptr<submission>>> lines;
        std::deque<tenant_no> turns; ///< each tenant that has somebody in his line, once
        std::size_t size = 0;

        void push(std::unique_ptr<submission> work);
        std::unique_ptr<submission> pop();
    };

    lane always_;
    lane ordinary_;
    std::size_t always_in_a_row_ = 0;
};

} // namespace rollcall::eventlog
