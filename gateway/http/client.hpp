// A small HTTP/1.1 client that blocks: for the command line (over `admin.sock`), for tests and for
// scripts. One connection, one request at a time, kept alive between requests, and opened again if
// the server has closed it in the meantime (seen before anything is sent: a request is never sent
// twice). Sockets with poll(), plain or with TLS; not thread-safe; follows no redirects, asks for
// no compression.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/http/descriptor.hpp"
#include "gateway/http/endpoint.hpp"
#include "gateway/http/response_reader.hpp"
#include "gateway/http/tls_channel.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::http {

enum class client_errc : std::uint8_t {
    unreachable = 1, ///< cannot connect, or does not trust whom; nothing was sent
    timed_out,       ///< whether the request was carried out is unknown
    connection_lost, ///< likewise
    bad_answer,      ///< not HTTP/1.1, or larger than client_options::answer_bytes_max
};

std::error_code make_error_code(client_errc code);

using header_list = std::vector<std::pair<std::string, std::string>>;

/// What came back.
struct answer {
    unsigned status = 0;
    header_list headers;
    std::string body;
    bool keep_alive = true;

    /// The first value of the field, name compared without case; empty if there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct client_options {
    /// To connect; and, afresh, from sending a request to the end of its answer.
    std::chrono::milliseconds connect_time_max{5'000};
    std::chrono::milliseconds answer_time_max{60'000};
    std::size_t answer_bytes_max = std::size_t{64} * 1024 * 1024;
    /// Speak TLS, to a server that this trusts and whose certificate names the endpoint's host.
    std::shared_ptr<const tls_trust> trust = nullptr;
};

/// Connects a non-blocking socket; waits for it at most `time_max`. Fails with unreachable.
base::result<descriptor> dial(const endpoint& where, std::chrono::milliseconds time_max);

class client {
  public:
    explicit client(endpoint where, client_options options = {});
    /// Sends one request and waits for its answer. Host and Content-Length are added. A request
    /// that failed with `unreachable` was not carried out; with anything else that is unknown.
    base::result<answer> send(std::string_view method, std::string_view target,
                              const header_list& headers = {}, std::string_view body = {});

    /// Connects now instead of at the first send().
    base::result<void> connect();

    /// Writes bytes as they are: for tests that break the rules.
    base::result<void> send_raw(std::string_view bytes);
    /// Waits for the next answer on this connection. `head_only` for an answer to HEAD.
    base::result<answer> receive(bool head_only = false);
    /// Waits until the server closes; what it sent before that. Fails with timed_out.
    base::result<std::string> receive_to_end();
    /// Closes our sending side; answers can still be received.
    void finish_sending();
    void disconnect();

    [[nodiscard]] bool connected() const { return static_cast<bool>(socket_); }

  private:
    using time_point = std::chrono::steady_clock::time_point;

    base::result<void> write_all(std::string_view bytes, time_point until);
    base::result<std::size_t> read_some(time_point until);
    base::result<answer> read_answer(bool head_only, time_point until);
    base::result<void> wait_for_tls(tls_channel::step next, time_point until);
    bool closed_by_server();

    endpoint where_;
    client_options options_;
    descriptor socket_;
    std::unique_ptr<tls_channel> secure_; ///< null: plain; goes before the socket
    response_reader reader_;
};

} // namespace rollcall::http

template <>
struct std::is_error_code_enum<rollcall::http::client_errc> : std::true_type {};
