// Group (RFC 7643 sections 4.2 and 8.7.1; erratum 5368: displayName is required). Members can be
// added and taken away, but what a member is never changes.
#include "gateway/scim/limits.hpp"
#include "gateway/scim/schema_rows.hpp"

namespace rollcall::scim {
namespace {

using namespace rows;

constexpr std::string_view member_kinds[] = {"User", "Group"};

constexpr attribute member_parts[] = {
    immutable(exact_text("value", "The id of the member")),
    immutable(reference("$ref", "The URL of the member", member_kinds)),
    immutable(choice("type", "What kind of resource the member is", member_kinds)),
    immutable(text("display", "The member's name for people")),
};

constexpr attribute group_attributes[] = {
    required(text("displayName", "The name of the group")),
    many(complex("members", "Who is in the group", member_parts)),
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
