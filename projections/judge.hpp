// The judge of one command: decide.hpp's rules, one function for each command. Only the sources of
// `decide` include this: judge.cpp has what several rules share, judge_access.cpp tenants and keys,
// judge_admins.cpp admins and operators, judge_rights.cpp whose rights end with what is decided,
// judge_plans.cpp plans and seats, judge_users.cpp users, judge_suspensions.cpp who has no access
// beside the provider's wish, judge_approvals.cpp roles and requests, judge_teams.cpp teams and who
// is in them.
#pragma once

#include "projections/decide.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::projections {

class judge {
  public:
    using outcome = base::result<decision, refusal>;

    judge(const eventlog::row_reader& rows, const eventlog::link_reader& links,
          eventlog::keyring& keys, const command& asked, base::moment now, member_moves& moves)
        : rows_(rows), links_(links), keys_(keys), asked_(asked), now_(now), moves_(moves) {}

    outcome operator()(const create_tenant& c) const;
    outcome operator()(const set_tenant& c) const;
    outcome operator()(const delete_tenant& c) const;
    outcome operator()(const set_mapping& c) const;
    outcome operator()(const create_key& c) const;
    outcome operator()(const set_key_expiry& c) const;
    outcome operator()(const revoke_key& c) const;
    outcome operator()(const create_admin& c) const;
    outcome operator()(const set_admin_role& c) const;
    outcome operator()(const disable_admin& c) const;
    outcome operator()(const create_admin_token& c) const;
    outcome operator()(const create_user& c) const;
    outcome operator()(const change_user& c) const;
    outcome operator()(const delete_user& c) const;
    outcome operator()(const erase_user& c) const;
    outcome operator()(const create_team& c) const;
    outcome operator()(const change_team& c) const;
    outcome operator()(const delete_team& c) const;
    outcome operator()(const create_plan& c) const;
    outcome operator()(const set_plan& c) const;
    outcome operator()(const take_plan_terms& c) const;
    outcome operator()(const suspend_user& c) const;
    outcome operator()(const resume_user& c) const;
    outcome operator()(const link_admin& c) const;
    outcome operator()(const set_sso& c) const;
    outcome operator()(const clear_sso& c) const;
    outcome operator()(const assign_role& c) const;
    outcome operator()(const approve_request& c) const;
    outcome operator()(const reject_request& c) const;
    outcome operator()(const expire_request& c) const;
    outcome operator()(const remind_of_request& c) const;

    /// Adds what follows from what was decided: whose rights end with an access, and whose keys
    /// with those.
    void end_rights(decision& d) const;

    /// That an acting admin or operator is who he was when he was let in.
    [[nodiscard]] base::result<void, refusal> actor_still_may() const;

  private:
    [[nodiscard]] base::result<tenant_state, refusal> open_tenant() const;
    [[nodiscard]] base::result<admin_state, refusal> living_admin(const subject_id& id) const;
    void add_with_keys(std::vector<eventlog::event>& to, eventlog::event one) const;
    [[nodiscard]] base::result<decision, refusal> may_own(const subject_id& owner) const;
    [[nodiscard]] base::result<void, refusal> may_be_linked(const subject_id& id) const;
    [[nodiscard]] base::result<void, refusal> role_fits(eventlog::admin_role role) const;
    [[nodiscard]] base::result<void, refusal>
    token_fits(const eventlog::digest& hash, const std::optional<base::moment>& expires_at) const;
    [[nodiscard]] base::result<key_state, refusal> live_key(const subject_id& id) const;
    [[nodiscard]] base::result<user_state, refusal> present_user(const subject_id& id) const;
    [[nodiscard]] base::result<void, refusal>
    settings_fit(const eventlog::tenant_settings& settings) const;
    [[nodiscard]] base::result<void, refusal> wish_fits(const user_wish& wish) const;
    [[nodiscard]] base::result<void, refusal>
    expiry_fits(const std::optional<base::moment>& expires_at) const;
    [[nodiscard]] base::result<void, refusal>
    provisioning_allowed(const tenant_state& tenant) const;
    [[nodiscard]] base::result<void, refusal>
    seat_free(const tenant_state& tenant, std::optional<user_status> from, user_status to) const;
    [[nodiscard]] bool too_many(const eventlog::tenant_settings& settings, tenant_no tenant) const;
    [[nodiscard]] std::optional<base::moment> grace_of(const tenant_state& before,
                                                       const eventlog::tenant_settings& now) const;
    [[nodiscard]] base::result<eventlog::plan_terms, refusal>
    terms_of(const std::string& plan) const;
    [[nodiscard]] base::result<void, refusal> terms_fit(const eventlog::plan_terms& terms) const;
    [[nodiscard]] outcome settle(const tenant_state& before, eventlog::tenant_changed fact) const;
    [[nodiscard]] eventlog::event first_of_system() const;
    [[nodiscard]] outcome restore(const tenant_state& tenant, const create_user& c,
                                  user_state current) const;
    [[nodiscard]] outcome change_to(const tenant_state& tenant, const user_state& current,
                                    user_wish wish, bool reactivates = false) const;
    [[nodiscard]] outcome with_password(outcome whole, const subject_id& user, bool has_one,
                                        const std::optional<password_wish>& wish) const;
    [[nodiscard]] outcome deactivate(const tenant_state& tenant, const user_state& current,
                                     const change_user& c, std::vector<fault> faults) const;
    [[nodiscard]] static base::result<user_wish, refusal> evaluate(const change_user& c,
                                                                   const user_state& current);
    [[nodiscard]] const approval_terms& approvals() const;
    [[nodiscard]] eventlog::open_request opening(eventlog::request_kind kind,
                                                 std::string wanted_role) const;
    [[nodiscard]] eventlog::standing coming_back(const user_core& core, bool reset) const;
    [[nodiscard]] base::result<void, refusal> no_request_for_email(tenant_no tenant,
                                                                   const user_wish& wish) const;
    [[nodiscard]] base::result<eventlog::party, refusal> party_of(const subject_id& acting_for,
                                                                  bool needs_admin) const;
    [[nodiscard]] base::result<void, refusal> role_allowed(const std::string& role) const;
    [[nodiscard]] base::result<eventlog::standing, refusal>
    given(const user_state& user, const std::string& role, const eventlog::party& by) const;
    template <class Fact>
    [[nodiscard]] outcome move_standing(const tenant_state& tenant, user_state current, Fact fact,
                                        bool keeps_seat_rules = true) const;
    template <class Fact>
    [[nodiscard]] outcome end_request(const tenant_state& tenant, user_state current, Fact fact,
                                      eventlog::suspension_reason reason) const;
    [[nodiscard]] base::result<team_state, refusal> present_team(const subject_id& id) const;
    [[nodiscard]] base::result<void, refusal> team_fits(const team_wish& wish) const;
    [[nodiscard]] base::result<void, refusal> team_name_free(tenant_no tenant,
                                                             std::string_view name_key) const;

    /// False: there are more people to look up than this turn may.
    [[nodiscard]] base::result<bool, refusal> look_up(const subject_id& team, std::uint64_t members,
                                                      const member_change& change) const;
    [[nodiscard]] base::result<bool, refusal> who_joins(const subject_id& team,
                                                        const std::vector<subject_id>& wanted,
                                                        std::size_t& lookups) const;
    [[nodiscard]] base::result<void, refusal> all_but(const std::vector<subject_id>& wanted,
                                                      const subject_id& team,
                                                      std::uint64_t members) const;
    [[nodiscard]] base::result<void, refusal> size_fits(std::uint64_t members) const;
    [[nodiscard]] base::result<void, refusal> may_join(const subject_id& user) const;
    void add_moves(decision& d, const subject_id& team, std::size_t people_per_event) const;
    [[nodiscard]] decision leave_all_teams(const subject_id& user) const;
    [[nodiscard]] eventlog::event fact(tenant_no tenant, const subject_id& subject,
                                       eventlog::event_body body) const;
    [[nodiscard]] decision record(done::kind what, tenant_no tenant, const subject_id& subject,
                                  eventlog::event_body body, decision first = {}) const;

    const eventlog::row_reader& rows_;
    const eventlog::link_reader& links_;
    eventlog::keyring& keys_;
    const command& asked_;
    base::moment now_;
    member_moves& moves_; ///< of this command, from its turns before
};

/// Nothing has to change for him.
decision nothing_to_do(user_state user);

/// What is to be done before the user's open request can be asked for again. @pre it is open
tl::unexpected<refusal> refuse_open_request(const user_core& core);

/// What could not be read: refusal_code::internal.
tl::unexpected<refusal> refuse(const base::failure& failure);

/// That the version moved: what to do about it.
tl::unexpected<refusal> refuse_version(std::string_view what, tenant_seq current);

/// The bytes of all of them.
std::size_t weight(const std::vector<std::string>& names);

/// Sorted `names` with `name` in its place.
std::vector<std::string> with(std::vector<std::string> names, std::string_view name);

} // namespace rollcall::projections
