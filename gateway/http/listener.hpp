// One listening socket: takes connections as they come and gives each to whoever `take` chooses.
// Lives on one event loop, and all but the making of the socket happens there. Out of descriptors
// or memory it rests for limits::accept_pause; it never spins and never gives up.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/http/counters.hpp"
#include "gateway/http/descriptor.hpp"
#include "gateway/http/endpoint.hpp"
#include "gateway/http/limits.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace rollcall::http {

/// A socket that listens, and the name to remove when it is a file of ours.
struct listening_socket {
    descriptor socket;
    endpoint where;          ///< with the real port
    std::uint64_t inode = 0; ///< of a Unix socket's file
};

/// Binds and listens. See server::start about Unix sockets. The failure says what to change.
base::result<listening_socket> listen_at(const endpoint& where, int backlog);

class listener {
  public:
    /// Given each accepted socket, non-blocking, and its peer. False: not now, and the socket was
    /// not taken; it is offered again after limits::accept_pause.
    using taker = std::function<bool(descriptor& socket, std::string& peer)>;

    /// `bounds` and `count` outlive the listener; `count` belongs to the loop's thread.
    listener(boost::asio::io_context& loop, listening_socket socket, const limits& bounds,
             thread_counters& count, taker take);
    listener(const listener&) = delete;
    listener& operator=(const listener&) = delete;

    /// Begins to accept.
    void start();

    /// Takes what the kernel has completed already, then stops listening. At most once.
    void finish();

  private:
    enum class outcome : std::uint8_t { taken, none_left, not_now };

    void wait();
    void rest();
    void take_turn();
    outcome accept_one();

    using executor = boost::asio::io_context::executor_type;

    boost::asio::posix::basic_stream_descriptor<executor> socket_;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, executor>
        pause_;
    endpoint where_;
    std::uint64_t inode_;
    const limits& bounds_;
    thread_counters& count_;
    taker take_;
    descriptor offered_; // accepted, but nobody could take it yet
    std::string offered_peer_;
    bool starved_ = false; // resting, and said so
};

} // namespace rollcall::http
