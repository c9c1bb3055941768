// What the product wrote for a number of operations, read back from the write-ahead files that it
// left: every key and value of every column family, whoever in the product put them there. The
// ceiling for durable writes writes the same.
//
// A batch of the product holds several operations (one for each record of the log). Records and
// their own index rows come first and in order, so they are told apart; the other rows of a batch
// are dealt out evenly. A row that many operations change, as a counter, is written once per batch
// by the product, and so it is by the ceiling: see for_batch().
#pragma once

#include "eventlog/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::bench {

struct recorded_row {
    std::size_t family = 0; ///< in recorded_writes::families()
    std::string_view key;
    std::string_view value;
    bool erased = false;
    /// The next operation that writes the same key; operations() if there is none.
    std::size_t again_at = 0;
};

class recorded_writes {
  public:
    /// Reads the database of a product that has stopped. Failures name what RocksDB said, or that
    /// no operation was found.
    static base::result<recorded_writes> read(const std::filesystem::path& database);

    [[nodiscard]] const std::vector<std::string>& families() const { return families_; }

    [[nodiscard]] std::size_t operations() const { return first_row_.size() - 1; }

    /// Rows of all operations, in the order written.
    [[nodiscard]] double rows_per_operation() const;
    [[nodiscard]] double bytes_per_operation() const;

    /// Calls `put` for the rows that one batch of the operations [first, last) has to write: all
    /// but those that a later operation of the same batch writes again.
    template <class F>
    void for_batch(std::size_t first, std::size_t last, const F& put) const {
        for (std::size_t i = first_row_[first]; i < first_row_[last]; ++i) {
            if (rows_[i].again_at >= last) put(rows_[i]);
        }
    }

  private:
    class reader;
    std::vector<std::string> families_;
    std::vector<recorded_row> rows_;
    std::vector<std::size_t> first_row_{0};           ///< by operation, and one past the last
    std::vector<std::unique_ptr<std::string>> bytes_; ///< what the views point to
};

} // namespace rollcall::bench
