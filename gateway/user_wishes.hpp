// The translation of SCIM bodies into what the desk understands: users as they are wanted, and
// evaluations that turn the current user into the wanted one. Pure; what is made here runs again in
// the writer's thread, on a newer user, and owns all it needs.
#pragma once

#include "gateway/profiles/mapping.hpp"
#include "gateway/scim/error.hpp"
#include "projections/command.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::gateway {

/// What a product, and a tenant, say of users.
struct product_rules {
    /// A profile that has rules (profile::judges_users), or null for none.
    std::shared_ptr<const profiles::profile> by = nullptr;
    /// False: only its templates of names are used. So it is with what an admin does, who is judged
    /// by nobody and yet must not change how people are shown.
    bool judge = true;
    /// How what was sent is turned before it is judged; null: not at all.
    std::shared_ptr<const profiles::mapping> mapping = nullptr;
};

/// The body of a POST as a wish.
scim::result<projections::user_wish> read_creation(std::string_view body,
                                                   const product_rules& rules = {});

/// For projections::create_user::differs_from: what `wish` makes different in a user who is there.
std::function<base::result<std::vector<std::string>, projections::refusal>(
    const projections::user_state& inactive)>
differences(const projections::user_wish& wish);

/// The body of a PUT or PATCH, read once.
struct user_change {
    /// The whole change.
    projections::evaluate_user evaluate;
    /// The body asks for active = false.
    bool deprovisions = false;
    /// The body says that the user is to be active, whatever else he is to be: a PATCH that does.
    bool reactivates = false;
};

enum class change_kind : std::uint8_t { replace, patch };

scim::result<user_change> read_change(change_kind kind, std::string_view body,
                                      product_rules rules = {});

/// The current user with `active` false and nothing else changed: what a deprovisioning request
/// comes to when the rest of it cannot be done.
base::result<projections::user_wish, projections::refusal>
deactivate_only(const projections::user_state& current);

} // namespace rollcall::gateway
