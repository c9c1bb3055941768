#include "gateway/scim/body.hpp"

#include "gateway/scim/json_input.hpp"
#include "gateway/scim/members.hpp"
#include "gateway/scim/stray_switch.hpp"
#include "gateway/scim/user_name.hpp"

#include <cassert>
#include <string>

namespace rollcall::scim {
namespace {

error not_an_object() {
    return fault(scim_type::invalid_syntax, "The body must be a JSON object");
}

result<json_value> parse_object(std::string_view body) {
    auto root = parse_json(body);
    if (root && !root->is_object()) return tl::unexpected<error>(not_an_object());
    return root;
}

/// Everything that POST and PUT have in common; faults are in the order in which they matter.
resource read_whole(const resource_type& type, json_value body, std::vector<error>& faults) {
    if (auto twice = find_duplicate_names(body)) note(faults, std::move(*twice));
    if (auto wrong = check_schemas(body, type.core().urn)) note(faults, std::move(*wrong));
    resource out = read_members(type, body, faults);
    // A value that could not be read is its own fault already, not also a missing one.
    if (faults.empty()) check_required(out, faults);
    return out;
}

/// The first immutable attribute that has a value in `from` and another one in `to`; what is
/// omitted in `to` is kept.
std::optional<error> keep_immutable(std::span<const attribute> rows, const object& from, object& to,
                                    const std::string& prefix) {
    for (const attribute& row : rows) {
        const value* was = find(from, row);
        if (was == nullptr) continue;
        value* is = find(to, row);
        if (row.mutability == mutability::immutable) {
            if (is == nullptr) {
                put(to, row, *was);
            } else if (*is != *was) {
                return fault(scim_type::mutability,
                             prefix + std::string(row.name) + ": cannot be changed once it is set");
            }
            continue;
        }
        if (is == nullptr || was->members() == nullptr) continue;
        auto inner =
            keep_immutable(row.sub_attributes, *was->members(), *is->members(),
                           prefix + std::string(row.name) + (row.is_extension ? ":" : "."));
        if (inner) return inner;
    }
    return std::nullopt;
}

/// What a client is never shown he cannot send back; omitting it says nothing.
bool stays_when_omitted(const attribute& row) {
    return row.is_lifecycle_switch || row.returned == returned::never ||
           row.returned == returned::on_request;
}

void keep_unseen(std::span<const attribute> rows, const object& from, object& to) {
    for (const attribute& row : rows) {
        if (!stays_when_omitted(row) || find(to, row) != nullptr) continue;
        if (const value* was = find(from, row)) put(to, row, *was);
    }
}

} // namespace

resource deactivated(const resource& current) {
    const attribute* row = lifecycle_switch(current.type());
    assert(row != nullptr);
    resource out = current;
    put(out.attributes(), *row, value{false});
    return out;
}

result<resource> read_new(const resource_type& type, std::string_view body) {
    const auto root = parse_object(body);
    if (!root) return tl::unexpected<error>(root.error());
    std::vector<error> faults;
    resource out = read_whole(type, *root, faults);
    if (!faults.empty()) return tl::unexpected<error>(std::move(faults.front()));
    const attribute* row = lifecycle_switch(type);
    if (row != nullptr && find(out.attributes(), *row) == nullptr) {
        put(out.attributes(), *row, value{true});
    }
    return out;
}

std::string user_name_in(std::string_view body) {
    const auto root = parse_object(body);
    if (!root) return {};
    auto name = find_member(*root, "userName");
    const auto core = find_member(*root, user_schema.urn);
    if (!name && core && core->is_object()) name = find_member(*core, "userName");
    std::string_view text;
    if (!name || name->get(text) != simdjson::SUCCESS) return {};
    return user_name_key(text).value_or(std::string(text));
}

result<replacement> replacement::read(const resource_type& type, std::string_view body) {
    std::optional<error> unreadable;
    const auto root = parse_json(body, unreadable);
    if (!root) return tl::unexpected<error>(root.error());
    if (!root->is_object()) return tl::unexpected<error>(not_an_object());
    std::vector<error> faults;
    if (unreadable) note(faults, std::move(*unreadable));
    replacement out(read_whole(type, *root, faults));
    out.deactivates_ = read_lifecycle_switch(type, *root) == false;
    if (const attribute* row = lifecycle_switch(type);
        row != nullptr && find(out.wanted_.attributes(), *row) == nullptr) {
        const std::string stray = find_stray_off(type, *root);
        if (!stray.empty()) {
            note(faults, fault(scim_type::invalid_value, describe_stray_off(type, stray)));
        }
    }
    if (!faults.empty() && !out.deactivates_) {
        return tl::unexpected<error>(std::move(faults.front()));
    }
    out.faults_ = std::move(faults);
    return out;
}

result<evaluation> replacement::apply_to(const resource& current) const {
    assert(&current.type() == &wanted_.type());
    std::vector<error> faults = faults_;
    resource outcome = wanted_;
    const auto rows = current.type().attributes();
    keep_unseen(rows, current.attributes(), outcome.attributes());
    if (auto changed = keep_immutable(rows, current.attributes(), outcome.attributes(), {})) {
        note(faults, std::move(*changed));
    }
    if (faults.empty()) return evaluation{std::move(outcome), {}};
    if (!deactivates_) return tl::unexpected<error>(std::move(faults.front()));
    return evaluation{deactivated(current), std::move(faults)};
}

} // namespace rollcall::scim
