#include "gateway/key_usage.hpp"

namespace rollcall::gateway {
namespace {

constexpr std::int64_t minute_ms = 60'000;

} // namespace

std::shared_ptr<last_use> key_usage::cell(projections::tenant_no tenant,
                                          const projections::subject_id& id) {
    const std::lock_guard lock(mutex_);
    entry& e = entries_[id];
    if (!e.minute) e = {tenant, std::make_shared<last_use>(0), 0};
    return e.minute;
}

void key_usage::note(last_use& cell, base::moment now) {
    const std::int64_t minute = now.unix_ms / minute_ms;
    // Reading first keeps the cache line shared between the threads that use one key.
    if (cell.load(std::memory_order_relaxed) != minute) {
        cell.store(minute, std::memory_order_relaxed);
    }
}

std::optional<base::moment> key_usage::last_used(const projections::subject_id& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end()) return std::nullopt;
    const std::int64_t minute = found->second.minute->load(std::memory_order_relaxed);
    if (minute == 0) return std::nullopt;
    return base::moment{minute * minute_ms};
}

void key_usage::flush(const std::function<void(std::vector<projections::key_use>)>& keep) {
    std::vector<projections::key_use> used;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [id, e] : entries_) {
            const std::int64_t minute = e.minute->load(std::memory_order_relaxed);
            if (minute == e.flushed) continue;
            e.flushed = minute;
            used.push_back({e.tenant, id, base::moment{minute * minute_ms}});
        }
    }
    if (!used.empty()) keep(std::move(used));
}

} // namespace rollcall::gateway
