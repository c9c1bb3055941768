// The store as a row_reader: what is durable, as of each read.
#pragma once

#include "eventlog/rows.hpp"
#include "eventlog/store.hpp"

namespace rollcall::projections {

class store_rows final : public eventlog::row_reader {
  public:
    explicit store_rows(const eventlog::store& store) : store_(store) {}

    bool get(eventlog::table t, std::string_view key, std::string& value) const override {
        return store_.get(t, key, value);
    }

  private:
    const eventlog::store& store_;
};

} // namespace rollcall::projections
