#include "gateway/scim/resource.hpp"

#include "gateway/scim/json_input.hpp"
#include "gateway/scim/stored_value.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::scim {
namespace {

void collect_changes(const object& before, const object& after, const std::string& prefix,
                     std::vector<std::string>& out) {
    const auto differs = [&](const object& a, const object& b, bool only_missing) {
        for (const member& one : a) {
            const value* other = find(b, *one.what);
            if (other != nullptr && (only_missing || *other == one.is)) continue;
            if (!one.what->is_extension) {
                out.push_back(prefix + std::string(one.what->name));
                continue;
            }
            const std::string inner = std::string(one.what->name) + ":";
            static const object nothing;
            const object* parts = one.is.members();
            const object* other_parts = other == nullptr ? &nothing : other->members();
            assert(parts != nullptr && other_parts != nullptr); // an extension is an object
            if (only_missing) {
                collect_changes(*other_parts, *parts, inner, out);
            } else {
                collect_changes(*parts, *other_parts, inner, out);
            }
        }
    };
    differs(before, after, false);
    differs(after, before, true);
}

} // namespace

const value* resource::find(const attribute_path& path) const {
    const object* in = &attributes_;
    const value* found = nullptr;
    for (const attribute* step : {path.extension, path.attr, path.sub}) {
        if (step == nullptr) continue;
        if (in == nullptr) return nullptr;
        found = scim::find(*in, *step);
        if (found == nullptr) return nullptr;
        in = found->members();
    }
    return found;
}

void resource::append_document(std::string& out) const {
    append_json(out, attributes_);
}

std::string resource::document() const {
    std::string out;
    append_document(out);
    return out;
}

result<resource> resource::from_document(const resource_type& type, std::string_view document) {
    const auto unreadable = [&type](const std::string& why) {
        return tl::unexpected<error>(
            error{500, scim_type::none,
                  "The stored " + std::string(type.name()) + " cannot be read: " + why});
    };
    const auto root = parse_json(document);
    if (!root) return unreadable(root.error().detail);
    if (!root->is_object()) return unreadable("it is not an object");
    auto read = read_stored_members(type.attributes(), *root);
    if (!read) return unreadable("at " + read.error());
    resource out(type);
    out.attributes_ = std::move(*read);
    return out;
}

std::vector<std::string> changed_attributes(const resource& before, const resource& after) {
    std::vector<std::string> out;
    collect_changes(before.attributes(), after.attributes(), {}, out);
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace rollcall::scim
