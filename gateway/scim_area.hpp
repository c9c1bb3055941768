// SCIM as an area of the front: its base paths, its gate and its table of routes. The table is the
// whole surface of this protocol; what we do not offer stands in it too, with the answer that says
// so.
#pragma once

#include "gateway/gate.hpp"
#include "gateway/routes.hpp"
#include "gateway/scim_services.hpp"

namespace rollcall::gateway {

/// `access` outlives the front.
area scim_area(const scim_services& with, gate& access);

} // namespace rollcall::gateway
