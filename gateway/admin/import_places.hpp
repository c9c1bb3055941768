// How many imports run: a few in all, since each holds its file in memory, and one for each tenant.
// Thread-safe; outlives the places it gives.
#pragma once

#include "eventlog/ids.hpp"
#include "gateway/admin/problem.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

namespace rollcall::admin {

class import_places {
  public:
    explicit import_places(std::size_t running_max) : running_max_(running_max) {}

    /// A place until what is returned goes. 409 already_running; 429 too_many_imports.
    result<std::shared_ptr<void>> take(eventlog::tenant_no tenant) {
        const std::lock_guard lock(mutex_);
        if (std::find(running_.begin(), running_.end(), tenant) != running_.end()) {
            return refuse(409, "already_running",
                          "an import into this tenant is running: wait for it, then ask again");
        }
        if (running_.size() >= running_max_) {
            return refuse(429, "too_many_imports",
                          std::to_string(running_.size()) +
                              " imports are running, which is the most: wait until one has "
                              "finished");
        }
        running_.push_back(tenant);
        return std::shared_ptr<void>(this, [this, tenant](void*) {
            const std::lock_guard release(mutex_);
            running_.erase(std::find(running_.begin(), running_.end(), tenant));
        });
    }

  private:
    const std::size_t running_max_;
    std::mutex mutex_;
    std::vector<eventlog::tenant_no> running_;
};

} // namespace rollcall::admin
