#include "projections/judge.hpp"
#include "projections/read.hpp"

namespace rollcall::projections {

using namespace eventlog;

namespace {

/// Whether who is too many is to be suspended by now.
bool suspends_by_now(const tenant_settings& settings, base::moment now) {
    switch (settings.terms.on_downgrade) {
    case downgrade_policy::block_new: return false;
    case downgrade_policy::grace: return settings.grace_until && *settings.grace_until <= now;
    case downgrade_policy::suspend_newest: return true;
    }
    return false;
}

/// The status of somebody wanted with these suspensions; a request that waits goes on waiting.
user_status status_with(const user_core& core, const suspension& suspended) {
    return status_of({true, suspended, waits_for(core.approval->request)});
}

} // namespace

judge::outcome judge::operator()(const suspend_user& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    const user_core& core = current->core;
    if (core.suspended.has(c.reason)) return nothing_to_do(std::move(*current));
    if (c.reason == suspension_reason::seats) {
        const bool frees = holds_seat(tenant->settings.terms, core.status());
        if (!frees || !suspends_by_now(tenant->settings, now_) ||
            !too_many(tenant->settings, tenant->number)) {
            return nothing_to_do(std::move(*current));
        }
    }
    if (!core.active) {
        return refuse(refusal_code::not_active,
                      "User " + c.id.text() + " is deactivated: there is no access to take away.");
    }
    user_suspended fact{core.suspended.with(c.reason, now_), false};
    fact.holds_seat = holds_seat(tenant->settings.terms, status_with(core, fact.suspended));
    decision d = record(done::kind::changed, tenant->number, c.id, fact);
    d.user = std::move(*current);
    return d;
}

judge::outcome judge::operator()(const resume_user& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    const user_core& core = current->core;
    if (!core.suspended.has(c.reason)) return nothing_to_do(std::move(*current));
    if (!core.active) {
        return refuse(refusal_code::not_active,
                      "User " + c.id.text() +
                          " is deactivated: reactivate the user first, then end the suspension.");
    }
    user_resumed fact{core.suspended.without(c.reason), true};
    const user_status after = status_with(core, fact.suspended);
    if (auto free = seat_free(*tenant, core.status(), after); !free) {
        return tl::unexpected(free.error());
    }
    fact.holds_seat = holds_seat(tenant->settings.terms, after);
    decision d = record(done::kind::changed, tenant->number, c.id, fact);
    d.user = std::move(*current);
    return d;
}

} // namespace rollcall::projections
