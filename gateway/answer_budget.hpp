// How much memory lists may take from their rendering until their clients have taken them, so that
// clients who ask and do not read bring no gigabytes: a sum for all, and a share of it for each
// tenant. Only for lists; a single resource is small, and always answered. Thread-safe.
#pragma once

#include "eventlog/ids.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace rollcall::gateway {

class answer_budget {
  public:
    answer_budget(std::size_t total_max, std::size_t tenant_max);

    /// Room for so many bytes, given back when the last copy of the result goes (which may be after
    /// this object). Null, and nothing taken, if the sum or the tenant's share would be passed.
    /// @pre bytes > 0
    [[nodiscard]] std::shared_ptr<const void> take(eventlog::tenant_no who, std::size_t bytes);

    /// Whether take() would refuse a single byte.
    [[nodiscard]] bool used_up(eventlog::tenant_no who) const;

  private:
    struct account;
    struct loan;

    std::shared_ptr<account> account_;
};

} // namespace rollcall::gateway
