// What a profile has against a user as a request wants him to be. Pure. Judged is what the request
// changes and nothing else: a telephone number that never fitted does not stop a new title.
//
// Deprovisioning always works: whoever calls this for a request that sets `active` to false carries
// that out whatever is said here, and records the rest.
#pragma once

#include "gateway/profiles/profile.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/resource.hpp"

#include <optional>
#include <string_view>

namespace rollcall::profiles {

/// The refusal, with every fault in its detail; nothing if all is well. `before`: the user as he
/// is, null for a create. 400 invalidValue, or 501 for what the product does not offer.
/// `as_turned`: `before` as the tenant's mapping of today turns him. What he has in common with it
/// is no update by the request, yet it is judged like all that is new. Managers are not looked at:
/// that takes a directory.
std::optional<scim::error> judge_user(const profile& by, const scim::resource* before,
                                      const scim::resource& after,
                                      const scim::resource* as_turned = nullptr);

/// Whether a text has the form of an e-mail address: one `@`, a domain with a dot, no blanks.
bool is_email(std::string_view text);

/// 501 for a create, or for any write of a group, that the product does not offer.
scim::error not_created(const profile& by);
/// Likewise for a change of the attributes `names`.
scim::error not_updated(const profile& by, std::string_view names);
scim::error no_groups(const profile& by);

} // namespace rollcall::profiles
