// Reading the log as events: from a position, oldest first, and waiting for more without polling.
#pragma once

#include "eventlog/event.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/record.hpp"
#include "eventlog/store.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>

namespace rollcall::eventlog {

/// A record read as an event. `content_erased`: the person behind it was erased; the content is
/// empty.
struct read_event {
    position at;
    tenant_seq seq;
    digest hash{};
    digest sealed_hash{};
    event what;
    bool content_erased = false;
};

enum class content_mode : std::uint8_t { leave_sealed, open };

/// Decodes `record`; with content_mode::open unseals its content under the subject's key.
/// Errors: those of event_codec, log_errc::sealed_damaged.
base::result<read_event> decode_event(const record_view& record, content_mode mode,
                                      const row_reader& rows, keyring& keys);

/// Tells waiters that the log has grown. The log's thread calls `advance` after each commit.
class log_signal {
  public:
    void advance(position head);

    /// Waits until the head is past `seen`, `until` passes, or `close` is called; returns the head.
    position wait_past(position seen, std::chrono::steady_clock::time_point until);

    /// Calls `wake` once (from the thread that advances, which must not be held up and must not
    /// call back into this object) when the head is past `seen`; at once, from here, if it is
    /// already. The returned ticket cancels on destruction; it must not outlive this object.
    class ticket;
    [[nodiscard]] std::unique_ptr<ticket> when_past(position seen, std::function<void()> wake);

    /// Releases every waiter; later waits return at once.
    void close();

  private:
    struct waiting {
        position seen;
        std::function<void()> wake;
    };

    std::mutex mutex_;
    std::condition_variable grown_;
    position head_;
    bool closed_ = false;
    std::list<waiting> waiting_;
    std::list<waiting> fired_; ///< woken, their tickets not yet gone
};

class log_signal::ticket {
  public:
    ~ticket();
    ticket(const ticket&) = delete;
    ticket& operator=(const ticket&) = delete;

  private:
    friend class log_signal;
    ticket() = default;
    log_signal* owner_ = nullptr;
    std::list<waiting>::iterator place_;
};

} // namespace rollcall::eventlog
