// Attribute values as a tree: what a resource is made of. An attribute without a value has no
// member here at all (RFC 7643 section 2.5: null, [] and absent are one state), so there is no
// null.
#pragma once

#include "gateway/scim/schema.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::scim {

struct value;
struct member;

using array = std::vector<value>;
/// Members in the order of the table that `what` points into; each attribute at most once.
using object = std::vector<member>;

/// Strings, references, binaries and dateTimes are text, kept exactly as sent.
struct value {
    std::variant<std::string, bool, std::int64_t, double, object, array> data;

    [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&data); }

    [[nodiscard]] const bool* flag() const { return std::get_if<bool>(&data); }

    [[nodiscard]] const object* members() const { return std::get_if<object>(&data); }

    [[nodiscard]] object* members() { return std::get_if<object>(&data); }

    [[nodiscard]] const array* elements() const { return std::get_if<array>(&data); }

    [[nodiscard]] array* elements() { return std::get_if<array>(&data); }

    friend bool operator==(const value& a, const value& b);
};

struct member {
    const attribute* what = nullptr;
    value is;

    friend bool operator==(const member&, const member&) = default;
};

/// The value of an attribute; null if it has none.
const value* find(const object& in, const attribute& what);
value* find(object& in, const attribute& what);

/// Sets a value, keeping the order of the table.
value& put(object& in, const attribute& what, value is);

/// Takes a value away; false if there was none.
bool erase(object& in, const attribute& what);

/// Appends the value as compact JSON, names in canonical spelling.
void append_json(std::string& out, const value& what);
void append_json(std::string& out, const object& what);

} // namespace rollcall::scim
