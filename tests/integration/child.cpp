#include "tests/integration/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rollcall::integration {

namespace {

using steady = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// True when `fd` can be read before `until`.
bool readable(int fd, steady::time_point until) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
        if (left.count() < 0) return false;
        pollfd asked{fd, POLLIN, 0};
        const int n = ::poll(&asked, 1, static_cast<int>(left.count()));
        if (n > 0) return true;
        if (n == 0) return false;
        if (errno != EINTR) fail("poll");
    }
}

} // namespace

child::child(const std::vector<std::string>& words, const std::filesystem::path& complaints) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe2");
    output_ = ends[0];

    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    id_ = ::fork();
    if (id_ < 0) fail("fork");
    if (id_ == 0) {
        // Between fork and exec: system calls only.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int silence = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        const int errors = ::open(complaints.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(silence, STDIN_FILENO);
        ::dup2(ends[1], STDOUT_FILENO);
        ::dup2(errors, STDERR_FILENO);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    handle_ = static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
    if (handle_ < 0) fail("pidfd_open");
}

child::~child() {
    if (!ended_) {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
    }
    ::close(handle_);
    ::close(output_);
}

bool child::read_some(steady::time_point until) {
    if (!readable(output_, until)) return false;
    std::array<char, 4096> some;
    const ssize_t n = ::read(output_, some.data(), some.size());
    if (n < 0) fail("read");
    unread_.append(some.data(), static_cast<std::size_t>(n));
    return n > 0;
}

std::optional<std::string> child::line(std::chrono::milliseconds time_max) {
    const auto until = steady::now() + time_max;
    for (;;) {
        if (const std::size_t end = unread_.find('\n'); end != std::string::npos) {
            std::string found = unread_.substr(0, end);
            unread_.erase(0, end + 1);
            return found;
        }
        if (!read_some(until)) return std::nullopt;
    }
}

std::string child::rest() {
    while (read_some(steady::now() + std::chrono::minutes(2))) {}
    return std::exchange(unread_, {});
}

void child::signal(int number) const {
    if (!ended_) ::kill(id_, number);
}

ending child::wait(std::chrono::milliseconds time_max) {
    if (ended_) return how_;
    const bool in_time = readable(handle_, steady::now() + time_max);
    if (!in_time) ::kill(id_, SIGKILL);
    int status = 0;
    if (::waitpid(id_, &status, 0) != id_) fail("waitpid");
    ended_ = true;
    how_ = WIFEXITED(status) ? ending{WEXITSTATUS(status), 0} : ending{0, WTERMSIG(status)};
    if (!in_time) throw std::runtime_error("the program did not end in time and was killed");
    return how_;
}

} // namespace rollcall::integration
