// The values of a user at an attribute's path, whether it has one value or many.
#pragma once

#include "gateway/scim/path.hpp"
#include "gateway/scim/resource.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::profiles {

/// Every value at `path`: of a multi-valued attribute one for each element that has it.
std::vector<const scim::value*> values_at(const scim::resource& user,
                                          const scim::attribute_path& path);

/// The text there; of a multi-valued attribute that of the primary element, or of the first. Null
/// if there is none, or it is empty.
const std::string* text_at(const scim::resource& user, const scim::attribute_path& path);

/// Likewise, only among the elements that the path chooses.
const std::string* text_at(const scim::resource& user, const scim::path& where);

/// True for a path at which text_at() may find something: of a stored attribute that is a text.
bool names_text(const scim::attribute_path& path);

/// A client's value as a message quotes it: the beginning of a long one, up to a character's end.
std::string quoted_value(std::string_view text);

} // namespace rollcall::profiles
