// The TLS handshakes under way on one I/O thread, oldest first: how many there may be, and for how
// long. Whoever connects and does not go on holds a place for tls_handshake_time_max at most; and
// when places run out, the oldest handshake makes room for the newest. So a crowd of clients who
// never finish costs the others nothing but a little time: theirs are done long before it is their
// turn to be the oldest. Belongs to the thread.
#pragma once

#include "gateway/http/counters.hpp"

#include <chrono>
#include <cstddef>
#include <list>

namespace rollcall::http {

class tls_handshakes {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    /// Somebody whose handshake is under way. Must have left before he goes.
    class member {
      public:
        /// The handshake is over without success. Called once, after the member has been taken
        /// out; must not call back at once.
        virtual void give_up() = 0;

      protected:
        ~member() = default;

      private:
        friend class tls_handshakes;
        std::list<member*>::iterator place_;
        time_point began_;
        bool inside_ = false;
    };

    /// `count` outlives this.
    tls_handshakes(std::size_t handshakes_max, std::chrono::milliseconds time_max,
                   thread_counters& count);

    /// Takes the member in; if there are too many then, the oldest gives up.
    void enter(member& who, time_point now);

    /// Lets go of the member, if it is here.
    void leave(member& who);

    /// Has those give up whose time is over.
    void sweep(time_point now);

    [[nodiscard]] std::size_t size() const { return members_.size(); }

  private:
    void expel_oldest();

    const std::size_t handshakes_max_;
    const std::chrono::milliseconds time_max_;
    thread_counters& count_;
    std::list<member*> members_; // oldest first
};

} // namespace rollcall::http
