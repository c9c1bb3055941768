// The judge of one command: decide.hpp's rules, one function for each command. Only the sources of
// `decide` include this: judge.cpp has what several rules share, judge_access.cpp tenants and keys,
// judge_users.cpp users.
#pragma once

#include "projections/decide.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::projections {

class judge {
  public:
    using outcome = base::result<decision, refusal>;

    judge(const eventlog::row_reader& rows, eventlog::keyring& keys, const command& asked,
          base::moment now)
        : rows_(rows), keys_(keys), asked_(asked), now_(now) {}

    outcome operator()(const create_tenant& c) const;
    outcome operator()(const set_tenant& c) const;
    outcome operator()(const delete_tenant& c) const;
    outcome operator()(const create_key& c) const;
    outcome operator()(const set_key_expiry& c) const;
    outcome operator()(const revoke_key& c) const;
    outcome operator()(const create_user& c) const;
    outcome operator()(const change_user& c) const;
    outcome operator()(const delete_user& c) const;
    outcome operator()(const erase_user& c) const;

  private:
    [[nodiscard]] base::result<tenant_state, refusal> open_tenant() const;
    [[nodiscard]] base::result<key_state, refusal> live_key(const subject_id& id) const;
    [[nodiscard]] base::result<user_state, refusal> present_user(const subject_id& id) const;
    [[nodiscard]] base::result<void, refusal>
    settings_fit(const eventlog::tenant_settings& settings) const;
    [[nodiscard]] base::result<void, refusal> wish_fits(const user_wish& wish) const;
    [[nodiscard]] base::result<void, refusal>
    expiry_fits(const std::optional<base::moment>& expires_at) const;
    [[nodiscard]] base::result<void, refusal>
    provisioning_allowed(const tenant_state& tenant) const;
    [[nodiscard]] base::result<void, refusal> seat_free(const tenant_state& tenant) const;
    [[nodiscard]] outcome restore(const tenant_state& tenant, const create_user& c,
                                  user_state current) const;
    [[nodiscard]] outcome change_to(const tenant_state& tenant, const user_state& current,
                                    user_wish wish) const;
    [[nodiscard]] outcome deactivate(const tenant_state& tenant, const user_state& current,
                                     const change_user& c, std::vector<fault> faults) const;
    [[nodiscard]] static base::result<user_wish, refusal> evaluate(const change_user& c,
                                                                   const user_state& current);
    [[nodiscard]] decision record(done::kind what, tenant_no tenant, const subject_id& subject,
                                  eventlog::event_body body) const;

    const eventlog::row_reader& rows_;
    eventlog::keyring& keys_;
    const command& asked_;
    base::moment now_;
};

/// What could not be read: refusal_code::internal.
tl::unexpected<refusal> refuse(const base::failure& failure);

/// Sorted `names` with `name` in its place.
std::vector<std::string> with(std::vector<std::string> names, std::string_view name);

} // namespace rollcall::projections
