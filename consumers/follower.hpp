// Somebody who follows the log and acts on it: reads event after event from his own checkpoint,
// hands them to a chore, and only then moves the checkpoint. After a crash he hands in again what
// came after the stored one, so a chore can be done twice. He never runs in a rebuild.
//
//   done     the event is seen to
//   again    not now (the queue is full, the disk is low): the same event after a pause
//   poison   this event will never work: it is parked with the reason, and the log goes on
//
// Rows of table::checkpoints:
//   NAME                     the checkpoint
//   NAME /paused             there while somebody has paused him; survives restarts
//   NAME /parked position    time · reason
#pragma once

#include "eventlog/cursor.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::consumers {

/// What came of an event.
struct reaction {
    enum class kind : std::uint8_t { done, again, poison } what = kind::done;
    std::string reason = {};
};

/// What is to be done about events. Used by its follower's thread only.
class chore {
  public:
    chore() = default;
    chore(const chore&) = delete;
    chore& operator=(const chore&) = delete;
    virtual ~chore() = default;

    /// Also the name of the checkpoint; never changes. At most 16 characters, see actor_of.
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Whether events of this type matter; the others are not even decoded.
    [[nodiscard]] virtual bool wants(eventlog::event_type type) const = 0;
    /// Acts on one event; the sealed part is not opened.
    virtual reaction act(const eventlog::read_event& event) = 0;

    /// After some events, and whenever `due` has come.
    virtual reaction tidy(base::moment) { return {}; }

    /// When there is something to do without an event; nothing: not at all.
    [[nodiscard]] virtual std::optional<base::moment> due() const { return std::nullopt; }
};

/// As whom a consumer acts: his name is in the id.
eventlog::actor actor_of(std::string_view consumer);

struct follower_options {
    std::size_t page_events = 4096; ///< read before the checkpoint moves
    std::size_t parked_max = 1000;  ///< one more, and he stops in front of it
    std::chrono::milliseconds retry_after{1000};
    /// How often his checkpoint is stored, which costs the log a sync; also at a stop. What came
    /// since is handed in again after a crash.
    std::chrono::milliseconds store_every{5000};
    std::function<base::moment()> clock = base::now; ///< by which things come due
};

struct parked_event {
    eventlog::position at;
    base::moment time;
    std::string reason;
};

struct follower_state {
    std::string_view name;
    eventlog::position checkpoint;
    bool paused = false;
    std::string last_error; ///< why he tries again; empty when he gets on
    std::vector<parked_event> parked;
};

class follower {
  public:
    /// Starts behind his checkpoint. The references outlive him.
    follower(eventlog::store& store, eventlog::writer& writer, eventlog::keyring& keys,
             eventlog::log_signal& signal, std::unique_ptr<chore> what, follower_options options);
    ~follower(); ///< stops between two events
    follower(const follower&) = delete;
    follower& operator=(const follower&) = delete;

    [[nodiscard]] std::string_view name() const;
    [[nodiscard]] follower_state state() const;

    /// Durable when it returns. Errors: those of in_turn.
    base::result<void> set_paused(bool paused);

    /// True when he has seen to everything up to `at`; false if `until` passes first.
    bool wait_past(eventlog::position at, std::chrono::steady_clock::time_point until);

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::consumers
