#include "gateway/http/transport.hpp"

#include "gateway/http/stream_socket.hpp"

#include <cerrno>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace rollcall::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

class plain final : public transport {
  public:
    plain(asio::io_context& loop, descriptor socket, transport_events& events)
        : stream_(loop), events_(events) {
        take_socket(stream_, std::move(socket));
    }

    void read(std::span<char> room) override {
        stream_.async_read_some(
            asio::buffer(room.data(), room.size()),
            [this](error_code failed, std::size_t bytes) { events_.on_read(failed, bytes); });
    }

    // Past Asio: its synchronous write would need a mode switch of its own, one more system call
    // for every connection.
    std::size_t try_write(std::string_view bytes, error_code& failed) override {
        const ssize_t sent = ::send(stream_.native_handle(), bytes.data(), bytes.size(),
                                    MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            failed.assign(errno, boost::system::system_category());
        }
        return 0;
    }

    void write(std::string_view bytes) override {
        stream_.async_write_some(
            asio::buffer(bytes.data(), bytes.size()),
            [this](error_code failed, std::size_t sent) { events_.on_written(failed, sent); });
    }

    void stop_reading() override {
        error_code ignored; // then the read goes on, and its owner closes later
        stream_.cancel(ignored);
    }

    bool input_waits() override {
        int bytes = 0;
        return ::ioctl(stream_.native_handle(), FIONREAD, &bytes) == 0 && bytes > 0;
    }

    bool peer_finished() override {
        pollfd one{stream_.native_handle(), POLLRDHUP, 0};
        return ::poll(&one, 1, 0) == 1;
    }

    void finish_sending() override {
        error_code ignored; // the other side may be gone: the read that follows will tell
        stream_.shutdown(asio::socket_base::shutdown_send, ignored);
    }

    void close() override {
        error_code ignored; // the descriptor is released in any case
        stream_.close(ignored);
    }

    void abandon() override {
        error_code ignored; // then it is an ordinary close
        stream_.set_option(asio::socket_base::linger(true, 0), ignored);
        close();
    }

  private:
    stream_socket stream_;
    transport_events& events_;
};

} // namespace

std::unique_ptr<transport> plain_transport(asio::io_context& loop, descriptor socket,
                                           transport_events& events) {
    return std::make_unique<plain>(loop, std::move(socket), events);
}

} // namespace rollcall::http
