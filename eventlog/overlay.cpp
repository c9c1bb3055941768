#include "eventlog/overlay.hpp"

namespace rollcall::eventlog {
namespace {

bool is_link(const std::string& full_key) {
    return full_key[0] == static_cast<char>(table::links);
}

} // namespace

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
    } else if (const entry* row = find(full); row != nullptr) {
        found = &row->value;
    }
    if (found == nullptr) return store_.get(t, key, value);
    if (!*found) return false;
    value = **found;
    return true;
}

void overlay::walk_links(std::string_view prefix, const link_reader::visitor& visit) const {
    // Three sorted lists become one; the newer one counts where two have the same key.
    const std::string first = full_key(table::links, prefix);
    const auto in_range = [&](const auto& list, const auto& at) {
        return at != list.end() && std::string_view(at->first).starts_with(first);
    };
    auto turn = turn_rows_.lower_bound(first);
    auto batch = links_.lower_bound(first);
    const auto stored = store_.cursor(table::links, prefix);
    stored->seek(prefix);
    while (true) {
        if (!in_range(links_, batch) && !in_range(turn_rows_, turn)) {
            // What is left is the store's alone: nothing to compare, nothing to copy.
            for (; stored->valid(); stored->next())
                if (!visit(stored->key(), stored->value())) return;
            return;
        }
        std::optional<std::string_view> least;
        const auto offer = [&](std::string_view key) {
            if (!least || key < *least) least = key;
        };
        if (stored->valid()) offer(stored->key());
        if (in_range(links_, batch)) offer(std::string_view(batch->first).substr(1));
        if (in_range(turn_rows_, turn)) offer(std::string_view(turn->first).substr(1));
        if (!least) return;
        const std::string key(*least);
        std::optional<std::string> value;
        if (stored->valid() && stored->key() == key) {
            value = stored->value();
            stored->next();
        }
        if (in_range(links_, batch) && std::string_view(batch->first).substr(1) == key) {
            value = (batch++)->second.value;
        }
        if (in_range(turn_rows_, turn) && std::string_view(turn->first).substr(1) == key) {
            value = (turn++)->second;
        }
        if (value && !visit(key, *value)) return;
    }
}

overlay::entry& overlay::row(const std::string& full_key) {
    return is_link(full_key) ? links_[full_key] : rows_[full_key];
}

const overlay::entry* overlay::find(const std::string& full_key) const {
    if (is_link(full_key)) {
        const auto link = links_.find(full_key);
        return link != links_.end() ? &link->second : nullptr;
    }
    const auto row = rows_.find(full_key);
    return row != rows_.end() ? &row->second : nullptr;
}

void overlay::forget_if_of(std::uint64_t batch, const std::string& full_key) {
    const auto forget_in = [&](auto& list) {
        const auto now = list.find(full_key);
        if (now != list.end() && now->second.batch == batch) list.erase(now);
    };
    if (is_link(full_key)) {
        forget_in(links_);
    } else {
        forget_in(rows_);
    }
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
        entry& e = row(key);
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
        changes.push_back({static_cast<table>(key[0]), key.substr(1), find(key)->value});
    }
    static_cast<void>(touched_heads_[batch_]);
    ++batch_;
    return changes;
}

void overlay::committed() {
    for (const std::string& key : touched_[oldest_]) {
        forget_if_of(oldest_, key);
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
    links_.clear();
    heads_.clear();
    turn_rows_.clear();
    turn_heads_.clear();
    touched_.clear();
    touched_heads_.clear();
    oldest_ = batch_;
}

} // namespace rollcall::eventlog
