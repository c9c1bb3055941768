// A mapping: how a user as a tenant's identity provider sends him becomes the user that is kept and
// shown. A value without behaviour; mapping_apply.hpp turns users by it. Shared and immutable once
// it is read (mapping_reader.hpp).
//
//     [{"target": "displayName", "template": "{name.givenName} {name.familyName}"},
//      {"target": "phoneNumbers[type eq \"work\"].value", "from": "phoneNumbers.value"},
//      {"target": "organization", "constant": "Acme", "required": true}]
//
// What its rules read stays as it was sent, and no rule reads what another one sets. So turning a
// user twice is turning him once, a PATCH can be applied to the turned user as if to the one that
// was sent, and the order of the rules means nothing (docs/decisions/0035).
#pragma once

#include "gateway/profiles/profile.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::profiles {

struct mapping_rule {
    scim::path target;      ///< one text; of an attribute with many values, that of one element
    std::string_view kind;  ///< `from`, `template` or `constant`
    std::string text;       ///< what stands there
    display_template value; ///< the same, read: a constant is a piece without an attribute
    bool required = false;  ///< refused if there is nothing to set; else the target has no value
};

struct mapping {
    std::vector<mapping_rule> rules;
};

/// Bounds of one mapping. Its bytes are bounded where it is kept (projections/decide.hpp).
inline constexpr std::size_t mapping_rules_max = 32;
inline constexpr std::size_t mapping_sources_max = 64; ///< attributes that all rules read together
inline constexpr std::size_t mapping_text_max = 512;   ///< bytes of one text in a rule
inline constexpr std::size_t mapping_value_bytes_max = 4096; ///< what a rule may set

} // namespace rollcall::profiles
