// The front door: listens, accepts, reads requests, calls handlers, writes answers.
//
// Owns its I/O threads, its listening sockets and every connection. Each thread runs its own event
// loop, and a connection stays on one thread for life, so nothing about a connection is shared or
// locked. Start and stop it from one thread; counters may be read from any. After the destructor
// returns no thread runs, no socket is open, no handler will be called again, and completing a
// pending_answer that is still around does nothing.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/http/counters.hpp"
#include "gateway/http/endpoint.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/http/limits.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace rollcall::http {

class tls_source;

/// A place to listen at and who answers there. The handler outlives the server, and so does the
/// certificate. With one, only TLS is spoken there; one connection too many is then closed without
/// a word.
struct door {
    endpoint where;
    handler* answers = nullptr;
    const tls_source* tls = nullptr; ///< null: plain HTTP
};

struct server_options {
    std::vector<door> doors;
    /// I/O threads, at least 1.
    unsigned threads = 1;
    http::limits limits;
};

class server {
  public:
    /// Listens on every door and starts the threads; when it returns, connecting works. Unix
    /// sockets are made with mode 0600; a leftover socket file that nobody listens on is replaced,
    /// any other file is left alone and refused. The failure names the door and what to change.
    static base::result<std::unique_ptr<server>> start(server_options options);

    server(const server&) = delete;
    server& operator=(const server&) = delete;
    /// drain(0 ms).
    ~server();

    /// The doors with their real ports, in the order given.
    [[nodiscard]] const std::vector<endpoint>& endpoints() const;

    /// Stops accepting, closes idle connections, lets requests under way finish (their answers say
    /// `Connection: close`), and cuts what is left when the time is over. Blocks; once is enough.
    /// True if every connection ended by itself.
    bool drain(std::chrono::milliseconds time_max);

    [[nodiscard]] counters_snapshot counters() const;

    /// Has each I/O thread call `what` soon, unless it is stuck; how many there are.
    std::size_t ask_threads(const std::function<void()>& what);

  private:
    class parts;
    explicit server(std::unique_ptr<parts> p);

    std::unique_ptr<parts> parts_;
};

} // namespace rollcall::http
