#include "gateway/scim/attribute_path.hpp"

namespace rollcall::scim {
namespace {

/// `name` or `name.sub` among `rows`; the extension is the caller's.
std::optional<attribute_path> resolve_in(std::span<const attribute> rows, std::string_view name) {
    const std::size_t dot = name.find('.');
    attribute_path path;
    path.attr = find_attribute(rows, name.substr(0, dot));
    if (path.attr == nullptr || path.attr->is_extension) return std::nullopt;
    if (dot == std::string_view::npos) return path;
    path.sub = find_attribute(path.attr->sub_attributes, name.substr(dot + 1));
    if (path.sub == nullptr) return std::nullopt;
    return path;
}

/// What follows `urn` in `name`: empty text for the URN alone; nothing if it does not start so.
std::optional<std::string_view> behind_urn(std::string_view name, std::string_view urn) {
    if (name.size() < urn.size() || !equal_ignoring_case(name.substr(0, urn.size()), urn)) {
        return std::nullopt;
    }
    const std::string_view rest = name.substr(urn.size());
    if (rest.empty()) return rest;
    if ((rest.front() != ':' && rest.front() != '.') || rest.size() == 1) return std::nullopt;
    return rest.substr(1);
}

/// The schema whose URN a name begins with.
struct qualifier {
    const attribute* extension = nullptr; ///< null for the core
    std::string_view behind;
};

std::optional<qualifier> qualifier_of(const resource_type& type, std::string_view name) {
    std::string_view best_urn;
    qualifier best;
    const auto offer = [&](std::string_view urn, const attribute* extension) {
        const auto behind = behind_urn(name, urn);
        if (!behind || urn.size() <= best_urn.size()) return;
        best_urn = urn;
        best = {extension, *behind};
    };
    offer(type.core().urn, nullptr);
    for (const attribute& row : type.attributes()) {
        if (row.is_extension) offer(row.name, &row);
    }
    if (best_urn.empty()) return std::nullopt;
    return best;
}

std::optional<attribute_path> resolve_qualified(const resource_type& type, std::string_view name) {
    const auto by = qualifier_of(type, name);
    if (!by) return std::nullopt;
    if (by->extension == nullptr) return resolve_in(type.attributes(), by->behind);
    if (by->behind.empty()) return attribute_path{.extension = by->extension};
    return resolve_in_extension(*by->extension, by->behind);
}

} // namespace

std::string attribute_path::text() const {
    std::string out;
    if (extension != nullptr) out += extension->name;
    if (attr != nullptr) {
        if (!out.empty()) out += ':';
        out += attr->name;
    }
    if (sub != nullptr) {
        out += '.';
        out += sub->name;
    }
    return out;
}

std::optional<attribute_path> resolve(const resource_type& type, std::string_view name) {
    if (name.find(':') != std::string_view::npos) return resolve_qualified(type, name);
    if (auto path = resolve_in(type.attributes(), name)) return path;
    std::optional<attribute_path> found;
    for (const attribute& row : type.attributes()) {
        if (!row.is_extension) continue;
        const auto path = resolve_in_extension(row, name);
        if (!path) continue;
        if (found) return std::nullopt;
        found = path;
    }
    return found;
}

bool has_known_urn(const resource_type& type, std::string_view name) {
    return qualifier_of(type, name).has_value();
}

bool is_core_urn(const resource_type& type, std::string_view name) {
    return equal_ignoring_case(name, type.core().urn);
}

std::optional<attribute_path> resolve_in_extension(const attribute& extension,
                                                   std::string_view name) {
    auto path = resolve_in(extension.sub_attributes, name);
    if (path) path->extension = &extension;
    return path;
}

} // namespace rollcall::scim
