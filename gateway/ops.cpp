#include "gateway/ops.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/process_figures.hpp"
#include "gateway/prometheus.hpp"
#include "gateway/replies.hpp"

#include <algorithm>
#include <memory>

namespace rollcall::gateway {
namespace {

constexpr std::array<std::string_view, 6> class_words{"", "1xx", "2xx", "3xx", "4xx", "5xx"};

void append_requests(prometheus_text& text, const route_table& table,
                     const request_metrics& metrics) {
    const std::vector<route_figures> figures = metrics.read();
    const auto name_of = [&table](std::size_t number) {
        return number < table.routes().size() ? table.routes()[number]->name : "none";
    };
    text.family("rollcall_http_requests_total", "counter",
                "Requests answered, by route and class of status.");
    for (std::size_t r = 0; r < figures.size(); ++r) {
        for (std::size_t i = 1; i < class_words.size(); ++i) {
            const std::uint64_t count = figures[r].by_class[i];
            if (count == 0) continue;
            text.sample(count, {{"route", name_of(r)}, {"status", class_words[i]}});
        }
    }
    text.family("rollcall_http_request_duration_seconds", "histogram",
                "From the complete request to its reply, by route.");
    for (std::size_t r = 0; r < figures.size(); ++r) {
        if (figures[r].requests() == 0) continue;
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < latency_bounds_us.size(); ++i) {
            below += figures[r].took[i];
            const std::string bound = number_text(static_cast<double>(latency_bounds_us[i]) / 1e6);
            text.sample(below, {{"route", name_of(r)}, {"le", bound}}, "_bucket");
        }
        below += figures[r].took.back();
        text.sample(below, {{"route", name_of(r)}, {"le", "+Inf"}}, "_bucket");
        text.sample(static_cast<double>(figures[r].took_us) / 1e6, {{"route", name_of(r)}}, "_sum");
        text.sample(below, {{"route", name_of(r)}}, "_count");
    }
}

void append_connections(prometheus_text& text, const http::counters_snapshot& now) {
    text.gauge("rollcall_http_connections", now.connections_open, "Open connections.");
    text.counter("rollcall_http_connections_accepted_total", now.connections_accepted,
                 "Connections accepted.");
    text.counter("rollcall_http_connections_refused_total", now.connections_refused,
                 "Connections told that there are too many.");
    text.counter("rollcall_http_accept_failures_total", now.accept_failures,
                 "Failures to accept: out of file descriptors or memory.");
    text.counter("rollcall_http_received_bytes_total", now.bytes_in, "Bytes received.");
    text.counter("rollcall_http_sent_bytes_total", now.bytes_out, "Bytes sent.");
    text.counter("rollcall_http_faults_total", now.faults,
                 "Requests refused before any route saw them.");
    text.family("rollcall_http_timeouts_total", "counter", "Deadlines that passed, by step.");
    text.sample(now.timeouts_head, {{"step", "head"}});
    text.sample(now.timeouts_body, {{"step", "body"}});
    text.sample(now.timeouts_handling, {{"step", "handling"}});
    text.sample(now.timeouts_write, {{"step", "write"}});
    text.sample(now.timeouts_idle, {{"step", "idle"}});
    text.family("rollcall_tls_handshakes_total", "counter", "TLS handshakes, by how they ended.");
    text.sample(now.handshakes_done - now.handshakes_resumed, {{"result", "full"}});
    text.sample(now.handshakes_resumed, {{"result", "resumed"}});
    text.sample(now.handshakes_failed, {{"result", "failed"}});
    text.sample(now.timeouts_handshake, {{"result", "timeout"}});
    text.sample(now.handshakes_crowded_out, {{"result", "crowded_out"}});
    text.sample(now.handshakes_plain, {{"result", "plain_http"}});
    text.counter("rollcall_http_answers_unclaimed_total", now.answers_unclaimed,
                 "Answers whose client had gone.");
}

void append_certificate(prometheus_text& text, const http::tls_source::facts& now) {
    text.gauge("rollcall_tls_certificate_not_after_timestamp_seconds",
               static_cast<std::uint64_t>(now.not_after.unix_ms / 1000),
               "When the certificate in use expires, since 1970.");
    text.gauge("rollcall_tls_certificate_reload_failing", now.last_failure.empty() ? 0 : 1,
               "1 if the last reload of the certificate failed.");
    text.counter("rollcall_tls_certificate_reloads_failed_total", now.reloads_failed,
                 "Reloads that kept the certificate of before.");
}

void append_writer(prometheus_text& text, const eventlog::writer_figures& now) {
    text.gauge("rollcall_writer_queue_depth", now.queue_depth, "Submissions waiting.");
    text.counter("rollcall_writer_submissions_total", now.submissions, "Submissions decided.");
    text.counter("rollcall_writer_batches_total", now.batches, "Batches handed to the log.");
    text.counter("rollcall_writer_events_total", now.events, "Events written.");
    text.counter("rollcall_writer_refused_full_total", now.refused_full,
                 "Submissions refused because the queue was full.");
    text.gauge("rollcall_writer_last_batch_submissions", now.last_batch_submissions,
               "Submissions in the last batch.");
}

void append_store(prometheus_text& text, const eventlog::store_figures& now) {
    text.gauge("rollcall_store_live_bytes", now.live_bytes, "Data on disk.");
    text.gauge("rollcall_store_memtable_bytes", now.memtable_bytes, "Memory of memtables.");
    text.gauge("rollcall_store_block_cache_bytes", now.block_cache_bytes,
               "Memory of the block cache.");
    text.gauge("rollcall_store_pending_compaction_bytes", now.pending_compaction_bytes,
               "Bytes that wait to be compacted.");
    text.gauge("rollcall_store_running_compactions", now.running_compactions,
               "Compactions under way.");
    text.gauge("rollcall_store_write_stopped", now.write_stopped ? 1 : 0,
               "1 while the store accepts no writes.");
}

/// 0 for what never was, so that an alarm on the age also tells of that.
void append_backups(prometheus_text& text, const eventlog::backup_note& now) {
    const auto seconds = [](const auto& success) {
        return success ? static_cast<std::uint64_t>(success->when.unix_ms / 1000) : 0;
    };
    text.gauge("rollcall_backup_last_success_timestamp_seconds", seconds(now.log),
               "When the log was last backed up, since 1970; 0: never.");
    text.gauge("rollcall_backup_last_success_position", now.log ? now.log->upto.offset : 0,
               "Up to which event.");
    text.gauge("rollcall_backup_keys_last_success_timestamp_seconds", seconds(now.keys),
               "When the keys were last backed up, since 1970; 0: never.");
    text.gauge("rollcall_backup_last_run_failed", now.failed ? 1 : 0,
               "1 if the last backup failed; `rollcall doctor` says why.");
}

void append_process(prometheus_text& text, const process_figures& now) {
    text.gauge("process_resident_memory_bytes", now.resident_bytes, "Resident memory.");
    text.gauge("process_virtual_memory_bytes", now.virtual_bytes, "Virtual memory.");
    text.family("process_cpu_seconds_total", "counter", "User and system time.");
    text.sample(now.cpu_seconds);
    text.gauge("process_open_fds", now.open_fds, "Open file descriptors.");
    text.gauge("process_max_fds", now.max_fds, "Most file descriptors that may be open.");
    text.family("process_start_time_seconds", "gauge", "Start of the process, since 1970.");
    text.sample(now.start_time_seconds);
}

void show_metrics(call& c, const ops_sources& from, const gate& access) {
    c.reply().empty(200);
    c.reply().content_type = prometheus_media_type;
    prometheus_text text(c.reply().body);
    text.family("rollcall_build_info", "gauge", "Always 1; the version is in the label.");
    text.sample(std::uint64_t{1}, {{"version", from.version}});
    if (from.routes && from.requests) append_requests(text, from.routes(), from.requests());
    if (from.connections) append_connections(text, from.connections());
    if (from.certificate) append_certificate(text, from.certificate());
    if (from.writer) append_writer(text, from.writer());
    if (from.head) {
        text.gauge("rollcall_log_head_position", from.head().offset, "The log's last position.");
    }
    if (from.store) append_store(text, from.store());
    text.counter("rollcall_auth_failures_total", access.failures(), "Requests without a good key.");
    text.counter("rollcall_auth_throttled_total", access.throttled(),
                 "Of those, answered 429 because their address had too many.");
    text.counter("rollcall_tenant_pace_refused_total", access.over_pace(),
                 "Requests answered 429 because their tenant had sent too many.");
    if (from.attempts_dropped) {
        text.counter("rollcall_attempts_dropped_total", from.attempts_dropped(),
                     "Records of refused requests that were dropped under load.");
    }
    if (from.lists_waiting) {
        text.gauge("rollcall_lists_waiting", from.lists_waiting(), "Lists waiting for a worker.");
    }
    if (from.backups) append_backups(text, from.backups());
    append_process(text, read_process_figures());
}

void show_readiness(call& c, const ops_sources& from) {
    const auto checks = from.ready ? from.ready() : std::vector<readiness_check>();
    const bool ready = std::all_of(checks.begin(), checks.end(),
                                   [](const readiness_check& check) { return check.holds; });
    std::string body;
    base::json_writer json(body);
    json.begin_object().member("status", ready ? "ready" : "not ready").key("checks");
    json.begin_object();
    for (const readiness_check& check : checks) {
        json.member(check.name, check.holds ? "ok" : "failing");
    }
    json.end_object().end_object();
    c.reply().json(ready ? 200 : 503, body);
}

bool may_scrape(call& c, admin_gate& admins) {
    if (c.facts.door != door_kind::world) return true;
    if (c.asked().header("Authorization").empty()) {
        c.refuse(403, "Figures are served to a loopback address, the metrics listener, the admin "
                      "socket, and to operators with their token.");
        return false;
    }
    if (!admins.identify(c)) return false;
    if (c.facts.admin->is_operator()) return true;
    c.refuse(403, "Figures are of all tenants: they are for operators, not for a tenant's admins.");
    return false;
}

} // namespace

area ops_area(ops_sources from, gate& access, admin_gate& admins) {
    const auto sources = std::make_shared<const ops_sources>(std::move(from));
    area ops;
    ops.prefixes = {""};
    ops.unknown_needs = permission::provision;
    ops.admit = [&access, &admins](call& c, permission needs) {
        return needs == permission::scrape ? may_scrape(c, admins) : access.admit(c, needs);
    };
    ops.refuse = [](call& c, unsigned status, std::string_view detail) {
        refuse_as_scim(c.reply(), status, detail);
    };
    ops.routes = {
        {http::method::get, "/healthz", permission::open, "healthz",
         [](call& c) { c.reply().json(200, R"({"status":"ok"})"); }},
        {http::method::get, "/readyz", permission::open, "readyz",
         [sources](call& c) { show_readiness(c, *sources); }},
        {http::method::get, "/metrics", permission::scrape, "metrics",
         [sources, &access](call& c) { show_metrics(c, *sources, access); }},
    };
    return ops;
}

} // namespace rollcall::gateway
