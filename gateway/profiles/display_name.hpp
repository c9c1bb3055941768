// What people are shown of a user, by the templates of his product's profile:
//
//     "{name.givenName} {name.familyName}"    "{userName}"
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/profiles/profile.hpp"
#include "gateway/scim/resource.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::profiles {

/// Reads a template. The error is a sentence about it.
base::result<display_template, std::string> read_template(std::string_view text);

/// The text of a template; nothing if one of its attributes has no value.
std::optional<std::string> filled(const display_template& with, const scim::resource& user);

/// The text of the first template whose attributes all have values; empty if there is none.
std::string display_name_of(std::span<const display_template> templates,
                            const scim::resource& user);

} // namespace rollcall::profiles
