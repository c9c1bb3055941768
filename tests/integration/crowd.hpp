// Many clients at once, each with a connection and a ledger of its own, changing users until the
// server goes away or they are told to stop.
#pragma once

#include "tests/integration/ledger.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace rollcall::integration {

/// Has all of `workers` at work, each in a thread of its own that goes on until its turn is unknown
/// or wrong; as soon as together they have done `until` things, calls `then` (which stops or kills
/// the server, or does nothing to let them all stop by themselves). Returns when all have ended.
void work_together(const std::vector<std::function<ledger::turn()>>& workers, std::uint64_t until,
                   const std::function<void()>& then);

class crowd {
  public:
    crowd(std::size_t clients, std::uint64_t seed);

    /// work_together() of all clients, against `where`.
    void work(const http::endpoint& where, const std::string& key, std::uint64_t until,
              const std::function<void()>& then);

    /// ledger::settle for all of them; also compares what a full listing shows with what must be
    /// there if `everything`.
    std::vector<std::string> settle(const http::endpoint& where, const std::string& key,
                                    bool everything);

    [[nodiscard]] std::uint64_t acknowledged() const;
    [[nodiscard]] std::size_t living() const;

  private:
    std::vector<std::string> compare_listing(provider& server) const;

    std::deque<ledger> ledgers_;
};

} // namespace rollcall::integration
