// One client connection driven by an event loop: for load generation and for tests with thousands
// of connections. The caller writes whole requests as bytes, as many as it likes, and hears of each
// answer. Belongs to the loop's thread. No deadlines of its own.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/http/endpoint.hpp"
#include "gateway/http/response_reader.hpp"
#include "gateway/http/transport.hpp"

#include <boost/asio/io_context.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rollcall::http {

class async_client final : private transport_events {
  public:
    struct events {
        /// The answer is readable until this returns.
        std::function<void(const response_reader& got)> on_answer;
        /// The connection is over; nothing more will be heard. The client may be destroyed, but not
        /// from within.
        std::function<void()> on_end;
    };

    /// Connects (this may block) and begins to listen for answers.
    static base::result<std::unique_ptr<async_client>> connect(boost::asio::io_context& loop,
                                                               const endpoint& where, events heard);

    /// Only after on_end().
    ~async_client();

    /// Writes behind what is still being written.
    void send(std::string_view requests);

    /// Ends it; on_end() follows.
    void close();

  private:
    async_client(boost::asio::io_context& loop, descriptor socket, events heard);

    void on_read(boost::system::error_code failed, std::size_t bytes) override;
    void on_written(boost::system::error_code failed, std::size_t bytes) override;
    void listen();
    void end_if_quiet();

    static constexpr std::size_t input_bytes = std::size_t{16} * 1024;
    static constexpr std::size_t answer_bytes_max = std::size_t{64} * 1024 * 1024;

    events heard_;
    std::unique_ptr<transport> stream_;
    response_reader reader_{answer_bytes_max};
    std::array<char, input_bytes> input_{};
    std::string unsent_;      // being written
    std::string next_unsent_; // behind it
    bool reading_ = false;
    bool writing_ = false;
    bool closed_ = false;
};

} // namespace rollcall::http
