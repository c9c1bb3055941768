#include "projections/judge.hpp"
#include "projections/read.hpp"

#include <algorithm>

namespace rollcall::projections {

using namespace eventlog;

namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

bool is_plan_name(std::string_view text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), fits);
}

/// Those that a plan may name; who is deactivated never holds a seat.
constexpr std::uint8_t seat_states_all =
    seat_state_bit(user_status::pending_role) | seat_state_bit(user_status::pending_approval) |
    seat_state_bit(user_status::active) | seat_state_bit(user_status::suspended);

} // namespace

// --- the catalogue ---

base::result<void, refusal> judge::terms_fit(const plan_terms& terms) const {
    if ((terms.seat_states & ~seat_states_all) != 0 ||
        (terms.seat_states & seat_state_bit(user_status::active)) == 0) {
        return refuse(refusal_code::invalid,
                      "The statuses that hold a seat are active and any of pending_role, "
                      "pending_approval and suspended.");
    }
    constexpr std::uint8_t pending =
        seat_state_bit(user_status::pending_role) | seat_state_bit(user_status::pending_approval);
    if ((terms.seat_states & seat_state_bit(user_status::suspended)) != 0 &&
        (terms.seat_states & pending) != pending) {
        return refuse(refusal_code::invalid,
                      "A plan that counts the suspended must count pending_role and "
                      "pending_approval too: else taking access away from who waits for it would "
                      "take a seat.");
    }
    const bool suspends = terms.on_downgrade != downgrade_policy::block_new;
    if (suspends && (terms.seat_states & seat_state_bit(user_status::suspended)) != 0) {
        return refuse(refusal_code::invalid,
                      "A plan by which people are suspended for want of seats must not count the "
                      "suspended: nobody's seat would come free.");
    }
    const bool grace = terms.on_downgrade == downgrade_policy::grace;
    if (grace != (terms.grace_days > 0) || terms.grace_days > grace_days_max) {
        return refuse(refusal_code::invalid,
                      "A grace has 1 to " + std::to_string(grace_days_max) +
                          " days, and days are said with the policy grace only.");
    }
    return {};
}

judge::outcome judge::operator()(const create_plan& c) const {
    decision first;
    if (!read_tenant(rows_, system_tenant)) first.events.push_back(first_of_system());
    if (!is_plan_name(c.name)) {
        return refuse(refusal_code::invalid, "\"" + c.name.substr(0, 80) +
                                                 "\" cannot be a plan's id: use 1 to 63 of a-z, "
                                                 "0-9, - and _.");
    }
    if (c.name == default_plan || read_plan(rows_, c.name)) {
        return refuse(refusal_code::plan_exists,
                      "There is a plan " + c.name + " already. Change it, or choose another id.");
    }
    if (read_counters(rows_, system_tenant).plans >= plans_max) {
        return refuse(refusal_code::invalid,
                      "There may be at most " + std::to_string(plans_max) + " plans.");
    }
    if (c.id.is_nil()) return refuse(refusal_code::invalid, "A plan needs an id of its own.");
    if (auto fits = terms_fit(c.terms); !fits) return tl::unexpected(fits.error());
    plan_terms terms = c.terms;
    terms.version = 0;
    return record(done::kind::created, system_tenant, c.id, plan_defined{c.name, terms},
                  std::move(first));
}

judge::outcome judge::operator()(const set_plan& c) const {
    if (c.name == default_plan) {
        return refuse(refusal_code::invalid,
                      "The plan default stays as it is: tenants without a plan have it. Create a "
                      "plan of your own.");
    }
    auto plan = read_plan(rows_, c.name);
    if (!plan) return refuse(refusal_code::unknown_plan, "There is no plan " + c.name + ".");
    plan_terms terms = plan->terms;
    if (c.seats) terms.seats = *c.seats;
    if (c.scim_included) terms.scim_included = *c.scim_included;
    if (c.seat_states) terms.seat_states = *c.seat_states;
    if (c.on_downgrade) terms.on_downgrade = *c.on_downgrade;
    if (c.grace_days) terms.grace_days = *c.grace_days;
    // Whoever leaves the grace leaves its days.
    if (c.on_downgrade && *c.on_downgrade != downgrade_policy::grace && !c.grace_days) {
        terms.grace_days = 0;
    }
    if (auto fits = terms_fit(terms); !fits) return tl::unexpected(fits.error());
    decision d;
    d.what = done::kind::unchanged;
    if (terms != plan->terms) {
        terms.version = 0;
        d = record(done::kind::changed, system_tenant, plan->id, plan_defined{c.name, terms});
    }
    d.plan = std::move(*plan);
    return d;
}

// --- a tenant's copy ---

base::result<plan_terms, refusal> judge::terms_of(const std::string& plan) const {
    if (plan.empty() || plan == default_plan) return plan_terms{};
    const auto known = read_plan(rows_, plan);
    if (known) return known->terms;
    return refuse(refusal_code::unknown_plan, "There is no plan " + plan.substr(0, 80) + ".");
}

/// Records new settings, and since when more people than seats are tolerated.
judge::outcome judge::settle(const tenant_state& before, tenant_changed fact) const {
    fact.settings.grace_until = grace_of(before, fact.settings);
    if (fact.settings.grace_until != before.settings.grace_until) {
        fact.changed = with(std::move(fact.changed), "grace_until");
    }
    return record(done::kind::changed, before.number, {}, std::move(fact));
}

judge::outcome judge::operator()(const take_plan_terms&) const {
    auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    decision d;
    d.what = done::kind::unchanged;
    const auto terms = terms_of(tenant->settings.plan);
    // A plan that was never in the catalogue: the tenant keeps what it has.
    if (terms && *terms != tenant->settings.terms) {
        tenant_changed fact{tenant->settings, {"plan_terms"}};
        fact.settings.terms = *terms;
        auto settled = settle(*tenant, std::move(fact));
        if (!settled) return settled;
        d = std::move(*settled);
    }
    d.tenant = std::move(*tenant);
    return d;
}

// --- seats ---

base::result<void, refusal> judge::seat_free(const tenant_state& tenant,
                                             std::optional<user_status> from,
                                             user_status to) const {
    const plan_terms& terms = tenant.settings.terms;
    if (!holds_seat(terms, to) || (from && holds_seat(terms, *from))) return {};
    const auto limit = seat_limit(tenant.settings);
    if (!limit) return {};
    if (seats_used(terms, read_counters(rows_, tenant.number).by_status) < *limit) return {};
    return refuse(refusal_code::seat_limit, "No seat is free: user limit of " +
                                                std::to_string(*limit) + " reached (plan " +
                                                tenant.settings.plan +
                                                "). Deactivate a user or raise the limit, then "
                                                "try again.");
}

/// More people hold a seat than the settings allow.
bool judge::too_many(const tenant_settings& settings, tenant_no tenant) const {
    const auto limit = seat_limit(settings);
    return limit && seats_used(settings.terms, read_counters(rows_, tenant).by_status) > *limit;
}

/// A grace begins when there come to be too many people, is not prolonged by another change while
/// there are, and ends when there are not.
std::optional<base::moment> judge::grace_of(const tenant_state& before,
                                            const tenant_settings& now) const {
    if (now.terms.on_downgrade != downgrade_policy::grace || !too_many(now, before.number)) {
        return std::nullopt;
    }
    if (before.settings.grace_until && too_many(before.settings, before.number)) {
        return before.settings.grace_until;
    }
    return base::moment{now_.unix_ms + now.terms.grace_days * ms_per_day};
}

} // namespace rollcall::projections
