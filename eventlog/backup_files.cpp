#include "eventlog/backup_files.hpp"

#include "eventlog/data_directory.hpp"
#include "eventlog/error.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rollcall::eventlog {
namespace {

constexpr std::size_t write_size = 256u << 10;
constexpr std::size_t read_size = 1u << 20;
constexpr std::uint64_t sync_size = 8u << 20;

tl::unexpected<base::failure> file_failed(const char* what, const std::filesystem::path& file) {
    return base::fail(log_errc::storage, std::string(what) + " " + file.string() + ": " +
                                             std::generic_category().message(errno));
}

} // namespace

base::result<backup_output> backup_output::make(std::filesystem::path file) {
    ::unlink(file.c_str());
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return file_failed("cannot make", file);
    give_to_owner_of(file.parent_path(), fd);
    return backup_output(std::move(file), fd);
}

backup_output::~backup_output() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!finished_) ::unlink(file_.c_str());
}

backup_output::backup_output(backup_output&& other) noexcept
    : file_(std::move(other.file_)),
      fd_(std::exchange(other.fd_, -1)),
      finished_(other.finished_),
      bytes_(other.bytes_),
      synced_(other.synced_),
      waiting_(std::move(other.waiting_)),
      sum_(std::move(other.sum_)) {}

base::result<void> backup_output::write(std::string_view bytes) {
    waiting_ += bytes;
    bytes_ += bytes.size();
    if (waiting_.size() < write_size) return {};
    return flush();
}

base::result<void> backup_output::finish() {
    if (auto written = flush(); !written) return written;
    if (::fsync(fd_) != 0) return failed("cannot sync");
    finished_ = true;
    return {};
}

base::result<void> backup_output::flush() {
    sum_.add(waiting_);
    std::string_view rest = waiting_;
    while (!rest.empty()) {
        const ssize_t n = ::write(fd_, rest.data(), rest.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed("cannot write");
        rest.remove_prefix(static_cast<std::size_t>(n));
    }
    waiting_.clear();
    if (bytes_ - synced_ < sync_size) return {};
    synced_ = bytes_;
    if (::fdatasync(fd_) != 0) return failed("cannot sync");
    return {};
}

tl::unexpected<base::failure> backup_output::failed(const char* what) const {
    return file_failed(what, file_);
}

base::result<backup_input> backup_input::open(std::filesystem::path file) {
    // Not blocking: a pipe in its place would hold up who opens it, for ever.
    const int fd = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

    struct stat info {};

    if (fd < 0 && errno == ELOOP) {
        return base::fail(log_errc::foreign_directory,
                          file.string() + " is a symbolic link, and none is followed: put the file "
                                          "itself there, or name the directory where it lies");
    }
    if (fd < 0 || ::fstat(fd, &info) != 0) {
        auto refused = file_failed("cannot read", file);
        if (fd >= 0) ::close(fd);
        return refused;
    }
    if (!S_ISREG(info.st_mode)) {
        ::close(fd);
        return base::fail(log_errc::foreign_directory,
                          file.string() + " is no ordinary file: put that of the backup there, or "
                                          "name another directory");
    }
    return backup_input(std::move(file), fd, static_cast<std::uint64_t>(info.st_size));
}

backup_input::~backup_input() {
    if (fd_ >= 0) ::close(fd_);
}

backup_input::backup_input(backup_input&& other) noexcept
    : file_(std::move(other.file_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      at_(other.at_),
      buffer_(std::move(other.buffer_)),
      taken_(other.taken_),
      sum_(std::move(other.sum_)) {}

base::result<std::string_view> backup_input::read(std::size_t count) {
    if (buffer_.size() - taken_ < count) {
        buffer_.erase(0, taken_);
        taken_ = 0;
        // No more than there is: the count may be what a damaged file says.
        const std::uint64_t left = size_ - at_ - buffer_.size();
        const auto wanted = static_cast<std::size_t>(
            std::min<std::uint64_t>(left, std::max(count - buffer_.size(), read_size)));
        std::size_t have = buffer_.size();
        buffer_.resize(have + wanted);
        while (have < buffer_.size()) {
            const ssize_t n = ::read(fd_, buffer_.data() + have, buffer_.size() - have);
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return file_failed("cannot read", file_);
            if (n == 0) break;
            have += static_cast<std::size_t>(n);
        }
        buffer_.resize(have);
    }
    const std::string_view out =
        std::string_view(buffer_).substr(taken_, std::min(count, buffer_.size() - taken_));
    taken_ += out.size();
    at_ += out.size();
    sum_.add(out);
    return out;
}

} // namespace rollcall::eventlog
