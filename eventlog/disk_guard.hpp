// Watches the free space of the data directory's disk, so that the log refuses writes while there
// is still room for what must go on: deprovisioning, flushes, erasure. A database that meets a
// really full disk stops; this keeps it from getting there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace rollcall::eventlog {

enum class disk_state : std::uint8_t {
    ample,    ///< everything is accepted
    reserved, ///< only what deprovisions
    full,     ///< nothing
};

/// Both limits lie above what the database may write without being asked: its write-ahead files and
/// memtables.
struct disk_limits {
    std::uint64_t reserve_bytes = 1ull << 30; ///< below: reserved
    std::uint64_t floor_bytes = 256ull << 20; ///< below: full
};

/// Free bytes for an unprivileged process; nothing if the path cannot be asked.
std::optional<std::uint64_t> free_bytes(const std::filesystem::path& path);

/// Policy: the next state from the free space and the last state. To come back up takes a tenth
/// more than the limit, so that the answer does not flap.
disk_state judge_disk(std::uint64_t free, disk_limits limits, disk_state last);

/// Asks once a second and tells `changed` (from its own thread) when the state changes.
class disk_guard {
  public:
    disk_guard(std::filesystem::path path, disk_limits limits,
               std::function<void(disk_state)> changed);
    ~disk_guard();
    disk_guard(const disk_guard&) = delete;
    disk_guard& operator=(const disk_guard&) = delete;

    [[nodiscard]] disk_state state() const;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::eventlog
