// Sole owner of a file descriptor: closes it in the destructor. -1 stands for none.
#pragma once

#include <unistd.h>
#include <utility>

namespace rollcall::http {

class descriptor {
  public:
    descriptor() = default;

    explicit descriptor(int fd) : fd_(fd) {}

    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

    descriptor& operator=(descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            fd_ = std::exchange(other.fd_, -1);
        }
        return *this;
    }

    ~descriptor() { reset(); }

    [[nodiscard]] int get() const { return fd_; }

    /// Gives the descriptor away: the caller closes it.
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }

    void reset() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

} // namespace rollcall::http
