// Any text is a filter of groups or is refused; a filter prints to a text that is the same filter,
// and every group that satisfies it is found by each of its look-ups.
#include "gateway/scim/limits.hpp"
#include "gateway/scim/lookups.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/resource.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollcall::scim;

namespace {

bool finds(const exact_lookup& by) {
    switch (by.field) {
    case lookup_field::id: return by.key == "42";
    case lookup_field::team_name: return by.key == "guides";
    case lookup_field::external_id: return by.key == "e";
    case lookup_field::member: return by.key == "u1" || by.key == "u2";
    case lookup_field::user_name:
    case lookup_field::email: break;
    }
    return false; // groups have none
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const resource team =
        *resource::from_document(group_type(), R"({"externalId":"e","displayName":"Guides"})");
    const auto what =
        parse_filter(group_type(), std::string_view(reinterpret_cast<const char*>(data), size));
    if (!what) return 0;
    const std::string text = print(*what);
    const auto again = parse_filter(group_type(), text);
    // A filter near the length limit may print longer than it was written.
    if (again ? !(*again == *what) : text.size() <= limits::filter_bytes_max) std::abort();
    computed facts;
    facts.id = "42";
    facts.base_url = "https://h";
    facts.member_count = 2;
    facts.has_member = [](std::string_view id) { return id == "u1" || id == "u2"; };
    if (!matches(*what, team, facts)) return 0;
    for (const exact_lookup& one : exact_lookups(*what)) {
        if (!finds(one)) std::abort();
    }
    return 0;
}
