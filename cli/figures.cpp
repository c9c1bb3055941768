#include "cli/figures.hpp"

#include <algorithm>

namespace rollcall::cli {

using namespace eventlog;

gateway::ops_sources figures_of(const watched_parts& of) {
    return {
        .version = ROLLCALL_VERSION,
        .details =
            [of] {
                std::vector<gateway::readiness_detail> all;
                const std::string_view word = publishing_word(of.followers);
                if (!word.empty()) all.push_back({"publisher", word});
                return all;
            },
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
                for (const auto& one : of.followers.followers) {
                    const auto state = one->state();
                    all.push_back({one->name(), state.checkpoint,
                                   !state.last_error.empty() || !state.parked.empty()});
                }
                if (const auto& one = of.followers.publisher) {
                    const auto state = one->state();
                    all.push_back({one->name(), state.checkpoint,
                                   !state.last_error.empty() || !state.alarm.empty()});
                }
                return all;
            },
        .publishing = [of]() -> std::optional<gateway::publisher_figures> {
            if (!of.followers.publisher) return std::nullopt;
            const auto state = of.followers.publisher->state();
            gateway::publisher_figures now;
            now.alarm = !state.alarm.empty();
            now.messages = state.messages_sent;
            now.dead_letters = state.dead_letters;
            now.producers = state.producers;
            now.under_way = state.under_way;
            const std::int64_t age_ms =
                state.lag_events == 0 ? 0 : base::now().unix_ms - state.oldest_unpublished.unix_ms;
            now.lag_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(age_ms, 0));
            return now;
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
