// create, patch_active: durable writes over HTTP, beside a bare server that commits the same rows.
// First the product runs alone and what it writes is recorded; then both run in turns.
// create_approvals: a create in a tenant with approvals and a seat limit beside one without.
#include "bench/bare_commit.hpp"
#include "bench/loader.hpp"
#include "bench/process_usage.hpp"
#include "bench/product.hpp"
#include "bench/requests.hpp"
#include "bench/workload.hpp"
#include "tests/support/fault_env.hpp"
#include "tests/support/temp_directory.hpp"

#include <array>

namespace rollcall::bench {
namespace {

constexpr unsigned usual_connections = 64;
constexpr std::array<unsigned, 3> all_connections = {1, usual_connections, 256};
constexpr auto slow_sync = std::chrono::milliseconds(1);

/// What a write workload is: who is there before, what is asked, and how it is answered.
struct write_kind {
    std::uint64_t users_before = 0;
    std::function<request_source(const customer&, const std::vector<projections::subject_id>&)> ask;
    unsigned status = 200;
    std::size_t body_bytes = 0;
};

/// A fresh data directory with the users in it; what to ask of it.
base::result<request_source> fill(const std::filesystem::path& directory, const write_kind& kind) {
    auto l = loader::open(directory);
    if (!l) return tl::unexpected(l.error());
    const auto acme = (*l)->add_customer("acme");
    if (!acme) return tl::unexpected(acme.error());
    const auto ids = (*l)->add_users(*acme, 0, kind.users_before);
    if (!ids) return tl::unexpected(ids.error());
    return kind.ask(*acme, *ids);
}

/// What the first run of the product left.
struct recording {
    recorded_writes writes;
    std::string answer;
    std::uint64_t peak_resident_bytes = 0;
};

base::result<recording> record(const run_plan& plan, const write_kind& kind) {
    const support::temp_directory directory;
    const auto ask = fill(directory / "data", kind);
    if (!ask) return tl::unexpected(ask.error());
    recording r;
    reset_peak_resident();
    {
        auto server = product::start(directory / "data", nullptr);
        if (!server) return tl::unexpected(server.error());
        auto answer = ask_once((*server)->port(), (*ask)());
        if (!answer) return tl::unexpected(answer.error());
        r.answer = std::move(*answer);
        load_plan load;
        load.port = (*server)->port();
        load.connections = usual_connections;
        load.status = kind.status;
        load.requests = plan.smoke ? 500 : 100'000;
        const auto done = run_load(load, *ask);
        if (!done) return tl::unexpected(done.error());
    }
    r.peak_resident_bytes = peak_resident_bytes();
    auto writes = recorded_writes::read(directory / "data" / "db");
    if (!writes) return tl::unexpected(writes.error());
    r.writes = std::move(*writes);
    return r;
}

std::string describe(unsigned connections, bool slow) {
    std::string text = std::to_string(connections);
    text += connections == 1 ? " connection" : " connections";
    if (slow) text += ", +1 ms per sync";
    return text;
}

base::result<void> run_writes(const run_plan& plan, const write_kind& kind,
                              std::span<const unsigned> connections, bool slow,
                              const recording& recorded, const row_sink& tell) {
    const support::temp_directory directory;
    const auto ask = fill(directory / "data", kind);
    if (!ask) return tl::unexpected(ask.error());
    // Each side its own disk: they do not wait for each other's syncs.
    support::fault_env our_disk;
    support::fault_env their_disk;
    our_disk.delay_wal_syncs(slow_sync);
    their_disk.delay_wal_syncs(slow_sync);
    auto server = product::start(directory / "data", slow ? our_disk.env() : nullptr);
    if (!server) return tl::unexpected(server.error());
    auto ceiling = bare_commit::start(
        {product::io_threads(), kind.body_bytes, recorded.answer, nullptr}, directory / "ceiling",
        recorded.writes, slow ? their_disk.env() : nullptr);
    if (!ceiling) return tl::unexpected(ceiling.error());
    for (const unsigned n : connections) {
        load_plan load;
        load.connections = n;
        load.status = kind.status;
        load.port = (*server)->port();
        const round ours = http_round(plan, load, *ask);
        load.port = (*ceiling)->port();
        const round theirs = http_round(plan, load, *ask);
        const auto what = compare(plan, ours, theirs);
        if (!what) return tl::unexpected(what.error());
        report_row row;
        row.variant = describe(n, slow);
        row.reference = "ceiling";
        row.what = *what;
        row.peak_resident_bytes = slow ? 0 : recorded.peak_resident_bytes;
        tell(std::move(row));
    }
    return {};
}

base::result<void> run_both_disks(const run_plan& plan, const write_kind& kind,
                                  std::span<const unsigned> connections, const row_sink& tell) {
    const auto recorded = record(plan, kind);
    if (!recorded) return tl::unexpected(recorded.error());
    for (const bool slow : {false, true}) {
        if (auto done = run_writes(plan, kind, connections, slow, *recorded, tell); !done) {
            return done;
        }
    }
    return {};
}

} // namespace

base::result<void> run_create(const run_plan& plan, const row_sink& tell) {
    write_kind kind;
    kind.ask = [](const customer& of, const auto&) { return create_users(of.bearer, 0); };
    kind.status = 201;
    kind.body_bytes = create_body_bytes();
    return run_both_disks(plan, kind, all_connections, tell);
}

base::result<void> run_create_approvals(const run_plan& plan, const row_sink& tell) {
    struct side {
        std::unique_ptr<product> server;
        request_source ask;
    };

    constexpr std::uint64_t seats_enough = 100'000'000;
    const support::temp_directory directory;
    const auto start = [&](const std::string& profile,
                           std::optional<std::uint64_t> seats) -> base::result<side> {
        const auto place = directory / profile;
        std::optional<customer> acme;
        {
            auto l = loader::open(place);
            if (!l) return tl::unexpected(l.error());
            auto added = (*l)->add_customer("acme", profile, seats);
            if (!added) return tl::unexpected(added.error());
            acme = std::move(*added);
        }
        auto server = product::start(place, nullptr);
        if (!server) return tl::unexpected(server.error());
        return side{std::move(*server), create_users(acme->bearer, 0)};
    };
    const auto plain = start("generic", std::nullopt);
    if (!plain) return tl::unexpected(plain.error());
    const auto approved = start("zamp", seats_enough);
    if (!approved) return tl::unexpected(approved.error());
    load_plan load;
    load.connections = usual_connections;
    load.status = 201;
    load.port = approved->server->port();
    const round ours = http_round(plan, load, approved->ask);
    load.port = plain->server->port();
    const round theirs = http_round(plan, load, plain->ask);
    const auto what = compare(plan, ours, theirs);
    if (!what) return tl::unexpected(what.error());
    report_row row;
    row.variant = describe(usual_connections, false);
    row.reference = "generic, no seat limit";
    row.what = *what;
    tell(std::move(row));
    return {};
}

base::result<void> run_patch_active(const run_plan& plan, const row_sink& tell) {
    write_kind kind;
    kind.users_before = plan.smoke ? 500 : 20'000;
    kind.ask = [](const customer& of, const auto& ids) { return toggle_users(of.bearer, ids); };
    kind.body_bytes = toggle_body_bytes();
    return run_both_disks(plan, kind, std::span(all_connections).subspan(1, 1), tell);
}

} // namespace rollcall::bench
