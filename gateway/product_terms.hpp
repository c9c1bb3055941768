// What the product's profile makes of a tenant who asks, with his plan, his single sign-on and the
// key that he shows: looked up once, with the key, and kept with its holder, so that a request only
// follows a pointer.
#pragma once

#include "gateway/profiles/mapping.hpp"
#include "gateway/profiles/profile_book.hpp"
#include "gateway/scim/error.hpp"
#include "projections/policy.hpp"
#include "projections/state.hpp"

#include <memory>
#include <optional>

namespace rollcall::gateway {

/// Why of all that a tenant asks only what deprovisions is done.
struct product_bar {
    scim::error says;
    bool lists_too = false;  ///< nor is anything listed; who can be named is still looked up
    bool groups_too = false; ///< that holds for groups
};

/// The end of what is said to whom only that is left.
inline constexpr std::string_view only_leaving_goes_on =
    " Until then only deactivating and deleting users and taking them out of groups is accepted.";

struct product_terms {
    /// Null if the server has no such profile.
    std::shared_ptr<const profiles::profile> profile;
    /// The same if it has rules for users that have to be run; else null.
    std::shared_ptr<const profiles::profile> rules;
    /// How what the tenant's provider sends is turned; null: not at all.
    std::shared_ptr<const profiles::mapping> mapping;
    std::optional<product_bar> bar;
    /// What commands carry with them; null without a profile.
    std::shared_ptr<const projections::policy> policy;

    [[nodiscard]] bool groups_are_empty() const { return profile && profile->groups_are_empty; }

    /// Users are shown without groups. Of a profile that is not here nobody knows whether it has
    /// any.
    [[nodiscard]] bool hides_groups() const { return !profile || profile->groups_are_empty; }
};

/// What commands that were judged by the profile carry with them; `turned_by`: the tenant's
/// mapping, null for those that none has turned.
std::shared_ptr<const projections::policy>
policy_of(const profiles::profile& by, const projections::mapping_state* turned_by = nullptr);

/// The tenant's mapping, null if there is none or it cannot be read.
std::shared_ptr<const profiles::mapping> mapping_of(const projections::tenant_state& tenant);

product_terms terms_of(const projections::tenant_state& tenant, const projections::key_state& key,
                       const profiles::profile_book& book);

} // namespace rollcall::gateway
