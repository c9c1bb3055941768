#include "gateway/admin/waiting_room.hpp"

#include <algorithm>

namespace rollcall::admin {

waiting_room::waiting_room(limits bounds) : limits_(bounds), thread_([this] { run(); }) {}

waiting_room::~waiting_room() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void waiting_room::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_one();
}

std::size_t waiting_room::taken() const {
    const std::lock_guard lock(mutex_);
    return guests_.size();
}

bool waiting_room::is_closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

bool waiting_room::has_place(owner whose) const {
    if (guests_.size() >= limits_.places) return false;
    if (!whose) return true;
    std::size_t owned = 0;
    std::size_t his = 0;
    for (const auto& [at, one] : guests_) {
        if (one.whose) ++owned;
        if (one.whose == whose) ++his;
    }
    return owned < limits_.tenant_places && his < limits_.each;
}

std::optional<waiting_room::place> waiting_room::wait(gateway::call& c, clock::time_point until,
                                                      std::function<void(gateway::call&)> then,
                                                      owner whose) {
    place here = 0;
    c.facts.waits = true;
    {
        const std::lock_guard lock(mutex_);
        if (!has_place(whose)) return std::nullopt;
        here = ++last_;
        guests_.emplace(here, guest{c.put_off(), whose, std::move(then), until, nullptr, false});
    }
    changed_.notify_one();
    return here;
}

void waiting_room::keep(place where, std::shared_ptr<void> companion) {
    // What is not kept goes with the parameter, after the lock.
    const std::lock_guard lock(mutex_);
    const auto at = guests_.find(where);
    if (at != guests_.end()) at->second.companion.swap(companion);
}

void waiting_room::wake(place where) {
    {
        const std::lock_guard lock(mutex_);
        const auto at = guests_.find(where);
        if (at == guests_.end()) return;
        at->second.woken = true;
        any_woken_ = true;
    }
    changed_.notify_one();
}

std::vector<waiting_room::guest> waiting_room::take_due() {
    std::vector<guest> due;
    const auto now = clock::now();
    for (auto at = guests_.begin(); at != guests_.end();) {
        if (closed_ || at->second.woken || at->second.until <= now) {
            due.push_back(std::move(at->second));
            at = guests_.erase(at);
        } else {
            ++at;
        }
    }
    any_woken_ = false;
    return due;
}

void waiting_room::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        auto due = take_due();
        if (!due.empty()) {
            lock.unlock();
            for (guest& g : due)
                std::move(g.duty).answer(std::move(g.then));
            due.clear();
            lock.lock();
            continue;
        }
        if (ending_) return;
        const auto ready = [this] { return any_woken_ || ending_; };
        if (guests_.empty()) {
            changed_.wait(lock, [&] { return ready() || !guests_.empty(); });
        } else {
            const auto first =
                std::min_element(guests_.begin(), guests_.end(), [](const auto& a, const auto& b) {
                    return a.second.until < b.second.until;
                });
            const auto until = first->second.until;
            const place newest = last_;
            changed_.wait_until(lock, until, [&] { return ready() || closed_ || last_ != newest; });
        }
    }
}

} // namespace rollcall::admin
