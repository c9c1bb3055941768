// How many of something each tenant has at a time. Thread-safe.
#pragma once

#include "eventlog/ids.hpp"

#include <cstddef>
#include <mutex>
#include <unordered_map>

namespace rollcall::projections {

class tenant_places {
  public:
    /// False if the tenant has `most` already. After true, leave() must follow once.
    bool enter(eventlog::tenant_no tenant, std::size_t most) {
        const std::lock_guard lock(mutex_);
        std::size_t& count = taken_[tenant];
        if (count >= most) return false;
        ++count;
        return true;
    }

    void leave(eventlog::tenant_no tenant) {
        const std::lock_guard lock(mutex_);
        const auto at = taken_.find(tenant);
        if (--at->second == 0) taken_.erase(at);
    }

  private:
    std::mutex mutex_;
    std::unordered_map<eventlog::tenant_no, std::size_t> taken_;
};

} // namespace rollcall::projections
