// The ceiling for HTTP: a server on plain Asio that waits for a blank line and a number of body
// bytes, and then sends the same bytes to everybody. It parses nothing, checks nothing, sets no
// deadline. Its threads are laid out as those of the product: one event loop each, a connection
// stays on one of them, and an answer that comes from another thread arrives by one wake-up for
// each batch.
#pragma once

#include "eventlog/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rollcall::bench {

/// Names a connection that waits for its answer.
struct bare_ticket {
    std::size_t thread = 0;
    std::size_t connection = 0;
};

struct bare_server_options {
    unsigned threads = 1;
    std::size_t body_bytes = 0; ///< of every request
    std::string answer;         ///< head and body, sent as they are
    /// If set: called on an I/O thread for each complete request, which waits for answer().
    std::function<void(bare_ticket)> on_request;
};

class bare_server {
  public:
    /// Listens on a free port of 127.0.0.1 and starts the threads.
    static base::result<std::unique_ptr<bare_server>> start(bare_server_options options);
    ~bare_server(); ///< closes every connection and joins
    bare_server(const bare_server&) = delete;
    bare_server& operator=(const bare_server&) = delete;

    [[nodiscard]] std::uint16_t port() const;

    /// Answers requests that on_request was told of. From any thread but an I/O thread.
    void answer(const std::vector<bare_ticket>& who);

  private:
    struct parts;
    explicit bare_server(std::unique_ptr<parts> p);
    std::unique_ptr<parts> parts_;
};

} // namespace rollcall::bench
