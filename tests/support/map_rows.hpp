// Rows in a map: the judge of the store, and rows enough for whatever only needs a row_editor.
#pragma once

#include "eventlog/rows.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace rollcall::support {

class map_rows final : public eventlog::row_editor {
  public:
    using content = std::map<std::pair<eventlog::table, std::string>, std::string>;

    bool get(eventlog::table t, std::string_view key, std::string& value) const override {
        const auto found = rows.find({t, std::string(key)});
        if (found == rows.end()) return false;
        value = found->second;
        return true;
    }

    void put(eventlog::table t, std::string_view key, std::string_view value) override {
        rows[{t, std::string(key)}] = value;
    }

    void erase(eventlog::table t, std::string_view key) override {
        rows.erase({t, std::string(key)});
    }

    void apply(const eventlog::row_change& change) {
        if (change.value) {
            put(change.where, change.key, *change.value);
        } else {
            erase(change.where, change.key);
        }
    }

    /// The rows as they are now; later changes do not show.
    [[nodiscard]] std::unique_ptr<eventlog::row_snapshot> snapshot() const;

    content rows;
};

} // namespace rollcall::support
