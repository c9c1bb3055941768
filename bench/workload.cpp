#include "bench/workload.hpp"

#include <algorithm>
#include <array>

namespace rollcall::bench {
namespace {

constexpr std::array<workload, 16> table = {{
    {"get_user", "the cheapest request: what HTTP, key and rendering cost", run_get_user},
    {"filter_user_name", "what identity providers ask before every create", run_filter_user_name},
    {"page_100", "a full import reads all users in such pages", run_page_100},
    {"import_pages", "the last page of 100,000 users against the first", run_import_pages},
    {"tls", "what encryption costs a read, on kept and on new connections", run_tls},
    {"create", "a durable create; 1, 64, 256 connections, and on a disk with 1 ms per sync",
     run_create},
    {"create_approvals",
     "a create that waits for an approval and takes a seat, against a plain one",
     run_create_approvals},
    {"patch_active", "deactivate and reactivate: the change that matters most", run_patch_active},
    {"team_members", "one member in and out of a team of 100,000 against a team of 10",
     run_team_members},
    {"team_read", "all members of a team of 100,000, and when the first of them comes",
     run_team_read},
    {"log_scan", "reading the log as events: replay, verify, export", run_log_scan},
    {"rebuild", "all rows again from the log: an incident's longest wait", run_rebuild},
    {"csv_import", "a file of 100,000 people, as `user import` brings it in", run_csv_import},
    {"backup", "a backup and its restore, and creates while one is made", run_backup},
    {"million_users", "one tenant with 1,000,000 users against one with 1,000", run_million_users},
    {"ten_thousand_tenants", "10,000 tenants against one", run_ten_thousand_tenants},
}};

} // namespace

std::span<const workload> all_workloads() {
    return table;
}

const workload* find_workload(std::string_view name) {
    const auto* found =
        std::find_if(table.begin(), table.end(), [&](const workload& w) { return w.name == name; });
    return found == table.end() ? nullptr : found;
}

} // namespace rollcall::bench
