#include "eventlog/directory_lock.hpp"

#include "eventlog/data_directory.hpp"
#include "eventlog/error.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace rollcall::eventlog {
namespace {

/// Who has the lock, in words. The holder may not have written its number yet.
std::string holder(int fd) {
    std::array<char, 32> text{};
    const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
    long number = 0;
    if (size > 0) std::from_chars(text.data(), text.data() + size, number);
    return number > 0 ? "process " + std::to_string(number) : "another process";
}

/// The number only helps a person, so a full disk is no reason to refuse the lock.
void sign(int fd) {
    const std::string number = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd, 0) != 0) return;
    [[maybe_unused]] const ssize_t written = ::pwrite(fd, number.data(), number.size(), 0);
}

} // namespace

base::result<directory_lock> directory_lock::take(const std::filesystem::path& directory) {
    const std::filesystem::path file = directory / file_name;
    const auto failed = [&](const char* what) {
        return base::fail(log_errc::foreign_directory, std::string(what) + " " + file.string() +
                                                           ": " +
                                                           std::generic_category().message(errno));
    };
    directory_lock lock(
        ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!lock.held() && errno == ELOOP) {
        return base::fail(log_errc::foreign_directory,
                          file.string() + " is a symbolic link, and none is followed: remove it");
    }
    if (!lock.held()) return failed("cannot open");
    give_to_owner_of(directory, lock.fd_);
    int said = 0;
    do {
        said = ::flock(lock.fd_, LOCK_EX | LOCK_NB);
    } while (said != 0 && errno == EINTR);
    if (said == 0) {
        sign(lock.fd_);
        return lock;
    }
    if (errno != EWOULDBLOCK) return failed("cannot lock");
    return base::fail(log_errc::foreign_directory, directory.string() + " is in use by " +
                                                       holder(lock.fd_) +
                                                       ": stop that server first");
}

directory_lock::~directory_lock() {
    if (fd_ >= 0) ::close(fd_);
}

directory_lock::directory_lock(directory_lock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

directory_lock& directory_lock::operator=(directory_lock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

} // namespace rollcall::eventlog
