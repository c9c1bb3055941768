#include "bench/bare_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <sys/socket.h>
#include <thread>

namespace rollcall::bench {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using stream = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

constexpr std::string_view blank_line = "\r\n\r\n";
constexpr std::size_t request_bytes_max = std::size_t{64} * 1024;

class connection {
  public:
    connection(asio::io_context& loop, const bare_server_options& options, bare_ticket self)
        : socket(loop), options_(options), self_(self), room_(request_bytes_max) {}

    void read() {
        socket.async_read_some(asio::buffer(room_.data() + size_, room_.size() - size_),
                               [this](error_code failed, std::size_t bytes) {
                                   if (failed) {
                                       close();
                                       return;
                                   }
                                   size_ += bytes;
                                   work();
                               });
    }

    void answer() {
        const std::string& bytes = options_.answer;
        const ssize_t sent =
            ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        const auto done = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
        if (done == bytes.size()) {
            read();
            return;
        }
        asio::async_write(socket, asio::buffer(bytes.data() + done, bytes.size() - done),
                          [this](error_code failed, std::size_t) {
                              if (failed) {
                                  close();
                              } else {
                                  read();
                              }
                          });
    }

    void close() {
        error_code ignored; // the descriptor is released in any case
        socket.close(ignored);
    }

    stream socket;

  private:
    void work() {
        const std::string_view seen(room_.data(), size_);
        const std::size_t head = seen.find(blank_line);
        if (head == std::string_view::npos ||
            size_ < head + blank_line.size() + options_.body_bytes) {
            read();
            return;
        }
        size_ = 0;
        if (options_.on_request) {
            options_.on_request(self_);
        } else {
            answer();
        }
    }

    const bare_server_options& options_;
    bare_ticket self_;
    std::vector<char> room_;
    std::size_t size_ = 0;
};

/// One event loop. Closed connections keep their place until the end: a bench makes few.
struct io_thread {
    asio::io_context loop{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
    std::vector<std::unique_ptr<connection>> connections;
    std::thread thread;
};

} // namespace

struct bare_server::parts {
    explicit parts(bare_server_options o) : options(std::move(o)) {
        for (unsigned i = 0; i < options.threads; ++i) {
            threads.push_back(std::make_unique<io_thread>());
        }
        acceptor.emplace(threads.front()->loop,
                         asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    }

    void accept() {
        const std::size_t next = accepted++ % threads.size();
        acceptor->async_accept(threads[next]->loop, [this, next](error_code failed, stream socket) {
            if (failed) return;
            socket.set_option(asio::ip::tcp::no_delay(true));
            asio::post(threads[next]->loop, [this, next, s = std::move(socket)]() mutable {
                io_thread& home = *threads[next];
                const bare_ticket self{next, home.connections.size()};
                home.connections.push_back(std::make_unique<connection>(home.loop, options, self));
                home.connections.back()->socket = std::move(s);
                home.connections.back()->read();
            });
            accept();
        });
    }

    bare_server_options options;
    std::vector<std::unique_ptr<io_thread>> threads;
    std::optional<asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>>
        acceptor;
    std::size_t accepted = 0;
};

bare_server::bare_server(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

base::result<std::unique_ptr<bare_server>> bare_server::start(bare_server_options options) {
    std::unique_ptr<parts> p;
    try {
        p = std::make_unique<parts>(std::move(options));
    } catch (const boost::system::system_error& failed) {
        return base::fail(failed.code(), std::string("the bare server: ") + failed.what());
    }
    p->accept();
    for (const auto& t : p->threads) {
        t->thread = std::thread([&loop = t->loop] { loop.run(); });
    }
    return std::unique_ptr<bare_server>(new bare_server(std::move(p)));
}

bare_server::~bare_server() {
    asio::post(parts_->threads.front()->loop, [this] { parts_->acceptor->close(); });
    for (const auto& t : parts_->threads) {
        asio::post(t->loop, [&home = *t] {
            for (const auto& c : home.connections)
                c->close();
            home.work.reset();
        });
    }
    for (const auto& t : parts_->threads)
        t->thread.join();
}

std::uint16_t bare_server::port() const {
    return parts_->acceptor->local_endpoint().port();
}

void bare_server::answer(const std::vector<bare_ticket>& who) {
    std::vector<std::vector<std::size_t>> by_thread(parts_->threads.size());
    for (const bare_ticket& t : who)
        by_thread[t.thread].push_back(t.connection);
    for (std::size_t i = 0; i < by_thread.size(); ++i) {
        if (by_thread[i].empty()) continue;
        io_thread& home = *parts_->threads[i];
        asio::post(home.loop, [&home, waiting = std::move(by_thread[i])] {
            for (const std::size_t c : waiting)
                home.connections[c]->answer();
        });
    }
}

} // namespace rollcall::bench
