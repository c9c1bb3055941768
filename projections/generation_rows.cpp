#include "projections/generation_rows.hpp"

#include <cassert>

namespace rollcall::projections {

using eventlog::table;

namespace {

bool is_derived(table t) {
    return t == table::state || t == table::index || t == table::links;
}

} // namespace

bool generation_rows::get(table t, std::string_view key, std::string& value) const {
    if (!is_derived(t)) return store_.get(t, key, value);
    const auto found = gathered_.find(place(t, key));
    if (found == gathered_.end()) return store_.get_generation(t, key, value);
    if (!found->second) return false;
    value = *found->second;
    return true;
}

void generation_rows::put(table t, std::string_view key, std::string_view value) {
    assert(is_derived(t));
    gathered_.insert_or_assign(place(t, key), std::string(value));
}

void generation_rows::erase(table t, std::string_view key) {
    assert(is_derived(t));
    gathered_.insert_or_assign(place(t, key), std::nullopt);
}

base::result<void> generation_rows::flush_if_full() {
    if (gathered_.size() < rows_max_) return {};
    return flush();
}

base::result<void> generation_rows::flush() {
    std::vector<eventlog::row_change> rows;
    rows.reserve(gathered_.size());
    for (auto& [where, value] : gathered_) {
        rows.push_back({where.first, where.second, std::move(value)});
    }
    gathered_.clear();
    if (rows.empty()) return {};
    return store_.write_generation(rows);
}

} // namespace rollcall::projections
