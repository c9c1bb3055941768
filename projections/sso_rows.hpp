// How single sign-on is spelt within the row of a tenant. Included by its source only.
#pragma once

#include "projections/bytes.hpp"
#include "projections/state.hpp"

#include <string>

namespace rollcall::projections {

void append(std::string& out, const sso_state& sso);
sso_state take_sso(byte_reader& in);

} // namespace rollcall::projections
