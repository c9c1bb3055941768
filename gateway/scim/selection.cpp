#include "gateway/scim/selection.hpp"

#include "gateway/scim/limits.hpp"

#include <algorithm>
#include <string>

namespace rollcall::scim {
namespace {

/// True if `outer` names `inner` or something that `inner` is a part of.
bool covers(const attribute_path& outer, const attribute_path& inner) {
    if (outer.extension != inner.extension) return false;
    if (outer.attr == nullptr) return true;
    if (outer.attr != inner.attr) return false;
    return outer.sub == nullptr || outer.sub == inner.sub;
}

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view list) {
    std::vector<std::string_view> names;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view name = trimmed(list.substr(0, comma));
        if (!name.empty()) names.push_back(name);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return names;
}

/// `schemas` names the core and the extensions that are left.
void settle_schemas(object& shown) {
    const auto schemas = std::find_if(
        shown.begin(), shown.end(), [](const member& one) { return one.what->name == "schemas"; });
    if (schemas == shown.end()) return;
    array& urns = *schemas->is.elements();
    const auto gone = [&](const value& urn) {
        return &urn != &urns.front() &&
               std::none_of(shown.begin(), shown.end(), [&](const member& one) {
                   return one.what->is_extension && one.what->name == *urn.text();
               });
    };
    array left;
    for (const value& urn : urns) {
        if (!gone(urn)) left.push_back(urn);
    }
    urns = std::move(left);
}

} // namespace

result<selection> selection::read(const resource_type& type,
                                  std::optional<std::string_view> attributes,
                                  std::optional<std::string_view> excluded) {
    const auto wanted = split(attributes.value_or(""));
    const auto unwanted = split(excluded.value_or(""));
    if (!wanted.empty() && !unwanted.empty()) {
        return refuse(scim_type::invalid_value,
                      "attributes and excludedAttributes cannot be given together; leave one out");
    }
    selection out;
    if (wanted.empty() && unwanted.empty()) return out;
    const auto& names = wanted.empty() ? unwanted : wanted;
    if (names.size() > limits::selection_names_max) {
        return refuse(scim_type::invalid_value,
                      std::string(wanted.empty() ? "excludedAttributes" : "attributes") +
                          ": must not have more than " +
                          std::to_string(limits::selection_names_max) + " names");
    }
    out.mode_ = wanted.empty() ? mode::except : mode::only;
    for (const std::string_view name : names) {
        if (const auto path = resolve(type, name)) out.names_.push_back(*path);
    }
    return out;
}

selection::share selection::share_of(const attribute_path& path) const {
    if (path.leaf().returned == returned::never) return share::none;
    if (path.leaf().returned == returned::always) return share::whole;
    const bool on_request = path.leaf().returned == returned::on_request;
    if (mode_ == mode::by_default) return on_request ? share::none : share::whole;
    bool covered = false;
    bool inside = false;
    for (const attribute_path& name : names_) {
        covered = covered || (covers(name, path) && (!on_request || name == path));
        inside = inside || covers(path, name);
    }
    if (mode_ == mode::only) return covered ? share::whole : inside ? share::part : share::none;
    if (covered || on_request) return share::none;
    return inside ? share::part : share::whole;
}

object selection::project_members(const object& all, const attribute* extension,
                                  const attribute* parent) const {
    object out;
    for (const member& one : all) {
        attribute_path path;
        path.extension = one.what->is_extension ? one.what : extension;
        if (!one.what->is_extension) path.attr = parent == nullptr ? one.what : parent;
        if (parent != nullptr) path.sub = one.what;
        if (share_of(path) == share::none) continue;
        if (const object* parts = one.is.members()) {
            object left = project_members(*parts, path.extension, path.attr);
            if (!left.empty()) out.emplace_back(one.what, value{std::move(left)});
            continue;
        }
        const array* elements = one.is.elements();
        if (elements == nullptr || one.what->type != value_type::complex) {
            out.emplace_back(one.what, one.is);
            continue;
        }
        array left;
        for (const value& element : *elements) {
            object shown = project_members(*element.members(), path.extension, path.attr);
            if (!shown.empty()) left.push_back(value{std::move(shown)});
        }
        if (!left.empty()) out.emplace_back(one.what, value{std::move(left)});
    }
    return out;
}

object selection::project(const object& all) const {
    object out = project_members(all, nullptr, nullptr);
    settle_schemas(out);
    return out;
}

bool selection::hides(const attribute& top) const {
    attribute_path path;
    (top.is_extension ? path.extension : path.attr) = &top;
    return share_of(path) == share::none;
}

bool selection::shows(const attribute& top, const attribute& part) const {
    return share_of({.attr = &top, .sub = &part}) != share::none;
}

} // namespace rollcall::scim
