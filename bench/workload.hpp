// A workload: a name, the reason why it is measured, and the code that does it. Each runs in a
// process of its own (child.hpp), so that memory and background work of one do not show in another.
#pragma once

#include "bench/report.hpp"

#include <functional>
#include <span>
#include <string_view>

namespace rollcall::bench {

/// Hears each row as soon as it is measured.
using row_sink = std::function<void(report_row)>;

struct workload {
    std::string_view name;
    std::string_view why;
    base::result<void> (*run)(const run_plan& plan, const row_sink& tell) = nullptr;
};

/// All of them, in the order in which they run.
std::span<const workload> all_workloads();

/// Null if there is none of that name.
const workload* find_workload(std::string_view name);

// One per workload; each is described in the table in workload.cpp.
base::result<void> run_get_user(const run_plan& plan, const row_sink& tell);
base::result<void> run_filter_user_name(const run_plan& plan, const row_sink& tell);
base::result<void> run_page_100(const run_plan& plan, const row_sink& tell);
base::result<void> run_import_pages(const run_plan& plan, const row_sink& tell);
base::result<void> run_tls(const run_plan& plan, const row_sink& tell);
base::result<void> run_create(const run_plan& plan, const row_sink& tell);
base::result<void> run_create_approvals(const run_plan& plan, const row_sink& tell);
base::result<void> run_patch_active(const run_plan& plan, const row_sink& tell);
base::result<void> run_team_members(const run_plan& plan, const row_sink& tell);
base::result<void> run_team_read(const run_plan& plan, const row_sink& tell);
base::result<void> run_log_scan(const run_plan& plan, const row_sink& tell);
base::result<void> run_rebuild(const run_plan& plan, const row_sink& tell);
base::result<void> run_csv_import(const run_plan& plan, const row_sink& tell);
base::result<void> run_backup(const run_plan& plan, const row_sink& tell);
base::result<void> run_million_users(const run_plan& plan, const row_sink& tell);
base::result<void> run_ten_thousand_tenants(const run_plan& plan, const row_sink& tell);

} // namespace rollcall::bench
