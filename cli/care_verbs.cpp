// log verify (also of the topic), rebuild and doctor: proofs and care, at the server or, without
// one, in the directory.
#include "cli/examination.hpp"
#include "cli/job_wait.hpp"
#include "cli/json_view.hpp"
#include "cli/lock_holder.hpp"
#include "cli/log_source.hpp"
#include "cli/topic_check.hpp"
#include "cli/upgrade.hpp"
#include "cli/verbs.hpp"
#include "eventlog/base/json_writer.hpp"
#include "eventlog/directory_lock.hpp"
#include "eventlog/error.hpp"
#include "eventlog/witness.hpp"
#include "gateway/admin/proof.hpp"

#include <fmt/format.h>

namespace rollcall::cli {
namespace {

/// Starts a job at the server and waits for it; nothing if no server answers.
std::optional<base::result<std::string>> at_server(const context& c, std::string_view target,
                                                   std::string_view body) {
    operator_client server(c);
    const auto started = server.ask("POST", target, body);
    if (!started) {
        if (is_unreachable(started.error())) return std::nullopt;
        return base::result<std::string>(tl::unexpected(started.error()));
    }
    return wait_for_job(c, server, json_view(*started)->text("job"));
}

base::result<std::string> verify_log(const context& c) {
    if (auto said = at_server(c, "/verify", "{}")) return std::move(*said);
    const auto closed = closed_directory::open(c, directory_access::read);
    if (!closed) return tl::unexpected(closed.error());
    auto said = run_here(c, "verify", [&](admin::job_progress& how_far) {
        return admin::prove_log(*closed->log, nullptr, how_far);
    });
    if (!said || !json_view(*said)->flag("ok")) return said;
    // What the log says of itself holds; that its end is there, only the witness knows.
    const auto seen = eventlog::read_witness(closed->home.witness());
    const auto whole = seen ? eventlog::compare_witness(*seen, *closed->log, closed->home.lineage)
                            : base::result<void>(tl::unexpected(seen.error()));
    if (whole) return said;
    const eventlog::position head = closed->log->head();
    return admin::proof_json(
        {head.offset, head.text(), {}, head.next().text(), whole.error().message});
}

base::result<std::string> verify_topic(const context& c, const raw_settings& given) {
    if (auto said = at_server(c, "/verify", R"({"topic":true})")) {
        if (given.empty()) return std::move(*said);
        return base::fail(std::make_error_code(std::errc::invalid_argument),
                          "a server runs, which uses its own settings: leave those on this line "
                          "out");
    }
    const auto settings = resolve_settings(given, c.env);
    if (!settings) return tl::unexpected(settings.error());
    const auto closed = closed_directory::open(c, directory_access::read);
    if (!closed) return tl::unexpected(closed.error());
    return run_here(c, "verify", [&](admin::job_progress& how_far) {
        return check_topic(closed->home, *closed->log, settings->server.publish, how_far);
    });
}

int run_topic(const context& c, const log_verify& wish) {
    const auto said = verify_topic(c, wish.given);
    if (!said) return fail(c, said.error());
    const json_view report(*said);
    const std::string topic = report->text("topic");
    const bool ok = report->flag("ok");
    if (c.asked.json) {
        c.to.out << *said << '\n';
    } else if (ok) {
        c.to.out << toned("The topic holds", tone::good, c.to.colours) << ": " << printable(topic)
                 << " has " << report->text("events") << " events of this log and "
                 << report->text("copies") << " copies; order, positions and hashes.\n";
        if (report->number("waiting") > 0)
            c.to.out << report->text("waiting") << " events are not published yet.\n";
        if (report->number("earlier_lineages") > 0) {
            c.to.out << report->text("earlier_lineages")
                     << " messages before them are of other lineages.\n";
        }
        for (const json_item& note : report->items("notes"))
            c.to.out << "Note: " << printable(note.as_text()) << ".\n";
    }
    if (ok) return exit_done;
    const json_item bad = report->object("first_bad");
    const std::string offset = bad.text("offset");
    return fail(c, "the topic " + topic + " does not hold in partition " + bad.text("partition") +
                       (offset.empty() ? "" : " at offset " + offset) + ": " + bad.text("what"));
}

base::result<std::string> rebuild_state(const context& c, bool verify_only) {
    const std::string body = fmt::format(R"({{"verify":{}}})", verify_only);
    if (auto said = at_server(c, "/rebuild", body)) return std::move(*said);
    if (verify_only) {
        // Looked at first: what cannot be compared is left as it is.
        const auto looked = closed_directory::open(c, directory_access::read);
        if (!looked) return tl::unexpected(looked.error());
        if (needs_upgrade(looked->home, *looked->log)) {
            return base::fail(eventlog::log_errc::older_rows,
                              "the state is of an older version and cannot be compared: start the "
                              "server once, or run `rollcall rebuild`, to upgrade the directory");
        }
    }
    // Even a comparison needs room in the directory for the rows that it makes.
    auto closed = closed_directory::open(c, directory_access::alone);
    if (!closed) return tl::unexpected(closed.error());
    base::result<std::string> said;
    const auto made = as_newest(closed->home, *closed->log, [&]() -> base::result<void> {
        said = run_here(c, "rebuild", [&](admin::job_progress& how_far) {
            return admin::rebuild_all(*closed->log, *closed->keys, nullptr, nullptr, verify_only,
                                      how_far);
        });
        if (!said) return tl::unexpected(said.error());
        return {};
    });
    if (!made) return tl::unexpected(made.error());
    return said;
}

void print_findings(const context& c, const json_item& said) {
    for (const json_item& one : said.items("findings")) {
        const std::string grade = one.text("grade");
        const tone how = grade == "bad" ? tone::bad : grade == "note" ? tone::warning : tone::good;
        c.to.out << toned(fmt::format("{:5}", grade == "good" ? "ok" : grade), how, c.to.colours)
                 << printable(one.text("what")) << ": " << printable(one.text("says")) << '\n';
        if (!one.text("advice").empty()) {
            c.to.out << "     " << printable(one.text("advice")) << ".\n";
        }
    }
}

/// The directory, if its log ends at `at` and lacks what was acknowledged; else why nothing is to
/// be accepted there.
base::result<closed_directory> open_shortened(const context& c, eventlog::position at) {
    auto closed = closed_directory::open(c, directory_access::read);
    if (!closed) return closed;
    if (const eventlog::position head = closed->log->head(); head != at) {
        return base::fail(eventlog::log_errc::lost_suffix,
                          "the log ends at " + head.text() + ", not at " + at.text() +
                              ": to accept that everything after it is lost, name that position");
    }
    const auto seen = eventlog::read_witness(closed->home.witness());
    if (seen && eventlog::compare_witness(*seen, *closed->log, closed->home.lineage)) {
        return base::fail(eventlog::log_errc::not_found,
                          "nothing is lost: the log holds all that was acknowledged");
    }
    return closed;
}

/// Makes the witness say what the log says, so that a log that has lost its end may be served
/// again.
int accept_loss(const context& c, eventlog::position at) {
    // Before the lock: nothing is left in a directory where there is nothing to accept.
    if (const auto looked = open_shortened(c, at); !looked) return fail(c, looked.error());
    const auto lock = eventlog::directory_lock::take(c.asked.data);
    if (!lock) return fail(c, lock.error());
    // And under it: until it was ours, somebody else may have brought back the right files, or
    // accepted the loss and served what came after.
    const auto closed = open_shortened(c, at);
    if (!closed) return fail(c, closed.error());
    if (const auto written =
            eventlog::write_witness(closed->home.witness(), *closed->log, closed->home.lineage);
        !written) {
        return fail(c, written.error());
    }
    if (c.asked.json) {
        c.to.out << R"({"accepted":")" << at.text() << "\"}\n";
    } else {
        c.to.out << "The log goes on from " << at.text()
                 << ". What was acknowledged after it is gone.\n";
    }
    return exit_done;
}

} // namespace

int run(const context& c, const log_verify& wish) {
    if (wish.topic) return run_topic(c, wish);
    const auto said = verify_log(c);
    if (!said) {
        // A database that does not open is a log that does not hold, and scripts ask for that.
        if (c.asked.json && said.error().code == eventlog::log_errc::storage) {
            std::string text;
            base::json_writer json(text);
            json.begin_object().member("ok", false).key("first_bad").begin_object();
            json.key("position").null().member("what", said.error().message);
            json.end_object().end_object();
            c.to.out << text << '\n';
        }
        return fail(c, said.error());
    }
    const json_view report(*said);
    const bool ok = report->flag("ok");
    const std::string note = report->text("note");
    if (c.asked.json) {
        c.to.out << *said << '\n';
    } else if (ok) {
        c.to.out << toned("The log holds", tone::good, c.to.colours) << ": "
                 << report->text("events") << " events, head " << report->text("head")
                 << "; order, hash chains" << (note.empty() ? ", " : " and ") << "checksums"
                 << (note.empty() ? " and state hashes" : "") << ".\n";
        if (!note.empty()) c.to.out << "Note: " << note << ".\n";
    }
    if (ok) return exit_done;
    const json_item bad = report->object("first_bad");
    return fail(c, "the log does not hold at " + bad.text("position") + ": " + bad.text("what"));
}

int run(const context& c, const rebuild& wish) {
    const auto said = rebuild_state(c, wish.verify);
    if (!said) return fail(c, said.error());
    const json_view report(*said);
    const bool ok = report->flag("ok");
    if (c.asked.json) {
        c.to.out << *said << '\n';
    } else {
        c.to.out << report->text("events") << " events made " << report->text("rows") << " rows in "
                 << report->text("seconds") << " s (" << report->text("events_per_second")
                 << " events/s).\n";
        c.to.out << (report->flag("equal") ? "They are equal to the live ones, byte for byte.\n"
                     : report->flag("compared") ? "They differ from the live ones: " +
                                                      report->text("differences") + " rows.\n"
                                                : "The live ones were of an older version.\n");
        if (report->flag("flipped")) c.to.out << "They have taken the place of the live ones.\n";
    }
    if (ok) return exit_done;
    const json_item first = report->object("first_difference");
    return fail(c, "the state does not follow from the log: " + first.text("what") + " (table " +
                       first.text("table") + ", key " + first.text("key") +
                       "); `rollcall rebuild` puts it right");
}

int run(const context& c, const doctor& wish) {
    operator_client server(c);
    auto said = server.ask("GET", "/doctor");
    if (!said && !is_unreachable(said.error())) return fail(c, said.error());
    if (wish.accept_loss) {
        if (said) return fail(c, "a server runs on this directory: stop it first");
        return accept_loss(c, *wish.accept_loss);
    }
    const bool served = said.has_value();
    if (!served) {
        said = admin::findings_json(examine_closed(c.asked.data, key_source_of(c.env)));
    }
    const json_view report(*said);
    if (c.asked.json) {
        c.to.out << *said << '\n';
    } else {
        c.to.out << (served ? "A server runs on " : "No server runs on ")
                 << printable(server.place()) << ".\n";
        print_findings(c, report.root());
    }
    return report->flag("ok") ? exit_done : exit_failed;
}

} // namespace rollcall::cli
