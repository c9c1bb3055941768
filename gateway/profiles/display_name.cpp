#include "gateway/profiles/display_name.hpp"

#include "gateway/profiles/attribute_texts.hpp"

#include <utility>

namespace rollcall::profiles {

base::result<display_template, std::string> read_template(std::string_view text) {
    const std::string quoted = "'" + std::string(text) + "' ";
    display_template out;
    bool names_any = false;
    while (!text.empty()) {
        const std::size_t open = text.find_first_of("{}");
        display_template::piece next{std::string(text.substr(0, open)), {}};
        text.remove_prefix(next.before.size());
        if (!text.empty()) {
            const std::size_t close = text.find('}');
            if (text.front() == '}' || close == text.npos) {
                return tl::unexpected(quoted + "has a brace without its other one");
            }
            const std::string_view name = text.substr(1, close - 1);
            auto path = scim::parse_path(scim::user_type(), name);
            if (!path || !names_text(path->target)) {
                return tl::unexpected(quoted + "names '" + std::string(name) +
                                      "', which is no text of a user; such as {name.givenName}");
            }
            next.attribute = std::move(*path);
            names_any = true;
            text.remove_prefix(close + 1);
        }
        out.pieces.push_back(std::move(next));
    }
    if (!names_any) return tl::unexpected(quoted + "names no attribute, such as {userName}");
    return out;
}

std::optional<std::string> filled(const display_template& with, const scim::resource& user) {
    std::string out;
    for (const display_template::piece& one : with.pieces) {
        out += one.before;
        if (one.attribute.target.attr == nullptr) continue;
        const std::string* text = text_at(user, one.attribute);
        if (text == nullptr) return std::nullopt;
        out += *text;
    }
    return out;
}

std::string display_name_of(std::span<const display_template> templates,
                            const scim::resource& user) {
    for (const display_template& one : templates) {
        if (auto text = filled(one, user)) return std::move(*text);
    }
    return {};
}

} // namespace rollcall::profiles
