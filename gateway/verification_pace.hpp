// How often passwords may be verified, which is guessing as far as the server knows: a pace for
// each user, and one for each tenant. Tenants share nothing: whoever tries out names fills his own
// table, and neither weakens nor slows down what holds for others.
//
// A tenant's table is bounded; past it his further users share one count. What has nothing to say
// any more goes, whole tenants too, with the first verification of anybody that comes a minute
// after the last sweep; until one comes it stays, which costs memory and nothing else. Thread-safe.
#pragma once

#include "eventlog/ids.hpp"
#include "gateway/failure_throttle.hpp"
#include "gateway/limits.hpp"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace rollcall::gateway {

class verification_pace {
  public:
    using time_point = failure_throttle::time_point;

    explicit verification_pace(const limits& bounds) : bounds_(bounds) {}

    /// Counts one verification; nothing: it is within the pace of the user and of his tenant. Else
    /// after how many seconds it will be, and nothing was counted. `who` is the prepared user name,
    /// of somebody or of nobody.
    std::optional<std::chrono::seconds> take(eventlog::tenant_no tenant, std::string_view who,
                                             time_point now);

    /// Tenants, and users of all of them, that are counted at the moment.
    [[nodiscard]] std::size_t tenants() const;
    [[nodiscard]] std::size_t users() const;

    /// How often what is forgotten is looked for.
    static constexpr std::chrono::seconds swept_every{60};

  private:
    struct table {
        explicit table(const limits& bounds);

        failure_throttle users;
        failure_throttle whole; ///< of one peer: the tenant
    };

    void sweep(time_point now);

    const limits bounds_;
    mutable std::mutex mutex_;
    std::unordered_map<eventlog::tenant_no, table> tables_;
    time_point swept_;
};

} // namespace rollcall::gateway
