// One I/O thread: an event loop, the connections that live on it, their deadlines, and the mailbox
// for answers from elsewhere. The members in the first group may be called from any thread; the
// others belong to the thread itself and are for its sessions.
#pragma once

#include "gateway/http/completions.hpp"
#include "gateway/http/counters.hpp"
#include "gateway/http/reply.hpp"
#include "gateway/http/session.hpp"
#include "gateway/http/shared_state.hpp"
#include "gateway/http/tls_handshakes.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace rollcall::http {

class io_thread {
  public:
    /// `common` outlives the thread. Of unfinished TLS handshakes there are at most
    /// `handshakes_max` here. Nothing runs before start().
    io_thread(shared_state& common, std::size_t handshakes_max);
    io_thread(const io_thread&) = delete;
    io_thread& operator=(const io_thread&) = delete;
    /// stop().
    ~io_thread();

    void start();

    /// Makes the connection a session here. Counted in connections() at once.
    void adopt(session::arrival who);

    /// Connections here and on their way to here.
    [[nodiscard]] std::size_t connections() const { return connections_.load(); }

    /// Runs `what` on this thread.
    void run_here(std::function<void()> what);

    /// Has every session told to come to an end.
    void drain();

    /// Cuts what is left, ends the loop and joins. Once the thread has been started, call it from
    /// another.
    void stop();

    [[nodiscard]] counters_snapshot counters() const { return counters_.read(); }

    // --- On the thread itself ------------------------------------------------------------------

    [[nodiscard]] boost::asio::io_context& loop() { return loop_; }

    [[nodiscard]] shared_state& common() { return common_; }

    [[nodiscard]] thread_counters& count() { return counters_; }

    /// A transport over an accepted socket, plain or (with `tls`, which outlives it) for TLS.
    std::unique_ptr<transport> transport_for(descriptor socket, const tls_source* tls,
                                             transport_events& events);

    [[nodiscard]] std::shared_ptr<mailbox>* office() { return &mailbox_; }

    /// Replies and their bytes are made here, for one session at a time: between two events both
    /// are empty.
    [[nodiscard]] reply& scratch_reply() { return reply_; }

    [[nodiscard]] std::string& scratch_output() { return output_; }

    /// Empties it, and gives its memory back if it grew past thread_buffer_bytes_max.
    void clear_scratch_output();

    /// Calls on_deadline() of the session once, at `when` or up to a tick later.
    void set_deadline(slot_id who, session::time_point when);
    void clear_deadline(slot_id who);

    /// Ends the session's life, after the present event.
    void release(slot_id who);

    /// Calls resume() of the session after other connections had their turn.
    void yield(slot_id who);

  private:
    struct slot {
        std::unique_ptr<session> lives;
        std::uint32_t generation = 0;
        session::time_point deadline = session::time_point::max();
    };

    void open(session::arrival who);
    void deliver();
    void tick();
    void keep_ticking();
    session* find(slot_id who);

    thread_counters counters_; // first, because it is aligned to cache lines
    shared_state& common_;
    boost::asio::io_context loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>,
                                      boost::asio::io_context::executor_type>
        ticker_;
    tls_handshakes handshakes_; // before the sessions that are in it
    std::shared_ptr<mailbox> mailbox_;
    std::vector<slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::vector<mailbox::letter> letters_; // being delivered
    std::size_t living_ = 0;
    bool ticking_ = false;
    bool stopping_ = false;
    reply reply_;
    std::string output_;
    std::atomic<std::size_t> connections_{0};
    std::thread thread_;
};

} // namespace rollcall::http
