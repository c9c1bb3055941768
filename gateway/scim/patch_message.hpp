// What the readers of a PATCH message share. Private to this folder, as json_input.hpp is.
#pragma once

#include "gateway/scim/json_input.hpp"
#include "gateway/scim/patch.hpp"

#include <optional>

namespace rollcall::scim {

/// What the member `op` of an operation says, in any case; nothing for other words.
std::optional<patch_verb> read_verb(json_object operation);

} // namespace rollcall::scim
