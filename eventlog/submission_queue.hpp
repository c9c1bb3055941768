// What waits for the writer. Tenants take turns, so that nobody waits for all that somebody else
// has handed in. Within one tenant first come, first served: a deactivation must never overtake the
// reactivation that was asked for before it. What is final has a line of its own, which has each
// second turn. Knows no limits; not thread-safe.
#pragma once

#include "eventlog/writer.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>

namespace rollcall::eventlog {

class submission_queue {
  public:
    void push(std::unique_ptr<submission> work);

    /// Into the line of those who go first, of all tenants.
    void push_first(std::unique_ptr<submission> work);

    /// Before everybody of the same tenant. The tenant keeps his place among the others; without
    /// one he gets the last.
    void push_front(std::unique_ptr<submission> work);

    /// Null if nothing waits.
    std::unique_ptr<submission> pop();

    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    std::unordered_map<tenant_no, std::deque<std::unique_ptr<submission>>> lines_;
    std::deque<tenant_no> turns_; ///< each tenant that has somebody in his line, once
    std::deque<std::unique_ptr<submission>> first_;
    bool first_had_its_turn_ = false;
    std::size_t size_ = 0;
};

} // namespace rollcall::eventlog
