// How a thread of the client library wakes a coroutine: it writes to a descriptor that the
// coroutine's event loop watches. Internal to this room.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <memory>

namespace rollcall::kafka {

/// An eventfd. Rung from any thread; whoever may ring it later holds a share of it.
class bell {
  public:
    bell(); ///< throws std::system_error without descriptors
    ~bell();
    bell(const bell&) = delete;
    bell& operator=(const bell&) = delete;

    void ring() const noexcept;
    void quiet() const noexcept;

    [[nodiscard]] int descriptor() const { return fd_; }

  private:
    int fd_ = -1;
};

/// The coroutine's side.
class wake {
  public:
    explicit wake(const boost::asio::any_io_executor& where);
    ~wake();
    wake(const wake&) = delete;
    wake& operator=(const wake&) = delete;

    [[nodiscard]] const std::shared_ptr<bell>& the_bell() const { return bell_; }

    /// Resumes when the bell has been rung since the last wait, or at `until`; sometimes for no
    /// reason. Look at what there is to do before each wait.
    boost::asio::awaitable<void> wait(std::chrono::steady_clock::time_point until);

  private:
    std::shared_ptr<bell> bell_;
    /// Shared with timers' handlers, which can still be on their way when this is gone.
    std::shared_ptr<boost::asio::posix::stream_descriptor> watched_;
};

} // namespace rollcall::kafka
