// One connection from its first byte to its last: reads requests, has them answered in order,
// writes the answers, and knows which deadline runs. Lives on one I/O thread, in a slot of its
// table.
//
//            first byte        end of head          end of body
//     idle ────────────▶ head ────────────▶ body ────────────▶ handling
//      ▲                                                           │ answer, perhaps
//      └───────────── kept alive ──────────────────────────────────┤ streaming
//                                                                  ▼ closing
//                             closed ◀──────── lingering ◀─────────┘
//
// A fresh connection begins in `head`. While an answer waits for the socket the session does not
// read: who does not take answers may not ask. At most pipelined_requests_max requests are answered
// in one turn.
#pragma once

#include "gateway/http/body_pace.hpp"
#include "gateway/http/completions.hpp"
#include "gateway/http/descriptor.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/http/request_reader.hpp"
#include "gateway/http/transport.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rollcall::http {

class io_thread;
class tls_source;

class session final : private transport_events {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    /// A socket just accepted, and what is to happen with it.
    struct arrival {
        descriptor socket;
        std::string peer;
        handler* answers = nullptr;
        const tls_source* tls = nullptr; ///< null: plain
        bool over_limit = false;         ///< only to be told so
    };

    session(io_thread& home, slot_id self, arrival who);
    ~session();

    /// Begins to read. Called once.
    void start();

    /// A deferred answer has come, or was given up if `then` is empty.
    void on_letter(continuation then);

    /// The deadline last set has passed.
    void on_deadline();

    /// Closes if nothing is under way; else the present answer will be the last.
    void on_drain();

    /// Goes on with pipelined requests after other connections had their turn.
    void resume();

    /// Closes at once.
    void cut();

  private:
    enum class phase : std::uint8_t {
        idle,
        head,
        body,
        handling,
        streaming,
        lingering,
        closed,
    };

    void on_read(boost::system::error_code failed, std::size_t bytes) override;
    void on_written(boost::system::error_code failed, std::size_t bytes) override;

    void work();
    void await_input();
    void admit();
    void handle();
    void settle();
    void render(bool keep_alive);
    void refuse(fault what);
    [[nodiscard]] bool is_answering() const;
    void begin_stream(std::shared_ptr<body_source> source);
    void ask_for_piece();
    void on_piece(continuation then);
    void go_on();
    bool flush();
    void end();
    void linger();
    void discard_more();
    void release_if_quiet();
    void expire(std::chrono::milliseconds time_max);
    void watch_client();
    [[nodiscard]] const http::limits& bounds() const;

    io_thread& home_;
    slot_id self_;
    handler& handler_;
    request_reader reader_;
    std::unique_ptr<transport> stream_;

    phase phase_ = phase::head;
    bool over_limit_ = false;
    bool reading_ = false;                   // a read is under way
    bool writing_ = false;                   // a write is under way, of unsent_
    bool last_answer_ = false;               // close when everything is written
    time_point step_until_;                  // of head, body or handling, whichever phase it is
    body_pace pace_;                         // of the body
    std::shared_ptr<const void> held_;       // what check_head kept: until the answer is there
    std::shared_ptr<const void> remembered_; // what the handler knows of the present request
    std::string unsent_;                     // what the socket did not take at once
    std::size_t unsent_begin_ = 0;
    std::string next_unsent_;                       // made while unsent_ is being written
    std::vector<std::shared_ptr<const void>> kept_; // by answers that are not written yet
    std::shared_ptr<body_source> source_;           // of the body that is being sent in pieces
    time_point stream_until_;
    std::size_t discarded_ = 0; // while lingering
};

} // namespace rollcall::http
