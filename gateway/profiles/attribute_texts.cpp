#include "gateway/profiles/attribute_texts.hpp"

#include "gateway/scim/match.hpp"

#include <algorithm>

namespace rollcall::profiles {
namespace {

/// The attribute itself, without a part of it.
const scim::value* whole_at(const scim::resource& user, const scim::attribute_path& path) {
    return user.find({path.extension, path.attr, nullptr});
}

bool is_primary(const scim::object& element, const scim::attribute& of) {
    const scim::attribute* row = scim::find_attribute(of.sub_attributes, "primary");
    const scim::value* is = row == nullptr ? nullptr : scim::find(element, *row);
    return is != nullptr && is->flag() != nullptr && *is->flag();
}

} // namespace

std::vector<const scim::value*> values_at(const scim::resource& user,
                                          const scim::attribute_path& path) {
    std::vector<const scim::value*> all;
    const scim::value* whole = whole_at(user, path);
    if (whole == nullptr) return all;
    const auto add = [&](const scim::value& element) {
        if (path.sub == nullptr) return all.push_back(&element);
        const scim::value* part = scim::find(*element.members(), *path.sub);
        if (part != nullptr) all.push_back(part);
    };
    if (const scim::array* elements = whole->elements()) {
        for (const scim::value& one : *elements)
            add(one);
    } else {
        add(*whole);
    }
    return all;
}

bool names_text(const scim::attribute_path& path) {
    if (path.attr == nullptr || !path.top().stored) return false;
    const scim::attribute& leaf = path.leaf();
    return leaf.stored && leaf.type == scim::value_type::string &&
           !(path.sub == nullptr && leaf.multi_valued);
}

const std::string* text_at(const scim::resource& user, const scim::attribute_path& path) {
    return text_at(user, scim::path{path, std::nullopt});
}

const std::string* text_at(const scim::resource& user, const scim::path& where) {
    const scim::attribute_path& path = where.target;
    const scim::value* found = nullptr;
    const scim::value* whole = whole_at(user, path);
    if (whole != nullptr && path.sub != nullptr && whole->elements() != nullptr) {
        for (const scim::value& one : *whole->elements()) {
            const scim::value* part = scim::find(*one.members(), *path.sub);
            if (part == nullptr || (where.which && !scim::matches_element(*where.which, one))) {
                continue;
            }
            const bool primary = is_primary(*one.members(), *path.attr);
            if (found == nullptr || primary) found = part;
            if (primary) break;
        }
    } else {
        found = user.find(path);
    }
    const std::string* text = found == nullptr ? nullptr : found->text();
    return text == nullptr || text->empty() ? nullptr : text;
}

std::string quoted_value(std::string_view text) {
    constexpr std::size_t shown_max = 64;
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    std::size_t end = std::min(text.size(), shown_max);
    while (end < text.size() && end > 0 && continues(text[end]))
        --end;
    return "'" + std::string(text.substr(0, end)) + (end < text.size() ? "…'" : "'");
}

} // namespace rollcall::profiles
