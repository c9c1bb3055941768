// What is told to the service manager that started this process: systemd, or whoever else names a
// datagram socket in NOTIFY_SOCKET and understands sd_notify(3). Nobody there: nothing is told.
//
// A message that cannot be sent is dropped: the manager that is gone, or slow, is no reason for the
// server to stop. Thread-safe.
#pragma once

#include "gateway/http/descriptor.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::cli {

class service_manager {
  public:
    /// Reads an environment variable; nothing if it is not set.
    using environment = std::function<std::optional<std::string>(const std::string& name)>;

    /// Finds it by NOTIFY_SOCKET (a path, or @ and an abstract name), and the watchdog by
    /// WATCHDOG_USEC, unless WATCHDOG_PID names another process.
    explicit service_manager(const environment& env);

    /// How long it waits for alive() before it ends this process; nothing: it does not watch.
    [[nodiscard]] std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

    // `status` is one line for people, as `systemctl status` shows it.

    void ready(std::string_view status) const;
    void reloading(std::string_view status) const;
    void stopping(std::string_view status) const;
    void status(std::string_view status) const;
    void alive() const;
    /// The start, reload or stop under way may take so long from now on.
    void extend_timeout(std::chrono::microseconds by) const;

  private:
    void tell(std::string_view assignments, std::string_view status) const;

    http::descriptor socket_; ///< none: nobody is there
    std::string address_;     ///< a sockaddr_un. Not connected to: the manager may start anew
    std::optional<std::chrono::microseconds> watchdog_;
};

} // namespace rollcall::cli
