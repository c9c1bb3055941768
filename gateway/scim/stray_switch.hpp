// A deactivation in words that are not ours. What a schema does not know is passed over, as
// clients send all that is mapped; but a client who is told 200 believes that what he sent holds,
// and whom he meant to switch off must not stay active for that. Private to this folder, as
// json_input.hpp is.
#pragma once

#include "gateway/scim/json_input.hpp"
#include "gateway/scim/schema.hpp"

#include <string>
#include <string_view>

namespace rollcall::scim {

/// True if the value of a member or path that is passed over could mean "switched off": the last
/// word of the name (or the one before `value`) is that of the attribute that deprovisions and the
/// value reads as false, or something within the value is so.
bool strays_to_off(const attribute& lifecycle, std::string_view name, json_value what);

/// The first member of a body that is passed over and strays to off; empty if there is none.
std::string find_stray_off(const resource_type& type, json_object body);

/// What to tell who sent it.
std::string describe_stray_off(const resource_type& type, std::string_view name);

} // namespace rollcall::scim
