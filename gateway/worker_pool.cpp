#include "gateway/worker_pool.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace rollcall::gateway {

worker_pool::worker_pool(unsigned threads, std::size_t queue_max, tenant_share share)
    : queue_max_(queue_max),
      heavy_max_(std::max(1U, threads - 1)),
      tenant_max_(std::max(1U, threads - 1)),
      tenant_heavy_max_(std::min(share.tenant_scans_running_max, std::max(1U, tenant_max_ - 1))),
      share_(share) {
    assert(threads > 0);
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { work(); });
    }
}

worker_pool::~worker_pool() {
    stop();
    for (std::thread& each : threads_) {
        each.join();
    }
}

void worker_pool::stop() {
    std::vector<job_ptr> left;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        left = take_late(time_point::max());
    }
    arrived_.notify_all();
    for (const job_ptr& each : left) {
        each->run(job_turn::stopping, stopping_);
    }
}

std::size_t worker_pool::waiting() const {
    const std::lock_guard lock(mutex_);
    return size();
}

std::size_t worker_pool::running() const {
    const std::lock_guard lock(mutex_);
    return light_running_.all + heavy_running_.all;
}

worker_pool::verdict worker_pool::judge(const job_terms& terms) const {
    if (stopping_) return verdict::stopping;
    if (size() >= queue_max_) return verdict::full;
    const bool heavy = terms.weight == job_weight::heavy;
    const std::size_t has = (heavy ? heavy_ : light_).waiting(terms.tenant);
    const std::size_t most =
        heavy ? share_.tenant_scans_waiting_max : share_.tenant_pages_waiting_max;
    return has < most ? verdict::taken : verdict::tenant_full;
}

void worker_pool::put(job_ptr what, const job_terms& terms) {
    next_late_ = std::min(next_late_, what->until);
    auto& queue = terms.weight == job_weight::heavy ? heavy_ : light_;
    queue.push(terms.tenant, std::move(what));
    arrived_.notify_one();
}

void worker_pool::at_work::begin(eventlog::tenant_no who) {
    ++all;
    ++each[who];
}

void worker_pool::at_work::end(eventlog::tenant_no who) {
    --all;
    const auto has = each.find(who);
    if (--has->second == 0) each.erase(has);
}

unsigned worker_pool::at_work::of(eventlog::tenant_no who) const {
    const auto has = each.find(who);
    return has == each.end() ? 0 : has->second;
}

bool worker_pool::has_room(eventlog::tenant_no who) const {
    return light_running_.of(who) + heavy_running_.of(who) < tenant_max_;
}

std::optional<worker_pool::turn> worker_pool::next_light() {
    const auto who = light_.next([this](eventlog::tenant_no t) {
        return has_room(t) && light_running_.of(t) < share_.tenant_pages_running_max;
    });
    if (!who) return std::nullopt;
    // Even if none of it could begin now: then it is first when it can.
    heavy_is_next_ = heavy_.size() > 0;
    return turn{light_.pop(*who), *who, false};
}

std::optional<worker_pool::turn> worker_pool::next_heavy() {
    if (heavy_running_.all == heavy_max_) return std::nullopt;
    const auto who = heavy_.next([this](eventlog::tenant_no t) {
        return has_room(t) && heavy_running_.of(t) < tenant_heavy_max_;
    });
    if (!who) return std::nullopt;
    heavy_is_next_ = false;
    return turn{heavy_.pop(*who), *who, true};
}

std::optional<worker_pool::turn> worker_pool::next_turn() {
    if (heavy_is_next_) {
        if (auto heavy = next_heavy()) return heavy;
    }
    if (auto light = next_light()) return light;
    return next_heavy();
}

/// Those whose time has passed; and finds when the next one's does.
std::vector<worker_pool::job_ptr> worker_pool::take_late(time_point now) {
    if (now < next_late_) return {};
    next_late_ = time_point::max();
    const auto is_late = [&](const job_ptr& one) {
        if (one->until <= now) return true;
        next_late_ = std::min(next_late_, one->until);
        return false;
    };
    auto late = light_.take_if(is_late);
    std::ranges::move(heavy_.take_if(is_late), std::back_inserter(late));
    return late;
}

void worker_pool::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        // First, so that they are told while a thread is free, not after one more job.
        auto late = take_late(std::chrono::steady_clock::now());
        std::optional<turn> now = next_turn();
        if (late.empty() && !now) {
            if (next_late_ == time_point::max()) {
                arrived_.wait(lock);
            } else {
                arrived_.wait_until(lock, next_late_);
            }
            continue;
        }
        if (now) (now->heavy ? heavy_running_ : light_running_).begin(now->whose);
        lock.unlock();
        for (const job_ptr& each : late) {
            each->run(job_turn::late, stopping_);
        }
        late.clear();
        if (now) {
            now->what->run(now->what->wanted() ? job_turn::run : job_turn::late, stopping_);
            now->what.reset(); // a job may own anything, so it goes before the lock is taken
        }
        lock.lock();
        if (now) {
            (now->heavy ? heavy_running_ : light_running_).end(now->whose);
            // What could not begin beside this one may begin now. This thread may find other work
            // first, so another is asked to look.
            if (size() > 0) arrived_.notify_one();
        }
    }
}

} // namespace rollcall::gateway
