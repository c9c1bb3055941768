// A tenant whose profile asks for approvals, with two admins, a primary admin, a viewer and an
// operator; and commands as they give them.
#pragma once

#include "tests/projections/world.hpp"

#include <memory>

namespace rollcall::projections::test {

inline const approval_terms every_approval{true, true, true, 14, 3, {}};

inline std::shared_ptr<const policy> with_approvals(approval_terms asked = every_approval) {
    policy p{"generic", "generic@1"};
    p.approvals = std::move(asked);
    return std::make_shared<const policy>(std::move(p));
}

/// All that a profile can say of what has to be approved, and that nothing has to be.
inline std::vector<approval_terms> all_switches() {
    std::vector<approval_terms> all;
    for (const bool invites : {false, true})
        for (const bool reactivations : {false, true})
            for (const bool roles : {false, true})
                all.push_back({invites, reactivations, roles, 14, 3, {}});
    return all;
}

class approvals_world : public world {
  public:
    explicit approvals_world(std::optional<std::uint64_t> seats = {},
                             approval_terms asked = every_approval)
        : terms(with_approvals(std::move(asked))), acme(make_tenant("acme", seats)) {
        ada = make_admin(acme, 0xa1, "ada", admin_role::primary_admin);
        bob = make_admin(acme, 0xb2, "bob", admin_role::admin);
        vic = make_admin(acme, 0xc3, "vic", admin_role::viewer);
        ops = make_admin(system_tenant, 0xd4, "ops", admin_role::operator_);
    }

    [[nodiscard]] command pushed(command_body body) const {
        command c = by_provider(acme, std::move(body));
        c.judged_by = terms;
        return c;
    }

    [[nodiscard]] command asked_by(const admin_state& who, command_body body) const {
        command c = by_admin(who, acme, std::move(body));
        c.judged_by = terms;
        return c;
    }

    [[nodiscard]] command asked_at_socket(command_body body) const {
        command c = by_operator(acme, std::move(body));
        c.judged_by = terms;
        return c;
    }

    subject_id invite(std::uint8_t id, const std::string& name) {
        run(pushed(create_user{id_of(id), wish_for(name, true, "e-" + name)}));
        return id_of(id);
    }

    /// Somebody who has the role, given by ada and approved by bob.
    subject_id member(std::uint8_t id, const std::string& name, const std::string& role = "clerk") {
        invite(id, name);
        run(asked_by(ada, assign_role{id_of(id), role}));
        run(asked_by(bob, approve_request{id_of(id)}));
        return id_of(id);
    }

    /// As a provider says it: `reactivates` if in so many words.
    static change_user patch(const subject_id& id, bool active) {
        change_user c{id, {}, set_active(active), {}, !active};
        c.reactivates = active;
        return c;
    }

    void set(const subject_id& id, bool active) {
        run(pushed(change_user{id, {}, set_active(active), {}, !active}));
    }

    [[nodiscard]] user_core core(const subject_id& id) const {
        return read_user(rows, acme, id)->core;
    }

    [[nodiscard]] std::string status(const subject_id& id) const {
        return std::string(status_name(core(id).status()));
    }

    [[nodiscard]] std::string code(const command& asked) {
        const auto decided = ask(asked);
        return decided ? "accepted" : std::string(refusal_name(decided.error().code));
    }

    /// What it comes to, carried out if it is accepted.
    std::string done_or(const command& asked) {
        const auto decided = ask(asked);
        if (!decided) return std::string(refusal_name(decided.error().code));
        carry_out(*decided);
        return decided->events.empty() ? "nothing" : "accepted";
    }

    std::shared_ptr<const policy> terms;
    tenant_no acme;
    admin_state ada, bob, vic, ops;
};

} // namespace rollcall::projections::test
