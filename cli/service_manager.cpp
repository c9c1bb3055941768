#include "cli/service_manager.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace rollcall::cli {
namespace {

std::optional<std::uint64_t> number_in(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    std::uint64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, failed] = std::from_chars(text->data(), end, number);
    if (failed != std::errc{} || stop != end) return std::nullopt;
    return number;
}

/// The bytes of a sockaddr_un; none if the name is none.
std::string address_of(const std::string& name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const bool is_abstract = name.starts_with('@');
    const bool known = is_abstract || name.starts_with('/');
    if (!known || name.size() < 2 || name.size() >= sizeof address.sun_path) return {};
    std::memcpy(address.sun_path, name.data(), name.size());
    if (is_abstract) address.sun_path[0] = '\0'; // and its length, not a zero, ends it
    const std::size_t size = offsetof(sockaddr_un, sun_path) + name.size() + (is_abstract ? 0 : 1);
    return {reinterpret_cast<const char*>(&address), size};
}

} // namespace

service_manager::service_manager(const environment& env) {
    if (const auto name = env("NOTIFY_SOCKET")) address_ = address_of(*name);
    if (!address_.empty()) {
        socket_ = http::descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        const timeval patience{1, 0};
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    const auto period = number_in(env("WATCHDOG_USEC"));
    const auto whom = env("WATCHDOG_PID");
    const bool meant = !whom || number_in(whom) == static_cast<std::uint64_t>(::getpid());
    if (socket_ && period.value_or(0) > 0 && meant) {
        watchdog_ = std::chrono::microseconds(*period);
    }
}

void service_manager::ready(std::string_view status) const {
    tell("READY=1\n", status);
}

void service_manager::reloading(std::string_view status) const {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto us = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
                    static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
    tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us) + "\n", status);
}

void service_manager::stopping(std::string_view status) const {
    tell("STOPPING=1\n", status);
}

void service_manager::status(std::string_view status) const {
    tell("", status);
}

void service_manager::alive() const {
    tell("WATCHDOG=1\n", "");
}

void service_manager::extend_timeout(std::chrono::microseconds by) const {
    tell("EXTEND_TIMEOUT_USEC=" + std::to_string(by.count()) + "\n", "");
}

void service_manager::tell(std::string_view assignments, std::string_view status) const {
    if (!socket_) return;
    std::string message(assignments);
    if (!status.empty()) {
        message += "STATUS=";
        for (const char c : status)
            message += c == '\n' ? ' ' : c; // a line is an assignment
        message += '\n';
    }
    static_cast<void>(::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(address_.data()),
                               static_cast<socklen_t>(address_.size())));
}

} // namespace rollcall::cli
