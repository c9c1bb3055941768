// Reads JSON that this folder wrote: canonical names, in the order of the table, typed. Strict
// where coerce.hpp is kind, because here a deviation is damage. Private, as json_input.hpp is.
#pragma once

#include "gateway/scim/json_input.hpp"
#include "gateway/scim/value.hpp"

#include <span>
#include <string>

namespace rollcall::scim {

/// The members of an object, or the path at which it is not what was written.
tl::expected<object, std::string> read_stored_members(std::span<const attribute> rows,
                                                      json_object from);

/// One value, or the path at which it is not what was written.
tl::expected<value, std::string> read_stored_value(const attribute& what, json_value from);

} // namespace rollcall::scim
