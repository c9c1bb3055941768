// log_scan, rebuild: what reads the whole log, beside RocksDB reading the same column family.
#include "bench/history.hpp"
#include "bench/process_usage.hpp"
#include "bench/raw_database.hpp"
#include "bench/workload.hpp"
#include "projections/rebuild.hpp"
#include "tests/support/temp_directory.hpp"

namespace rollcall::bench {
namespace {

/// A data directory with a history in it.
struct old_log {
    support::temp_directory directory;
    std::unique_ptr<loader> live;
    std::unique_ptr<raw_database> raw;
    std::uint64_t events = 0;
};

base::result<std::unique_ptr<old_log>> make_old_log(std::uint64_t users) {
    auto o = std::make_unique<old_log>();
    auto l = loader::open(o->directory / "data");
    if (!l) return tl::unexpected(l.error());
    o->live = std::move(*l);
    const auto acme = o->live->add_customer("acme");
    if (!acme) return tl::unexpected(acme.error());
    const auto events = make_history(*o->live, *acme, users);
    if (!events) return tl::unexpected(events.error());
    o->events = *events;
    if (auto flushed = o->live->store().flush(); !flushed) return tl::unexpected(flushed.error());
    wait_until_idle();
    auto raw = raw_database::open(o->directory / "data" / "db");
    if (!raw) return tl::unexpected(raw.error());
    o->raw = std::move(*raw);
    return o;
}

base::result<std::uint64_t> scan_events(loader& l, eventlog::content_mode mode) {
    const auto walk = l.store().records({eventlog::position::embedded, 1}, true);
    const auto rows = l.store().snapshot();
    std::uint64_t count = 0;
    for (std::string_view bytes; walk->next(bytes); ++count) {
        const auto record = eventlog::read_record(bytes, eventlog::record_check::crc);
        if (!record) return tl::unexpected(record.error());
        const auto event = eventlog::decode_event(*record, mode, *rows, l.keys());
        if (!event) return tl::unexpected(event.error());
    }
    return count;
}

report_row against_ceiling(std::string variant, const comparison& what) {
    report_row row;
    row.variant = std::move(variant);
    row.reference = "ceiling";
    row.what = what;
    return row;
}

} // namespace

base::result<void> run_log_scan(const run_plan& plan, const row_sink& tell) {
    const auto log = make_old_log(plan.smoke ? 200 : 30'000);
    if (!log) return tl::unexpected(log.error());
    old_log& old = **log;
    const round ceiling = work_round([&] { return old.raw->scan_log(); });
    for (const auto mode : {eventlog::content_mode::leave_sealed, eventlog::content_mode::open}) {
        const round ours = work_round([&] { return scan_events(*old.live, mode); });
        const auto what = compare(plan, ours, ceiling);
        if (!what) return tl::unexpected(what.error());
        const bool opened = mode == eventlog::content_mode::open;
        tell(against_ceiling(grouped(old.events) + (opened ? " events, opened" : " events, sealed"),
                             *what));
    }
    return {};
}

base::result<void> run_rebuild(const run_plan& plan, const row_sink& tell) {
    std::uint64_t users = plan.full ? 1'000'000 : 200'000;
    if (plan.smoke) users = 200;
    const auto log = make_old_log(users);
    if (!log) return tl::unexpected(log.error());
    old_log& old = **log;
    reset_peak_resident();
    projections::rebuild_options options;
    options.verify_only = true;
    const round ours = work_round([&]() -> base::result<std::uint64_t> {
        const auto report =
            projections::rebuild(old.live->store(), old.live->keys(), &old.live->writer(),
                                 &old.live->directory(), options);
        if (!report) return tl::unexpected(report.error());
        if (report->differences != 0) {
            return base::fail(std::make_error_code(std::errc::protocol_error),
                              "the rebuilt rows are not the live ones");
        }
        return report->events;
    });
    const round ceiling = work_round([&]() -> base::result<std::uint64_t> {
        const support::temp_directory target;
        if (auto copied = old.raw->copy_derived_rows(target / "rows", options.batch_rows_max);
            !copied) {
            return tl::unexpected(copied.error());
        }
        return old.raw->scan_log();
    });
    run_plan few = plan;
    few.rounds = std::min(plan.rounds, 3u);
    const auto what = compare(few, ours, ceiling);
    if (!what) return tl::unexpected(what.error());
    report_row row = against_ceiling(grouped(old.events) + " events", *what);
    row.peak_resident_bytes = peak_resident_bytes();
    tell(std::move(row));
    return {};
}

} // namespace rollcall::bench
