// Roles and requests: who may give a role, who may approve it, and what waits for whom.
#include "projections/approval_facts.hpp"
#include "projections/judge.hpp"
#include "projections/read.hpp"
#include "projections/request_rows.hpp"

#include <algorithm>

namespace rollcall::projections {

using namespace eventlog;

namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

/// Something that a person can read, and nothing that moves a terminal's cursor.
bool is_reason(std::string_view text) {
    const auto is_clear = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
    return std::all_of(text.begin(), text.end(), is_clear) &&
           std::any_of(text.begin(), text.end(), [](char c) { return c != ' '; });
}

/// Who has to do what, as the end of a sentence.
std::string what_is_missing(const open_request& request) {
    if (request.wanted_role.empty()) {
        return "an admin has to give a role, and then another admin has to approve it";
    }
    return request.assigner ? "an admin other than the one who gave the role has to approve it"
                            : "an admin has to approve it";
}

tl::unexpected<refusal> refuse_as_open(const std::string& whose, const open_request& request) {
    return refuse(refusal_code::request_open,
                  whose + " is still open: " + what_is_missing(request) +
                      ". Nothing was changed; ask again when it is approved or rejected.");
}

} // namespace

tl::unexpected<refusal> refuse_open_request(const user_core& core) {
    return refuse_as_open("A request for this user", *core.approval->request);
}

/// Of the profile that the command was judged by; without one nothing has to be approved.
const approval_terms& judge::approvals() const {
    static const approval_terms none;
    return asked_.judged_by ? asked_.judged_by->approvals : none;
}

open_request judge::opening(request_kind kind, std::string wanted_role) const {
    const approval_terms& terms = approvals();
    open_request request;
    request.kind = kind;
    request.since = now_;
    request.wanted_role = std::move(wanted_role);
    if (terms.expires_days != 0) {
        request.expires_at = base::moment{now_.unix_ms + terms.expires_days * ms_per_day};
    }
    request.remind_days = terms.remind_days;
    request.due = due_after(request, now_);
    return request;
}

/// What is so for somebody who comes back: he keeps his role, unless perhaps another person comes,
/// and waits for it to be approved. Who has none was never let in, and who was refused is not let
/// in by going away and coming back: both are asked for as somebody new is.
standing judge::coming_back(const user_core& core, bool reset) const {
    standing after;
    if (!reset) after.role = core.approval->role;
    const approval_terms& terms = approvals();
    const bool refused = was_refused(core.suspended) && terms.any();
    const bool as_new = after.role.empty() && (terms.invites || refused);
    if (!terms.reactivations && !refused && !as_new) return after;
    after.request = opening(as_new ? request_kind::invite : request_kind::reactivation, after.role);
    if (!after.role.empty()) after.request->assigner = asker_of(asked_.by);
    return after;
}

base::result<void, refusal> judge::no_request_for_email(tenant_no tenant,
                                                        const user_wish& wish) const {
    const auto& email_keys = wish.content.email_keys;
    if (!wish.active || !approvals().any() || email_keys.empty()) return {};
    const auto secret = keys_.lookup_secret(rows_, tenant);
    if (!secret) return refuse(secret.error());
    for (const std::string& email : email_keys) {
        const auto waiting = read_request_of_email(links_, *secret, tenant, email);
        if (!waiting) continue;
        const auto user = present_user(*waiting);
        if (!user) return tl::unexpected(user.error());
        return refuse_as_open("User " + user->id.text() +
                                  " has this e-mail address, and a request of his",
                              *user->core.approval->request);
    }
    return {};
}

/// Who has a say: an admin of the tenant himself, or an operator, for one of them or for nobody.
base::result<party, refusal> judge::party_of(const subject_id& acting_for, bool needs_admin) const {
    const party who{asked_.by, acting_for};
    if (asked_.by.kind == actor_kind::admin) {
        const bool may =
            asked_.as_role == admin_role::primary_admin || asked_.as_role == admin_role::admin;
        if (may && acting_for.is_nil()) return who;
        return refuse(refusal_code::not_permitted,
                      may ? "Only an operator acts for somebody else."
                          : "Roles are given and approved by an admin or primary admin.");
    }
    if (!who.is_operator()) {
        return refuse(refusal_code::not_permitted,
                      "Roles are given and approved by admins of the tenant.");
    }
    if (acting_for.is_nil()) {
        if (!needs_admin) return who;
        return refuse(refusal_code::not_permitted,
                      "An operator approves for an admin of the tenant: say for whom.");
    }
    const auto admin = living_admin(acting_for);
    if (!admin) return tl::unexpected(admin.error());
    if (admin->core.role == admin_role::viewer) {
        return refuse(refusal_code::not_permitted,
                      "Admin " + acting_for.text() +
                          " is a viewer, who gives and approves no roles. Act for an admin or "
                          "primary admin.");
    }
    return who;
}

base::result<void, refusal> judge::role_allowed(const std::string& role) const {
    if (!is_role(role)) {
        return refuse(refusal_code::invalid,
                      "A role is a word of 1 to 64 letters, digits, dots, dashes and underscores.");
    }
    const auto& allowed = approvals().roles_allowed;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), role) != allowed.end()) {
        return {};
    }
    std::string all;
    for (const std::string& one : allowed)
        all += (all.empty() ? "" : ", ") + one;
    return refuse(refusal_code::invalid, "There is no role " + role + "; choose one of: " + all);
}

/// What is so when he is given the role.
base::result<standing, refusal> judge::given(const user_state& user, const std::string& role,
                                             const party& by) const {
    const user_core& core = user.core;
    standing after = *core.approval;
    if (after.request) {
        after.request->wanted_role = role;
        after.request->assigner = by;
        return after;
    }
    if (!core.active) {
        return refuse(refusal_code::not_active,
                      "User " + user.id.text() +
                          " is deactivated: give the role when the user has come back.");
    }
    const bool invites = was_refused(core.suspended) && approvals().any();
    if (invites || approvals().roles) {
        after.request = opening(invites ? request_kind::invite : request_kind::role, role);
        after.request->assigner = by;
    } else {
        after.role = role;
    }
    return after;
}

/// Records the fact, if there is a seat for whom it brings one.
template <class Fact>
judge::outcome judge::move_standing(const tenant_state& tenant, user_state current, Fact fact,
                                    bool keeps_seat_rules) const {
    const user_core& core = current.core;
    const user_status after =
        status_of({core.active, fact.suspended, waits_for(fact.approval.request)});
    if (keeps_seat_rules) {
        if (auto free = seat_free(tenant, core.status(), after); !free) {
            return tl::unexpected(free.error());
        }
    }
    fact.holds_seat = holds_seat(tenant.settings.terms, after);
    decision d = record(done::kind::changed, tenant.number, current.id, std::move(fact));
    d.user = std::move(current);
    return d;
}

judge::outcome judge::operator()(const assign_role& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    if (auto allowed = provisioning_allowed(*tenant); !allowed) {
        return tl::unexpected(allowed.error());
    }
    const auto by = party_of(c.acting_for, false);
    if (!by) return tl::unexpected(by.error());
    if (auto allowed = role_allowed(c.role); !allowed) return tl::unexpected(allowed.error());
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    auto after = given(*current, c.role, *by);
    if (!after) return tl::unexpected(after.error());
    suspension suspended = current->core.suspended;
    if (!current->core.approval->request) {
        suspended = without_refusals(suspended);
        const bool has_it = current->core.approval->role == c.role;
        if (has_it && suspended == current->core.suspended)
            return nothing_to_do(std::move(*current));
    }
    if (*after == *current->core.approval && suspended == current->core.suspended) {
        return nothing_to_do(std::move(*current));
    }
    return move_standing(*tenant, std::move(*current),
                         role_assigned{std::move(*after), suspended, true, c.acting_for});
}

judge::outcome judge::operator()(const approve_request& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    const auto by = party_of(c.acting_for, true);
    if (!by) return tl::unexpected(by.error());
    if (!c.break_glass.empty() &&
        (c.break_glass.size() > break_glass_bytes_max || !is_reason(c.break_glass))) {
        return refuse(refusal_code::invalid, "A reason to break glass has at most " +
                                                 std::to_string(break_glass_bytes_max) +
                                                 " bytes, no control characters, and something "
                                                 "else than blanks.");
    }
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    const auto& request = current->core.approval->request;
    if (!request) {
        return refuse(refusal_code::no_request,
                      "No request of user " + c.id.text() + " waits for an approval.");
    }
    if (request->wanted_role.empty()) {
        return refuse(refusal_code::role_missing,
                      "User " + c.id.text() +
                          " has no role yet: an admin has to give one, then another approves it.");
    }
    if (c.if_role && *c.if_role != request->wanted_role) {
        return refuse(refusal_code::precondition_failed, "The role that waits for an approval is " +
                                                             request->wanted_role +
                                                             " by now. Look again, then decide.");
    }
    switch (look_at(request->assigner, *by, !c.break_glass.empty())) {
    case four_eyes::fine: break;
    case four_eyes::no_admin:
    case four_eyes::same_admin:
        return refuse(refusal_code::four_eyes,
                      "The admin who gave the role cannot approve it: another one has to.");
    case four_eyes::both_operators:
        return refuse(refusal_code::four_eyes,
                      "An operator gave the role, and an operator would approve it. Let an admin "
                      "of the tenant approve it, or say with break_glass why not.");
    }
    const bool both = request->assigner && request->assigner->is_operator() && by->is_operator();
    approval_granted fact{{request->wanted_role, {}},
                          current->core.suspended,
                          true,
                          c.acting_for,
                          both ? c.break_glass : std::string()};
    return move_standing(*tenant, std::move(*current), std::move(fact));
}

/// Who waited for access has none from now on, and it is remembered of who is deactivated, too,
/// until he is asked for again; who had access goes on as he was.
template <class Fact>
judge::outcome judge::end_request(const tenant_state& tenant, user_state current, Fact fact,
                                  suspension_reason reason) const {
    const user_core& core = current.core;
    const bool waits = waits_for(core.approval->request).has_value();
    fact.approval.role = core.approval->role;
    fact.suspended = waits ? core.suspended.with(reason, now_) : core.suspended;
    // Where the suspended hold seats and the waiting do not, a rejection still passes.
    return move_standing(tenant, std::move(current), std::move(fact), false);
}

judge::outcome judge::operator()(const reject_request& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    const auto by = party_of(c.acting_for, false);
    if (!by) return tl::unexpected(by.error());
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    if (!current->core.approval->request) {
        return refuse(refusal_code::no_request, "No request of user " + c.id.text() + " is open.");
    }
    approval_rejected fact;
    fact.acting_for = c.acting_for;
    return end_request(*tenant, std::move(*current), std::move(fact), suspension_reason::rejected);
}

judge::outcome judge::operator()(const expire_request& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    const auto& request = current->core.approval->request;
    if (!request || request->opened != c.opened || !request->expires_at ||
        *request->expires_at > now_) {
        return nothing_to_do(std::move(*current));
    }
    return end_request(*tenant, std::move(*current), approval_expired{},
                       suspension_reason::expired);
}

judge::outcome judge::operator()(const remind_of_request& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto current = present_user(c.id);
    if (!current) return tl::unexpected(current.error());
    const auto& request = current->core.approval->request;
    if (!request || request->opened != c.opened || request->reminders != c.reminders ||
        !request->due || *request->due > now_) {
        return nothing_to_do(std::move(*current));
    }
    approval_reminded fact{*current->core.approval, current->core.suspended};
    ++fact.approval.request->reminders;
    fact.approval.request->due = due_after(*request, now_);
    return move_standing(*tenant, std::move(*current), std::move(fact), false);
}

} // namespace rollcall::projections
