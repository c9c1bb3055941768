#include "cli/figures.hpp"

namespace rollcall::cli {

using namespace eventlog;

gateway::ops_sources figures_of(const watched_parts& of) {
    return {
        .version = ROLLCALL_VERSION,
        .writer = [of] { return of.writer.figures(); },
        .store = [of] { return of.rows.figures(); },
        .head = [of] { return of.rows.head(); },
        .commits = [of] { return of.log.commit_times(); },
        .followers =
            [of] {
                const auto erasure = of.erasures.figures();
                std::vector<gateway::follower_figures> all{
                    {"erasure", erasure.checkpoint, !erasure.last_error.empty()},
                    {"witness", of.acknowledged.written(), !of.acknowledged.healthy()}};
                for (const auto& one : of.followers) {
                    const auto state = one->state();
                    all.push_back({one->name(), state.checkpoint,
                                   !state.last_error.empty() || !state.parked.empty()});
                }
                return all;
            },
        .seats =
            [of] {
                return gateway::seat_counts{of.seats.warnings, of.seats.alarms};
            },
        .disk =
            [of] {
                return gateway::disk_figures{of.disk.state(), of.limits, free_bytes(of.home.path)};
            },
        .refusals = [of] { return of.desk.refusals(); },
        .attempts_dropped = [of] { return of.desk.attempts_dropped(); },
        .backups = [of] { return read_backup_note(of.home.path); },
        .lists =
            [of] {
                return gateway::list_figures{of.lists.waiting(), of.lists.running(),
                                             of.list_threads};
            },
    };
}

} // namespace rollcall::cli
