#include "bench/visits.hpp"

#include "bench/process_usage.hpp"
#include "bench/response.hpp"
#include "gateway/http/descriptor.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <vector>

namespace rollcall::bench {
namespace {

using http::descriptor;
using clock = std::chrono::steady_clock;

constexpr int silence_ms_max = 30'000;

tl::unexpected<base::failure> broken(const std::string& what) {
    return base::fail(std::make_error_code(std::errc::protocol_error), what);
}

/// A connection to this machine is there at once, or not at all.
base::result<descriptor> connect_to(std::uint16_t port) {
    descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return broken("nobody listens on port " + std::to_string(port));
    }
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Thousands of visits in a second would use up all ports if each were remembered for a minute.
    const linger at_once{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
    return socket;
}

struct context_deleter {
    void operator()(SSL_CTX* one) const { SSL_CTX_free(one); }
};

struct ssl_deleter {
    void operator()(SSL* one) const { SSL_free(one); }
};

struct session_deleter {
    void operator()(SSL_SESSION* one) const { SSL_SESSION_free(one); }
};

using session_ptr = std::unique_ptr<SSL_SESSION, session_deleter>;

struct visitor {
    descriptor socket;
    std::unique_ptr<SSL, ssl_deleter> ssl;
    session_ptr ticket; ///< of the visit before
    bool let_in = false;
    response_counter answer;
    clock::time_point began;
};

int keep_ticket(SSL* of, SSL_SESSION* made) {
    static_cast<visitor*>(SSL_get_app_data(of))->ticket.reset(made);
    return 1;
}

class crowd {
  public:
    crowd(const visit_plan& plan, const request_source& next)
        : plan_(plan),
          next_(next),
          poll_(::epoll_create1(EPOLL_CLOEXEC)),
          context_(SSL_CTX_new(TLS_client_method())),
          visitors_(plan.visitors),
          until_(clock::now() + plan.time) {
        SSL_CTX_set_session_cache_mode(context_.get(),
                                       SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
        SSL_CTX_sess_set_new_cb(context_.get(), keep_ticket);
    }

    base::result<load_result> run() {
        const double cpu_before = thread_cpu_seconds();
        const auto begun = clock::now();
        for (visitor& v : visitors_) {
            if (auto arrived = arrive(v); !arrived) return tl::unexpected(arrived.error());
        }
        std::array<epoll_event, 256> events{};
        while (present_ > 0) {
            const int ready = ::epoll_wait(poll_.get(), events.data(),
                                           static_cast<int>(events.size()), silence_ms_max);
            if (ready <= 0) return broken("no answer for 30 seconds");
            for (int i = 0; i < ready; ++i) {
                visitor& v = *static_cast<visitor*>(events[static_cast<std::size_t>(i)].data.ptr);
                if (auto done = go_on(v); !done) return tl::unexpected(done.error());
            }
        }
        result_.seconds = std::chrono::duration<double>(clock::now() - begun).count();
        result_.generator_cpu_seconds = thread_cpu_seconds() - cpu_before;
        return result_;
    }

  private:
    base::result<void> arrive(visitor& v) {
        ++present_;
        v.began = clock::now();
        auto socket = connect_to(plan_.port);
        if (!socket) return tl::unexpected(socket.error());
        v.socket = std::move(*socket);
        v.let_in = !plan_.tls;
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.ptr = &v;
        ::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, v.socket.get(), &wanted);
        if (!plan_.tls) return ask(v);
        v.ssl.reset(SSL_new(context_.get()));
        SSL_set_app_data(v.ssl.get(), &v);
        SSL_set_fd(v.ssl.get(), v.socket.get());
        if (plan_.resume && v.ticket) SSL_set_session(v.ssl.get(), v.ticket.get());
        return go_on(v);
    }

    base::result<void> ask(visitor& v) {
        const std::string_view text = next_();
        const auto size = static_cast<int>(text.size());
        const bool sent = v.ssl ? SSL_write(v.ssl.get(), text.data(), size) == size
                                : ::send(v.socket.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
                                      static_cast<ssize_t>(text.size());
        if (!sent) return broken("a request could not be sent whole");
        return {};
    }

    base::result<void> go_on(visitor& v) {
        if (!v.let_in) {
            const bool returns = plan_.resume && v.ticket != nullptr;
            ERR_clear_error();
            const int done = SSL_connect(v.ssl.get());
            if (done != 1) {
                if (SSL_get_error(v.ssl.get(), done) == SSL_ERROR_WANT_READ) return {};
                return broken("a handshake failed");
            }
            if (returns && SSL_session_reused(v.ssl.get()) != 1) {
                return broken("a session was not resumed");
            }
            v.let_in = true;
            if (auto asked = ask(v); !asked) return asked;
        }
        for (;;) {
            const int got = read_some(v);
            if (got == 0) return {};
            if (got < 0) return broken("the server closed a connection");
            const std::string_view bytes(room_.data(), static_cast<std::size_t>(got));
            v.answer.add(bytes);
            if (v.answer.what() == response_counter::state::under_way) continue;
            if (v.answer.what() == response_counter::state::malformed || v.answer.status() != 200) {
                return broken("expected status 200, got: " + std::string(bytes.substr(0, 1000)));
            }
            return leave(v);
        }
    }

    /// 0: nothing yet; below it: the end.
    int read_some(visitor& v) {
        if (!v.ssl) {
            const ssize_t n = ::recv(v.socket.get(), room_.data(), room_.size(), 0);
            if (n > 0) return static_cast<int>(n);
            return n < 0 && errno == EAGAIN ? 0 : -1;
        }
        ERR_clear_error();
        const int n = SSL_read(v.ssl.get(), room_.data(), static_cast<int>(room_.size()));
        if (n > 0) return n;
        return SSL_get_error(v.ssl.get(), n) == SSL_ERROR_WANT_READ ? 0 : -1;
    }

    base::result<void> leave(visitor& v) {
        const auto now = clock::now();
        result_.latency.record(now - v.began);
        ++result_.operations;
        v.answer.reset();
        --present_;
        const bool over = now >= until_;
        if (plan_.stay && !over) {
            ++present_;
            v.began = now;
            return ask(v);
        }
        if (v.ssl) SSL_shutdown(v.ssl.get()); // else its ticket would be held for worthless
        v.ssl.reset();
        v.socket.reset();
        return over ? base::result<void>() : arrive(v);
    }

    const visit_plan& plan_;
    const request_source& next_;
    descriptor poll_;
    std::unique_ptr<SSL_CTX, context_deleter> context_;
    std::vector<visitor> visitors_;
    clock::time_point until_;
    std::size_t present_ = 0;
    std::vector<char> room_ = std::vector<char>(std::size_t{64} * 1024);
    load_result result_;
};

} // namespace

base::result<load_result> run_visits(const visit_plan& plan, const request_source& next) {
    return crowd(plan, next).run();
}

} // namespace rollcall::bench
