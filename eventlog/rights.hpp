// What an admin may do, as a word, and why rights ended that nobody took away by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::eventlog {

/// What an admin may do is the gateway's table; here it is a word. The first three belong to a
/// tenant, the others to the system tenant. On disk for ever.
enum class admin_role : std::uint8_t {
    primary_admin = 1,
    admin = 2,
    viewer = 3,
    operator_ = 11,
    support = 12,
};

/// `primary_admin` and so on, `operator` without a dash; empty for an unknown number.
std::string_view admin_role_name(admin_role role);
std::optional<admin_role> parse_admin_role(std::string_view name);

/// True for a role of the system tenant: whoever runs the server, for all tenants.
bool is_system_role(admin_role role);

/// Whether who has the role may own keys of his tenant.
bool may_own_keys(admin_role role);

/// Why an admin was disabled or a key revoked. On disk for ever.
enum class rights_end : std::uint8_t {
    asked = 0,            ///< somebody asked for just that
    owner_disabled = 1,   ///< of a key: the admin who owns it was disabled
    owner_demoted = 2,    ///< of a key: he was given a role that owns no keys
    user_deactivated = 3, ///< the user that the admin is linked to was deactivated
    user_deleted = 4,     ///< likewise deleted or erased
    user_suspended = 5,   ///< likewise suspended
};

/// `owner_disabled` and so on; empty for an unknown number.
std::string_view rights_end_name(rights_end why);

/// What became of the admin, to follow his name: `was disabled`; empty for `asked`.
std::string_view rights_end_words(rights_end why);

} // namespace rollcall::eventlog
