// Roles and requests as JSON.
#pragma once

#include "eventlog/approval.hpp"
#include "eventlog/base/json_writer.hpp"
#include "projections/told/names.hpp"

namespace rollcall::told {

/// The members of a request, into an object that is open: kind, needs, wanted_role, ... `known`:
/// who is who; null for ids alone.
void write_request(base::json_writer& json, const eventlog::open_request& request,
                   eventlog::tenant_no tenant, names* known);

/// `role` and `request`, each null for none.
void write_standing(base::json_writer& json, const eventlog::standing& now,
                    eventlog::tenant_no tenant, names* known);

} // namespace rollcall::told
