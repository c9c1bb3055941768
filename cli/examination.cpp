#include "cli/examination.hpp"

#include "cli/lock_holder.hpp"
#include "cli/upgrade.hpp"
#include "eventlog/error.hpp"
#include "gateway/admin/backups.hpp"

namespace rollcall::cli {
namespace {

using admin::finding;
using eventlog::data_directory;
using eventlog::log_errc;

finding good(std::string what, std::string says) {
    return {finding::grade::good, std::move(what), std::move(says), {}};
}

finding bad(std::string what, std::string says, std::string advice) {
    return {finding::grade::bad, std::move(what), std::move(says), std::move(advice)};
}

std::string mib(std::uint64_t bytes) {
    return std::to_string(bytes >> 20) + " MiB";
}

finding look_at_witness(const data_directory& home, const eventlog::store& log) {
    const auto seen = eventlog::read_witness(home.witness());
    if (!seen) {
        return bad("witness", seen.error().message,
                   "Run `rollcall log verify`; if it holds, accept the log as it is with `rollcall "
                   "doctor --accept-loss " +
                       log.head().text() + "`");
    }
    const std::optional<eventlog::witnessed>& remembered = *seen;
    const auto same = eventlog::compare_witness(remembered, log, home.lineage);
    if (same) {
        return good("witness", remembered ? "the log holds what was acknowledged up to " +
                                                remembered->at.text()
                                          : "there is none yet, and no event");
    }
    return bad("witness", same.error().message,
               same.error().code == log_errc::lost_suffix
                   ? "Restore a backup. Only if there is none: `rollcall doctor --accept-loss " +
                         log.head().text() + "` goes on without what is missing"
                   : "Restore a backup of this directory as a whole");
}

finding look_at_disk(const data_directory& home, const disk_view& disk) {
    const auto free = eventlog::free_bytes(home.path);
    if (!free) {
        return bad("disk", "its free space cannot be asked", "Check that it is mounted");
    }
    const std::string says = mib(*free) + " are free";
    switch (eventlog::judge_disk(*free, disk.limits, disk.last)) {
    case eventlog::disk_state::ample: break;
    case eventlog::disk_state::reserved:
        return bad("disk", says + ", less than the reserve of " + mib(disk.limits.reserve_bytes),
                   "Free space or grow the disk: until then only deprovisioning is accepted");
    case eventlog::disk_state::full:
        return bad("disk", says + ", less than the last " + mib(disk.limits.floor_bytes),
                   "Free space or grow the disk: until then no write is accepted, not even one "
                   "that deprovisions");
    }
    return good("disk", says);
}

/// A directory that does not open.
finding look_at_refusal(const std::filesystem::path& data, const base::failure& refused) {
    if (refused.code == log_errc::bad_master_key || refused.code == log_errc::wrong_master_key) {
        return bad("master key", refused.message,
                   "Name the right one with ROLLCALL_KEY_FILE or ROLLCALL_MASTER_KEY");
    }
    if (refused.code == log_errc::not_found) {
        return bad("directory", refused.message,
                   "A start makes what is missing. If there should be data here already, look "
                   "whether its disk is mounted, or name the right directory with --data or "
                   "ROLLCALL_DATA");
    }
    if (refused.code == log_errc::unfinished_restore) {
        return bad("directory", refused.message,
                   "If `rollcall backup restore` is at work there, wait for it");
    }
    std::error_code ignored;
    if (std::filesystem::exists(data / eventlog::backup_manifest_name, ignored)) {
        return bad("directory", data.string() + " is a backup, not a data directory",
                   "Look at it with `rollcall backup verify " + data.string() +
                       "`; `rollcall backup restore` makes a data directory of it");
    }
    return bad("directory", refused.message,
               "Name the data directory with --data or ROLLCALL_DATA");
}

} // namespace

std::vector<finding> examine_open(const data_directory& home, const eventlog::store& log,
                                  const disk_view& disk) {
    std::vector<finding> all;
    all.push_back(good("directory",
                       home.path.string() + " has data format " + std::to_string(home.format) +
                           ", lineage " + home.lineage.text() +
                           (home.origin ? ", restored from lineage " + home.origin->lineage.text() +
                                              " at " + home.origin->at.text()
                                        : "")));
    all.push_back(good("master key", "it fits"));
    all.push_back(good("log", "it ends at " + log.head().text() + "; the state is generation " +
                                  std::to_string(log.generation())));
    if (needs_upgrade(home, log)) {
        all.push_back({finding::grade::note, "state",
                       "it is of an older version; the log is read as it is",
                       "The next start of this version upgrades the directory, and then the older "
                       "one refuses it: see \"Upgrade\" in docs/OPERATING.md"});
    }
    all.push_back(look_at_witness(home, log));
    all.push_back(look_at_disk(home, disk));
    all.push_back(
        admin::look_at_backups(eventlog::read_backup_note(home.path), log.head(), base::now()));
    return all;
}

void add_broken(std::vector<finding>& findings, const eventlog::witness& acknowledged,
                const eventlog::store& log) {
    if (!acknowledged.healthy()) {
        findings.push_back(bad("witness",
                               "its file cannot be written: a lost log would not be noticed",
                               "Check the mode of HEAD and the disk"));
    }
    if (log.stopped()) {
        findings.push_back(bad("log", "it has stopped after a failed write",
                               "Restart the server; if it stops again, look at the disk"));
    }
}

std::vector<finding> examine_closed(const std::filesystem::path& data,
                                    const eventlog::master_key_source& key) {
    auto home = data_directory::open(data, key, eventlog::directory_use::read);
    if (!home) return {look_at_refusal(data, home.error())};
    std::vector<finding> all;
    if (const auto pid = lock_holder(*home)) {
        all.push_back(bad("lock",
                          "process " + std::to_string(*pid) +
                              " has the directory open, but admin.sock does not answer",
                          "If it is a server that hangs, end it; if it is another tool, wait"));
    } else {
        all.push_back(good("lock", "nobody has the directory open"));
    }
    auto log = eventlog::store::open({.directory = home->database(), .read_only = true});
    if (!log) {
        all.push_back(bad("log", log.error().message,
                          log.error().code == log_errc::not_found ||
                                  log.error().code == log_errc::foreign_directory
                              ? "If this directory is new, start the server once; else restore a "
                                "backup"
                              : "Restore a backup"));
        return all;
    }
    for (finding& f : examine_open(*home, **log, {}))
        all.push_back(std::move(f));
    return all;
}

} // namespace rollcall::cli
