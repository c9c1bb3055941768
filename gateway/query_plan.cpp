#include "gateway/query_plan.hpp"

#include <algorithm>
#include <variant>
#include <vector>

namespace rollcall::gateway {
namespace {

using scim::lookup_field;

bool finds_one(lookup_field field) {
    return field == lookup_field::id || field == lookup_field::user_name ||
           field == lookup_field::team_name;
}

/// In the order of lookup_field, the fields that find fewest come first.
bool finds_fewer(const scim::exact_lookup& a, const scim::exact_lookup& b) {
    return a.field < b.field;
}

/// Calls `visit` with the target of each comparison and each bracket.
template <class Visit>
struct target_walk {
    const Visit& visit;

    void all(const std::vector<scim::filter>& terms) const {
        for (const scim::filter& term : terms)
            std::visit(*this, term.node);
    }

    void operator()(const scim::comparison& c) const { visit(c.target, true); }

    void operator()(const scim::element_match& m) const {
        visit(m.target, false);
        std::visit(*this, m.within->node);
    }

    void operator()(const scim::negation& n) const { std::visit(*this, n.of->node); }

    void operator()(const scim::conjunction& c) const { all(c.terms); }

    void operator()(const scim::disjunction& d) const { all(d.terms); }
};

static_assert(lookup_field::id < lookup_field::user_name &&
              lookup_field::user_name < lookup_field::team_name &&
              lookup_field::team_name < lookup_field::member &&
              lookup_field::member < lookup_field::external_id &&
              lookup_field::external_id < lookup_field::email);

} // namespace

query_plan plan_query(std::optional<scim::filter> filter) {
    query_plan plan;
    if (!filter) return plan;
    const auto lookups = scim::exact_lookups(*filter);
    plan.exact = lookups.size() == 1 && finds_one(lookups.front().field) &&
                 std::holds_alternative<scim::comparison>(filter->node);
    const auto count = [&plan](const scim::attribute_path& target, bool compares) {
        if (compares) ++plan.comparisons;
        if (target.attr != nullptr && target.attr->name == "groups") plan.asks_for_groups = true;
    };
    std::visit(target_walk<decltype(count)>{count}, filter->node);
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
