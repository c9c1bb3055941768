#include "gateway/admin/admins_left.hpp"

#include "gateway/admin/named_tenants.hpp"

#include <string>

namespace rollcall::admin {
namespace {

using eventlog::admin_role;

/// True if there was one of that role, and none of them can come in any more.
bool has_lost(const std::vector<projections::admin_state>& admins, admin_role role,
              base::moment now) {
    bool had_one = false;
    for (const projections::admin_state& one : admins) {
        if (one.core.role != role) continue;
        const bool expired = one.core.expires_at && *one.core.expires_at <= now;
        if (!one.core.disabled && !expired) return false;
        had_one = true;
    }
    return had_one;
}

finding note(std::string says, std::string advice) {
    return {finding::grade::note, "admins", std::move(says), std::move(advice)};
}

} // namespace

std::vector<finding> look_at_admins(const projections::directory& directory, base::moment now) {
    std::vector<finding> all;
    if (has_lost(directory.admins(projections::system_tenant), admin_role::operator_, now)) {
        all.push_back(note("no operator of the installation has a live token",
                           "Who can open admin.sock makes one: `rollcall operator token NAME "
                           "--expires-in 90d`, or `rollcall operator create NAME --role operator` "
                           "if all are disabled"));
    }
    named_tenants lost;
    for (const projections::tenant_state& tenant : directory.tenants()) {
        if (!has_lost(directory.admins(tenant.number), admin_role::primary_admin, now)) continue;
        lost.add(tenant.slug);
    }
    if (!lost.any()) return all;
    const std::string& first = lost.first();
    all.push_back(note("no primary admin has a live token any more: " + lost.text(),
                       "`rollcall admin list " + first +
                           "` shows who they were; make a token, "
                           "`rollcall admin token " +
                           first +
                           " NAME --expires-in 90d`, or another, "
                           "`rollcall admin create " +
                           first + " NAME --role primary_admin`"));
    return all;
}

} // namespace rollcall::admin
