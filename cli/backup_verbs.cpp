// backup create | verify | restore.
#include "cli/job_wait.hpp"
#include "cli/json_view.hpp"
#include "cli/log_source.hpp"
#include "cli/restore.hpp"
#include "cli/verbs.hpp"
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/backups.hpp"

#include <fmt/format.h>

namespace rollcall::cli {
namespace {

namespace fs = std::filesystem;

constexpr double mib = 1024.0 * 1024.0;

std::string size_text(std::uint64_t bytes) {
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / mib);
}

/// As the server is told: it was started elsewhere.
std::string absolute(const std::string& path) {
    return fs::absolute(path).lexically_normal().string();
}

base::result<std::string> create(const context& c, const backup_create& wish) {
    admin::backup_order order;
    order.to = absolute(wish.to);
    if (wish.keys_to) order.keys_to = absolute(*wish.keys_to);
    std::string body;
    base::json_writer json(body);
    json.begin_object().member("to", order.to.string());
    if (order.keys_to) json.member("keys_to", order.keys_to->string());
    json.end_object();
    operator_client server(c);
    const auto started = server.ask("POST", "/backups", body);
    if (started) return wait_for_job(c, server, json_view(*started)->text("job"));
    if (!is_unreachable(started.error())) return tl::unexpected(started.error());
    const auto closed = closed_directory::open(c, directory_access::read);
    if (!closed) return tl::unexpected(closed.error());
    return run_here(c, "backup", [&](admin::job_progress& how_far) {
        return admin::back_up(closed->home, *closed->log, nullptr, order, how_far);
    });
}

void write_gone(base::json_writer& json, std::string_view name, const gone_subjects& gone) {
    json.key(name).begin_object().member("users", gone.users).member("teams", gone.teams);
    json.member("admins", gone.admins).end_object();
}

/// `2 people erased, 1 team deleted`; empty if nobody is gone.
std::string gone_text(const json_item& gone) {
    std::string out;
    const auto add = [&](const char* name, const char* one, const char* more, const char* what) {
        const std::uint64_t count = gone.number(name);
        if (count == 0) return;
        out += fmt::format("{}{} {} {}", out.empty() ? "" : ", ", count, count == 1 ? one : more,
                           what);
    };
    add("users", "person", "people", "erased");
    add("teams", "team", "teams", "deleted");
    add("admins", "admin or operator", "admins and operators", "disabled");
    return out;
}

std::string restored_json(const restore_report& r) {
    std::string out;
    base::json_writer json(out);
    json.begin_object().member("ok", true).member("lineage", r.lineage.text());
    json.member("from_lineage", r.from_lineage.text()).member("upto", r.upto.text());
    json.member("head", r.head.text()).member("users", r.users).member("tenants", r.tenants);
    json.member("keys", r.keys);
    write_gone(json, "erased_since", r.erased_since);
    write_gone(json, "lost", r.lost);
    json.member("state_hashes_compared", r.state_hashes_compared);
    json.member("seconds", r.seconds).end_object();
    return out;
}

void print_restored(const context& c, const json_item& said) {
    c.to.out << toned("Restored", tone::good, c.to.colours) << " up to " << said.text("upto")
             << ": " << said.text("tenants") << " tenants, " << said.text("users")
             << " users; state hashes compared for " << said.text("state_hashes_compared")
             << " tenants.\n";
    if (const std::string gone = gone_text(said.object("erased_since")); !gone.empty()) {
        c.to.out << gone
                 << ", because the keys, which are newer than this log, do not have theirs.\n";
    }
    const json_item lost = said.object("lost");
    if (const std::string gone = gone_text(lost); !gone.empty()) {
        c.to.out << gone
                 << ", because their keys are missing: providers have to push people and teams "
                    "again"
                 << (lost.number("admins") > 0 ? ", and admins have to be made anew" : "") << ".\n";
    }
    c.to.out << "It is a log of its own now, lineage " << said.text("lineage")
             << ". What was done after " << said.text("upto")
             << " is not in it: let providers push everything again.\nStart it with: "
             << printable(c.asked.program) << " serve --data " << printable(c.asked.data.string())
             << (c.asked.key_file ? " --key-file " + printable(*c.asked.key_file) : "") << '\n';
}

/// What is said of a backup that holds.
void print_proven(const context& c, const json_item& said) {
    const json_item keys = said.object("keys");
    c.to.out << toned("The backup holds", tone::good, c.to.colours) << ": " << said.text("events")
             << " events up to " << said.text("end") << ", " << size_text(said.number("bytes"))
             << ", made " << said.text("made") << "; files, order, hash chains"
             << (said.flag("states_compared") ? ", checksums and state hashes" : " and checksums")
             << ".\n";
    if (said.flag("authenticated")) {
        c.to.out << "It was signed with this master key.\n";
    } else {
        c.to.out << toned("Nobody checked who wrote it", tone::warning, c.to.colours)
                 << ": name the master key with --key-file; a restore checks it in any case.\n";
    }
    if (!keys.flag("looked_at")) {
        c.to.out
            << "Keys: " << keys.text("needed")
            << " people, teams and admins need one; name their backup with --keys-from to look at "
               "it.\n";
        return;
    }
    c.to.out << "Keys: of " << keys.text("at") << "; all that are needed"
             << (keys.number("erased_since") > 0
                     ? ", but for " + keys.text("erased_since") +
                           " people, teams and admins who are gone since"
                     : "")
             << ".\n";
    if (!keys.flag("newer")) return;
    c.to.out
        << toned("The log ends before its keys", tone::warning, c.to.colours)
        << ": somebody may have put an older backup in its place, or the last run was cut short. "
           "`rollcall backup restore` wants to be told that you know, with --until "
        << said.text("end") << ".\n";
}

} // namespace

int run(const context& c, const backup_create& wish) {
    const auto said = create(c, wish);
    if (!said) return fail(c, said.error());
    const json_view made(*said);
    if (c.asked.json) {
        c.to.out << *said << '\n';
        return exit_done;
    }
    const std::uint64_t events = made->number("new_events");
    c.to.out << "Backed up to " << printable(made->text("to")) << ", which now ends at "
             << made->text("end") << ": "
             << (events > 0
                     ? fmt::format("{} new events, {} in {} s", events,
                                   size_text(made->number("new_bytes")), made->text("seconds"))
                     : "nothing new")
             << ".\n";
    if (wish.keys_to) {
        c.to.out << "The keys are in " << printable(absolute(*wish.keys_to))
                 << ". Older copies of them elsewhere open whoever was erased since: remove "
                    "them.\n";
    } else {
        c.to.out << toned("Without the keys nobody in it can be read", tone::warning, c.to.colours)
                 << ": back them up elsewhere with --keys-to.\n";
    }
    return exit_done;
}

int run(const context& c, const backup_verify& wish) {
    std::optional<fs::path> keys_from;
    if (wish.keys_from) keys_from = *wish.keys_from;
    const auto master = eventlog::named_master_key(key_source_of(c.env));
    if (!master) return fail(c, master.error());
    const auto said = run_here(c, "verify", [&](admin::job_progress& how_far) {
        return admin::prove_backup(wish.from, keys_from, *master, how_far);
    });
    if (!said) return fail(c, said.error());
    const json_view report(*said);
    const bool ok = report->flag("ok");
    const json_item keys = report->object("keys");
    if (c.asked.json) {
        c.to.out << *said << '\n';
    } else if (ok) {
        print_proven(c, report.root());
    }
    if (ok) return exit_done;
    const int code = fail(c, report->object("first_bad").text("what"));
    if (keys.flag("looked_at")) {
        for (const json_item& id : keys.items("first"))
            c.to.err << "  without a key: " << printable(id.as_text()) << '\n';
    }
    return code;
}

int run(const context& c, const backup_restore& wish) {
    restore_wish how;
    how.from = wish.from;
    if (wish.keys_from) how.keys_from = *wish.keys_from;
    how.data = c.asked.data;
    how.master_key = key_source_of(c.env);
    how.until = wish.until;
    how.accept_missing_keys = wish.accept_missing_keys;
    base::result<restore_report> made;
    const auto said =
        run_here(c, "restore", [&](admin::job_progress& how_far) -> admin::result<std::string> {
            made = restore(how, how_far);
            return made ? admin::result<std::string>(restored_json(*made))
                        : admin::refuse(409, "refused", made.error().message);
        });
    if (!said) return fail(c, said.error());
    if (c.asked.json) {
        c.to.out << *said << '\n';
    } else {
        print_restored(c, json_view(*said).root());
    }
    return exit_done;
}

} // namespace rollcall::cli
