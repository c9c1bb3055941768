// The vocabulary in which the attribute tables are written; private to schema_*.cpp.
#pragma once

#include "gateway/scim/schema.hpp"

namespace rollcall::scim::rows {

constexpr attribute text(std::string_view name, std::string_view description) {
    return {.name = name, .description = description};
}

constexpr attribute exact_text(std::string_view name, std::string_view description) {
    return {.name = name, .description = description, .rule = text_rule::exact};
}

constexpr attribute choice(std::string_view name, std::string_view description,
                           std::span<const std::string_view> canonical) {
    return {.name = name, .description = description, .canonical_values = canonical};
}

constexpr attribute flag(std::string_view name, std::string_view description) {
    return {.name = name, .description = description, .type = value_type::boolean};
}

constexpr attribute integer(std::string_view name, std::string_view description) {
    return {.name = name, .description = description, .type = value_type::integer};
}

constexpr attribute reference(std::string_view name, std::string_view description,
                              std::span<const std::string_view> targets) {
    return {.name = name,
            .description = description,
            .type = value_type::reference,
            .rule = text_rule::exact,
            .reference_types = targets};
}

constexpr attribute complex(std::string_view name, std::string_view description,
                            std::span<const attribute> sub_attributes) {
    return {.name = name,
            .description = description,
            .type = value_type::complex,
            .sub_attributes = sub_attributes};
}

constexpr attribute many(attribute row) {
    row.multi_valued = true;
    return row;
}

constexpr attribute required(attribute row) {
    row.required = true;
    return row;
}

constexpr attribute read_only(attribute row) {
    row.mutability = mutability::read_only;
    return row;
}

constexpr attribute immutable(attribute row) {
    row.mutability = mutability::immutable;
    return row;
}

constexpr attribute not_stored(attribute row) {
    row.stored = false;
    return row;
}

constexpr attribute apart(attribute row) {
    row.apart = true;
    row.stored = false;
    return row;
}

} // namespace rollcall::scim::rows
