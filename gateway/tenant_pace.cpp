#include "gateway/tenant_pace.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::gateway {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds second = std::chrono::seconds(1);

std::int64_t count_of(tenant_pace::time_point when) {
    return nanoseconds(when.time_since_epoch()).count();
}

} // namespace

pace_terms pace_terms::per_second(std::uint64_t requests, std::uint64_t burst) {
    if (requests == 0) return {};
    return {second / static_cast<std::int64_t>(requests), burst};
}

tenant_pace::tenant_pace(const pace_terms& terms)
    : each_(terms.each), all_(terms.each * static_cast<std::int64_t>(terms.burst)) {
    assert(terms.each > nanoseconds::zero() && terms.burst > 0);
}

nanoseconds tenant_pace::bucket::take(const tenant_pace& of, time_point now) {
    const std::int64_t present = count_of(now);
    std::int64_t seen = full_at_.load(std::memory_order_relaxed);
    for (;;) {
        const std::int64_t next = std::max(seen, present) + of.each_.count();
        const nanoseconds over = nanoseconds(next - present) - of.all_;
        if (over > nanoseconds::zero()) return over;
        if (full_at_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return over;
    }
}

std::optional<std::chrono::seconds> tenant_pace::take(pace_class what, time_point now) {
    nanoseconds over = common_.take(*this, now);
    if (over > nanoseconds::zero() && what == pace_class::look_up) {
        over = look_ups_.take(*this, now);
    }
    if (over <= nanoseconds::zero()) return std::nullopt;
    return std::max(std::chrono::ceil<std::chrono::seconds>(over), std::chrono::seconds(1));
}

bool tenant_pace::count_refused(time_point now) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    const std::int64_t present = count_of(now);
    std::int64_t told = told_at_.load(std::memory_order_relaxed);
    if (told != 0 && present - told < nanoseconds(telling_pause).count()) return false;
    return told_at_.compare_exchange_strong(told, present, std::memory_order_relaxed);
}

std::shared_ptr<tenant_pace> tenant_paces::of(eventlog::tenant_no who) {
    if (terms_.each == nanoseconds::zero()) return nullptr;
    const std::lock_guard lock(mutex_);
    auto& pace = all_[who];
    if (!pace) pace = std::make_shared<tenant_pace>(terms_);
    return pace;
}

std::uint64_t tenant_paces::refused() const {
    const std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [who, pace] : all_)
        sum += pace->refused();
    return sum;
}

} // namespace rollcall::gateway
