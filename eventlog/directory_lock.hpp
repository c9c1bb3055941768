// The claim of one process on a data directory: an exclusive lock on DIR/rollcall.lock, held as
// long as this object lives and let go by the kernel when the process dies. The file stays; it
// holds the number of the process that took it last, for the message to the one that comes too
// late.
//
// It is a file and not the directory itself, because over NFS only what is open for writing can be
// locked exclusively. The database has a lock of its own, but it comes too late: by then two
// processes may each have made a master key.
#pragma once

#include "eventlog/base/result.hpp"

#include <filesystem>
#include <string_view>

namespace rollcall::eventlog {

class directory_lock {
  public:
    static constexpr std::string_view file_name = "rollcall.lock";

    /// Holds nothing.
    directory_lock() = default;

    /// Takes the lock without waiting, and makes its file if it is not there. Errors:
    /// log_errc::foreign_directory, when somebody has it (in this process or another) or when the
    /// file cannot be made or locked.
    static base::result<directory_lock> take(const std::filesystem::path& directory);

    ~directory_lock();
    directory_lock(directory_lock&& other) noexcept;
    directory_lock& operator=(directory_lock&& other) noexcept;
    directory_lock(const directory_lock&) = delete;
    directory_lock& operator=(const directory_lock&) = delete;

    [[nodiscard]] bool held() const { return fd_ >= 0; }

  private:
    explicit directory_lock(int fd) : fd_(fd) {}

    int fd_ = -1;
};

} // namespace rollcall::eventlog
