// A disk that can fail on command, under a real RocksDB: it works on real files, remembers what was
// synced, and on a power cut throws the rest away. Without it a crash test proves little: killing a
// process loses nothing that was written, synced or not.
//
// What counts as durable is the strictest reading of POSIX: bytes of a file up to its last fsync,
// and a name (of a new or renamed file, of a new directory) only after an fsync of the directory
// that holds it. A deletion is taken to be durable at once. Files that were there before are
// durable. All members may be called from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace rollcall::support {

/// What an append to a file answers.
enum class append_fault : std::uint8_t { none, io_error, no_space };

class fault_env {
  public:
    fault_env();
    ~fault_env();
    fault_env(const fault_env&) = delete;
    fault_env& operator=(const fault_env&) = delete;

    /// For store_options::env. Valid as long as this object.
    [[nodiscard]] rocksdb::Env* env() const;

    /// From now on nothing reaches the disk: every write, sync and rename fails.
    void cut_power();

    /// Drops what was not durable at the cut, and works again. @pre the databases on it are closed.
    void restore_power();

    /// The next `count` fsyncs of files answer EIO, and their bytes stay volatile.
    void fail_syncs(std::uint64_t count);

    /// From now on fsyncs of those files answer EIO for which `which` (asked with the file's path,
    /// once for each fsync) says true; null: of none.
    void fail_syncs_if(std::function<bool(const std::string& path)> which);

    /// Appends answer this until told otherwise; nothing of them is written.
    void fail_appends(append_fault how);

    /// Reads of table files answer EIO while true.
    void fail_reads(bool failing);

    /// Each fsync of a write-ahead file takes this much longer: a disk with a real medium.
    void delay_wal_syncs(std::chrono::microseconds by);

    /// Fsyncs of files that succeeded, all and of write-ahead files.
    [[nodiscard]] std::uint64_t syncs() const;
    [[nodiscard]] std::uint64_t wal_syncs() const;

    class disk;

  private:
    std::shared_ptr<disk> disk_;
    std::unique_ptr<rocksdb::Env> env_;
};

} // namespace rollcall::support
