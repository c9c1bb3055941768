// The outcome of a change that was asked for: the whole resource afterwards, and what was wrong
// with the request if it was applied all the same because it deprovisions.
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/scim/resource.hpp"

#include <vector>

namespace rollcall::scim {

struct evaluation {
    resource outcome;
    /// Empty for a sound request. Otherwise `outcome` is the current resource with `active` false
    /// and nothing else changed, and these are to be recorded. At most limits::faults_max.
    std::vector<error> faults;
};

/// A copy with `active` false and nothing else changed: for callers that must refuse the rest of a
/// request (a product's rule, a taken name) whose deactivates() is true.
resource deactivated(const resource& current);

} // namespace rollcall::scim
