#include "gateway/admin/backups.hpp"

#include "eventlog/backup_create.hpp"
#include "eventlog/base/json_writer.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/error.hpp"
#include "projections/rows.hpp"
#include "projections/state_hash.hpp"

#include <chrono>
#include <cmath>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rollcall::admin {
namespace {

using eventlog::log_errc;

/// From linux/ioprio.h, which is no part of what programs include everywhere.
constexpr int ioprio_of_a_thread = 1;
constexpr int ioprio_lowest = 2 << 13 | 7; // of the ordinary ones: idle might never be served
constexpr int lowest_priority = 19;

/// After that many without a backup, `doctor` speaks of it.
constexpr std::chrono::hours backup_age_max{24 * 7};

/// This thread yields to everybody: to who needs the processor and to who needs the disk. Where the
/// system refuses, the bounded speed remains.
void be_gentle() {
    const auto self = static_cast<id_t>(::gettid());
    static_cast<void>(::setpriority(PRIO_PROCESS, self, lowest_priority) == 0);
    static_cast<void>(::syscall(SYS_ioprio_set, ioprio_of_a_thread, self, ioprio_lowest) == 0);
}

problem problem_of_backup(const base::failure& failed) {
    if (failed.code == log_errc::stopped) return {503, "stopped", failed.message, {}, 1};
    const bool disk = failed.code == log_errc::storage;
    return {disk ? 507u : 409u, disk ? "storage" : "refused", failed.message, {}, 0};
}

/// What there is at this moment. Whoever writes is held for no longer than it takes to look.
base::result<eventlog::backup_source> look(const eventlog::data_directory& home,
                                           const eventlog::store& log, eventlog::writer* writer) {
    eventlog::backup_source from{.log = log,
                                 .directory = home.path,
                                 .data = home.format,
                                 .lineage = home.lineage,
                                 .check = home.check,
                                 .master = home.master,
                                 .origin = home.origin,
                                 .head = {},
                                 .rows = nullptr,
                                 .states = {}};
    const auto take = [&] {
        from.head = log.head();
        from.rows = log.snapshot();
    };
    if (writer == nullptr) {
        take();
    } else if (!writer->run_alone(take)) {
        return base::fail(log_errc::stopped, "the server is stopping");
    }
    if (log.generation_version() != projections::projection_version) return from;
    from.states.version = projections::projection_version;
    from.states.at = from.head;
    const std::string prefix = projections::key_of::all_counters();
    const auto counters = from.rows->cursor(eventlog::table::state, prefix);
    for (counters->seek(prefix); counters->valid(); counters->next()) {
        const auto tenant = projections::tenant_of_key(counters->key());
        if (!tenant) continue;
        from.states.hashes[*tenant] = projections::decode_counters(counters->value()).state_hash;
    }
    return from;
}

/// Kept for `doctor` and the figures. A directory that cannot be written is no fault of the backup.
void keep_note(const eventlog::data_directory& home, const backup_order& order,
               const base::result<eventlog::backup_report>& made) {
    auto note = eventlog::read_backup_note(home.path);
    const base::moment now = base::now();
    if (made) {
        note.failed.reset();
        note.log = {now, made->end, order.to.string()};
        if (order.keys_to) note.keys = {now, made->end, order.keys_to->string()};
    } else {
        note.failed = {now, made.error().message};
    }
    if (const auto kept = eventlog::write_backup_note(home.path, note); !kept) {
        base::log_warn("What came of a backup could not be noted.",
                       {{"reason", std::string_view(kept.error().message)}});
    }
}

std::string age_text(std::chrono::milliseconds age) {
    using namespace std::chrono;
    if (age >= hours(48)) return std::to_string(age / hours(24)) + " days ago";
    if (age >= minutes(120)) return std::to_string(age / hours(1)) + " hours ago";
    return std::to_string(age / minutes(1)) + " minutes ago";
}

} // namespace

result<std::string> back_up(const eventlog::data_directory& home, const eventlog::store& log,
                            eventlog::writer* writer, const backup_order& order,
                            job_progress& progress) {
    eventlog::backup_wish wish;
    wish.to = order.to;
    wish.keys_to = order.keys_to;
    wish.spared_bytes = order.spared_bytes;
    wish.progress = [&](std::uint64_t done, std::uint64_t total) {
        progress.done = done;
        progress.total = total;
        return !progress.stopping;
    };
    auto from = look(home, log, writer);
    if (writer != nullptr) {
        be_gentle();
        wish.bytes_per_second_max = served_backup_bytes_per_second_max;
    }
    const auto made = from ? eventlog::create_backup(std::move(*from), wish)
                           : base::result<eventlog::backup_report>(tl::unexpected(from.error()));
    keep_note(home, order, made);
    if (!made) return tl::unexpected(problem_of_backup(made.error()));
    std::string out;
    base::json_writer json(out);
    json.begin_object().member("ok", true);
    json.member("to", order.to.string()).member("end", made->end.text());
    json.member("new_events", made->new_events).member("new_bytes", made->new_bytes);
    json.member("bytes", made->bytes).key("keys");
    if (made->keys) {
        json.value(*made->keys);
    } else {
        json.null();
    }
    json.member("seconds", std::round(made->seconds * 1000) / 1000).end_object();
    return out;
}

finding look_at_backups(const eventlog::backup_note& note, eventlog::position head,
                        base::moment now) {
    using grade = finding::grade;
    const auto since = [&](base::moment then) {
        return std::chrono::milliseconds(std::max<std::int64_t>(now.unix_ms - then.unix_ms, 0));
    };
    std::string says = "never";
    if (note.log) {
        says = age_text(since(note.log->when)) + " up to " + note.log->upto.text() + ", " +
               std::to_string(head.offset - std::min(head.offset, note.log->upto.offset)) +
               " events before the end, to " + note.log->where +
               (note.keys ? "; the keys " + age_text(since(note.keys->when)) : "; the keys never");
    }
    if (note.failed) {
        return {grade::bad, "backup",
                "the last run failed at " + note.failed->when.text() + ": " + note.failed->reason +
                    " (last success: " + says + ")",
                "Do as it says and run `rollcall backup create` again"};
    }
    if (!note.log || since(note.log->when) > backup_age_max || !note.keys) {
        return {
            grade::note, "backup", says,
            "See \"Backup\" in docs/BACKUP.md: `rollcall backup create TO --keys-to ELSEWHERE`, "
            "every day"};
    }
    return {grade::good, "backup", says, {}};
}

} // namespace rollcall::admin
