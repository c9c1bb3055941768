// A second look at the database of a data directory, with RocksDB alone: what the ceilings of
// log_scan and rebuild read and write.
#pragma once

#include "eventlog/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace rollcall::bench {

class raw_database {
  public:
    /// Opens what is on the disk now; the product may have it open too.
    static base::result<std::unique_ptr<raw_database>> open(const std::filesystem::path& database);
    ~raw_database();
    raw_database(const raw_database&) = delete;
    raw_database& operator=(const raw_database&) = delete;

    /// Walks the log as the product's bulk readers do. Returns the number of records.
    base::result<std::uint64_t> scan_log();

    /// Writes all rows of state and index into a new database at `directory`, with the product's
    /// options, in its batches, without write-ahead file, and flushes.
    base::result<void> copy_derived_rows(const std::filesystem::path& directory,
                                         std::size_t batch_rows);

  private:
    struct parts;
    explicit raw_database(std::unique_ptr<parts> p);
    std::unique_ptr<parts> parts_;
};

} // namespace rollcall::bench
