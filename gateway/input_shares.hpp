// What the bodies of each tenant's requests may take in memory until the requests are answered, so
// that one who does not finish them refuses nobody else's. Shared by all his keys and admins.
// Thread-safe.
#pragma once

#include "eventlog/ids.hpp"
#include "gateway/http/input_buffer.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace rollcall::gateway {

class input_shares {
  public:
    explicit input_shares(std::size_t tenant_max) : tenant_max_(tenant_max) {}

    /// The tenant's, always the same one; made when he is first asked for.
    std::shared_ptr<http::input_share> of(eventlog::tenant_no who) {
        const std::lock_guard lock(mutex_);
        auto& share = all_[who];
        if (!share) share = std::make_shared<http::input_share>(tenant_max_);
        return share;
    }

  private:
    const std::size_t tenant_max_;
    std::mutex mutex_;
    std::unordered_map<eventlog::tenant_no, std::shared_ptr<http::input_share>> all_;
};

} // namespace rollcall::gateway
