#include "projections/approval_facts.hpp"
#include "projections/judge.hpp"
#include "projections/read.hpp"

#include <cassert>

namespace rollcall::projections {

using namespace eventlog;

judge::outcome judge::with_password(outcome whole, const subject_id& user, bool has_one,
                                    const std::optional<password_wish>& wish) const {
    if (!whole || !wish) return whole;
    const bool removes = wish->what == password_wish::kind::remove;
    if (removes && !has_one) return whole;
    if (!removes && wish->hash.empty()) {
        decision ask;
        ask.what = done::kind::unchanged;
        ask.needs_password = true;
        return ask;
    }
    if (whole->what == done::kind::unchanged) whole->what = done::kind::changed;
    event_body body = password_removed{};
    if (!removes) body = password_set{{wish->hash}};
    whole->events.push_back(fact(asked_.tenant, user, std::move(body)));
    return whole;
}

judge::outcome judge::operator()(const create_user& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (auto allowed = provisioning_allowed(*tenant); !allowed) {
        return tl::unexpected(allowed.error());
    }
    if (auto fits = wish_fits(c.wish); !fits) return tl::unexpected(fits.error());
    const auto holder = read_user_named(rows_, keys_, tenant->number, c.wish.content.user_name_key);
    if (!holder) return refuse(holder.error());
    if (*holder) {
        auto current = present_user(**holder);
        if (!current) return tl::unexpected(current.error());
        const bool waits = waits_for(current->core.approval->request).has_value();
        if (current->core.approval->request && (waits || !current->core.active)) {
            return refuse_open_request(current->core);
        }
        if (c.only_new && !current->core.active) {
            return refuse(refusal_code::name_taken,
                          "The user name belongs to the inactive user " + current->id.text() +
                              ": reactivate that user, or choose another name.");
        }
        const subject_id id = current->id;
        return with_password(restore(*tenant, c, std::move(*current)), id, false, c.password);
    }
    // A deleted user keeps his key until he is erased, and his id with it.
    if (c.new_id.is_nil() || keyring::has_subject(rows_, tenant->number, c.new_id)) {
        return refuse(refusal_code::invalid,
                      "The id " + c.new_id.text() + " is or was another user's.");
    }
    if (auto open = no_request_for_email(tenant->number, c.wish); !open) {
        return tl::unexpected(open.error());
    }
    standing approval;
    if (approvals().invites && c.wish.active) {
        approval.request = opening(request_kind::invite, {});
    }
    const user_status status = status_of({c.wish.active, {}, waits_for(approval.request)});
    if (auto free = seat_free(*tenant, {}, status); !free) return tl::unexpected(free.error());
    user_created fact;
    fact.facts.ordinal = read_counters(rows_, tenant->number).last_ordinal + 1;
    fact.facts.origin = c.origin;
    fact.facts.active = c.wish.active;
    fact.facts.holds_seat = holds_seat(tenant->settings.terms, status);
    fact.facts.changed = c.wish.changed;
    fact.facts.approval = std::move(approval);
    fact.content = c.wish.content;
    decision d = record(done::kind::created, tenant->number, c.new_id, std::move(fact));
    d.faults = c.wish.faults;
    return with_password(std::move(d), c.new_id, false, c.password);
}

judge::outcome judge::restore(const tenant_state& tenant, const create_user& c,
                              user_state current) const {
    const user_content& wanted = c.wish.content;
    if (current.core.active) {
        return refuse(refusal_code::name_taken,
                      "The user name is in use by user " + current.id.text() +
                          " of this tenant. Choose another, or update that user.");
    }
    const auto& old_id = current.content.external_id;
    const bool both = old_id && wanted.external_id;
    if (both && *old_id != *wanted.external_id) {
        return refuse(refusal_code::other_person,
                      "The user name belongs to the inactive user " + current.id.text() +
                          ", who has another externalId: this seems to be a different person. "
                          "Rename or delete the inactive user first, or send his externalId.");
    }
    if (auto open = no_request_for_email(tenant.number, c.wish); !open) {
        return tl::unexpected(open.error());
    }
    suspension suspended = current.core.suspended.without(suspension_reason::seats);
    // What became of an earlier request counts until somebody asks again.
    if (c.wish.active) suspended = without_refusals(suspended);
    standing approval = coming_back(current.core, !both);
    if (!c.wish.active) approval.request.reset();
    const user_status status = status_of({c.wish.active, suspended, waits_for(approval.request)});
    if (auto free = seat_free(tenant, current.core.status(), status); !free) {
        return tl::unexpected(free.error());
    }
    user_restored fact;
    fact.facts.ordinal = current.core.ordinal;
    fact.facts.origin = current.core.origin;
    fact.facts.active = c.wish.active;
    fact.facts.suspended = suspended;
    fact.facts.approval = std::move(approval);
    fact.facts.holds_seat = holds_seat(tenant.settings.terms, status);
    fact.facts.changed = c.wish.changed;
    if (c.differs_from) {
        auto different = c.differs_from(current);
        if (!different) return tl::unexpected(different.error());
        fact.facts.changed = std::move(*different);
    }
    if (c.wish.active) fact.facts.changed = with(std::move(fact.facts.changed), "active");
    fact.content = wanted;
    fact.reset = !both;
    decision left = both ? decision{} : leave_all_teams(current.id);
    decision d =
        record(done::kind::restored, tenant.number, current.id, std::move(fact), std::move(left));
    d.user = std::move(current);
    d.faults = c.wish.faults;
    return d;
}

judge::outcome judge::operator()(const change_user& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    const auto allowed = provisioning_allowed(*tenant);
    if (!allowed && !c.deprovisions) return tl::unexpected(allowed.error());
    const auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    if (!c.if_match.holds(current->core.version.value)) {
        return refuse_version("user", current->core.version);
    }
    auto wish = evaluate(c, *current);
    if (c.deprovisions && (!allowed || c.only_least)) {
        std::vector<fault> faults;
        if (!wish || wish->content != current->content) {
            faults.push_back(
                {0, "Only the deactivation was applied: nothing else is accepted now."});
        }
        return deactivate(*tenant, *current, c, std::move(faults));
    }
    if (wish && c.reactivates && waits_for(current->core.approval->request)) {
        return refuse_open_request(current->core);
    }
    outcome whole =
        wish ? change_to(*tenant, *current, *wish, c.reactivates) : tl::unexpected(wish.error());
    if (!c.deprovisions) {
        const bool has_one = current->core.password.value != 0;
        return with_password(std::move(whole), c.id, has_one, c.password);
    }
    if (whole) return whole;

    // Deprovisioning always works: what cannot be applied is dropped, the deactivation is not.
    std::vector<fault> faults;
    if (wish) faults = std::move(wish->faults);
    faults.push_back({whole.error().tag, whole.error().message});
    return deactivate(*tenant, *current, c, std::move(faults));
}

base::result<user_wish, refusal> judge::evaluate(const change_user& c, const user_state& current) {
    if (c.ahead && c.ahead->version == current.core.version) return c.ahead->wish;
    assert(c.evaluate);
    return c.evaluate(current);
}

judge::outcome judge::deactivate(const tenant_state& tenant, const user_state& current,
                                 const change_user& c, std::vector<fault> faults) const {
    if (c.least) {
        if (auto least = c.least(current)) {
            least->faults = faults;
            if (auto applied = change_to(tenant, current, std::move(*least))) return applied;
        }
    }
    return change_to(tenant, current, {current.content, false, {}, std::move(faults)});
}

judge::outcome judge::change_to(const tenant_state& tenant, const user_state& current,
                                user_wish wish, bool reactivates) const {
    const user_core& core = current.core;
    decision d;
    // Who was refused is wanted still, so only so many words ask for him again.
    const bool asks_anew = reactivates && was_refused(core.suspended);
    const bool comes_back = wish.active && (!core.active || asks_anew);
    if (comes_back && core.approval->request) return refuse_open_request(core);
    if (wish.changed.empty() && wish.active == core.active && !comes_back) {
        d.what = done::kind::unchanged;
        d.user = current;
        d.faults = std::move(wish.faults);
        return d;
    }
    if (wish.content != current.content) {
        if (auto fits = wish_fits(wish); !fits) return tl::unexpected(fits.error());
    }
    if (wish.content.user_name_key != current.content.user_name_key) {
        const auto holder =
            read_user_named(rows_, keys_, tenant.number, wish.content.user_name_key);
        if (!holder) return refuse(holder.error());
        if (*holder) {
            return refuse(refusal_code::name_taken, "The user name is in use by user " +
                                                        (*holder)->text() +
                                                        " of this tenant. Choose another.");
        }
    }
    user_facts facts;
    facts.ordinal = core.ordinal;
    facts.origin = core.origin;
    facts.active = wish.active;
    facts.suspended = core.suspended;
    if (!wish.active) facts.suspended = core.suspended.without(suspension_reason::seats);
    facts.approval = *core.approval;
    if (comes_back) {
        facts.suspended = without_refusals(core.suspended);
        facts.approval = coming_back(core, false);
    }
    const user_status status =
        status_of({facts.active, facts.suspended, waits_for(facts.approval.request)});
    facts.holds_seat = holds_seat(tenant.settings.terms, status);
    facts.changed = std::move(wish.changed);
    if (comes_back || wish.active != core.active) {
        facts.changed = with(std::move(facts.changed), "active");
    }
    if (auto free = seat_free(tenant, core.status(), status); !free) {
        return tl::unexpected(free.error());
    }
    event_body body;
    if (comes_back) {
        body = user_reactivated{std::move(facts), std::move(wish.content)};
    } else if (wish.active == core.active) {
        body = user_changed{std::move(facts), std::move(wish.content)};
    } else {
        body = user_deactivated{std::move(facts), std::move(wish.content)};
    }
    d = record(done::kind::changed, tenant.number, current.id, std::move(body));
    d.user = current;
    d.faults = std::move(wish.faults);
    return d;
}

judge::outcome judge::operator()(const delete_user& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    if (!c.if_match.holds(current->core.version.value)) {
        return refuse_version("user", current->core.version);
    }
    decision d =
        record(done::kind::deleted, tenant->number, c.id, user_deleted{}, leave_all_teams(c.id));
    d.user = std::move(*current);
    return d;
}

judge::outcome judge::operator()(const erase_user& c) const {
    // Not open_tenant(): the right to be forgotten outlives the tenant.
    if (!read_tenant(rows_, asked_.tenant)) {
        return refuse(refusal_code::not_found, "There is no such tenant.");
    }
    // Teams and admins have keys of their own too, and lose them with nobody's person.
    if (!keyring::has_subject(rows_, asked_.tenant, c.id) ||
        read_team(rows_, asked_.tenant, c.id) || read_admin(rows_, asked_.tenant, c.id)) {
        return refuse(refusal_code::not_found,
                      "This tenant never had a user " + c.id.text() + ", or he is erased already.");
    }
    decision d =
        record(done::kind::deleted, asked_.tenant, c.id, user_erased{}, leave_all_teams(c.id));
    d.user = read_user(rows_, asked_.tenant, c.id);
    return d;
}

} // namespace rollcall::projections
