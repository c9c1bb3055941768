#include "gateway/admin/proof.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/json_writer.hpp"
#include "eventlog/verify.hpp"
#include "projections/rebuild.hpp"
#include "projections/told/names.hpp"

#include <cmath>

namespace rollcall::admin {
namespace {

using base::json_writer;

std::string_view table_name(eventlog::table t) {
    switch (t) {
    case eventlog::table::state: return "state";
    case eventlog::table::index: return "index";
    case eventlog::table::links: return "links";
    case eventlog::table::keys: return "keys";
    case eventlog::table::idempotency: return "idempotency";
    case eventlog::table::attempts: return "attempts";
    case eventlog::table::checkpoints: return "checkpoints";
    }
    return "unknown";
}

std::string_view difference_word(projections::row_difference::kind kind) {
    using projections::row_difference;
    switch (kind) {
    case row_difference::kind::missing_live: return "the live row is missing";
    case row_difference::kind::surplus_live: return "the live row should not be there";
    case row_difference::kind::other_value: return "the live row has another value";
    }
    return "the rows differ";
}

auto stopped() {
    return refuse(503, "stopped", "it was ended before it was through: start it again");
}

double rounded(double seconds) {
    return std::round(seconds * 1000) / 1000;
}

} // namespace

std::string proof_json(const proof& what) {
    std::string out;
    json_writer json(out);
    json.begin_object().member("ok", what.bad.empty());
    json.member("events", what.events).member("head", what.head);
    if (what.bad.empty()) {
        json.member("hash", what.hash);
    } else {
        json.key("first_bad").begin_object();
        json.member("position", what.bad_at).member("what", what.bad);
        json.end_object();
    }
    if (!what.note.empty()) json.member("note", what.note);
    json.end_object();
    return out;
}

result<std::string> prove_log(eventlog::store& log, eventlog::writer* writer,
                              job_progress& progress) {
    // Two walks of the log, so twice its events.
    const auto report = eventlog::verify_log(log, [&](std::uint64_t done, std::uint64_t total) {
        progress.done = done;
        progress.total = 2 * total;
        return !progress.stopping;
    });
    if (progress.stopping) return stopped();
    std::string first_bad_at;
    std::string first_bad;
    std::string note;
    if (report.first_bad) {
        first_bad_at = report.first_bad->at.text();
        first_bad = report.first_bad->what;
    } else {
        projections::rebuild_options options;
        options.progress = [&](const projections::rebuild_progress& p) {
            progress.done = report.events + p.done;
            progress.total = report.events + p.total;
            return !progress.stopping;
        };
        const auto state = projections::check_state_hashes(log, writer, options);
        if (!state) {
            if (progress.stopping) return stopped();
            first_bad_at = report.head.text();
            first_bad = "the state does not follow from the log: " + state.error().message;
        } else if (!state->compared) {
            note = "the state is of an older version and was not compared: the next start of the "
                   "server makes it anew";
        } else if (!state->differ.empty()) {
            const auto rows = log.snapshot();
            first_bad_at = state->at.text();
            first_bad = "the state hash of tenant " +
                        told::names(*rows).tenant(state->differ.front()) +
                        " is not that of its events: `rollcall rebuild` makes the state anew";
        }
    }
    return proof_json(
        {report.events, report.head.text(), base::hex(report.hash), first_bad_at, first_bad, note});
}

result<std::string> rebuild_all(eventlog::store& log, eventlog::keyring& keys,
                                eventlog::writer* writer, projections::directory* views,
                                bool verify_only, job_progress& progress) {
    projections::rebuild_options options;
    options.verify_only = verify_only;
    options.progress = [&](const projections::rebuild_progress& p) {
        progress.done = p.done;
        progress.total = p.total;
        return !progress.stopping;
    };
    const auto report = projections::rebuild(log, keys, writer, views, options);
    if (!report) {
        if (progress.stopping) return stopped();
        return tl::unexpected(problem_of(report.error()));
    }
    const bool equal =
        report->compared && report->differences == 0 && report->state_hash_differs.empty();
    std::string out;
    json_writer json(out);
    json.begin_object();
    // After a flip the state is right, whatever it was before.
    json.member("ok", equal || report->flipped).member("equal", equal);
    json.member("compared", report->compared).member("flipped", report->flipped);
    json.member("at", report->at.text()).member("events", report->events);
    json.member("users", report->users).member("tenants", report->tenants);
    json.member("rows", report->rows).member("differences", report->differences);
    json.member("seconds", rounded(report->seconds));
    const double took = report->seconds; // the same clock as beside it
    json.member("events_per_second",
                took > 0 ? std::round(static_cast<double>(report->events) / took) : 0.0);
    const auto rows = log.snapshot();
    told::names known(*rows);
    if (const auto& first = report->first_difference) {
        const projections::row_difference& d = *first;
        json.key("first_difference").begin_object();
        json.member("table", table_name(d.where)).member("key", d.key);
        if (d.tenant) json.member("tenant", known.tenant(*d.tenant));
        json.member("what", difference_word(d.what));
        json.end_object();
    }
    json.key("state_hash_differs").begin_array();
    for (const auto tenant : report->state_hash_differs)
        json.value(known.tenant(tenant));
    json.end_array().end_object();
    return out;
}

} // namespace rollcall::admin
