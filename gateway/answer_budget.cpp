#include "gateway/answer_budget.hpp"

#include <cassert>
#include <utility>

namespace rollcall::gateway {

struct answer_budget::account {
    account(std::size_t t, std::size_t s) : total_max(t), tenant_max(s) {}

    const std::size_t total_max;
    const std::size_t tenant_max;
    std::mutex mutex;
    std::size_t total = 0;
    std::unordered_map<eventlog::tenant_no, std::size_t> tenants; // those with answers under way

    [[nodiscard]] std::size_t of(eventlog::tenant_no who) const {
        const auto found = tenants.find(who);
        return found == tenants.end() ? 0 : found->second;
    }

    /// Subtracts, because a sum could overflow.
    [[nodiscard]] bool fits(eventlog::tenant_no who, std::size_t bytes) const {
        return bytes <= total_max - total && bytes <= tenant_max - of(who);
    }

    void give_back(eventlog::tenant_no who, std::size_t bytes) {
        const std::lock_guard lock(mutex);
        total -= bytes;
        const auto share = tenants.find(who);
        share->second -= bytes;
        if (share->second == 0) tenants.erase(share);
    }
};

/// Gives back when it goes.
struct answer_budget::loan {
    loan(std::shared_ptr<account> f, eventlog::tenant_no w, std::size_t b)
        : from(std::move(f)), who(w), bytes(b) {}

    loan(const loan&) = delete;
    loan& operator=(const loan&) = delete;

    ~loan() { from->give_back(who, bytes); }

    const std::shared_ptr<account> from;
    const eventlog::tenant_no who;
    const std::size_t bytes;
};

answer_budget::answer_budget(std::size_t total_max, std::size_t tenant_max)
    : account_(std::make_shared<account>(total_max, tenant_max)) {}

std::shared_ptr<const void> answer_budget::take(eventlog::tenant_no who, std::size_t bytes) {
    assert(bytes > 0);
    {
        const std::lock_guard lock(account_->mutex);
        if (!account_->fits(who, bytes)) return nullptr;
        account_->total += bytes;
        account_->tenants[who] += bytes;
    }
    return std::make_shared<const loan>(account_, who, bytes);
}

bool answer_budget::used_up(eventlog::tenant_no who) const {
    const std::lock_guard lock(account_->mutex);
    return !account_->fits(who, 1);
}

} // namespace rollcall::gateway
