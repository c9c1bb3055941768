#include "gateway/scim/team_members.hpp"

#include "gateway/scim/attribute_path.hpp"
#include "gateway/scim/member_operations.hpp"

#include <algorithm>

namespace rollcall::scim {
namespace {

/// Every value that the object gives for the members, under whatever name.
void find_lists(json_object in, std::vector<json_value>& found) {
    for (const auto field : in) {
        if (is_core_urn(group_type(), field.key)) {
            if (field.value.is_object()) find_lists(field.value, found);
            continue;
        }
        const auto path = resolve(group_type(), field.key);
        if (path && path->is_apart() && path->sub == nullptr) {
            found.push_back(field.value);
        }
    }
}

} // namespace

result<std::optional<std::vector<std::string>>> read_listed_members(std::string_view body) {
    const auto root = parse_json(body);
    if (!root) return tl::unexpected<error>(root.error());
    if (!root->is_object()) {
        return refuse(scim_type::invalid_syntax, "The body must be a JSON object");
    }
    std::vector<json_value> lists;
    find_lists(*root, lists);
    if (lists.empty()) return std::nullopt;
    if (lists.size() > 1) {
        return refuse(scim_type::invalid_syntax,
                      "members: is given more than once under different names");
    }
    const auto ids = read_member_ids(lists.front());
    if (!ids) return tl::unexpected<error>(ids.error());
    std::vector<std::string> out(ids->begin(), ids->end());
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

} // namespace rollcall::scim
