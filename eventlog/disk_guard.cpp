#include "eventlog/disk_guard.hpp"

#include "eventlog/base/log.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <sys/statvfs.h>
#include <thread>

namespace rollcall::eventlog {
namespace {

constexpr std::chrono::seconds period{1};

} // namespace

std::optional<std::uint64_t> free_bytes(const std::filesystem::path& path) {
    struct statvfs info {};

    if (::statvfs(path.c_str(), &info) != 0) return std::nullopt;
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

disk_state judge_disk(std::uint64_t free, disk_limits limits, disk_state last) {
    const auto limit = [&](std::uint64_t bytes, bool was_below) {
        return was_below ? bytes + bytes / 10 : bytes;
    };
    if (free < limit(limits.floor_bytes, last == disk_state::full)) return disk_state::full;
    if (free < limit(limits.reserve_bytes, last != disk_state::ample)) return disk_state::reserved;
    return disk_state::ample;
}

struct disk_guard::impl {
    std::filesystem::path path;
    disk_limits limits;
    std::function<void(disk_state)> changed;
    std::atomic<disk_state> state{disk_state::ample};
    std::mutex mutex;
    std::condition_variable woken;
    bool stopping = false;
    std::thread thread;

    void look() {
        const auto free = free_bytes(path);
        if (!free) return;
        const disk_state next = judge_disk(*free, limits, state);
        if (state.exchange(next) == next) return;
        if (next == disk_state::ample) {
            base::log_info("disk space is ample again", {{"free_bytes", *free}});
        } else {
            base::log_error(next == disk_state::full ? "disk almost full: no writes are accepted"
                                                     : "disk low: only deprovisioning is accepted",
                            {{"free_bytes", *free}});
        }
        changed(next);
    }

    void run() {
        std::unique_lock lock(mutex);
        while (!woken.wait_for(lock, period, [this] { return stopping; }))
            look();
    }
};

disk_guard::disk_guard(std::filesystem::path path, disk_limits limits,
                       std::function<void(disk_state)> changed)
    : impl_(std::make_unique<impl>()) {
    impl_->path = std::move(path);
    impl_->limits = limits;
    impl_->changed = std::move(changed);
    impl_->look();
    impl_->thread = std::thread([this] { impl_->run(); });
}

disk_guard::~disk_guard() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->woken.notify_one();
    impl_->thread.join();
}

disk_state disk_guard::state() const {
    return impl_->state;
}

} // namespace rollcall::eventlog
