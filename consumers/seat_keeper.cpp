#include "consumers/seat_keeper.hpp"

#include "consumers/plan_fan_out.hpp"
#include "eventlog/base/log.hpp"
#include "projections/seat_holders.hpp"

#include <algorithm>
#include <queue>

namespace rollcall::consumers {
namespace {

using namespace eventlog;
using projections::subject_id;
using projections::tenant_state;

/// In one look; who is left is looked at again when the other tenants were.
constexpr std::uint64_t people_per_look_max = 1'000;
/// After which one look ends, likewise.
constexpr std::chrono::seconds look_time_max{1};
constexpr unsigned nearly_full_percent = 80;
constexpr unsigned full_percent = 100;

bool suspends_by(const tenant_settings& settings, base::moment now) {
    switch (settings.terms.on_downgrade) {
    case downgrade_policy::block_new: return false;
    case downgrade_policy::grace: return settings.grace_until && *settings.grace_until <= now;
    case downgrade_policy::suspend_newest: return true;
    }
    return false;
}

} // namespace

seat_keeper::seat_keeper(const projections::directory& views, projections::command_desk& desk,
                         seat_figures& figures)
    : views_(views), desk_(desk), figures_(figures) {
    for (const tenant_state& tenant : views.tenants())
        to_look_at_.insert(tenant.number);
}

bool seat_keeper::wants(event_type type) const {
    switch (type) {
    case event_type::tenant_created:
    case event_type::tenant_changed:
    case event_type::user_created:
    case event_type::user_deactivated:
    case event_type::user_reactivated:
    case event_type::user_restored:
    case event_type::user_deleted:
    case event_type::user_erased:
    case event_type::user_suspended:
    case event_type::user_resumed:
    case event_type::role_assigned:
    case event_type::approval_granted:
    case event_type::approval_rejected:
    case event_type::approval_expired: return true;
    default: return false;
    }
}

reaction seat_keeper::act(const read_event& event) {
    const tenant_no tenant = event.what.tenant;
    sight& seen = seen_[tenant];
    seen.cause = event.at;
    if (std::holds_alternative<user_suspended>(event.what.body)) seen.nobody_waits = false;
    to_look_at_.insert(tenant);
    return {};
}

reaction seat_keeper::tidy(base::moment now) {
    for (const auto& [tenant, end] : ends_) {
        if (end <= now) to_look_at_.insert(tenant);
    }
    // Each has his look: a tenant whose line does not move holds up nobody else.
    reaction not_done;
    for (auto next = to_look_at_.begin(); next != to_look_at_.end();) {
        auto came = look_at(*next, now);
        if (came.what == reaction::kind::done) {
            next = to_look_at_.erase(next);
        } else {
            not_done = std::move(came);
            ++next;
        }
    }
    return not_done;
}

std::optional<base::moment> seat_keeper::due() const {
    std::optional<base::moment> first;
    for (const auto& [tenant, end] : ends_) {
        if (!first || end < *first) first = end;
    }
    return first;
}

reaction seat_keeper::look_at(tenant_no number, base::moment now) {
    const auto tenant = views_.tenant(number);
    if (!tenant || tenant->deleted || number == projections::system_tenant) {
        ends_.erase(number);
        seen_.erase(number);
        return {};
    }
    sight& seen = seen_[number];
    const tenant_settings& set = tenant->settings;
    const std::uint64_t used =
        projections::seats_used(set.terms, views_.counters(number).by_status);
    const auto limit = projections::seat_limit(set);
    const bool same = seen.limit == limit && seen.terms == set.terms;
    if (limit && same && seen.used >= *limit && used > seen.used) {
        ++figures_.alarms;
        base::log_error(
            "More seats are in use although none was free.",
            {{"tenant", std::string_view(tenant->slug)}, {"used", used}, {"limit", *limit}});
    }
    warn(*tenant, seen, used, limit);
    seen.used = used;
    seen.limit = limit;
    seen.terms = set.terms;
    ends_.erase(number);
    if (limit && used > *limit) {
        if (suspends_by(set, now)) return suspend_newest(*tenant, seen, used - *limit);
        if (set.grace_until && set.terms.on_downgrade == downgrade_policy::grace) {
            ends_[number] = *set.grace_until;
        }
        return {};
    }
    const std::uint64_t free = limit ? *limit - used : people_per_look_max;
    const auto& counts = views_.counters(number).by_status;
    const bool somebody = counts[static_cast<std::size_t>(projections::user_status::suspended)] > 0;
    if (free == 0 || !somebody || seen.nobody_waits) return {};
    return resume_longest(*tenant, seen, free);
}

void seat_keeper::warn(const tenant_state& tenant, sight& seen, std::uint64_t used,
                       const std::optional<std::uint64_t>& limit) {
    unsigned reached = 0;
    if (limit && *limit > 0) {
        const auto percent = static_cast<double>(used) * 100.0 / static_cast<double>(*limit);
        if (percent >= nearly_full_percent) reached = nearly_full_percent;
        if (percent >= full_percent) reached = full_percent;
    }
    if (reached > seen.warned) {
        ++figures_.warnings;
        base::log_warn("A tenant's seats run out.", {{"tenant", std::string_view(tenant.slug)},
                                                     {"percent", std::uint64_t{reached}},
                                                     {"used", used},
                                                     {"limit", *limit}});
    }
    seen.warned = reached;
}

reaction seat_keeper::suspend_newest(const tenant_state& tenant, const sight& seen,
                                     std::uint64_t too_many) {
    const auto most = static_cast<std::size_t>(std::min(too_many, people_per_look_max));
    return send_each<projections::suspend_user>(
        tenant.number, seen,
        projections::newest_holders(views_, tenant.number, tenant.settings.terms, most));
}

reaction seat_keeper::resume_longest(const tenant_state& tenant, sight& seen, std::uint64_t free) {
    struct waiting {
        base::moment since;
        std::uint64_t ordinal;
        subject_id id;

        bool operator<(const waiting& other) const {
            return since != other.since ? since < other.since : ordinal < other.ordinal;
        }
    };

    const auto most = static_cast<std::size_t>(std::min(free, people_per_look_max));
    std::priority_queue<waiting> longest; // the shortest of them on top
    views_.list(tenant.number, 0, [&](const projections::user_view& user) {
        // Who is kept out by an admin as well takes no seat by being freed of this reason.
        if (user.core.active && user.core.suspended.has(suspension_reason::seats)) {
            longest.push({user.core.suspended.since, user.core.ordinal, user.id});
            if (longest.size() > most) longest.pop();
        }
        return true;
    });
    seen.nobody_waits = longest.empty();
    std::vector<subject_id> in_order;
    for (; !longest.empty(); longest.pop())
        in_order.push_back(longest.top().id);
    std::reverse(in_order.begin(), in_order.end());
    return send_each<projections::resume_user>(tenant.number, seen, in_order);
}

/// One after the other, as long as a look may last: what was done makes him look again.
template <class Command>
reaction seat_keeper::send_each(tenant_no tenant, const sight& seen,
                                const std::vector<subject_id>& people) {
    const auto until = std::chrono::steady_clock::now() + look_time_max;
    for (const subject_id& id : people) {
        auto came = send(tenant, seen, Command{id, suspension_reason::seats});
        if (came.what != reaction::kind::done) return came;
        if (std::chrono::steady_clock::now() > until) break;
    }
    return {};
}

/// Judged again in its turn: somebody else may have taken the seat, or given one back.
reaction seat_keeper::send(tenant_no tenant, const sight& seen, projections::command_body body) {
    projections::command asked;
    asked.tenant = tenant;
    asked.by = actor_of(known_as);
    asked.request_id = known_as;
    if (seen.cause.offset != 0) asked.cause = seen.cause;
    asked.body = std::move(body);
    const auto answer = desk_.submit_and_wait(std::move(asked));
    if (answer) return {};
    switch (answer.error().code) {
    case projections::refusal_code::seat_limit:
    case projections::refusal_code::not_active: return {}; // it is as it should be meanwhile
    default: return reaction_to(answer.error());
    }
}

} // namespace rollcall::consumers
