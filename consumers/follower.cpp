#include "consumers/follower.hpp"

#include "consumers/pause_row.hpp"
#include "consumers/writer_step.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/checkpoint.hpp"
#include "eventlog/error.hpp"

#include <algorithm>
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace rollcall::consumers {
namespace {

using namespace eventlog;
using steady = std::chrono::steady_clock;

/// Without anything done the checkpoint is stored only now and then: what lies between is read
/// again.
constexpr std::uint64_t store_checkpoint_every = 65'536;
constexpr std::chrono::seconds idle_max{1};

std::string parked_prefix(std::string_view name) {
    return std::string(name) + "/parked ";
}

std::string parked_key(std::string_view name, position at) {
    std::string key = parked_prefix(name);
    base::put_be(key, at.offset);
    return key;
}

std::vector<parked_event> read_parked(const row_snapshot& rows, std::string_view name) {
    std::vector<parked_event> all;
    const std::string prefix = parked_prefix(name);
    const auto cursor = rows.cursor(table::checkpoints, prefix);
    for (cursor->seek(prefix); cursor->valid(); cursor->next()) {
        std::string_view key = cursor->key().substr(prefix.size());
        std::string_view value = cursor->value();
        parked_event one;
        one.at.partition = position::embedded;
        std::uint64_t time = 0;
        if (!base::get_be(key, one.at.offset) || !base::get_le(value, time)) continue;
        one.time.unix_ms = static_cast<std::int64_t>(time);
        one.reason = value;
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace

actor actor_of(std::string_view consumer) {
    actor who;
    who.kind = actor_kind::consumer;
    assert(consumer.size() <= who.id.bytes.size());
    std::copy(consumer.begin(), consumer.end(), who.id.bytes.begin());
    return who;
}

struct follower::impl {
    store& store_;
    writer& writer_;
    keyring& keys_;
    log_signal& signal_;
    std::unique_ptr<chore> what_;
    follower_options options_;
    const std::string name_;
    position stored_;    ///< the checkpoint in the store; the thread's own
    bool acted_ = false; ///< since then
    steady::time_point stored_when_ = steady::now();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    follower_state state_;
    bool stopping_ = false;
    std::thread thread_;

    impl(store& s, writer& w, keyring& k, log_signal& g, std::unique_ptr<chore> c,
         follower_options o)
        : store_(s),
          writer_(w),
          keys_(k),
          signal_(g),
          what_(std::move(c)),
          options_(std::move(o)),
          name_(what_->name()) {
        const auto rows = s.snapshot();
        stored_ = read_checkpoint(*rows, name_);
        state_.name = name_;
        state_.checkpoint = stored_;
        state_.paused = read_paused(*rows, name_);
        state_.parked = read_parked(*rows, name_);
        thread_ = std::thread([this] { run(); });
    }

    void run() {
        for (;;) {
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return stopping_ || !state_.paused; });
                if (stopping_) return;
            }
            reaction came;
            try {
                came = take_page();
            } catch (const storage_failure& failure) {
                came = {reaction::kind::again, failure.what()};
            }
            std::unique_lock lock(mutex_);
            if (came.what == reaction::kind::done) {
                state_.last_error.clear();
                changed_.notify_all();
                const position seen = state_.checkpoint;
                lock.unlock();
                wait_for_more(seen);
                continue;
            }
            if (state_.last_error != came.reason) {
                base::log_warn("A consumer has to try again.",
                               {{"consumer", std::string_view(name_)},
                                {"reason", std::string_view(came.reason)}});
            }
            state_.last_error = came.reason;
            changed_.wait_for(lock, options_.retry_after, [this] { return stopping_; });
        }
    }

    void wait_for_more(position seen) {
        auto until = steady::now() + idle_max;
        if (const auto due = what_->due()) {
            const auto left = std::chrono::milliseconds(due->unix_ms - options_.clock().unix_ms);
            until = std::min(until, steady::now() + std::max(left, std::chrono::milliseconds(10)));
        }
        signal_.wait_past(seen, until);
    }

    [[nodiscard]] bool held_up() const {
        const std::lock_guard lock(mutex_);
        return stopping_ || state_.paused;
    }

    [[nodiscard]] position seen() const {
        const std::lock_guard lock(mutex_);
        return state_.checkpoint;
    }

    /// Sees to some events, or to as many as there are, and to what is due.
    reaction take_page() {
        position at = seen();
        const auto walk = store_.records(at.next(), true);
        const auto rows = store_.snapshot();
        reaction came;
        std::size_t taken = 0;
        for (std::string_view bytes; taken < options_.page_events && walk->next(bytes); ++taken) {
            if (held_up()) break;
            const auto record = read_record(bytes, record_check::crc);
            if (!record) return {reaction::kind::again, record.error().message};
            came = take(*record, *rows);
            if (came.what == reaction::kind::poison) came = park(record->at, came.reason);
            if (came.what == reaction::kind::again) break;
            at = record->at;
        }
        // What is done is done, whatever becomes of the next one.
        if (came.what != reaction::kind::done) {
            const reaction moved = move_to(at);
            return moved.what == reaction::kind::done ? came : moved;
        }
        if (!held_up()) came = what_->tidy(options_.clock());
        if (came.what != reaction::kind::done) return came;
        return move_to(at);
    }

    reaction take(const record_view& record, const row_snapshot& rows) {
        if (!what_->wants(static_cast<event_type>(record.type))) return {};
        const auto event = decode_event(record, content_mode::leave_sealed, rows, keys_);
        if (!event) return {reaction::kind::poison, event.error().message};
        acted_ = true;
        return what_->act(*event);
    }

    reaction park(position at, const std::string& reason) {
        parked_event one{at, base::now(), reason};
        {
            const std::lock_guard lock(mutex_);
            if (state_.parked.size() >= options_.parked_max) {
                return {reaction::kind::again,
                        "too many events are parked already; the next one: " + reason};
            }
        }
        auto kept = in_turn(writer_, [&](turn& t) -> base::result<void> {
            std::string value;
            base::put_le(value, static_cast<std::uint64_t>(one.time.unix_ms));
            value += one.reason;
            t.rows().put(table::checkpoints, parked_key(name_, at), value);
            return {};
        });
        if (!kept) return {reaction::kind::again, kept.error().message};
        base::log_error("A consumer has parked an event that it cannot work with.",
                        {{"consumer", std::string_view(name_)},
                         {"position", std::string_view(at.text())},
                         {"reason", std::string_view(reason)}});
        const std::lock_guard lock(mutex_);
        state_.parked.push_back(std::move(one));
        return {};
    }

    base::result<void> keep(position at) {
        auto kept = in_turn(writer_, [&](turn& t) -> base::result<void> {
            write_checkpoint(t.rows(), name_, at);
            return {};
        });
        if (!kept) return kept;
        stored_ = at;
        stored_when_ = steady::now();
        acted_ = false;
        return {};
    }

    reaction move_to(position at) {
        const bool time = acted_ && steady::now() - stored_when_ >= options_.store_every;
        if (time || at.offset - stored_.offset >= store_checkpoint_every) {
            if (auto kept = keep(at); !kept) {
                return {reaction::kind::again, kept.error().message};
            }
        }
        const std::lock_guard lock(mutex_);
        state_.checkpoint = at;
        return {};
    }
};

follower::follower(store& store, writer& writer, keyring& keys, log_signal& signal,
                   std::unique_ptr<chore> what, follower_options options)
    : impl_(std::make_unique<impl>(store, writer, keys, signal, std::move(what), options)) {}

follower::~follower() {
    {
        const std::lock_guard lock(impl_->mutex_);
        impl_->stopping_ = true;
    }
    impl_->changed_.notify_all();
    impl_->thread_.join();
    // If this fails, the same is handed in again at the next start.
    if (impl_->acted_) static_cast<void>(impl_->keep(impl_->seen()));
}

std::string_view follower::name() const {
    return impl_->name_;
}

follower_state follower::state() const {
    const std::lock_guard lock(impl_->mutex_);
    return impl_->state_;
}

base::result<void> follower::set_paused(bool paused) {
    auto kept = write_paused(impl_->writer_, impl_->name_, paused);
    if (!kept) return kept;
    const std::lock_guard lock(impl_->mutex_);
    impl_->state_.paused = paused;
    impl_->changed_.notify_all();
    return {};
}

bool follower::wait_past(position at, steady::time_point until) {
    std::unique_lock lock(impl_->mutex_);
    return impl_->changed_.wait_until(lock, until, [&] {
        return impl_->stopping_ || impl_->state_.checkpoint >= at;
    }) && impl_->state_.checkpoint >= at;
}

} // namespace rollcall::consumers
