#include "gateway/scim/stray_switch.hpp"

#include "gateway/scim/coerce.hpp"

#include <algorithm>

namespace rollcall::scim {
namespace {

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(blanks)));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// Takes the last word off a name such as `urn:x:y:status.active`.
std::string_view take_last_word(std::string_view& name) {
    const std::size_t before = name.find_last_of(":./");
    const std::string_view word =
        without_blanks(before == std::string_view::npos ? name : name.substr(before + 1));
    name = before == std::string_view::npos ? std::string_view() : name.substr(0, before);
    return word;
}

bool names(const attribute& lifecycle, std::string_view name) {
    name = name.substr(0, name.find('['));
    std::string_view word = take_last_word(name);
    if (equal_ignoring_case(word, "value")) word = take_last_word(name);
    return equal_ignoring_case(word, lifecycle.name);
}

} // namespace

bool strays_to_off(const attribute& lifecycle, std::string_view name, json_value what) {
    if (names(lifecycle, name) && as_lifecycle_switch(lifecycle, what) == false) return true;
    if (what.is_array()) {
        const json_array all(what);
        return std::any_of(all.begin(), all.end(),
                           [&](json_value one) { return strays_to_off(lifecycle, name, one); });
    }
    if (!what.is_object()) return false;
    const json_object members(what);
    return std::any_of(members.begin(), members.end(), [&](const auto& field) {
        return strays_to_off(lifecycle, field.key, field.value);
    });
}

std::string find_stray_off(const resource_type& type, json_object body) {
    const attribute* lifecycle = lifecycle_switch(type);
    if (lifecycle == nullptr) return {};
    for (const auto field : body) {
        const attribute* known = find_attribute(type.attributes(), field.key);
        if (known != nullptr && !known->is_extension) continue;
        if (strays_to_off(*lifecycle, field.key, field.value)) return std::string(field.key);
    }
    return {};
}

std::string describe_stray_off(const resource_type& type, std::string_view name) {
    return "'" + std::string(name) + "' names no attribute of " + std::string(type.name()) +
           "; to deactivate, set active to false";
}

} // namespace rollcall::scim
