#include "gateway/scim/team_facts.hpp"

#include "gateway/scim/text.hpp"

#include <cassert>

namespace rollcall::scim {
namespace {

/// The rows of the group table that facts are lifted from, looked up once.
struct rows {
    attribute_path name = *resolve(group_type(), "displayName");
    attribute_path external_id = *resolve(group_type(), "externalId");
};

const rows& table() {
    static const rows one;
    return one;
}

} // namespace

team_facts team_facts_of(const resource& group) {
    assert(&group.type() == &group_type());
    const value* name = group.find(table().name);
    assert(name != nullptr);
    team_facts facts;
    facts.name = *name->text();
    facts.name_key = folded(facts.name);
    if (const value* id = group.find(table().external_id)) facts.external_id = *id->text();
    return facts;
}

} // namespace rollcall::scim
