#include "consumers/erasure.hpp"

#include "consumers/writer_step.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/checkpoint.hpp"
#include "eventlog/error.hpp"
#include "projections/attempts.hpp"
#include "projections/rows.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace rollcall::consumers {
namespace {

using namespace eventlog;
using steady = std::chrono::steady_clock;

constexpr std::string_view checkpoint_name = "erasure";

/// Without erasures the checkpoint is stored only now and then: what lies between is read again.
constexpr std::uint64_t store_checkpoint_every = 65'536;

/// A tenant's people to forget, and the last event that says so.
struct leavers {
    std::vector<subject_id> people;
    position last;
};

/// Whom to forget, by tenant, and how far the log was read to find them.
struct round {
    std::map<tenant_no, leavers> tenants;
    position upto;
    std::uint64_t count = 0;
};

} // namespace

struct erasure::impl {
    store& store_;
    writer& writer_;
    keyring& keys_;
    log_signal& signal_;
    erasure_options options_;
    position stored_; ///< the checkpoint in the store; the thread's own
    /// Tenants whose keys are rotated for the erasures up to there, but whose files are not clean
    /// yet; the thread's own.
    std::map<tenant_no, position> rotated_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    erasure_figures figures_;
    bool stopping_ = false;
    std::thread thread_;

    impl(store& s, writer& w, keyring& k, log_signal& g, erasure_options o)
        : store_(s), writer_(w), keys_(k), signal_(g), options_(o) {
        stored_ = read_checkpoint(*s.snapshot(), checkpoint_name);
        figures_.checkpoint = stored_;
        thread_ = std::thread([this] { run(); });
    }

    [[nodiscard]] bool stopping() const {
        const std::lock_guard lock(mutex_);
        return stopping_;
    }

    void run() {
        position seen = figures().checkpoint;
        while (!stopping()) {
            const auto next = attempt(seen);
            std::unique_lock lock(mutex_);
            if (next) {
                seen = *next;
                figures_.checkpoint = seen;
                figures_.last_error.clear();
                changed_.notify_all();
                lock.unlock();
                signal_.wait_past(seen, steady::now() + std::chrono::seconds(1));
            } else {
                figures_.last_error = next.error().message;
                base::log_error("an erasure has to be tried again",
                                {{"reason", std::string_view(figures_.last_error)}});
                changed_.wait_for(lock, options_.retry_after, [this] { return stopping_; });
            }
        }
    }

    [[nodiscard]] erasure_figures figures() const {
        const std::lock_guard lock(mutex_);
        return figures_;
    }

    /// One round from `seen`: what is found is forgotten, and the checkpoint moves.
    base::result<position> attempt(position seen) {
        try {
            auto found = look(seen);
            if (!found) return tl::unexpected(found.error());
            if (found->count == 0 && found->upto.offset - stored_.offset < store_checkpoint_every) {
                return found->upto;
            }
            for (const auto& [tenant, gone] : found->tenants) {
                if (auto done = forget(tenant, gone); !done) return tl::unexpected(done.error());
            }
            rotated_.clear();
            auto moved = in_turn([&](turn& t) -> base::result<void> {
                write_checkpoint(t.rows(), checkpoint_name, found->upto);
                return {};
            });
            if (!moved) return tl::unexpected(moved.error());
            stored_ = found->upto;
            const std::lock_guard lock(mutex_);
            figures_.people_erased += found->count;
            return found->upto;
        } catch (const storage_failure& failure) {
            return base::fail(log_errc::storage, failure.what());
        }
    }

    base::result<round> look(position seen) {
        round r;
        r.upto = seen;
        const auto walk = store_.records(seen.next(), true);
        for (std::string_view bytes; walk->next(bytes);) {
            const auto record = read_record(bytes, record_check::crc);
            if (!record) return tl::unexpected(record.error());
            r.upto = record->at;
            if (record->type != static_cast<std::uint16_t>(event_type::user_erased)) continue;
            leavers& gone = r.tenants[record->tenant];
            gone.people.push_back(record->subject);
            gone.last = record->at;
            ++r.count;
        }
        return r;
    }

    base::result<void> forget(tenant_no tenant, const leavers& gone) {
        // Cleaning waits for readers and may fail for their sake: then only it is tried again.
        if (rotated_[tenant] < gone.last) {
            if (auto rotated = rotate(tenant); !rotated) return rotated;
            rotated_[tenant] = gone.last;
        }
        std::vector<store::key_range> ranges = keyring::rows_of(tenant);
        for (const subject_id& id : gone.people) {
            const std::string key = projections::key_of::user(tenant, id);
            ranges.push_back({table::state, key, key + '\0'});
        }
        // What was refused to them is sealed under the tenant's secret, which lives on.
        ranges.push_back(projections::attempts_range(tenant));
        return store_.purge(ranges);
    }

    base::result<void> rotate(tenant_no tenant) {
        auto begun = in_turn([&](turn& t) { return keys_.begin_rotation(t.rows(), tenant); });
        if (!begun) return begun;
        for (subject_id after{};;) {
            subject_id last{};
            auto wrapped = in_turn([&](turn& t) -> base::result<void> {
                auto some = keys_.rewrap_some(*store_.snapshot(), t.rows(), tenant, after,
                                              options_.rewrap_keys_max);
                if (!some) return tl::unexpected(some.error());
                last = *some;
                return {};
            });
            if (!wrapped) return wrapped;
            if (last.is_nil()) break;
            after = last;
        }
        return in_turn(
            [&](turn& t) { return keys_.end_rotation(*store_.snapshot(), t.rows(), tenant); });
    }

    base::result<void> in_turn(std::function<base::result<void>(turn&)> act) {
        if (stopping()) return base::fail(log_errc::stopped, "the server is stopping");
        return consumers::in_turn(writer_, std::move(act));
    }
};

erasure::erasure(store& store, writer& writer, keyring& keys, log_signal& signal,
                 erasure_options options)
    : impl_(std::make_unique<impl>(store, writer, keys, signal, options)) {}

erasure::~erasure() {
    {
        const std::lock_guard lock(impl_->mutex_);
        impl_->stopping_ = true;
    }
    impl_->changed_.notify_all();
    impl_->thread_.join();
}

bool erasure::wait_past(position at, steady::time_point until) {
    std::unique_lock lock(impl_->mutex_);
    return impl_->changed_.wait_until(lock, until, [&] {
        return impl_->stopping_ || impl_->figures_.checkpoint >= at;
    }) && impl_->figures_.checkpoint >= at;
}

erasure_figures erasure::figures() const {
    return impl_->figures();
}

} // namespace rollcall::consumers
