#include "projections/state.hpp"

namespace rollcall::projections {

std::string_view status_name(user_status status) {
    switch (status) {
    case user_status::pending_role: return "pending_role";
    case user_status::pending_approval: return "pending_approval";
    case user_status::active: return "active";
    case user_status::suspended: return "suspended";
    case user_status::deactivated: return "deactivated";
    case user_status::deleted: return "deleted";
    }
    return {};
}

} // namespace rollcall::projections
