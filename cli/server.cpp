#include "cli/server.hpp"

#include "cli/certificate.hpp"
#include "cli/context.hpp"
#include "cli/examination.hpp"
#include "cli/figures.hpp"
#include "cli/listening.hpp"
#include "cli/lock_holder.hpp"
#include "cli/product_profiles.hpp"
#include "cli/pulse.hpp"
#include "cli/reload.hpp"
#include "cli/server_bounds.hpp"
#include "cli/ticker.hpp"
#include "cli/topic_check.hpp"
#include "cli/upgrade.hpp"
#include "consumers/erasure.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/embedded_log.hpp"
#include "eventlog/error.hpp"
#include "eventlog/witness.hpp"
#include "gateway/admin/api.hpp"
#include "gateway/front.hpp"
#include "gateway/http/server.hpp"
#include "gateway/ops.hpp"
#include "gateway/scim_area.hpp"
#include "projections/command_desk.hpp"
#include "projections/state_hash.hpp"

#include <atomic>
#include <optional>
#include <thread>
#include <unistd.h>

namespace rollcall::cli {
namespace {

using namespace eventlog;

/// How far the witness may lag behind the log.
constexpr std::chrono::milliseconds witness_period{50};
/// A batch that is not durable after so long is stuck: nobody who writes is answered.
constexpr std::chrono::seconds stuck_after{5};
constexpr std::chrono::minutes sweep_pause{1};
constexpr std::size_t sweeps_max = 1000; ///< bounded calls in one round of sweeping
constexpr unsigned admin_threads = 2;
constexpr std::size_t admin_connections_max = 128;
constexpr std::size_t admin_body_bytes_max = std::size_t{64} * 1024;
constexpr std::chrono::seconds admin_drain_max{2};

store_options store_options_of(const server_options& options, const data_directory& home) {
    store_options out;
    out.directory = home.database();
    out.rows_version = projections::projection_version;
    out.block_cache_bytes = options.cache_bytes;
    out.sync_commits = options.sync_commits;
    out.env = options.env;
    return out;
}

/// Compares the log with its witness on a copy opened to be read, so that a log which has lost
/// acknowledged events is refused before anything in the directory has changed.
base::result<void> check_witness(const server_options& options, const data_directory& home) {
    const auto seen = read_witness(home.witness());
    if (!seen) return tl::unexpected(seen.error());
    // A first start that was cut short leaves no database yet.
    std::error_code ignored;
    if (!*seen && !std::filesystem::exists(home.database() / "CURRENT", ignored)) return {};
    auto read = store_options_of(options, home);
    read.read_only = true;
    const auto log = store::open(std::move(read));
    if (!log && !*seen && log.error().code == log_errc::not_found) return {};
    if (!log) return tl::unexpected(log.error());
    return compare_witness(*seen, **log, home.lineage);
}

} // namespace

/// Members stand in the order in which they are made; they go in reverse.
struct server::parts {
    parts(server_options o, data_directory h, std::unique_ptr<store> s,
          std::unique_ptr<http::tls_source> c, std::unique_ptr<product_profiles> p);

    base::result<void> listen(gateway::door_kind door);
    bool stop();
    std::vector<admin::finding> examine() const;
    admin::services admin_services();
    gateway::ops_sources figures();
    void keep_key_uses();
    std::optional<base::moment> last_use(tenant_no tenant, const subject_id& id) const;
    std::string metrics_url() const;
    std::string url_of(const http::endpoint& where) const;

    server_options options;
    std::unique_ptr<http::tls_source> certificate; ///< null: plain HTTP
    std::unique_ptr<product_profiles> products;
    data_directory home;
    std::unique_ptr<store> rows;
    keyring keys;
    log_signal signal;
    gateway::answer_courier courier;
    std::unique_ptr<embedded_log> log;
    std::unique_ptr<eventlog::writer> writer;
    projections::directory views;
    projections::command_desk desk;
    std::unique_ptr<witness> acknowledged;
    std::unique_ptr<disk_guard> disk;
    std::unique_ptr<consumers::erasure> erasures;
    consumers::seat_figures seats;
    consumer_set followers;
    std::unique_ptr<ticker> sweeper;

    gateway::limits bounds;
    gateway::key_usage used_keys;
    gateway::authenticator authenticator;
    gateway::gate gate;
    gateway::admin_authenticator tokens;
    gateway::admin_gate admin_gate;
    std::unique_ptr<gateway::worker_pool> lists;
    gateway::password_office passwords;
    std::unique_ptr<admin::api> api;
    std::unique_ptr<gateway::front> front;
    http::endpoint address;       ///< of the main door, with the real port
    bool figures_at_main = false; ///< /metrics is served there too
    std::unique_ptr<http::server> admin_server;
    std::unique_ptr<http::server> world;
    std::atomic<http::server*> running{nullptr}; ///< `world`, for who may ask before it is there
    std::optional<pulse> signs_of_life;          ///< from listen() on
    std::atomic<bool> stopping{false};           ///< told by /readyz
    bool stopped = false;
};

server::parts::parts(server_options o, data_directory h, std::unique_ptr<store> s,
                     std::unique_ptr<http::tls_source> c, std::unique_ptr<product_profiles> p)
    : options(std::move(o)),
      certificate(std::move(c)),
      products(std::move(p)),
      home(std::move(h)),
      rows(std::move(s)),
      keys(make_local_wrapper(home.master)),
      log(std::make_unique<embedded_log>(*rows, signal)),
      writer(std::make_unique<eventlog::writer>(*rows, *log, keys,
                                                writer_options{.queue_max = options.queue_max},
                                                [this] { courier.flush(); })),
      views(*rows, keys),
      desk(*writer, views, desk_options_of(options)),
      bounds(limits_of(options)),
      authenticator(views, used_keys, bounds, products->shelf()),
      gate(authenticator, desk, bounds, options.behind_proxy),
      tokens(views, used_keys),
      admin_gate(tokens, gate, desk),
      lists(std::make_unique<gateway::worker_pool>(bounds.list_threads, bounds.list_queue_max,
                                                   bounds.list_share)),
      passwords(bounds) {
    signal.advance(rows->head());
    acknowledged =
        std::make_unique<witness>(home.witness(), *rows, signal, home.lineage, witness_period);
    if (!acknowledged->healthy()) {
        throw storage_failure("the witness " + home.witness().string() +
                              " cannot be written: check its owner, its mode and the disk");
    }
    disk = std::make_unique<disk_guard>(home.path, options.disk, [this](disk_state state) {
        desk.set_disk_low(state != disk_state::ample);
        desk.set_disk_full(state == disk_state::full);
    });
    erasures = std::make_unique<consumers::erasure>(*rows, *writer, keys, signal,
                                                    consumers::erasure_options{});
    followers = start_consumers({*rows, *writer, keys, signal, views, desk, seats});
    sweeper = std::make_unique<ticker>(sweep_pause, [this] {
        try {
            std::size_t sweeps = 0;
            while (sweeps < sweeps_max && desk.sweep() > 0)
                ++sweeps;
        } catch (const storage_failure& failure) {
            base::log_error("What is too old cannot be swept.",
                            {{"reason", std::string_view(failure.what())}});
        }
        keep_key_uses();
    });
    api = std::make_unique<admin::api>(admin_services());

    std::vector<gateway::area> areas;
    const gateway::base_url_options urls{options.public_url, options.behind_proxy || certificate};
    areas.push_back(gateway::scim_area(
        {views, desk, courier, *lists, urls, bounds, products->shelf(), passwords}, gate));
    areas.push_back(api->area());
    areas.push_back(gateway::ops_area(figures(), gate, admin_gate));
    areas.back().packing = {bounds.packed_bytes_min, bounds.packed_inline_bytes_max};
    front = std::make_unique<gateway::front>(std::move(areas),
                                             gateway::front_options{options.log_reads});
}

admin::services server::parts::admin_services() {
    return {
        .store = *rows,
        .keys = keys,
        .signal = signal,
        .directory = views,
        .desk = desk,
        .writer = *writer,
        .gate = admin_gate,
        .workers = *lists,
        .passwords = passwords,
        .profiles = products->shelf(),
        .lineage = home.lineage,
        .public_url =
            [this] { return options.public_url.empty() ? url_of(address) : options.public_url; },
        .key_last_used =
            [this](const projections::key_state& key) { return last_use(key.tenant, key.id); },
        .token_last_used =
            [this](const projections::admin_state& who) { return last_use(who.tenant, who.id); },
        .erased =
            [this](position at, std::chrono::steady_clock::time_point until) {
                return erasures->wait_past(at, until);
            },
        .consumers = [this] { return describe(followers); },
        .pause_consumer = [this](std::string_view name,
                                 bool paused) { return set_paused(followers, name, paused); },
        .resume_publishing =
            [this](bool new_lineage) { return resume_publishing(followers, new_lineage); },
        .prove_topic =
            [this](admin::job_progress& p) { return check_topic(home, *rows, options.publish, p); },
        .examine = [this] { return examine(); },
        .back_up =
            [this](admin::backup_order order, admin::job_progress& progress) {
                // A quarter more than where the server begins to refuse.
                order.spared_bytes = options.disk.reserve_bytes / 4 * 5;
                return admin::back_up(home, *rows, writer.get(), order, progress);
            },
    };
}

/// Of a key or a token.
std::optional<base::moment> server::parts::last_use(tenant_no tenant, const subject_id& id) const {
    const auto now = used_keys.last_used(id);
    return now ? now : views.key_last_used(tenant, id);
}

gateway::ops_sources server::parts::figures() {
    gateway::ops_sources from =
        figures_of({home, options.disk, *rows, *log, *writer, *acknowledged, *disk, *erasures,
                    followers, seats, desk, *lists, bounds.list_threads});
    from.ready = [this] {
        // A low disk is no reason to take the server away: deprovisioning goes on.
        return std::vector<gateway::readiness_check>{{"log", !rows->stopped()},
                                                     {"commits", log->committing() < stuck_after},
                                                     {"disk", disk->state() != disk_state::full},
                                                     {"serving", !stopping}};
    };
    from.connections = [this] {
        const http::server* open = running.load();
        return open != nullptr ? open->counters() : http::counters_snapshot{};
    };
    from.connections_max = options.connections_max;
    from.routes = [this]() -> const gateway::route_table& { return front->table(); };
    from.requests = [this]() -> const gateway::request_metrics& { return front->metrics(); };
    from.passwords = [this] { return passwords.figures(); };
    from.admin_waits = [this] { return api->waits(); };
    from.admin_waits_max = admin::api_limits{}.waits_max;
    from.profiles = [this] { return products->figures(views); };
    if (certificate) from.certificate = [this] { return certificate->state(); };
    return from;
}

std::vector<admin::finding> server::parts::examine() const {
    auto all = examine_open(home, *rows, {options.disk, disk->state()});
    if (certificate) all.push_back(look_at_certificate(*certificate, base::now()));
    all.push_back(products->look(views));
    add_findings(all, *erasures, followers, views);
    add_broken(all, *acknowledged, *rows);
    return all;
}

base::result<void> server::parts::listen(gateway::door_kind door) {
    http::server_options inside;
    inside.doors = {{http::endpoint::unix_path(home.socket().string()),
                     &front->handler(gateway::door_kind::admin_socket)}};
    inside.threads = admin_threads;
    inside.limits.connections_max = admin_connections_max;
    inside.limits.body_bytes_max = admin_body_bytes_max;

    http::server_options outside;
    outside.doors = {{options.listen, &front->handler(door), certificate.get()}};
    if (options.metrics_listen) {
        outside.doors.push_back({*options.metrics_listen,
                                 &front->handler(gateway::door_kind::metrics), certificate.get()});
    }
    outside.threads = threads_of(options);
    outside.limits.connections_max = options.connections_max;

    auto started = http::server::start(std::move(outside));
    if (!started) return tl::unexpected(started.error());
    world = std::move(*started);
    address = world->endpoints().front();
    figures_at_main = door == gateway::door_kind::loopback;
    running = world.get();
    // The operator's door comes last: what is asked there names the address.
    auto admin_started = http::server::start(std::move(inside));
    if (!admin_started) return tl::unexpected(admin_started.error());
    admin_server = std::move(*admin_started);
    signs_of_life.emplace(*writer, std::vector{world.get(), admin_server.get()});
    return {};
}

/// Where Prometheus finds the figures, with the real port; empty if no door has them.
std::string server::parts::metrics_url() const {
    if (options.metrics_listen) return url_of(world->endpoints().back()) + "/metrics";
    return figures_at_main ? url_of(address) + "/metrics" : "";
}

std::string server::parts::url_of(const http::endpoint& where) const {
    return (certificate ? "https://" : "http://") + where.text();
}

void server::parts::keep_key_uses() {
    used_keys.flush(
        [this](std::vector<projections::key_use> uses) { desk.note_key_uses(std::move(uses)); });
}

bool server::parts::stop() {
    if (stopped) return true;
    stopped = true;
    stopping = true;
    if (world && options.drain_delay.count() > 0) {
        base::log_info("A stop was asked for: /readyz says so, and requests are served until then.",
                       {{"seconds", static_cast<std::uint64_t>(options.drain_delay.count())}});
        std::this_thread::sleep_for(options.drain_delay);
    }
    bool all_finished = true;
    passwords.stop();
    lists->stop(); // whoever waits for a list is told now, or a long one would hold up the drain
    api->let_go(); // likewise who waits for the log
    if (world) all_finished = world->drain(options.drain_max);
    // Then the operator's side: whoever waits there is answered, jobs are ended.
    if (!api->stop()) {
        // It works with everything here, so nothing of that can go in order: as after a kill, which
        // the log is made for.
        base::log_error("A job does not end: the server ends without it.", {});
        base::flush_logging();
        _exit(exit_failed);
    }
    if (admin_server) admin_server->drain(admin_drain_max);
    running = nullptr;
    admin_server.reset();
    world.reset();
    lists.reset();
    sweeper.reset();
    signal.close(); // wakes who waits for more of the log, so that it can end
    followers.stop();
    erasures.reset();
    disk.reset();
    keep_key_uses();
    writer->stop();
    acknowledged.reset();
    base::log_info("Stopped.", {{"head", std::string_view(rows->head().text())}});
    return all_finished;
}

server::server(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

server::~server() {
    parts_->stop();
}

base::result<std::unique_ptr<server>> server::start(server_options options) {
    auto certificate = open_certificate(options);
    if (!certificate) return tl::unexpected(certificate.error());
    const auto door = judge_listener(options);
    if (!door) return tl::unexpected(door.error());
    auto published = publisher_options_of(options.publish);
    if (!published) return tl::unexpected(published.error());
    auto products = product_profiles::open(options.profiles);
    if (!products) return tl::unexpected(products.error());
    auto home = data_directory::open(options.data, options.master_key, directory_use::serve);
    if (!home) return tl::unexpected(home.error());
    if (!home->fresh) {
        if (auto free = refuse_other_holder(*home); !free) return tl::unexpected(free.error());
        if (auto whole = check_witness(options, *home); !whole) {
            return tl::unexpected(whole.error());
        }
    }
    auto how = store_options_of(options, *home);
    how.on_fatal = [tell = options.on_fatal](const std::string& reason) {
        base::log_error("The log cannot be trusted any more; no further write is accepted.",
                        {{"reason", std::string_view(reason)}});
        if (tell) tell(reason);
    };
    auto rows = store::open(std::move(how));
    if (!rows) return tl::unexpected(rows.error());
    if (needs_upgrade(*home, **rows)) {
        if (auto upgraded = upgrade(*home, **rows, options.on_upgrade); !upgraded) {
            return tl::unexpected(upgraded.error());
        }
    }

    std::unique_ptr<parts> made;
    try {
        made = std::make_unique<parts>(std::move(options), std::move(*home), std::move(*rows),
                                       std::move(*certificate), std::move(*products));
    } catch (const storage_failure& failure) {
        return base::fail(log_errc::storage, failure.what());
    }
    base::result<void> ready;
    if (*published) {
        parts& p = *made;
        ready = start_publisher(
            p.followers, {*p.rows, *p.writer, p.keys, p.signal, p.home.lineage, p.home.origin},
            std::move(**published));
    }
    if (ready) ready = made->listen(*door);
    if (!ready) {
        made->stop();
        return tl::unexpected(ready.error());
    }
    made->products->tell_of_missing(made->views);
    base::log_info("Serving.", {{"url", std::string_view(made->url_of(made->address))},
                                {"metrics", std::string_view(made->metrics_url())},
                                {"head", std::string_view(made->rows->head().text())}});
    return std::unique_ptr<server>(new server(std::move(made)));
}

const http::endpoint& server::address() const {
    return parts_->address;
}

std::string server::url() const {
    return parts_->url_of(parts_->address);
}

base::result<void> server::reload() {
    return read_again(parts_->certificate.get(), *parts_->products, parts_->views);
}

std::string_view server::missing() {
    return parts_->signs_of_life->missing();
}

http::endpoint server::admin_address() const {
    return http::endpoint::unix_path(parts_->home.socket().string());
}

bool server::drain(std::chrono::milliseconds time_max) {
    return parts_->world->drain(time_max);
}

bool server::stop() {
    return parts_->stop();
}

} // namespace rollcall::cli
