#include "gateway/scim/path.hpp"

#include "gateway/scim/filter_lexer.hpp"
#include "gateway/scim/limits.hpp"

#include <algorithm>

namespace rollcall::scim {
namespace {

tl::unexpected<error> refuse_path(std::string_view text, std::string_view why) {
    constexpr std::size_t shown_max = 120;
    constexpr std::string_view secret = "password";
    // What stands behind its name may be one.
    const std::string_view name = text.substr(0, std::min(text.find('['), shown_max));
    for (std::size_t i = 0; i + secret.size() <= name.size(); ++i) {
        if (equal_ignoring_case(name.substr(i, secret.size()), secret)) text = secret;
    }
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

/// `urn:` NID `:` NSS, with at least one character behind the last `:`. Dots may be the URN's own.
bool is_qualified_name(std::string_view text) {
    constexpr std::string_view scheme = "urn:";
    if (!equal_ignoring_case(text.substr(0, scheme.size()), scheme)) return false;
    const std::string_view rest = text.substr(scheme.size());
    const std::size_t colon = rest.find(':');
    if (colon == 0 || colon == std::string_view::npos) return false;
    const auto is_name_char = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(":.-_$").find(c) != std::string_view::npos;
    };
    return rest.back() != ':' && rest.back() != '.' && rest.find("..") == std::string_view::npos &&
           std::all_of(rest.begin(), rest.end(), is_name_char);
}

/// `[` something `]`, and perhaps `.sub` behind it. What is inside cannot be read without a schema,
/// but it is made of the words of a filter.
bool is_choice(std::string_view text) {
    const std::size_t close = closing_bracket(text, 1);
    if (close == std::string_view::npos) return false;
    filter_lexer words(text.substr(1, close - 1));
    auto word = words.next();
    if (!word || word->what == filter_token::kind::end) return false;
    while (word && word->what != filter_token::kind::end)
        word = words.next();
    const std::string_view behind = text.substr(close + 1);
    const auto is_sub_char = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '$';
    };
    return word && (behind.empty() || (behind.size() > 1 && behind.front() == '.' &&
                                       std::all_of(behind.begin() + 1, behind.end(), is_sub_char)));
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

bool names_foreign_schema(const resource_type& type, std::string_view text) {
    if (text.size() > limits::filter_bytes_max) return false;
    const std::size_t open = std::min(text.find('['), text.size());
    const std::string_view name = text.substr(0, open);
    if (!is_qualified_name(name) || has_known_urn(type, name)) return false;
    return open == text.size() || is_choice(text.substr(open));
}

std::string print(const path& what) {
    if (!what.which) return what.target.text();
    attribute_path holder = what.target;
    holder.sub = nullptr;
    const std::string whole = print(filter{element_match{holder, *what.which}});
    return what.target.sub == nullptr ? whole : whole + "." + std::string(what.target.sub->name);
}

} // namespace rollcall::scim
