// Any bytes are a PATCH of a group, or a body with members, or are refused. What is said of the
// members is one sound change within its bound, and comes to the same when it is said again.
#include "gateway/scim/body.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/team_facts.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string_view>

using namespace rollcall::scim;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void require_sound(const std::vector<std::string>& ids) {
    require(std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end());
    require(ids.empty() || !ids.front().empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const resource team =
        *resource::from_document(group_type(), R"({"externalId":"e","displayName":"Guides"})");
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    if (const auto change = patch::read(group_type(), body)) {
        const member_wish& wish = change->members();
        require_sound(wish.add);
        require_sound(wish.remove);
        require(!wish.only_added || wish.remove.empty());
        require(wish.add.size() + wish.remove.size() <= limits::members_per_patch_max);
        for (const std::string& id : wish.add)
            require(!std::binary_search(wish.remove.begin(), wish.remove.end(), id));
        if (const auto done = change->apply_to(team)) {
            require(change->changes_attributes() || done->outcome == team);
            require(!team_facts_of(done->outcome).name.empty());
        }
    }
    if (const auto listed = read_listed_members(body); listed && *listed) require_sound(**listed);
    if (const auto made = read_new(group_type(), body)) {
        require(!team_facts_of(*made).name.empty());
        const auto again = resource::from_document(group_type(), made->document());
        require(again && *again == *made);
    }
    return 0;
}
