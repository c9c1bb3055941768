// What the rest of the system reasons about, lifted out of a group's attributes: here it is a team.
#pragma once

#include "gateway/scim/resource.hpp"

#include <optional>
#include <string>

namespace rollcall::scim {

struct team_facts {
    /// As the client sent it.
    std::string name;
    /// Equal for two names that are the same: what `displayName eq` compares.
    std::string name_key;
    /// Exact; absent if the client sent none or an empty one.
    std::optional<std::string> external_id;
};

/// Lifts the facts of a resource of group_type() that has a displayName.
team_facts team_facts_of(const resource& group);

} // namespace rollcall::scim
