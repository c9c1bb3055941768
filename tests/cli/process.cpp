#include "tests/cli/process.hpp"

#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace rollcall::cli {
namespace {

constexpr int patience_ms = 60'000;

} // namespace

process::process(const std::vector<std::string>& arguments, std::filesystem::path errors_to,
                 const std::vector<std::string>& variables)
    : errors_(std::move(errors_to)) {
    int ends[2];
    BOOST_REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    std::vector<std::string> words = {ROLLCALL_BINARY};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<std::string> added = variables;
    std::vector<char*> envp;
    for (char** one = environ; *one != nullptr; ++one)
        envp.push_back(*one);
    for (std::string& one : added)
        envp.push_back(one.data());
    envp.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, errors_.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int failed =
        posix_spawn(&pid_, ROLLCALL_BINARY, &files, nullptr, argv.data(), envp.data());
    posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    out_ = ends[0];
    BOOST_REQUIRE(failed == 0);
}

process::~process() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(out_);
}

bool process::fill() {
    pollfd waits{out_, POLLIN, 0};
    BOOST_REQUIRE_MESSAGE(::poll(&waits, 1, patience_ms) == 1,
                          "the child said nothing for a minute: " << errors());
    char bytes[4096];
    const ssize_t n = ::read(out_, bytes, sizeof bytes);
    if (n <= 0) return false;
    buffered_.append(bytes, static_cast<std::size_t>(n));
    return true;
}

std::string process::read_line() {
    std::size_t end = 0;
    while ((end = buffered_.find('\n')) == std::string::npos) {
        if (!fill()) return std::exchange(buffered_, {});
    }
    std::string line = buffered_.substr(0, end);
    buffered_.erase(0, end + 1);
    return line;
}

std::string process::read_rest() {
    while (fill()) {}
    return std::exchange(buffered_, {});
}

void process::signal(int number) const {
    BOOST_REQUIRE(::kill(pid_, number) == 0);
}

int process::wait() {
    // Not pidfd_open(): the header of glibc 2.36 declares it for C only.
    pollfd ends{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)), POLLIN, 0};
    const int ended = ::poll(&ends, 1, patience_ms);
    ::close(ends.fd);
    BOOST_REQUIRE_MESSAGE(ended == 1, "the child did not end in a minute: " << errors());
    int status = 0;
    BOOST_REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string process::errors() const {
    return support::read_bytes(errors_);
}

outcome call_rollcall(const std::vector<std::string>& arguments,
                      const std::filesystem::path& scratch) {
    process child(arguments, scratch / "errors");
    outcome o;
    o.out = child.read_rest();
    o.code = child.wait();
    o.err = child.errors();
    return o;
}

} // namespace rollcall::cli
