// One program of ours as a child process: its output is read through a pipe, its complaints go to a
// file, and it does not outlive the thread that started it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace rollcall::integration {

/// How a program ended.
struct ending {
    int code = 0;   ///< exit code, if `signal` is 0
    int signal = 0; ///< the signal that killed it
};

class child {
  public:
    /// Starts `words` (the first is the program). Standard error is appended to `complaints`.
    /// Throws std::runtime_error if it cannot be started.
    child(const std::vector<std::string>& words, const std::filesystem::path& complaints);
    ~child(); ///< SIGKILL, if it still runs
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    /// The next line of its standard output without the line end; nothing at the end of output, or
    /// when `time_max` passes.
    std::optional<std::string> line(std::chrono::milliseconds time_max);
    /// The rest of its standard output, to the end.
    std::string rest();

    void signal(int number) const;
    /// Waits for its end; kills it and throws std::runtime_error after `time_max`.
    ending wait(std::chrono::milliseconds time_max);

    [[nodiscard]] pid_t id() const { return id_; }

  private:
    /// Reads what is there; false at the end of output or when `until` passes.
    bool read_some(std::chrono::steady_clock::time_point until);

    pid_t id_ = -1;
    int output_ = -1;
    int handle_ = -1; ///< pidfd: readable when the child has ended
    bool ended_ = false;
    ending how_;
    std::string unread_;
};

} // namespace rollcall::integration
