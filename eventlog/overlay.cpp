#include "eventlog/overlay.hpp"

namespace rollcall::eventlog {

std::string overlay::full_key(table t, std::string_view key) {
    std::string full;
    full.reserve(key.size() + 1);
    full.push_back(static_cast<char>(t));
    full += key;
    return full;
}

bool overlay::get(table t, std::string_view key, std::string& value) const {
    const std::string full = full_key(t, key);
    const std::optional<std::string>* found = nullptr;
    if (const auto turn = turn_rows_.find(full); turn != turn_rows_.end()) {
        found = &turn->second;
    } else if (const auto row = rows_.find(full); row != rows_.end()) {
        found = &row->second.value;
    }
    if (found == nullptr) return store_.get(t, key, value);
    if (!*found) return false;
    value = **found;
    return true;
}

chain_head overlay::chain(tenant_no tenant) const {
    if (const auto turn = turn_heads_.find(tenant); turn != turn_heads_.end()) return turn->second;
    if (const auto head = heads_.find(tenant); head != heads_.end()) return head->second.head;
    return log_.chain(tenant).value_or(chain_head{});
}

void overlay::set(table t, std::string_view key, std::optional<std::string> value) {
    turn_rows_[full_key(t, key)] = std::move(value);
}

void overlay::set_chain(tenant_no tenant, const chain_head& head) {
    turn_heads_[tenant] = head;
}

void overlay::accept() {
    auto& keys = touched_[batch_];
    for (auto& [key, value] : turn_rows_) {
        entry& e = rows_[key];
        if (e.batch != batch_) keys.push_back(key);
        e = {std::move(value), batch_};
    }
    auto& tenants = touched_heads_[batch_];
    for (const auto& [tenant, head] : turn_heads_) {
        head_entry& e = heads_[tenant];
        if (e.batch != batch_) tenants.push_back(tenant);
        e = {head, batch_};
    }
    turn_rows_.clear();
    turn_heads_.clear();
}

void overlay::reject() {
    turn_rows_.clear();
    turn_heads_.clear();
}

std::vector<row_change> overlay::end_batch() {
    std::vector<row_change> changes;
    const auto& keys = touched_[batch_];
    changes.reserve(keys.size());
    for (const std::string& key : keys) {
        changes.push_back({static_cast<table>(key[0]), key.substr(1), rows_.at(key).value});
    }
    static_cast<void>(touched_heads_[batch_]);
    ++batch_;
    return changes;
}

void overlay::committed() {
    for (const std::string& key : touched_[oldest_]) {
        const auto row = rows_.find(key);
        if (row != rows_.end() && row->second.batch == oldest_) rows_.erase(row);
    }
    for (const tenant_no tenant : touched_heads_[oldest_]) {
        const auto head = heads_.find(tenant);
        if (head != heads_.end() && head->second.batch == oldest_) heads_.erase(head);
    }
    touched_.erase(oldest_);
    touched_heads_.erase(oldest_);
    ++oldest_;
}

void overlay::discard() {
    rows_.clear();
    heads_.clear();
    turn_rows_.clear();
    turn_heads_.clear();
    touched_.clear();
    touched_heads_.clear();
    oldest_ = batch_;
}

} // namespace rollcall::eventlog
