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

} // namespace

/// High half: the range of passes. Low half: the slot.
std::uint64_t hash_subject(tenant_no tenant, const subject_id& id) {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, id.bytes.data(), 8);
    std::memcpy(&low, id.bytes.data() + 8, 8);
    std::uint64_t h = low ^ std::rotl(high, 31) ^ (tenant.value * 0x9e3779b97f4a7c15u);
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}

core_fold::core_fold(std::size_t entries_max) : entries_max_(entries_max) {
    assert(entries_max > 0 && entries_max < UINT32_MAX / 2);
}

bool core_fold::begin_pass() {
    if (range_end_ == whole_range) return false;
    range_first_ = range_end_;
    range_end_ = std::min(whole_range, range_first_ + range_size_);
    users_.clear();
    teams_.clear();
    members_.clear();
    ++passes_;
    return true;
}

base::result<void> core_fold::take(const record_view& record) {
    const auto type = static_cast<event_type>(record.type);
    const bool first_pass = passes_ == 1;
    // Whose memberships an event changes is not in its subject.
    if (!first_pass && type != event_type::members_changed &&
        !in_range(record.tenant, record.subject)) {
        return {};
    }
    const auto body = decode_clear(record.type, record.schema, record.clear);
    if (!body) return tl::unexpected(body.error());
    const event_header header{record.tenant,  record.seq,         record.time,
                              record.subject, record.sealed_hash, record.by};
    if (first_pass) {
        if (auto taken = take_first_pass(header, *body, record.at); !taken) return taken;
    }
    switch (entity_of(type)) {
    case entity::tenant:
    case entity::key:
    case entity::plan:
    case entity::admin: return {};
    case entity::user: return take_user(header, *body, record.at.offset);
    case entity::team: break;
    }
    return take_team(header, *body, record.at.offset);
}

/// What only the first pass needs: the chain, tenants, keys, and counters that no range bounds.
base::result<void> core_fold::take_first_pass(const event_header& header, const event_body& body,
                                              position at) {
    folded_tenant& tenant = tenants_[header.tenant];
    if (header.seq.value != tenant.last.value + 1) {
        return base::fail(log_errc::out_of_order,
                          "tenant number " + std::to_string(header.tenant.value) +
                              " goes from event " + std::to_string(tenant.last.value) + " to " +
                              std::to_string(header.seq.value) + " at " + at.text());
    }
    tenant.last = header.seq;
    tenant_counters& counters = tenant.counters;
    if (const user_facts* facts = facts_of(body)) {
        counters.last_ordinal = std::max(counters.last_ordinal, facts->ordinal);
    }
    if (const team_facts* facts = team_facts_of(body)) {
        counters.last_team_ordinal = std::max(counters.last_team_ordinal, facts->ordinal);
    }
    const entity about = entity_of(type_of(body));
    if (about == entity::tenant) {
        const bool known = std::exchange(tenant.known, true);
        auto now = after(known ? std::optional(tenant.state) : std::nullopt, header, body);
        if (!now) return tl::unexpected(now.error());
        tenant.state = std::move(*now);
        return {};
    }
    if (!tenant.known) {
        return base::fail(log_errc::out_of_order,
                          "the event at " + at.text() + " is of tenant number " +
                              std::to_string(header.tenant.value) + ", which does not exist");
    }
    if (about == entity::key) {
        const auto place = std::pair(header.tenant, header.subject);
        const auto known = keys_.find(place);
        auto now =
            after(known != keys_.end() ? std::optional(known->second) : std::nullopt, header, body);
        if (!now) return tl::unexpected(now.error());
        keys_.insert_or_assign(place, std::move(*now));
    }
    if (about == entity::plan) return take_plan(header, body);
    return about == entity::admin ? take_admin(header, body, at.offset) : base::result<void>{};
}

base::result<void> core_fold::take_admin(const event_header& header, const event_body& body,
                                         std::uint64_t offset) {
    const auto place = std::pair(header.tenant, header.subject);
    const auto known = admins_.find(place);
    auto now = after(known != admins_.end() ? std::optional(known->second.core) : std::nullopt,
                     header, body);
    if (!now) return tl::unexpected(now.error());
    if (known != admins_.end()) {
        known->second.core = *now;
    } else {
        admins_.emplace(place, folded_admin{*now, offset});
    }
    return {};
}

base::result<void> core_fold::take_plan(const event_header& header, const event_body& body) {
    const std::string& name = std::get<plan_defined>(body).name;
    const auto known = plans_.find(name);
    auto now =
        after(known != plans_.end() ? std::optional(known->second) : std::nullopt, header, body);
    if (!now) return tl::unexpected(now.error());
    plans_.insert_or_assign(name, std::move(*now));
    return {};
}

bool core_fold::in_range(tenant_no tenant, const subject_id& id) const {
    const std::uint64_t hash = hash_subject(tenant, id) >> 32;
    return hash >= range_first_ && hash < range_end_;
}

base::result<void> core_fold::take_user(const event_header& header, const event_body& body,
                                        std::uint64_t offset) {
    if (!in_range(header.tenant, header.subject)) return {};
    folded_user* known = users_.find({header.tenant, header.subject});
    const auto core =
        after(known != nullptr ? std::optional(known->core) : std::nullopt, header, body);
    if (!core) return tl::unexpected(core.error());
    if (known != nullptr && *core) {
        known->core = **core;
        if (content_of(body) != nullptr) known->content_offset = offset;
    } else if (known != nullptr) {
        users_.erase({header.tenant, header.subject});
    } else if (*core && make_room(header.tenant, header.subject)) {
        users_.insert({header.tenant, header.subject, **core, offset});
    }
    return {};
}

base::result<void> core_fold::take_team(const event_header& header, const event_body& body,
                                        std::uint64_t offset) {
    const auto* moved = std::get_if<members_changed>(&body);
    if (in_range(header.tenant, header.subject)) {
        folded_team* known = teams_.find({header.tenant, header.subject});
        const auto core =
            after(known != nullptr ? std::optional(known->core) : std::nullopt, header, body);
        if (!core) return tl::unexpected(core.error());
        if (known != nullptr && *core) {
            known->core = **core;
            if (moved == nullptr) known->content_offset = offset;
        } else if (known != nullptr) {
            teams_.erase({header.tenant, header.subject});
        } else if (*core && make_room(header.tenant, header.subject)) {
            teams_.insert({header.tenant, header.subject, **core, offset});
        }
    }
    return moved != nullptr ? take_members(header, *moved) : base::result<void>{};
}

base::result<void> core_fold::take_members(const event_header& header,
                                           const members_changed& fact) {
    const auto contradiction = [&](const subject_id& user, const char* why) {
        return base::fail(log_errc::out_of_order,
                          "event " + std::to_string(header.seq.value) + " of tenant number " +
                              std::to_string(header.tenant.value) + " cannot follow: user " +
                              user.text() + why + header.subject.text());
    };
    for (const subject_id& user : fact.added) {
        if (!in_range(header.tenant, user)) continue;
        if (members_.find({header.tenant, user, header.subject}) != nullptr) {
            return contradiction(user, " is already in team ");
        }
        if (!make_room(header.tenant, user)) continue;
        members_.insert({header.tenant, {header.subject, user, header.seq}});
    }
    for (const subject_id& user : fact.removed) {
        if (!in_range(header.tenant, user)) continue;
        const folded_member::place place{header.tenant, user, header.subject};
        if (members_.find(place) == nullptr) return contradiction(user, " is not in team ");
        members_.erase(place);
    }
    return {};
}

void core_fold::end_pass() {
    if (passes_ == 1) {
        for (auto& [number, tenant] : tenants_) {
            if (tenant.known) add(tenant.counters.state_hash, hash_of(tenant.state));
        }
        for (const auto& [place, key] : keys_) {
            tenant_counters& counters = tenants_[place.first].counters;
            ++counters.keys;
            add(counters.state_hash, hash_of(key));
        }
        for (const auto& [place, admin] : admins_) {
            tenant_counters& counters = tenants_[place.first].counters;
            ++counters.admins;
            add(counters.state_hash, hash_of(place.second, admin.core));
        }
        for (const auto& [name, plan] : plans_) {
            tenant_counters& counters = tenants_[system_tenant].counters;
            ++counters.plans;
            add(counters.state_hash, hash_of(plan));
        }
    }
    users_.each([this](const folded_user& user) {
        folded_tenant& tenant = tenants_[user.tenant];
        ++tenant.counters.users;
        ++tenant.counters.by_status[static_cast<std::size_t>(user.core.status())];
        add(tenant.counters.state_hash, hash_of(user.id, user.core));
        ++tenant.blocks[user.core.ordinal / places_per_block];
    });
    teams_.each([this](const folded_team& team) {
        folded_tenant& tenant = tenants_[team.tenant];
        ++tenant.counters.teams;
        add(tenant.counters.state_hash, hash_of(team.id, team.core));
        ++tenant.team_blocks[team.core.ordinal / places_per_block];
    });
    members_.each([this](const folded_member& member) {
        tenant_counters& counters = tenants_[member.tenant].counters;
        ++counters.memberships;
        add(counters.state_hash, hash_of(member.what));
    });
    users_counted_ += users_.size();
    // What was narrow here, perhaps for one user's sake, need not be narrow for all that follow.
    if (entries() <= entries_max_ / 2) range_size_ = std::min(whole_range, range_size_ * 2);
}

const folded_user* core_fold::user_of_event(tenant_no tenant, const subject_id& id,
                                            std::uint64_t offset) const {
    const folded_user* user = users_.find({tenant, id});
    return user != nullptr && user->content_offset == offset ? user : nullptr;
}

const folded_team* core_fold::team_of_event(tenant_no tenant, const subject_id& id,
                                            std::uint64_t offset) const {
    const folded_team* team = teams_.find({tenant, id});
    return team != nullptr && team->content_offset == offset ? team : nullptr;
}

const folded_admin* core_fold::admin_of_event(tenant_no tenant, const subject_id& id,
                                              std::uint64_t offset) const {
    const auto found = admins_.find({tenant, id});
    const bool here = passes_ == 1 && found != admins_.end();
    return here && found->second.content_offset == offset ? &found->second : nullptr;
}

std::vector<folded_member> core_fold::memberships() const {
    std::vector<folded_member> all;
    all.reserve(members_.size());
    members_.each([&all](const folded_member& member) { all.push_back(member); });
    std::sort(all.begin(), all.end(),
              [](const folded_member& a, const folded_member& b) { return a.key() < b.key(); });
    return all;
}

void core_fold::mark_content_events(std::vector<bool>& at) const {
    const auto mark = [&at](const auto& entity) {
        assert(entity.content_offset < at.size());
        at[entity.content_offset] = true;
    };
    users_.each(mark);
    teams_.each(mark);
    if (passes_ != 1) return;
    for (const auto& [place, admin] : admins_)
        mark(admin);
}

std::uint64_t core_fold::passes_expected() const {
    return passes_ + (whole_range - range_end_ + range_size_ - 1) / range_size_;
}

/// True if there is room for one more of this subject; false if its turn comes in a later pass.
bool core_fold::make_room(tenant_no tenant, const subject_id& id) {
    while (entries() >= entries_max_) {
        // One user with more memberships than there is room for is folded all the same.
        if (range_end_ - range_first_ < 2) return true;
        halve_range();
        if (!in_range(tenant, id)) return false;
    }
    return true;
}

void core_fold::halve_range() {
    range_size_ = (range_end_ - range_first_) / 2;
    assert(range_size_ > 0);
    range_end_ = range_first_ + range_size_;
    const auto stays = [this](const auto& entity) { return in_range(entity.tenant, entity.id); };
    users_.keep_only(stays);
    teams_.keep_only(stays);
    members_.keep_only(
        [this](const folded_member& member) { return in_range(member.tenant, member.what.user); });
}

} // namespace rollcall::projections
