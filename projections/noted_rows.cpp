#include "projections/noted_rows.hpp"

#include <cassert>

namespace rollcall::projections {

using eventlog::table;

bool pending_notes::find(std::string_view key, std::optional<std::string>& value) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(std::string(key));
    if (found == entries_.end()) return false;
    value = found->second.value;
    return true;
}

void pending_notes::begin(const std::string& key, std::optional<std::string> value) {
    const std::lock_guard lock(mutex_);
    entry& e = entries_[key];
    e.value = std::move(value);
    ++e.on_their_way;
}

void pending_notes::settle(const std::vector<std::string>& keys) {
    const std::lock_guard lock(mutex_);
    for (const std::string& key : keys) {
        const auto found = entries_.find(key);
        assert(found != entries_.end());
        if (--found->second.on_their_way == 0) entries_.erase(found);
    }
}

std::size_t pending_notes::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

bool noted_rows::get(table t, std::string_view key, std::string& value) const {
    std::optional<std::string> noted;
    if (t != table::attempts || !pending_.find(key, noted)) return turn_.rows().get(t, key, value);
    if (!noted) return false;
    value = std::move(*noted);
    return true;
}

void noted_rows::put(table t, std::string_view key, std::string_view value) {
    assert(t == table::attempts);
    note(key, std::string(value));
}

void noted_rows::erase(table t, std::string_view key) {
    assert(t == table::attempts);
    note(key, std::nullopt);
}

void noted_rows::note(std::string_view key, std::optional<std::string> value) {
    std::string owned(key);
    pending_.begin(owned, value);
    turn_.note({table::attempts, owned, std::move(value)});
    noted_.push_back(std::move(owned));
}

} // namespace rollcall::projections
