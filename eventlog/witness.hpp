// The witness: a small file beside the database that remembers the last acknowledged position. The
// database cannot tell that its newest write-ahead file was deleted or that an old copy was put
// back; the witness can. A thread writes it every `period` while the log grows, so at most that
// window of acknowledged events could vanish unnoticed; a commit never waits for it.
//
//   HEAD = slot slot            two slots of 512 bytes, written in turn; the newer valid one counts
//   slot = "RLH1" zero u32 | count u64 | lineage 16 | partition u16 zero 6 | offset u64 | hash 32 |
//          crc u32 | zeros      little-endian; crc = CRC-32C of what precedes it
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/cursor.hpp"
#include "eventlog/record.hpp"
#include "eventlog/store.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

namespace rollcall::eventlog {

/// What the witness remembers.
struct witnessed {
    base::uuid lineage;
    position at;
    digest hash{}; ///< of the record at `at`
    friend bool operator==(const witnessed&, const witnessed&) = default;
};

/// Reads a witness file. Nothing if there is none. Errors: log_errc::damaged_record.
base::result<std::optional<witnessed>> read_witness(const std::filesystem::path& file);

/// Compares a witness with the log. Errors, each with what to do: log_errc::lost_suffix (the log
/// ends before it, or has events and no witness), log_errc::out_of_order (another event stands
/// there), log_errc::foreign_directory (it belongs to another log).
base::result<void> compare_witness(const std::optional<witnessed>& seen, const store& log,
                                   const base::uuid& lineage);

/// Writes a witness of the log as it is now: what `doctor --accept-loss` does.
base::result<void> write_witness(const std::filesystem::path& file, const store& log,
                                 const base::uuid& lineage);

/// Keeps the witness of a running log.
class witness {
  public:
    /// Writes the file once before it returns.
    witness(std::filesystem::path file, const store& log, log_signal& signal, base::uuid lineage,
            std::chrono::milliseconds period);
    ~witness(); ///< writes the last position
    witness(const witness&) = delete;
    witness& operator=(const witness&) = delete;

    /// The last position that is written and synced.
    [[nodiscard]] position written() const;
    /// False while the file cannot be written; writes go on, the alarm is the operator's.
    [[nodiscard]] bool healthy() const;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::eventlog
