// How a question about users is answered: by an index where the filter allows it, else by looking
// at all of them. Pure; the only place where a filter meets what the directory can look up.
#pragma once

#include "gateway/scim/filter.hpp"
#include "gateway/scim/lookups.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace rollcall::gateway {

struct query_plan {
    enum class kind : std::uint8_t {
        page,    ///< no filter: a page of the listing; the total is known
        look_up, ///< candidates come from an index (or the id itself)
        scan,    ///< every user is looked at
        nothing, ///< nobody can match
    };

    kind how = kind::page;
    /// For look_up: where, and the key as the index has it.
    scim::exact_lookup by;
    /// What each candidate must satisfy.
    std::optional<scim::filter> filter;
    /// True if the look-up alone decides: the filter is that one equality on id or userName.
    bool exact = false;
    /// Comparisons in the filter: what it costs to look at one candidate, per byte of him.
    std::size_t comparisons = 0;
    /// True if the filter asks for the groups of users, which are read for each of them.
    bool asks_for_groups = false;
};

/// Prefers what finds at most one user (id, userName) over what several may share.
query_plan plan_query(std::optional<scim::filter> filter);

} // namespace rollcall::gateway
