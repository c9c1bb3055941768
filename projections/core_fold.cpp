#include "projections/core_fold.hpp"

#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "projections/rows.hpp"
#include "projections/state_hash.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace rollcall::projections {
namespace {

using namespace eventlog;

constexpr std::uint64_t whole_range = std::uint64_t{1} << 32;

/// High half: the range of passes. Low half: the slot. Only spread matters; ids are our own.
std::uint64_t hash_user(tenant_no tenant, const subject_id& id) {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes.data(), 8);
    std::memcpy(&low, id.bytes.data() + 8, 8);
    std::uint64_t h = low ^ std::rotl(high, 31) ^ (tenant.value * 0x9e3779b97f4a7c15u);
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

} // namespace

core_fold::core_fold(std::size_t users_max)
    : users_max_(users_max), slots_(std::bit_ceil(users_max * 2)) {
    assert(users_max > 0 && users_max < UINT32_MAX / 2);
    users_.reserve(users_max);
}

bool core_fold::begin_pass() {
    if (range_end_ == whole_range) return false;
    range_first_ = range_end_;
    range_end_ = std::min(whole_range, range_first_ + range_size_);
    clear_users();
    ++passes_;
    return true;
}

base::result<void> core_fold::take(const record_view& record) {
    const auto type = static_cast<event_type>(record.type);
    const bool first_pass = passes_ == 1;
    if (!first_pass && !in_range(record.tenant, record.subject)) return {};
    const auto body = decode_clear(record.type, record.schema, record.clear);
    if (!body) return tl::unexpected(body.error());
    const event_header header{record.tenant, record.seq, record.time, record.subject,
                              record.sealed_hash};
    if (first_pass) {
        folded_tenant& tenant = tenants_[record.tenant];
        if (record.seq.value != tenant.last.value + 1) {
            return base::fail(log_errc::out_of_order,
                              "tenant number " + std::to_string(record.tenant.value) +
                                  " goes from event " + std::to_string(tenant.last.value) + " to " +
                                  std::to_string(record.seq.value) + " at " + record.at.text());
        }
        tenant.last = record.seq;
        if (const user_facts* facts = facts_of(*body)) {
            tenant.counters.last_ordinal = std::max(tenant.counters.last_ordinal, facts->ordinal);
        }
        if (entity_of(type) == entity::tenant) {
            const bool known = std::exchange(tenant.known, true);
            auto now = after(known ? std::optional(tenant.state) : std::nullopt, header, *body);
            if (!now) return tl::unexpected(now.error());
            tenant.state = std::move(*now);
            return {};
        }
        if (!tenant.known) {
            return base::fail(log_errc::out_of_order,
                              "the event at " + record.at.text() + " is of tenant number " +
                                  std::to_string(record.tenant.value) + ", which does not exist");
        }
        if (entity_of(type) == entity::key) {
            const auto place = std::pair(record.tenant, record.subject);
            const auto known = keys_.find(place);
            auto now = after(known != keys_.end() ? std::optional(known->second) : std::nullopt,
                             header, *body);
            if (!now) return tl::unexpected(now.error());
            keys_.insert_or_assign(place, std::move(*now));
            return {};
        }
    }
    if (entity_of(type) != entity::user) return {};
    return take_user(header, *body, record.at.offset);
}

bool core_fold::in_range(tenant_no tenant, const subject_id& id) const {
    const std::uint64_t hash = hash_user(tenant, id) >> 32;
    return hash >= range_first_ && hash < range_end_;
}

base::result<void> core_fold::take_user(const event_header& header, const event_body& body,
                                        std::uint64_t offset) {
    if (!in_range(header.tenant, header.subject)) return {};
    const std::size_t slot = find_slot(header.tenant, header.subject);
    const bool known = slots_[slot] != 0;
    const auto core =
        after(known ? std::optional(users_[slots_[slot] - 1].core) : std::nullopt, header, body);
    if (!core) return tl::unexpected(core.error());
    if (known && *core) {
        folded_user& user = users_[slots_[slot] - 1];
        user.core = **core;
        user.last_offset = offset;
    } else if (known) {
        remove(slot);
    } else if (*core) {
        insert({header.tenant, header.subject, **core, offset});
    }
    return {};
}

void core_fold::end_pass() {
    if (passes_ == 1) {
        for (auto& [number, tenant] : tenants_) {
            if (tenant.known) add(tenant.counters.state_hash, hash_of(tenant.state));
        }
        for (const auto& [place, key] : keys_) {
            add(tenants_[place.first].counters.state_hash, hash_of(key));
        }
    }
    for (const std::uint32_t slot : slots_) {
        if (slot == 0) continue;
        const folded_user& user = users_[slot - 1];
        folded_tenant& tenant = tenants_[user.tenant];
        ++tenant.counters.users;
        if (user.core.holds_seat) ++tenant.counters.seats_used;
        add(tenant.counters.state_hash, hash_of(user.id, user.core));
        ++tenant.blocks[user.core.ordinal / places_per_block];
    }
    users_counted_ += living_;
}

const folded_user* core_fold::user_of_event(tenant_no tenant, const subject_id& id,
                                            std::uint64_t offset) const {
    const std::size_t slot = find_slot(tenant, id);
    if (slots_[slot] == 0) return nullptr;
    const folded_user& user = users_[slots_[slot] - 1];
    return user.last_offset == offset ? &user : nullptr;
}

void core_fold::mark_last_events(std::vector<bool>& at) const {
    for (const std::uint32_t slot : slots_) {
        if (slot == 0) continue;
        assert(users_[slot - 1].last_offset < at.size());
        at[users_[slot - 1].last_offset] = true;
    }
}

std::uint64_t core_fold::passes_expected() const {
    return passes_ + (whole_range - range_end_ + range_size_ - 1) / range_size_;
}

/// The slot of this user, or the free one where he would go.
std::size_t core_fold::find_slot(tenant_no tenant, const subject_id& id) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash_user(tenant, id) & mask;; slot = (slot + 1) & mask) {
        if (slots_[slot] == 0) return slot;
        const folded_user& user = users_[slots_[slot] - 1];
        if (user.id == id && user.tenant == tenant) return slot;
    }
}

void core_fold::insert(folded_user user) {
    while (living_ == users_max_) {
        halve_range();
        if (!in_range(user.tenant, user.id)) return; // his turn comes in a later pass
    }
    const std::size_t slot = find_slot(user.tenant, user.id);
    if (free_.empty()) {
        users_.push_back(user);
        slots_[slot] = static_cast<std::uint32_t>(users_.size());
    } else {
        users_[free_.back()] = user;
        slots_[slot] = free_.back() + 1;
        free_.pop_back();
    }
    ++living_;
}

/// Frees a slot and moves up who was displaced by it, so that a search never meets a hole.
void core_fold::remove(std::size_t slot) {
    free_.push_back(slots_[slot] - 1);
    --living_;
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = slot;
    for (std::size_t next = (hole + 1) & mask; slots_[next] != 0; next = (next + 1) & mask) {
        const folded_user& user = users_[slots_[next] - 1];
        const std::size_t home = hash_user(user.tenant, user.id) & mask;
        if (((next - home) & mask) < ((next - hole) & mask)) continue;
        slots_[hole] = slots_[next];
        hole = next;
    }
    slots_[hole] = 0;
}

void core_fold::clear_users() {
    std::fill(slots_.begin(), slots_.end(), 0);
    users_.clear();
    free_.clear();
    living_ = 0;
}

void core_fold::halve_range() {
    range_size_ = (range_end_ - range_first_) / 2;
    assert(range_size_ > 0);
    range_end_ = range_first_ + range_size_;
    std::vector<folded_user> kept;
    for (const std::uint32_t slot : slots_) {
        if (slot == 0) continue;
        const folded_user& user = users_[slot - 1];
        if (in_range(user.tenant, user.id)) kept.push_back(user);
    }
    clear_users();
    for (const folded_user& user : kept) {
        insert(user);
    }
}

} // namespace rollcall::projections
