#include "projections/approval_facts.hpp"

#include <algorithm>

namespace rollcall::projections {

using namespace eventlog;

namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

/// Whether the request is the same but for what `changes` may change.
template <class Change>
bool same_but(const open_request& before, const open_request& now, Change&& change) {
    open_request expected = before;
    change(expected, now);
    return expected == now;
}

std::string_view wrong_with(const user_core& before, const event_header& header,
                            const role_assigned& fact) {
    const standing& was = *before.approval;
    if (!fact.approval.request) {
        const bool given = !fact.approval.role.empty() && !was.request;
        return given ? "" : "a role is given at once although a request is open";
    }
    if (fact.approval.role != was.role) return "a role is given that waits for an approval";
    const open_request& now = *fact.approval.request;
    if (now.assigner != party{header.by, fact.acting_for}) {
        return "somebody else is said to have given the role";
    }
    if (!was.request) return now.opened == 0 ? "" : "it names a request that is not open";
    const bool same = same_but(*was.request, now, [](open_request& expected, const auto& given) {
        expected.wanted_role = given.wanted_role;
        expected.assigner = given.assigner;
    });
    return same ? "" : "it is about another request";
}

std::string_view wrong_with(const user_core& before, const event_header& header,
                            const approval_granted& fact) {
    const standing& was = *before.approval;
    if (!was.request || was.request->wanted_role.empty()) return "no request waits for an approval";
    if (fact.approval.request || fact.approval.role != was.request->wanted_role) {
        return "it does not give the role that was wanted";
    }
    switch (
        look_at(was.request->assigner, {header.by, fact.acting_for}, !fact.break_glass.empty())) {
    case four_eyes::fine: break;
    case four_eyes::no_admin: return "nobody approves who is an admin";
    case four_eyes::same_admin: return "the one who gave the role approves it";
    case four_eyes::both_operators: return "operators took both sides without a reason";
    }
    return fact.suspended == before.suspended ? "" : "an approval ends no suspension";
}

/// Rejected or expired.
template <class Fact>
std::string_view wrong_with_end(const user_core& before, const event_header& header,
                                const Fact& fact, suspension_reason reason) {
    const standing& was = *before.approval;
    if (!was.request) return "no request is open";
    if (fact.approval.request || fact.approval.role != was.role) return "it changes a role";
    const bool waits = was.request->kind != request_kind::role;
    if (waits && fact.suspended == before.suspended.with(reason, header.time)) return "";
    // Of who is deactivated nothing was remembered once.
    const bool unmarked = fact.suspended == before.suspended && !(waits && before.active);
    return unmarked ? "" : "it suspends whom it should not";
}

std::string_view wrong_with(const user_core& before, const event_header& header,
                            const approval_rejected& fact) {
    return wrong_with_end(before, header, fact, suspension_reason::rejected);
}

std::string_view wrong_with(const user_core& before, const event_header& header,
                            const approval_expired& fact) {
    return wrong_with_end(before, header, fact, suspension_reason::expired);
}

std::string_view wrong_with(const user_core& before, const event_header&,
                            const approval_reminded& fact) {
    const standing& was = *before.approval;
    if (!was.request || !fact.approval.request) return "no request is open";
    const bool same = same_but(*was.request, *fact.approval.request,
                               [](open_request& expected, const auto& given) {
                                   expected.due = given.due;
                                   expected.reminders = given.reminders;
                               });
    const bool still = same && fact.approval.role == was.role;
    return still && fact.suspended == before.suspended ? "" : "a reminder changes the request";
}

/// A new request, or none.
bool may_open(const std::optional<open_request>& request) {
    return !request || request->opened == 0;
}

std::string_view wrong_with(const user_created& fact) {
    const standing& now = fact.facts.approval;
    return now.role.empty() && may_open(now.request) ? "" : "somebody new has a role already";
}

template <class Fact>
std::string_view wrong_with(const user_core& before, [[maybe_unused]] const event_header& header,
                            const Fact& fact) {
    if constexpr (std::is_same_v<Fact, user_changed> || std::is_same_v<Fact, user_deactivated>) {
        return fact.facts.approval == *before.approval ? "" : "it changes a role or a request";
    } else if constexpr (std::is_same_v<Fact, user_reactivated> ||
                         std::is_same_v<Fact, user_restored>) {
        const standing& now = fact.facts.approval;
        if (before.approval->request) return "a request is open";
        bool role = now.role == before.approval->role;
        if constexpr (requires { fact.reset; }) role |= fact.reset && now.role.empty();
        if (!role || !may_open(now.request)) return "it changes a role";
        if (!now.request) return "";
        const auto asker = now.role.empty() ? std::nullopt : asker_of(header.by);
        if (now.request->wanted_role != now.role) return "it asks for a role that he had not";
        return now.request->assigner == asker ? "" : "somebody else is said to have asked";
    } else {
        return {};
    }
}

} // namespace

four_eyes look_at(const std::optional<party>& assigner, const party& approver, bool with_reason) {
    const base::uuid admin = approver.admin();
    if (admin.is_nil()) return four_eyes::no_admin;
    if (!assigner) return four_eyes::fine;
    if (assigner->admin() == admin) return four_eyes::same_admin;
    const bool operators = assigner->is_operator() && approver.is_operator();
    return operators && !with_reason ? four_eyes::both_operators : four_eyes::fine;
}

bool was_refused(const suspension& s) {
    return s.has(suspension_reason::rejected) || s.has(suspension_reason::expired);
}

suspension without_refusals(const suspension& s) {
    return s.without(suspension_reason::rejected).without(suspension_reason::expired);
}

std::optional<party> asker_of(const actor& by) {
    const party who{by, {}};
    if (by.kind == actor_kind::admin || who.is_operator()) return who;
    return std::nullopt;
}

std::optional<base::moment> due_after(const open_request& request, base::moment now) {
    if (request.remind_days == 0) return request.expires_at;
    const std::int64_t every = request.remind_days * ms_per_day;
    const std::int64_t periods =
        std::max<std::int64_t>(now.unix_ms - request.since.unix_ms, 0) / every;
    const base::moment next{request.since.unix_ms + (periods + 1) * every};
    return request.expires_at ? std::min(next, *request.expires_at) : next;
}

std::optional<approval_outcome> outcome_of(const event_body& body) {
    return std::visit(
        [](const auto& fact) -> std::optional<approval_outcome> {
            if constexpr (requires { fact.approval; }) {
                return approval_outcome{fact.approval, fact.suspended};
            } else {
                return std::nullopt;
            }
        },
        body);
}

std::string_view contradiction_in(const user_core* before, const event_header& header,
                                  const event_body& body) {
    if (before == nullptr) {
        const auto* created = std::get_if<user_created>(&body);
        return created != nullptr ? wrong_with(*created) : "";
    }
    if (const auto said = outcome_of(body);
        said && std::holds_alternative<role_assigned>(body) &&
        without_refusals(said->suspended) != without_refusals(before->suspended)) {
        return "a role ends a suspension that it is nothing to";
    }
    return std::visit([&](const auto& fact) { return wrong_with(*before, header, fact); }, body);
}

standing placed(standing now, tenant_seq seq) {
    if (now.request && now.request->opened == 0) now.request->opened = seq.value;
    return now;
}

} // namespace rollcall::projections
