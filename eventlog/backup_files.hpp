// Files of a backup as they are written and read: in order, with their SHA-256 on the way. Written
// files reach the disk bit by bit, so that their end is not one long sync that holds up others.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/base/sha256.hpp"
#include "eventlog/record.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rollcall::eventlog {

/// A new file, mode 0600. What is not finished is removed again.
class backup_output {
  public:
    /// Takes the place of a file of the same name. Errors: log_errc::storage, here and below, with
    /// the file's name and the reason.
    static base::result<backup_output> make(std::filesystem::path file);
    ~backup_output();
    backup_output(backup_output&& other) noexcept;
    backup_output& operator=(backup_output&&) = delete;

    base::result<void> write(std::string_view bytes);
    base::result<void> flush(); ///< so that sha256() is of all that was written
    /// Everything is on the disk when this returns; the name is not yet: sync_folder.
    base::result<void> finish();

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

    /// Of all bytes that were flushed.
    [[nodiscard]] digest sha256() const { return sum_.digest(); }

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

  private:
    backup_output(std::filesystem::path file, int fd) : file_(std::move(file)), fd_(fd) {}

    [[nodiscard]] tl::unexpected<base::failure> failed(const char* what) const;

    std::filesystem::path file_;
    int fd_ = -1;
    bool finished_ = false;
    std::uint64_t bytes_ = 0;
    std::uint64_t synced_ = 0;
    std::string waiting_;
    base::running_sha256 sum_;
};

/// A file of known size, read once from its beginning.
class backup_input {
  public:
    /// Never waits, and never follows a link. Errors: log_errc::storage when it is not there or
    /// cannot be read, log_errc::foreign_directory for a link and for what is no ordinary file.
    static base::result<backup_input> open(std::filesystem::path file);
    ~backup_input();
    backup_input(backup_input&& other) noexcept;
    backup_input& operator=(backup_input&&) = delete;

    /// The next `count` bytes, until the next call; fewer at the end. Errors: log_errc::storage.
    base::result<std::string_view> read(std::size_t count);

    [[nodiscard]] std::uint64_t size() const { return size_; }

    [[nodiscard]] std::uint64_t at() const { return at_; } ///< bytes given out

    [[nodiscard]] digest sha256() const { return sum_.digest(); } ///< of the bytes given out

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

  private:
    backup_input(std::filesystem::path file, int fd, std::uint64_t size)
        : file_(std::move(file)), fd_(fd), size_(size) {}

    std::filesystem::path file_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
    std::uint64_t at_ = 0;
    std::string buffer_;
    std::size_t taken_ = 0; ///< of the buffer
    base::running_sha256 sum_;
};

} // namespace rollcall::eventlog
