#include "gateway/verification_pace.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"

#include <iterator>

namespace rollcall::gateway {
namespace {

constexpr std::string_view the_tenant = "tenant";

} // namespace

verification_pace::table::table(const limits& bounds)
    : users(bounds.verifications_user_burst, bounds.verification_user_pause,
            bounds.tenant_verified_users_max),
      whole(bounds.verifications_tenant_burst, bounds.verification_tenant_pause, 1) {}

std::optional<std::chrono::seconds> verification_pace::take(eventlog::tenant_no tenant,
                                                            std::string_view who, time_point now) {
    const std::lock_guard lock(mutex_);
    if (now - swept_ >= swept_every) sweep(now);
    table& own = tables_.try_emplace(tenant, bounds_).first->second;
    // Asked first: past it, names that nobody has take no places in the table of users.
    auto wait = own.whole.wait_of(the_tenant, now);
    // Hashed: what strangers call people is not kept in memory.
    if (!wait) wait = own.users.count_failure(base::hex(base::sha256({who})), now);
    // Who is over his own pace takes nothing of his tenant's.
    if (!wait) wait = own.whole.count_failure(the_tenant, now);
    return wait;
}

void verification_pace::sweep(time_point now) {
    swept_ = now;
    for (auto each = tables_.begin(); each != tables_.end();) {
        table& own = each->second;
        own.users.forget(now);
        own.whole.forget(now);
        each = own.users.peers() + own.whole.peers() == 0 ? tables_.erase(each) : std::next(each);
    }
}

std::size_t verification_pace::tenants() const {
    const std::lock_guard lock(mutex_);
    return tables_.size();
}

std::size_t verification_pace::users() const {
    const std::lock_guard lock(mutex_);
    std::size_t all = 0;
    for (const auto& [tenant, own] : tables_)
        all += own.users.peers();
    return all;
}

} // namespace rollcall::gateway
