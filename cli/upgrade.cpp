#include "cli/upgrade.hpp"

#include "eventlog/base/log.hpp"
#include "eventlog/keyring.hpp"
#include "projections/rebuild.hpp"
#include "projections/state_hash.hpp"

#include <chrono>

namespace rollcall::cli {
namespace {

constexpr std::chrono::seconds log_pause{10};

bool has_new_rows(const eventlog::store& rows) {
    return rows.generation_version() == projections::projection_version;
}

} // namespace

bool needs_upgrade(const eventlog::data_directory& home, const eventlog::store& rows) {
    return home.format < eventlog::data_format || !has_new_rows(rows);
}

base::result<void> as_newest(eventlog::data_directory& home, const eventlog::store& rows,
                             const std::function<base::result<void>()>& work) {
    const std::uint32_t before = home.format;
    if (auto marked = home.set_format(eventlog::data_format); !marked) return marked;
    auto made = work();
    // A store that has stopped cannot say which rows are the live ones.
    if (!made && !rows.stopped() && !has_new_rows(rows)) {
        if (auto unmarked = home.set_format(before); !unmarked) return unmarked;
    }
    return made;
}

base::result<void> upgrade(eventlog::data_directory& home, eventlog::store& rows,
                           const upgrade_progress& tell) {
    if (has_new_rows(rows)) return home.set_format(eventlog::data_format);

    base::log_info("An older version wrote this directory: its state is made anew from the log, "
                   "and nothing is answered until that is done.",
                   {{"format", std::uint64_t{home.format}},
                    {"new_format", std::uint64_t{eventlog::data_format}},
                    {"events", rows.head().offset}});
    eventlog::keyring keys(eventlog::make_local_wrapper(home.master));
    auto said = std::chrono::steady_clock::now();
    projections::rebuild_options options;
    options.progress = [&](const projections::rebuild_progress& p) {
        if (const auto now = std::chrono::steady_clock::now(); now - said >= log_pause) {
            said = now;
            base::log_info("The state is being made anew.", {{"done", p.done}, {"total", p.total}});
        }
        return !tell || tell(p.done, p.total);
    };
    const auto made = as_newest(home, rows, [&]() -> base::result<void> {
        const auto report = projections::rebuild(rows, keys, nullptr, nullptr, options);
        if (!report) return tl::unexpected(report.error());
        base::log_info("The directory is upgraded.",
                       {{"users", report->users}, {"seconds", report->seconds}});
        return {};
    });
    if (made) return {};
    return base::fail(made.error().code, "the upgrade of " + home.path.string() +
                                             " did not succeed: " + made.error().message);
}

} // namespace rollcall::cli
