#include "gateway/query_plan.hpp"

#include <algorithm>
#include <variant>
#include <vector>

namespace rollcall::gateway {
namespace {

using scim::lookup_field;

bool finds_one(lookup_field field) {
    return field == lookup_field::id || field == lookup_field::user_name;
}

/// In the order of lookup_field, the fields that find fewest come first.
bool finds_fewer(const scim::exact_lookup& a, const scim::exact_lookup& b) {
    return a.field < b.field;
}

std::size_t comparisons_of(const scim::filter& what);

std::size_t comparisons_of(const std::vector<scim::filter>& terms) {
    std::size_t sum = 0;
    for (const scim::filter& term : terms) {
        sum += comparisons_of(term);
    }
    return sum;
}

struct counting {
    std::size_t operator()(const scim::comparison&) const { return 1; }

    std::size_t operator()(const scim::element_match& m) const { return comparisons_of(*m.within); }

    std::size_t operator()(const scim::negation& n) const { return comparisons_of(*n.of); }

    std::size_t operator()(const scim::conjunction& c) const { return comparisons_of(c.terms); }

    std::size_t operator()(const scim::disjunction& d) const { return comparisons_of(d.terms); }
};

std::size_t comparisons_of(const scim::filter& what) {
    return std::visit(counting(), what.node);
}

static_assert(lookup_field::id < lookup_field::user_name &&
              lookup_field::user_name < lookup_field::external_id &&
              lookup_field::external_id < lookup_field::email);

} // namespace

query_plan plan_query(std::optional<scim::filter> filter) {
    query_plan plan;
    if (!filter) return plan;
    const auto lookups = scim::exact_lookups(*filter);
    plan.exact = lookups.size() == 1 && finds_one(lookups.front().field) &&
                 std::holds_alternative<scim::comparison>(filter->node);
    plan.comparisons = comparisons_of(*filter);
    plan.filter = std::move(filter);
    if (lookups.empty()) {
        plan.how = query_plan::kind::scan;
        return plan;
    }
    plan.by = *std::min_element(lookups.begin(), lookups.end(), finds_fewer);
    plan.how = plan.by.key.empty() ? query_plan::kind::nothing : query_plan::kind::look_up;
    return plan;
}

} // namespace rollcall::gateway
