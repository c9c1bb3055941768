#include "eventlog/kafka/wake.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace rollcall::kafka {
namespace {

int opened(int fd) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    return fd;
}

} // namespace

bell::bell() : fd_(opened(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))) {}

bell::~bell() {
    ::close(fd_);
}

void bell::ring() const noexcept {
    constexpr std::uint64_t one = 1;
    // Can only fail when it has been rung 2^64 times and nobody came.
    [[maybe_unused]] const auto written = ::write(fd_, &one, sizeof one);
}

void bell::quiet() const noexcept {
    std::uint64_t rung = 0;
    [[maybe_unused]] const auto read = ::read(fd_, &rung, sizeof rung);
}

wake::wake(const boost::asio::any_io_executor& where)
    : bell_(std::make_shared<bell>()),
      // A descriptor of the loop's own: the bell can outlive it in a thread that ends late.
      watched_(std::make_shared<boost::asio::posix::stream_descriptor>(
          where, opened(::fcntl(bell_->descriptor(), F_DUPFD_CLOEXEC, 0)))) {}

wake::~wake() {
    boost::system::error_code ignored;
    watched_->close(ignored);
}

boost::asio::awaitable<void> wake::wait(std::chrono::steady_clock::time_point until) {
    using boost::asio::posix::stream_descriptor;
    const auto watched = watched_;
    boost::asio::steady_timer timer(watched->get_executor(), until);
    timer.async_wait([watched](boost::system::error_code cancelled) {
        boost::system::error_code ignored;
        if (!cancelled) watched->cancel(ignored);
    });
    boost::system::error_code failed;
    co_await watched->async_wait(stream_descriptor::wait_read,
                                 boost::asio::redirect_error(boost::asio::use_awaitable, failed));
    timer.cancel();
    bell_->quiet();
}

} // namespace rollcall::kafka
