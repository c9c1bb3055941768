// Submissions whose decision is a lambda, and a ledger of what they were told. Decisions run in the
// writer's thread: they use no Boost.Test macro, which are for the test's own thread only.
#pragma once

#include "eventlog/writer.hpp"
#include "tests/eventlog/store_support.hpp"
#include "tests/support/scripted_log.hpp"

#include <condition_variable>
#include <future>
#include <map>
#include <mutex>

namespace rollcall::eventlog::testing {

struct told {
    std::string name;
    submission_outcome outcome{};
    position last;
};

/// What submissions were told, in order. Waiting has a limit so that a fault fails and never hangs.
class ledger {
  public:
    void enter(told entry) {
        const std::lock_guard lock(mutex_);
        entries_.push_back(std::move(entry));
        changed_.notify_all();
    }

    /// All entries once there are `count`; fewer if that takes longer than 20 s.
    std::vector<told> wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::seconds(20), [&] { return entries_.size() >= count; });
        return entries_;
    }

    [[nodiscard]] std::vector<told> now() const {
        const std::lock_guard lock(mutex_);
        return entries_;
    }

    /// "a=done b=voided ..." in the order of telling.
    static std::string text(const std::vector<told>& entries) {
        static const char* words[] = {"done", "expired", "voided", "unknown", "stopped"};
        std::string out;
        for (const told& t : entries) {
            if (!out.empty()) out += ' ';
            out += t.name + "=" + words[static_cast<std::size_t>(t.outcome)];
        }
        return out;
    }

    std::string text_of(std::size_t count) { return text(wait_for(count)); }

  private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<told> entries_;
};

using decision = std::function<bool(turn&)>;

class lambda_work final : public submission {
  public:
    lambda_work(ledger& book, std::string name, decision decide)
        : book_(book), name_(std::move(name)), decide_(std::move(decide)) {}

    bool decide(turn& t) override { return decide_(t); }

    void complete(submission_outcome outcome, position last) noexcept override {
        book_.enter({name_, outcome, last});
    }

  private:
    ledger& book_;
    std::string name_;
    decision decide_;
};

/// Holds a thread until opened.
class gate {
  public:
    void open() { promise_.set_value(); }

    void pass() const { future_.wait(); }

  private:
    std::promise<void> promise_;
    std::shared_future<void> future_{promise_.get_future()};
};

/// A writer over a log that the test scripts.
struct scripted_writer : store_on_disk {
    scripted_log* log = nullptr;
    std::unique_ptr<scripted_log> owned_log;
    keyring keys{make_local_wrapper(secret_key(filled<32>(1)))};
    writer_options limits;
    ledger book;
    std::unique_ptr<writer> w;

    scripted_writer() {
        limits.in_flight_max = 4;
        open();
        owned_log = std::make_unique<scripted_log>(*db);
        log = owned_log.get();
    }

    ~scripted_writer() {
        log->commit_everything();
        w.reset();
    }

    void start() {
        w = std::make_unique<writer>(*db, *log, keys, limits, [] {});
    }

    [[nodiscard]] std::unique_ptr<submission> work(std::string name, decision decide) {
        return std::make_unique<lambda_work>(book, std::move(name), std::move(decide));
    }

    bool submit(std::string name, decision decide, queue_class room = queue_class::ordinary) {
        return w->submit(work(std::move(name), std::move(decide)), room);
    }

    /// Puts a row and emits an event about it.
    static decision put(std::string key, std::string value) {
        return [key = std::move(key), value = std::move(value)](turn& t) {
            t.rows().put(table::state, key, value);
            return t.emit(event_of(user_deleted{})).has_value();
        };
    }

    /// Reads a row into `out` and is refused.
    static decision look(std::string key, std::string& out) {
        return [key = std::move(key), &out](turn& t) {
            if (!t.rows().get(table::state, key, out)) out = "-";
            return false;
        };
    }

    static bool nothing(turn&) { return true; }
};

} // namespace rollcall::eventlog::testing
