// Under which provisioning contract a command was judged before it was handed in.
#pragma once

#include <string>

namespace rollcall::projections {

/// The rules themselves are the gateway's. Here it is compared with the tenant's own when it is the
/// command's turn, and its label goes into the events.
struct policy {
    std::string profile; ///< as in tenant_settings
    std::string label;   ///< with its version: `zamp@3`
};

} // namespace rollcall::projections
