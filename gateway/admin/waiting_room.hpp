// Calls that wait for something to happen, each until it is woken or its time has passed: how a
// client follows the log or a job without asking again and again. Bounded: a call that finds every
// place taken, or his tenant's share of them, is told to come back.
//
// Thread-safe. One thread of its own watches the clock; whoever wakes is never held up. What can
// wake a place must be gone or silent before the room is destroyed.
#pragma once

#include "gateway/call.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace rollcall::admin {

class waiting_room {
  public:
    using place = std::uint64_t;
    using clock = std::chrono::steady_clock;

    struct limits {
        std::size_t places;        ///< in all
        std::size_t tenant_places; ///< of these, those of all who have an owner
        std::size_t each;          ///< of these, those of one owner
    };

    /// Whose places are counted together; nobody's are counted only in all.
    using owner = std::optional<eventlog::tenant_no>;

    explicit waiting_room(limits bounds);

    explicit waiting_room(std::size_t places) : waiting_room({places, places, places}) {}

    /// Lets everybody go at once, as if their time had passed.
    ~waiting_room();
    waiting_room(const waiting_room&) = delete;
    waiting_room& operator=(const waiting_room&) = delete;

    /// Puts the call off until wake(place) or `until`; then `then` answers it, on the call's own
    /// thread. Nothing, and the call as it was, if every place is taken that he could have.
    std::optional<place> wait(gateway::call& c, clock::time_point until,
                              std::function<void(gateway::call&)> then, owner whose = {});

    /// Keeps `companion` as long as the call waits: the ticket of a signal, say. It is destroyed
    /// without any lock held.
    void keep(place where, std::shared_ptr<void> companion);

    /// Ends the wait; nothing happens if it has ended already.
    void wake(place where);

    /// How many calls wait.
    [[nodiscard]] std::size_t taken() const;

    /// After close(): waiting again would end at once.
    [[nodiscard]] bool is_closed() const;

    /// Lets everybody go, and from now on nobody waits: the server is about to stop.
    void close();

  private:
    struct guest {
        gateway::later duty;
        owner whose;
        std::function<void(gateway::call&)> then;
        clock::time_point until;
        std::shared_ptr<void> companion;
        bool woken = false;
    };

    void run();
    /// Takes those out whose wait is over. @pre mutex_ is held.
    std::vector<guest> take_due();

    /// @pre mutex_ is held
    [[nodiscard]] bool has_place(owner whose) const;

    const limits limits_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<place, guest> guests_;
    place last_ = 0;
    bool any_woken_ = false;
    bool closed_ = false;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace rollcall::admin
