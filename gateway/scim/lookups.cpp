#include "gateway/scim/lookups.hpp"

#include <optional>

namespace rollcall::scim {
namespace {

/// The name of a group; users have a row that is called the same.
const attribute* team_name_row() {
    static const attribute* const row = find_attribute(group_type().attributes(), "displayName");
    return row;
}

std::optional<lookup_field> field_of(const attribute_path& target) {
    if (target.extension != nullptr || target.attr == nullptr) return std::nullopt;
    if (target.is_apart()) return lookup_field::member;
    if (target.sub == nullptr) {
        if (target.attr->name == "userName") return lookup_field::user_name;
        if (target.attr->name == "externalId") return lookup_field::external_id;
        if (target.attr->name == "id") return lookup_field::id;
        if (target.attr == team_name_row()) return lookup_field::team_name;
        return std::nullopt;
    }
    if (target.attr->name == "emails" && target.sub->name == "value") return lookup_field::email;
    return std::nullopt;
}

struct collector {
    std::vector<exact_lookup>& out;

    void operator()(const comparison& what) const {
        if (what.op != comparator::eq || !std::holds_alternative<std::string>(what.operand)) return;
        const auto field = field_of(what.target);
        // An empty address can stand in a document but has no key.
        if (!field || (*field == lookup_field::email && what.key.empty())) return;
        out.push_back({*field, what.key});
    }

    void operator()(const element_match& what) const { std::visit(*this, what.within->node); }

    void operator()(const negation&) const {}

    void operator()(const conjunction& what) const {
        for (const filter& term : what.terms)
            std::visit(*this, term.node);
    }

    void operator()(const disjunction&) const {}
};

} // namespace

std::vector<exact_lookup> exact_lookups(const filter& what) {
    std::vector<exact_lookup> out;
    std::visit(collector{out}, what.node);
    return out;
}

} // namespace rollcall::scim
