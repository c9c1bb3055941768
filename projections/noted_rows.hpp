// Attempts are written as notes, which a turn's rows do not show until they are written. These two
// let a turn read what earlier turns noted: `pending_notes` remembers notes on their way,
// `noted_rows` reads through it.
//
// Thread-safety: pending_notes may be used from any thread; noted_rows lives within one turn.
#pragma once

#include "eventlog/writer.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace rollcall::projections {

/// Rows of table::attempts that were noted and whose batch is not yet settled. Bounded by what the
/// writer has in flight.
class pending_notes {
  public:
    /// True if a note on `key` is on its way; then `value` is what it will be (nothing: erased).
    bool find(std::string_view key, std::optional<std::string>& value) const;
    void begin(const std::string& key, std::optional<std::string> value);
    /// The batch of a note on each of `keys` is settled: the store has them, or nobody will.
    void settle(const std::vector<std::string>& keys);
    [[nodiscard]] std::size_t size() const;

  private:
    struct entry {
        std::optional<std::string> value;
        std::size_t on_their_way = 0;
    };

    mutable std::mutex mutex_;
    std::unordered_map<std::string, entry> entries_;
};

/// A turn's rows, where changes become notes. Only for table::attempts; other tables are read-only
/// here.
class noted_rows final : public eventlog::row_editor {
  public:
    /// The keys of what is noted are added to `noted`, for pending_notes::settle.
    noted_rows(eventlog::turn& turn, pending_notes& pending, std::vector<std::string>& noted)
        : turn_(turn), pending_(pending), noted_(noted) {}

    bool get(eventlog::table t, std::string_view key, std::string& value) const override;
    void put(eventlog::table t, std::string_view key, std::string_view value) override;
    void erase(eventlog::table t, std::string_view key) override;

  private:
    void note(std::string_view key, std::optional<std::string> value);

    eventlog::turn& turn_;
    pending_notes& pending_;
    std::vector<std::string>& noted_;
};

} // namespace rollcall::projections
