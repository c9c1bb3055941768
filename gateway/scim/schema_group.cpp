// Group (RFC 7643 sections 4.2 and 8.7.1; erratum 5368: displayName is required): a team of users.
// Members can be added and taken away, but what a member is never changes. Deviations from the
// printed tables: members are users only, and no two groups of a tenant share a name, because
// providers find groups by it.
#include "gateway/scim/limits.hpp"
#include "gateway/scim/schema_rows.hpp"

namespace rollcall::scim {
namespace {

using namespace rows;

constexpr std::string_view member_kinds[] = {"User"};

constexpr attribute member_parts[] = {
    required(immutable(exact_text("value", "The id of the user"))),
    immutable(reference("$ref", "The URL of the user", member_kinds)),
    immutable(choice("type", "What kind of resource the member is", member_kinds)),
};

constexpr attribute group_attributes[] = {
    {.name = "displayName",
     .description = "The name of the group; unique, compared without case",
     .required = true,
     .uniqueness = uniqueness::server},
    apart(many(complex("members", "The users who are in the group", member_parts))),
};

} // namespace

const schema group_schema = {"urn:ietf:params:scim:schemas:core:2.0:Group", "Group", "Group",
                             group_attributes};

const resource_type& group_type() {
    static const resource_type type("Group", "/Groups", "Group", group_schema, {},
                                    limits::group_elements_max);
    return type;
}

} // namespace rollcall::scim
