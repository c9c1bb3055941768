#include "gateway/ops.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/process_figures.hpp"
#include "gateway/prometheus.hpp"
#include "gateway/replies.hpp"

#include <algorithm>
#include <memory>

namespace rollcall::gateway {
namespace {

void append_requests(prometheus_text& text, const route_table& table,
                     const request_metrics& metrics) {
    const std::vector<route_figures> figures = metrics.read();
    const auto name_of = [&table](std::size_t number) {
        return number < table.routes().size() ? table.routes()[number]->name : "none";
    };
    text.family("rollcall_http_requests_total", "counter",
                "Requests answered, by route and status.");
    for (std::size_t r = 0; r < figures.size(); ++r) {
        for (std::size_t i = 0; i < figures[r].by_status.size(); ++i) {
            const std::uint64_t count = figures[r].by_status[i];
            if (count == 0) continue;
            const bool known = i < counted_statuses.size();
            const std::string status = known ? std::to_string(counted_statuses[i]) : "other";
            text.sample(count, {{"route", name_of(r)}, {"status", status}});
        }
    }
    text.family("rollcall_http_request_duration_seconds", "histogram",
                "From the complete request to its reply, by route.");
    for (std::size_t r = 0; r < figures.size(); ++r) {
        if (figures[r].requests() == 0) continue;
        text.histogram(figures[r].took_us, 1e6, {{"route", name_of(r)}});
    }
}

void append_connections(prometheus_text& text, const http::counters_snapshot& now,
                        std::size_t connections_max) {
    text.gauge("rollcall_http_connections", now.connections_open, "Open connections.");
    text.gauge("rollcall_http_connections_limit", connections_max,
               "Connections that may be open; one more is answered 503.");
    text.counter("rollcall_http_connections_accepted_total", now.connections_accepted,
                 "Connections accepted.");
    text.counter("rollcall_http_connections_refused_total", now.connections_refused,
                 "Connections told that there are too many.");
    text.counter("rollcall_http_accept_failures_total", now.accept_failures,
                 "Failures to accept: out of file descriptors or memory.");
    text.counter("rollcall_http_received_bytes_total", now.bytes_in, "Bytes received.");
    text.counter("rollcall_http_sent_bytes_total", now.bytes_out, "Bytes sent.");
    text.family("rollcall_http_faults_total", "counter",
                "Requests refused before a route could answer them, by what was wrong.");
    for (std::size_t i = 0; i < now.faults.size(); ++i) {
        text.sample(now.faults[i], {{"fault", http::describe(static_cast<http::fault>(i)).name}});
    }
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
    text.counter("rollcall_http_answers_broken_off_total", now.answers_broken_off,
                 "Answers that ended in their middle, because the rest could not be had.");
}

void append_profiles(prometheus_text& text, const profile_figures& now) {
    text.gauge("rollcall_profiles", now.known, "Profiles of products that the server knows.");
    text.gauge("rollcall_profiles_missing_tenants", now.missing_tenants,
               "Tenants whose profile the server does not know.");
    text.gauge("rollcall_profiles_reload_failing", now.reload_failing ? 1 : 0,
               "1 if the last reload of the profiles failed.");
    text.counter("rollcall_profiles_reloads_failed_total", now.reloads_failed,
                 "Reloads that kept the profiles of before.");
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
    text.gauge("process_threads", now.threads, "Threads.");
    text.gauge("process_open_fds", now.open_fds, "Open file descriptors.");
    text.gauge("process_max_fds", now.max_fds, "Most file descriptors that may be open.");
    text.family("process_start_time_seconds", "gauge", "Start of the process, since 1970.");
    text.sample(now.start_time_seconds);
}

void append_readiness(prometheus_text& text, const std::vector<readiness_check>& checks) {
    text.family("rollcall_ready", "gauge", "1 if a check of /readyz holds, by check.");
    for (const readiness_check& check : checks) {
        text.sample(std::uint64_t{check.holds}, {{"check", check.name}});
    }
}

void append_auth(prometheus_text& text, const gate& access, const admin_gate& admins) {
    text.family("rollcall_auth_failures_total", "counter",
                "Requests without a good key or token, by what was wrong with it.");
    for (std::size_t i = 0; i < auth_problems; ++i) {
        const auto why = static_cast<auth_problem>(i);
        text.sample(access.failures(why), {{"credential", "key"}, {"reason", name_of(why)}});
    }
    for (std::size_t i = 0; i < token_problems; ++i) {
        const auto why = static_cast<token_problem>(i);
        text.sample(admins.failures(why), {{"credential", "token"}, {"reason", name_of(why)}});
    }
    text.counter("rollcall_auth_throttled_total", access.throttled(),
                 "Of those, answered 429 because their address had too many.");
}

void append_lists(prometheus_text& text, const list_figures& now) {
    text.gauge("rollcall_lists_waiting", now.waiting, "Lists waiting for a thread.");
    text.gauge("rollcall_lists_running", now.running, "Lists that are being made.");
    text.gauge("rollcall_lists_threads", now.threads, "Threads that make lists.");
}

void append_passwords(prometheus_text& text, const password_figures& now) {
    text.counter("rollcall_passwords_hashed_total", now.hashed,
                 "Passwords of users that were hashed.");
    text.counter("rollcall_passwords_refused_total", now.refused,
                 "Passwords that were not, because too many waited.");
    text.gauge("rollcall_passwords_running", now.running,
               "Passwords that are being hashed or verified.");
    text.gauge("rollcall_passwords_waiting", now.waiting, "Passwords waiting for a thread.");
    text.family("rollcall_password_verifications_total", "counter",
                "Passwords that were to be verified, by what came of it.");
    text.sample(now.right, {{"result", "right"}});
    text.sample(now.wrong, {{"result", "wrong"}});
    text.sample(now.throttled, {{"result", "throttled"}});
}

void append_waits(prometheus_text& text, std::size_t now, std::size_t most) {
    text.gauge("rollcall_admin_waits", now,
               "Calls of the admin API that wait for the log or for a job.");
    text.gauge("rollcall_admin_waits_limit", most,
               "Calls that may wait; one more is answered 429.");
}

void show_metrics(call& c, const ops_sources& from, const gate& access, const admin_gate& admins) {
    c.reply().empty(200);
    c.reply().content_type = prometheus_media_type;
    prometheus_text text(c.reply().body);
    text.family("rollcall_build_info", "gauge", "Always 1; the version is in the label.");
    text.sample(std::uint64_t{1}, {{"version", from.version}});
    if (from.routes && from.requests) append_requests(text, from.routes(), from.requests());
    if (from.ready) append_readiness(text, from.ready());
    if (from.connections) append_connections(text, from.connections(), from.connections_max);
    if (from.profiles) append_profiles(text, from.profiles());
    if (from.certificate) append_certificate(text, from.certificate());
    if (from.writer) append_writer(text, from.writer());
    if (from.head && from.commits) {
        // Asked first, followers never seem to be ahead of the log.
        const auto followers = from.followers ? from.followers() : std::vector<follower_figures>();
        const eventlog::position head = from.head();
        append_log(text, head, from.commits());
        append_followers(text, head, followers);
    }
    if (from.publishing) {
        if (const auto now = from.publishing()) append_publisher(text, *now);
    }
    if (from.seats) append_seats(text, from.seats());
    if (from.store) append_store(text, from.store());
    if (from.disk) append_disk(text, from.disk());
    append_auth(text, access, admins);
    text.counter("rollcall_tenant_pace_refused_total", access.over_pace(),
                 "Requests answered 429 because their tenant had sent too many.");
    if (from.refusals) append_refusals(text, from.refusals());
    if (from.attempts_dropped) {
        text.counter("rollcall_attempts_dropped_total", from.attempts_dropped(),
                     "Records of refused requests that were dropped under load.");
    }
    if (from.lists) append_lists(text, from.lists());
    if (from.passwords) append_passwords(text, from.passwords());
    if (from.admin_waits) append_waits(text, from.admin_waits(), from.admin_waits_max);
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
    json.end_object();
    if (const auto details = from.details ? from.details() : std::vector<readiness_detail>();
        !details.empty()) {
        json.key("details").begin_object();
        for (const readiness_detail& one : details)
            json.member(one.name, one.says);
        json.end_object();
    }
    json.end_object();
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
         [sources, &access, &admins](call& c) { show_metrics(c, *sources, access, admins); }},
    };
    return ops;
}

} // namespace rollcall::gateway
