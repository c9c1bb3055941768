#include "gateway/preconditions.hpp"

#include "gateway/http/text.hpp"

#include <charconv>
#include <optional>

namespace rollcall::gateway {
namespace {

/// The version that a tag stands for; nothing if we never gave such a tag.
std::optional<std::uint64_t> version_of(std::string_view tag) {
    if (tag.starts_with("W/") || tag.starts_with("w/")) tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') {
        tag = tag.substr(1, tag.size() - 2);
    }
    std::uint64_t version = 0;
    const auto [end, failed] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
    const bool whole = failed == std::errc() && end == tag.data() + tag.size();
    if (!whole || tag.front() == '0') return std::nullopt;
    return version;
}

/// Takes the next tag off a list. A comma inside quotes ends no tag of ours: those have none.
std::string_view next_tag(std::string_view& list) {
    const std::size_t comma = list.find(',');
    const std::string_view tag = http::trim(list.substr(0, comma));
    list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    return tag;
}

} // namespace

projections::version_condition read_if_match(std::string_view field) {
    using kind = decltype(projections::version_condition::what);
    projections::version_condition condition;
    if (field.empty()) return condition;
    condition.what = kind::one_of;
    while (!field.empty()) {
        const std::string_view tag = next_tag(field);
        if (tag == "*") condition.what = kind::any;
        if (const auto version = version_of(tag)) condition.versions.push_back(*version);
    }
    return condition;
}

bool none_match_hits(std::string_view field, std::uint64_t version) {
    while (!field.empty()) {
        const std::string_view tag = next_tag(field);
        if (tag == "*" || version_of(tag) == version) return true;
    }
    return false;
}

} // namespace rollcall::gateway
