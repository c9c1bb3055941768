// The real binary as a child process. Standard output comes through a pipe, line by line; standard
// error goes to a file. Waiting is always for a line, an end of output or the exit, never for time;
// a child that does none of it within a minute fails the test.
#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace rollcall::cli {

class process {
  public:
    /// Starts the binary with these arguments, and with variables (`NAME=value`) beyond our own.
    process(const std::vector<std::string>& arguments, std::filesystem::path errors_to,
            const std::vector<std::string>& variables = {});
    ~process(); ///< kills a child that still runs
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    /// The next line of standard output without its newline; empty at the end.
    std::string read_line();
    std::string read_rest();
    void signal(int number) const;

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// The exit code; 128 + the signal that ended it.
    int wait();

    [[nodiscard]] std::string errors() const;

  private:
    bool fill();

    std::filesystem::path errors_;
    pid_t pid_ = -1;
    int out_ = -1;
    std::string buffered_;
};

struct outcome {
    int code = 0;
    std::string out, err;
};

/// Runs the binary to its end.
outcome call_rollcall(const std::vector<std::string>& arguments,
                      const std::filesystem::path& scratch);

} // namespace rollcall::cli
