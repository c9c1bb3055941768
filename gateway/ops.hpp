// The operations endpoints: /healthz, /readyz, /metrics. And the answer to every path that nobody
// else wants: 401 to strangers, then a SCIM 404.
//
// None of them shows a secret, a name of a tenant or anything about a person. /healthz says that
// the process answers; /readyz that it can do its work; /metrics is Prometheus text (version 0.0.4)
// and only for doors that the world does not reach, or with
// an operator's token.
#pragma once

#include "eventlog/backup_note.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"
#include "gateway/admin_gate.hpp"
#include "gateway/gate.hpp"
#include "gateway/http/counters.hpp"
#include "gateway/http/tls_source.hpp"
#include "gateway/ops_figures.hpp"
#include "gateway/password_office.hpp"
#include "gateway/request_metrics.hpp"
#include "gateway/routes.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::gateway {

/// One thing that must be so before the server can do its work.
struct readiness_check {
    std::string_view name; ///< `log`, `disk`, ...
    bool holds = true;
};

/// How something is without which the server does its work all the same.
struct readiness_detail {
    std::string_view name; ///< `publisher`
    std::string_view says; ///< a word: `ok`, `failing`, ...
};

/// Lists and the threads that make them.
struct list_figures {
    std::size_t waiting = 0;
    std::size_t running = 0;
    std::size_t threads = 0;
};

/// Profiles of products, and how their reloads go.
struct profile_figures {
    std::size_t known = 0;
    bool reload_failing = false;
    std::uint64_t reloads_failed = 0;
    std::size_t missing_tenants = 0; ///< whose profile is not among them
};

/// Where figures come from; filled in by the wiring. A source that is not set is left out.
struct ops_sources {
    std::string version;
    std::function<std::vector<readiness_check>()> ready;
    std::function<std::vector<readiness_detail>()> details;
    std::function<http::counters_snapshot()> connections;
    std::size_t connections_max = 0;
    std::function<http::tls_source::facts()> certificate;
    std::function<profile_figures()> profiles;
    std::function<eventlog::writer_figures()> writer;
    std::function<eventlog::store_figures()> store;
    std::function<eventlog::position()> head;
    std::function<base::histogram_figures()> commits;
    std::function<std::vector<follower_figures>()> followers;
    std::function<std::optional<publisher_figures>()> publishing; ///< nothing: nothing is
    std::function<seat_counts()> seats;
    std::function<disk_figures()> disk;
    std::function<std::vector<projections::refusal_count>()> refusals;
    std::function<std::uint64_t()> attempts_dropped;
    std::function<eventlog::backup_note()> backups;
    std::function<list_figures()> lists;
    std::function<password_figures()> passwords;
    /// Calls of the admin API that wait for the log or for a job.
    std::function<std::size_t()> admin_waits;
    std::size_t admin_waits_max = 0;
    /// The front's table and figures, which exist only after this area went into it.
    std::function<const route_table&()> routes;
    std::function<const request_metrics&()> requests;
};

/// The area with the prefix "", which goes last. Both gates outlive the front.
area ops_area(ops_sources from, gate& access, admin_gate& admins);

} // namespace rollcall::gateway
