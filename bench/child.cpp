#include "bench/child.hpp"

#include "gateway/http/descriptor.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollcall::bench {
namespace {

using http::descriptor;

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

base::result<std::string>
run_in_child(const std::function<base::result<void>(std::string&)>& work) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return base::fail({errno, std::generic_category()}, "no pipe");
    }
    descriptor reading(ends[0]);
    descriptor writing(ends[1]);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) return base::fail({errno, std::generic_category()}, "no process");
    if (child == 0) {
        reading.reset();
        std::string found;
        const auto done = work(found);
        if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
        const bool told = write_all(writing.get(), found);
        std::exit(done && told ? 0 : 1); // NOLINT(concurrency-mt-unsafe): one thread after fork
    }
    writing.reset();
    std::string found;
    std::array<char, 4096> room{};
    for (ssize_t got = 1; got > 0;) {
        got = ::read(reading.get(), room.data(), room.size());
        if (got > 0) found.append(room.data(), static_cast<std::size_t>(got));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return found;
    return base::fail(std::make_error_code(std::errc::protocol_error), "the workload failed");
}

} // namespace rollcall::bench
