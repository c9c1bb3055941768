#include "gateway/scim/path.hpp"

#include "gateway/scim/limits.hpp"

namespace rollcall::scim {
namespace {

tl::unexpected<error> refuse_path(std::string_view text, std::string_view why) {
    constexpr std::size_t shown_max = 120;
    const bool cut = text.size() > shown_max;
    std::size_t shown = cut ? shown_max : text.size();
    while (cut && shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xC0) == 0x80)
        --shown;
    return refuse(scim_type::invalid_path, "path '" + std::string(text.substr(0, shown)) +
                                               (cut ? "...' " : "' ") + std::string(why));
}

/// The `]` that closes a bracket whose inside starts at `at`, not looking into strings.
std::size_t closing_bracket(std::string_view text, std::size_t at) {
    bool in_string = false;
    for (; at < text.size(); ++at) {
        if (in_string && text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            in_string = !in_string;
        } else if (!in_string && text[at] == ']') {
            return at;
        }
    }
    return std::string_view::npos;
}

} // namespace

result<path> parse_path(const resource_type& type, std::string_view text) {
    if (text.size() > limits::filter_bytes_max) {
        return refuse_path(text,
                           "is longer than " + std::to_string(limits::filter_bytes_max) + " bytes");
    }
    if (text.empty())
        return refuse_path(text, "is empty; leave it out to change several attributes");
    const std::size_t open = text.find('[');
    const auto target = resolve(type, text.substr(0, open));
    if (!target) {
        return refuse_path(text, "names no attribute of " + std::string(type.name()));
    }
    path out{*target, std::nullopt};
    if (open == std::string_view::npos) return out;
    if (target->attr == nullptr || target->sub != nullptr || !target->attr->multi_valued) {
        return refuse_path(text, "has brackets behind an attribute with only one value");
    }
    const std::size_t close = closing_bracket(text, open + 1);
    if (close == std::string_view::npos) return refuse_path(text, "has no closing ]");
    auto which = parse_element_filter(*target, text.substr(open + 1, close - open - 1));
    if (!which) return tl::unexpected<error>(std::move(which.error()));
    out.which = std::move(*which);
    const std::string_view rest = text.substr(close + 1);
    if (rest.empty()) return out;
    if (rest.front() != '.') return refuse_path(text, "has something other than .name behind ]");
    out.target.sub = find_attribute(target->attr->sub_attributes, rest.substr(1));
    if (out.target.sub == nullptr) {
        return refuse_path(text, "names no sub-attribute of " + target->text());
    }
    return out;
}

std::string print(const path& what) {
    if (!what.which) return what.target.text();
    attribute_path holder = what.target;
    holder.sub = nullptr;
    const std::string whole = print(filter{element_match{holder, *what.which}});
    return what.target.sub == nullptr ? whole : whole + "." + std::string(what.target.sub->name);
}

} // namespace rollcall::scim
