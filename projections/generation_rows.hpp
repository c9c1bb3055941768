// The rows of a generation that is being built, as a row_editor: changes are gathered and written
// many at a time; what is gathered is read first. Other tables than state and index are read from
// the store and cannot be changed here.
#pragma once

#include "eventlog/rows.hpp"
#include "eventlog/store.hpp"

#include <map>
#include <optional>
#include <string>

namespace rollcall::projections {

class generation_rows final : public eventlog::row_editor {
  public:
    generation_rows(eventlog::store& store, std::size_t rows_max)
        : store_(store), rows_max_(rows_max) {}

    bool get(eventlog::table t, std::string_view key, std::string& value) const override;
    void put(eventlog::table t, std::string_view key, std::string_view value) override;
    void erase(eventlog::table t, std::string_view key) override;

    /// Writes what is gathered if it is `rows_max` rows or more. Errors: log_errc::storage.
    base::result<void> flush_if_full();
    base::result<void> flush();

  private:
    using place = std::pair<eventlog::table, std::string>;

    eventlog::store& store_;
    std::size_t rows_max_;
    std::map<place, std::optional<std::string>> gathered_;
};

} // namespace rollcall::projections
