#include "bench/load.hpp"

#include "bench/process_usage.hpp"
#include "bench/response.hpp"
#include "gateway/http/descriptor.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
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
constexpr std::size_t read_bytes = std::size_t{256} * 1024;

struct connection {
    descriptor socket;
    response_counter answer;
    clock::time_point sent;
};

std::error_code last_error() {
    return {errno, std::generic_category()};
}

base::result<descriptor> connect_to(std::uint16_t port) {
    descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return base::fail(last_error(), "no socket: raise the limit of open files");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return base::fail(last_error(), "nobody listens on port " + std::to_string(port));
    }
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

/// Requests are far smaller than a socket's buffer and only one is on its way, so the kernel takes
/// each as a whole.
base::result<void> send_whole(const descriptor& socket, std::string_view bytes) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) return {};
    return base::fail(last_error(), "a request could not be sent whole");
}

base::result<void> judge(const response_counter& answer, unsigned status, std::string_view bytes) {
    if (answer.what() == response_counter::state::malformed || answer.status() != status) {
        return base::fail(std::make_error_code(std::errc::protocol_error),
                          "expected status " + std::to_string(status) +
                              ", got: " + std::string(bytes.substr(0, 1000)));
    }
    return {};
}

} // namespace

base::result<load_result> run_load(const load_plan& plan, const request_source& next) {
    descriptor poll(::epoll_create1(EPOLL_CLOEXEC));
    std::vector<connection> connections(plan.connections);
    for (std::size_t i = 0; i < connections.size(); ++i) {
        auto socket = connect_to(plan.port);
        if (!socket) return tl::unexpected(socket.error());
        connections[i].socket = std::move(*socket);
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.u64 = i;
        ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, connections[i].socket.get(), &wanted);
    }

    load_result result;
    std::vector<char> room(read_bytes);
    std::array<epoll_event, 256> events{};
    const double cpu_before = thread_cpu_seconds();
    const auto begun = clock::now();
    const auto until = begun + plan.time;
    std::uint64_t sent = 0;
    std::size_t waiting = 0;
    const auto ask = [&](connection& c, clock::time_point now) -> base::result<void> {
        if (plan.requests != 0 ? sent >= plan.requests : now >= until) return {};
        ++sent;
        ++waiting;
        c.sent = now;
        return send_whole(c.socket, next());
    };
    for (connection& c : connections) {
        if (auto asked = ask(c, clock::now()); !asked) return tl::unexpected(asked.error());
    }
    while (waiting > 0) {
        const int ready = ::epoll_wait(poll.get(), events.data(), static_cast<int>(events.size()),
                                       silence_ms_max);
        if (ready <= 0) {
            return base::fail(std::make_error_code(std::errc::timed_out),
                              "no answer for 30 seconds");
        }
        for (int i = 0; i < ready; ++i) {
            connection& c = connections[events[static_cast<std::size_t>(i)].data.u64];
            const ssize_t got = ::recv(c.socket.get(), room.data(), room.size(), 0);
            if (got <= 0) return base::fail(last_error(), "the server closed a connection");
            const std::string_view bytes(room.data(), static_cast<std::size_t>(got));
            if (plan.first_byte && !c.answer.begun()) result.latency.record(clock::now() - c.sent);
            c.answer.add(bytes);
            if (c.answer.what() == response_counter::state::under_way) continue;
            if (auto good = judge(c.answer, plan.status, bytes); !good) {
                return tl::unexpected(good.error());
            }
            c.answer.reset();
            const auto now = clock::now();
            if (!plan.first_byte) result.latency.record(now - c.sent);
            ++result.operations;
            --waiting;
            if (auto asked = ask(c, now); !asked) return tl::unexpected(asked.error());
        }
    }
    result.seconds = std::chrono::duration<double>(clock::now() - begun).count();
    result.generator_cpu_seconds = thread_cpu_seconds() - cpu_before;
    return result;
}

base::result<std::string> ask_once(std::uint16_t port, std::string_view request) {
    auto socket = connect_to(port);
    if (!socket) return tl::unexpected(socket.error());
    if (auto sent = send_whole(*socket, request); !sent) return tl::unexpected(sent.error());
    std::string response;
    std::vector<char> room(read_bytes);
    for (response_counter answer; answer.what() == response_counter::state::under_way;) {
        const ssize_t got = ::recv(socket->get(), room.data(), room.size(), 0);
        if (got <= 0) return base::fail(last_error(), "the server closed a connection");
        const std::string_view bytes(room.data(), static_cast<std::size_t>(got));
        response += bytes;
        answer.add(bytes);
    }
    return response;
}

} // namespace rollcall::bench
