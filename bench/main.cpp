// rollcall_bench: how near to its ceiling each path of the product runs. A ceiling does the part of
// the work that nobody can leave out, in the same program and in rounds that take turns with the
// product's. README.md says what the ceilings are and how to read the table.
//
//   workload              what is asked                               what it is beside
//   get_user              GET by id, 32 connections                   bare server, same bytes
//   filter_user_name      filter=userName eq "...", 32 connections    bare server, same bytes
//   page_100              a page of 100 users, 8 connections          bare server, same bytes
//   create                durable POST from 1, 64, 256 connections,   bare server with a synced
//                         as is and with 1 ms more for each sync      commit of the same rows
//   patch_active          durable PATCH of active, 64 connections     the same
//   team_members          PATCH of one member, of 1,000 at once,     of a team of 10
//                         in a team of 100,000
//   log_scan              the log from its start, decoded             RocksDB's iterator
//   rebuild               all rows from the log, and compared         a scan, and writing the rows
//   million_users         GET and filter among 1,000,000 users        among 1,000
//   ten_thousand_tenants  GET and create over 10,000 tenants          over one
#include "bench/child.hpp"
#include "bench/options.hpp"
#include "bench/workload.hpp"
#include "eventlog/base/log.hpp"

#include <sodium.h>

#include <csignal>
#include <cstdio>
#include <fstream>

namespace {

using namespace rollcall;
using namespace rollcall::bench;

/// Runs one workload; prints its rows as they come and returns them as JSON, with commas between.
base::result<std::string> run_apart(const workload& what, const run_plan& plan) {
    return run_in_child([&](std::string& json) -> base::result<void> {
        base::start_logging(base::log_level::error, base::log_format::automatic);
        return what.run(plan, [&](report_row row) {
            row.workload = what.name;
            std::fputs(table_lines(row).c_str(), stdout);
            std::fflush(stdout);
            if (!json.empty()) json += ',';
            json += to_json(row);
        });
    });
}

int run(const options& o) {
    std::string all;
    int status = 0;
    std::fputs(table_head().c_str(), stdout);
    for (const workload& w : all_workloads()) {
        const bool wanted =
            o.names.empty() || std::find(o.names.begin(), o.names.end(), w.name) != o.names.end();
        if (!wanted) continue;
        const auto found = run_apart(w, o.plan);
        if (!found) {
            std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(w.name.size()), w.name.data(),
                         found.error().message.c_str());
            status = 1;
            continue;
        }
        if (!all.empty() && !found->empty()) all += ',';
        all += *found;
    }
    if (o.json) {
        std::ofstream out(*o.json);
        out << '[' << all << "]\n";
        out.flush();
        if (!out) {
            std::fprintf(stderr, "cannot write %s\n", o.json->c_str());
            status = 1;
        }
    }
    return status;
}

} // namespace

int main(int count, char** values) {
    std::signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0) return 1;
    const std::vector<std::string_view> arguments(values + 1, values + count);
    const auto o = read_options(arguments);
    if (!o) {
        std::fprintf(stderr, "%s\n%s", o.error().message.c_str(), usage().data());
        return 2;
    }
    if (o->help) {
        std::fputs(usage().data(), stdout);
        return 0;
    }
    if (o->list) {
        for (const workload& w : all_workloads()) {
            std::printf("%-22s%s\n", w.name.data(), w.why.data());
        }
        return 0;
    }
    return run(*o);
}
