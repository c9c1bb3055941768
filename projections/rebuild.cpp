#include "projections/rebuild.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/cursor.hpp"
#include "eventlog/error.hpp"
#include "projections/content_writer.hpp"
#include "projections/core_fold.hpp"
#include "projections/directory.hpp"
#include "projections/generation_rows.hpp"
#include "projections/project.hpp"
#include "projections/read.hpp"
#include "projections/rows.hpp"
#include "projections/state_hash.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <thread>

namespace rollcall::projections {
namespace {

using namespace eventlog;

/// With fewer events to follow than this, the writer is held for the rest.
constexpr std::uint64_t events_behind_max = 1'000;
/// How often the live head is chased before the writer is held whatever is left.
constexpr int chases_max = 8;
constexpr std::size_t differing_tenants_max = 100;

class stopwatch {
  public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Tells how far a rebuild is, now and then.
class reporter {
  public:
    reporter(const rebuild_options& options, const stopwatch& since)
        : options_(options), since_(since) {}

    void begin(std::string_view step, std::uint64_t total) {
        step_ = step;
        total_ = total;
    }

    base::result<void> one_done() {
        if (++done_ % options_.progress_every != 0 || !options_.progress) return {};
        if (options_.progress({step_, done_, std::max(done_, total_), since_.seconds()})) return {};
        return base::fail(log_errc::stopped, "the rebuild was stopped; nothing was changed");
    }

  private:
    const rebuild_options& options_;
    const stopwatch& since_;
    std::string_view step_;
    std::uint64_t done_ = 0;
    std::uint64_t total_ = 0;
};

/// Calls `visit` for each record after `after`, up to and including `to`, whose offset is `wanted`.
/// The others are not even looked at.
template <class Wanted, class Visit>
base::result<void> walk_log(const store& log, position after, position to, bool bulk,
                            reporter& progress, Wanted&& wanted, Visit&& visit) {
    if (to.offset <= after.offset) return {};
    const auto records = log.records(after.next(), bulk);
    std::uint64_t offset = after.offset;
    for (std::string_view bytes; offset < to.offset && records->next(bytes);) {
        if (auto told = progress.one_done(); !told) return told;
        if (!wanted(++offset)) continue;
        const auto record = read_record(bytes, record_check::crc);
        if (!record) return tl::unexpected(record.error());
        if (record->at.offset != offset) {
            return base::fail(log_errc::out_of_order,
                              "the log goes from @" + std::to_string(offset - 1) + " to " +
                                  record->at.text() + ": `rollcall log verify` says more");
        }
        if (auto seen = visit(*record, bytes); !seen) return seen;
    }
    if (offset == to.offset) return {};
    return base::fail(log_errc::out_of_order, "the log ends at @" + std::to_string(offset) +
                                                  " and not at " + to.text() +
                                                  ": `rollcall log verify` says more");
}

constexpr auto every = [](std::uint64_t) { return true; };

/// Runs `work` while nothing is written. Its errors come back as they are.
base::result<void> alone(writer* writer, const std::function<base::result<void>()>& work) {
    base::result<void> outcome =
        base::fail(log_errc::stopped, "the writer has stopped; nothing was changed");
    const auto guarded = [&] {
        try {
            outcome = work();
        } catch (const storage_failure& failure) {
            outcome = base::fail(log_errc::storage, failure.what());
        }
    };
    if (writer == nullptr) {
        guarded();
    } else if (!writer->run_alone(guarded)) {
        return base::fail(log_errc::stopped, "the writer has stopped; nothing was changed");
    }
    return outcome;
}

/// Rows of another version have other keys and values: they are not to be read, only replaced.
bool comparable(const store& log) {
    return log.generation_version() == projection_version;
}

class rebuilder {
  public:
    rebuilder(store& log, keyring& keys, writer* writer, directory* views,
              const rebuild_options& options)
        : log_(log),
          keys_(keys),
          writer_(writer),
          views_(views),
          options_(options),
          progress_(options_, since_),
          rows_(log, options.batch_rows_max),
          fold_(options.entries_max) {}

    base::result<rebuild_report> run();

  private:
    base::result<void> fold_and_write();
    base::result<void> write_contents(position to);
    base::result<void> write_memberships();
    [[nodiscard]] unsigned workers() const;
    base::result<void> write_tenants();
    base::result<void> follow(position to);
    base::result<void> chase();
    base::result<void> compare(const row_snapshot& live);
    void differ(row_difference::kind what, table where, std::string_view key);
    base::result<void> flip();

    store& log_;
    keyring& keys_;
    writer* writer_;
    directory* views_;
    const rebuild_options& options_;
    stopwatch since_;
    reporter progress_;
    generation_rows rows_;
    core_fold fold_;
    position at_{position::embedded, 0}; ///< the new rows are what is so here
    rebuild_report report_;
};

base::result<rebuild_report> rebuilder::run() {
    report_.compared = comparable(log_);
    if (options_.verify_only && !report_.compared) {
        return base::fail(log_errc::older_rows,
                          "the state is of version " + std::to_string(log_.generation_version()) +
                              " and cannot be compared with version " +
                              std::to_string(projection_version) +
                              ": the next start of the server makes it anew, as `rollcall "
                              "rebuild` does");
    }
    if (auto begun = log_.begin_generation(); !begun) return tl::unexpected(begun.error());
    const auto made = [this]() -> base::result<void> {
        if (auto written = fold_and_write(); !written) return written;
        if (auto chased = chase(); !chased) return chased;
        std::unique_ptr<row_snapshot> live;
        auto met = alone(writer_, [&]() -> base::result<void> {
            if (auto followed = follow(log_.head()); !followed) return followed;
            live = log_.snapshot();
            return {};
        });
        if (!met) return met;
        report_.at = at_;
        report_.events = at_.offset;
        if (report_.compared) {
            if (auto compared = compare(*live); !compared) return compared;
        }
        live.reset();
        return options_.verify_only ? base::result<void>{} : flip();
    }();
    if (!report_.flipped) {
        if (auto dropped = log_.drop_generation(); !dropped && made) {
            return tl::unexpected(dropped.error());
        }
    }
    if (!made) return tl::unexpected(made.error());
    report_.passes = fold_.passes();
    report_.seconds = since_.seconds();
    return std::move(report_);
}

base::result<void> rebuilder::fold_and_write() {
    const position to = log_.head();
    while (fold_.begin_pass()) {
        progress_.begin("fold", 2 * to.offset * fold_.passes_expected());
        auto folded = walk_log(
            log_, at_, to, true, progress_, every,
            [this](const record_view& record, std::string_view) { return fold_.take(record); });
        if (!folded) return folded;
        progress_.begin("contents", 2 * to.offset * fold_.passes_expected());
        if (auto written = write_contents(to); !written) return written;
        if (auto written = write_memberships(); !written) return written;
        fold_.end_pass();
    }
    if (auto written = write_tenants(); !written) return written;
    report_.users = fold_.users();
    report_.tenants = fold_.tenants().size();
    at_ = to;
    return {};
}

base::result<void> rebuilder::write_contents(position to) {
    // One bit for each event says whether somebody is now as it says: most need not be looked at.
    std::vector<bool> last(to.offset + 1);
    fold_.mark_content_events(last);
    content_writer contents(log_, keys_, workers());
    auto walked = walk_log(
        log_, at_, to, true, progress_, [&last](std::uint64_t offset) { return last[offset]; },
        [&](const record_view& record, std::string_view bytes) -> base::result<void> {
            const auto offset = record.at.offset;
            if (const auto* user = fold_.user_of_event(record.tenant, record.subject, offset)) {
                return contents.add(bytes, user->core);
            }
            if (const auto* team = fold_.team_of_event(record.tenant, record.subject, offset)) {
                return contents.add(bytes, team->core);
            }
            const auto* admin = fold_.admin_of_event(record.tenant, record.subject, offset);
            assert(admin != nullptr);
            return contents.add(bytes, admin->core);
        });
    if (!walked) return walked;
    return contents.finish();
}

base::result<void> rebuilder::write_memberships() {
    const std::vector<folded_member> all = fold_.memberships();
    for (auto first = all.begin(); first != all.end();) {
        const auto end = std::find_if(first, all.end(), [&](const folded_member& member) {
            return member.tenant != first->tenant || member.what.user != first->what.user;
        });
        std::vector<subject_id> teams;
        for (auto member = first; member != end; ++member) {
            teams.push_back(member->what.team);
            rows_.put(table::links,
                      key_of::member(member->tenant, member->what.team, member->what.user),
                      encode_since(member->what.since));
        }
        rows_.put(table::state, key_of::teams_of(first->tenant, first->what.user),
                  encode_teams_of(teams));
        if (auto written = rows_.flush_if_full(); !written) return written;
        first = end;
    }
    return {};
}

/// As many as the machine has processors: the thread that walks mostly waits for them.
unsigned rebuilder::workers() const {
    if (options_.workers != 0) return options_.workers;
    return std::max(1u, std::thread::hardware_concurrency());
}

base::result<void> rebuilder::write_tenants() {
    tenant_no last{};
    for (const auto& [number, tenant] : fold_.tenants()) {
        put_rows(rows_, tenant.state);
        rows_.put(table::state, key_of::counters(number), encode(tenant.counters));
        for (const auto& [block, living] : tenant.blocks) {
            rows_.put(table::state, key_of::block(listing_kind::users, number, block),
                      encode_count(living));
        }
        for (const auto& [block, living] : tenant.team_blocks) {
            rows_.put(table::state, key_of::block(listing_kind::teams, number, block),
                      encode_count(living));
        }
        last = std::max(last, number);
        if (auto written = rows_.flush_if_full(); !written) return written;
    }
    if (last.value != 0) rows_.put(table::state, key_of::last_tenant(), encode(last));
    for (const auto& [place, key] : fold_.keys()) {
        put_rows(rows_, key);
        if (auto written = rows_.flush_if_full(); !written) return written;
    }
    for (const auto& [name, plan] : fold_.plans())
        put_rows(rows_, plan);
    return rows_.flush();
}

/// Projects what was committed since, as the live writer did.
base::result<void> rebuilder::follow(position to) {
    progress_.begin("follow", 0);
    auto followed =
        walk_log(log_, at_, to, false, progress_, every,
                 [this](const record_view& record, std::string_view) -> base::result<void> {
                     const auto event = decode_event(record, content_mode::open, rows_, keys_);
                     if (!event) return tl::unexpected(event.error());
                     std::optional<user_state> before;
                     if (entity_of(type_of(event->what.body)) == entity::user) {
                         before = read_user(rows_, record.tenant, record.subject);
                     }
                     const event_header header{record.tenant,  record.seq,         record.time,
                                               record.subject, record.sealed_hash, record.by};
                     const auto now = project(rows_, keys_, header, event->what.body, before);
                     if (!now) return tl::unexpected(now.error());
                     at_ = record.at;
                     return rows_.flush_if_full();
                 });
    if (!followed) return followed;
    return rows_.flush();
}

base::result<void> rebuilder::chase() {
    for (int i = 0; i < chases_max && log_.head().offset - at_.offset > events_behind_max; ++i) {
        if (auto followed = follow(log_.head()); !followed) return followed;
    }
    return {};
}

base::result<void> rebuilder::compare(const row_snapshot& live) {
    for (const table where : derived_tables_all) {
        const auto ours = log_.generation_cursor(where);
        const auto theirs = live.cursor(where, {});
        ours->seek({});
        theirs->seek({});
        while (ours->valid() || theirs->valid()) {
            ++report_.rows;
            if (!theirs->valid() || (ours->valid() && ours->key() < theirs->key())) {
                differ(row_difference::kind::missing_live, where, ours->key());
                ours->next();
            } else if (!ours->valid() || theirs->key() < ours->key()) {
                differ(row_difference::kind::surplus_live, where, theirs->key());
                theirs->next();
            } else {
                if (ours->value() != theirs->value()) {
                    differ(row_difference::kind::other_value, where, ours->key());
                }
                ours->next();
                theirs->next();
            }
        }
    }
    return {};
}

void rebuilder::differ(row_difference::kind what, table where, std::string_view key) {
    ++report_.differences;
    const auto tenant = tenant_of_key(key);
    if (tenant && key == key_of::counters(*tenant) &&
        report_.state_hash_differs.size() < differing_tenants_max) {
        report_.state_hash_differs.push_back(*tenant);
    }
    if (report_.first_difference) return;
    report_.first_difference = {what, where, tenant, base::hex(base::as_bytes(key))};
}

base::result<void> rebuilder::flip() {
    if (auto chased = chase(); !chased) return chased;
    return alone(writer_, [this]() -> base::result<void> {
        if (auto followed = follow(log_.head()); !followed) return followed;
        if (auto flipped = log_.flip_generation(projection_version); !flipped) return flipped;
        report_.flipped = true;
        if (views_ != nullptr) views_->bump_access_epoch();
        return {};
    });
}

} // namespace

base::result<rebuild_report> rebuild(store& log, keyring& keys, writer* writer, directory* views,
                                     const rebuild_options& options) {
    try {
        return rebuilder(log, keys, writer, views, options).run();
    } catch (const storage_failure& failure) {
        static_cast<void>(log.drop_generation());
        return base::fail(log_errc::storage, failure.what());
    }
}

base::result<hash_report> check_state_hashes(store& log, writer* writer,
                                             const rebuild_options& options) {
    try {
        const stopwatch since;
        reporter progress(options, since);
        hash_report report;
        std::unique_ptr<row_snapshot> live;
        auto met = alone(writer, [&]() -> base::result<void> {
            report.at = log.head();
            live = log.snapshot();
            return {};
        });
        if (!met) return tl::unexpected(met.error());
        report.events = report.at.offset;
        report.compared = comparable(log);
        // Copied, so that the view is not held while the log is walked.
        std::unordered_map<tenant_no, tenant_counters> kept;
        const std::string prefix = key_of::all_counters();
        auto counters = live->cursor(table::state, prefix);
        for (counters->seek(prefix); report.compared && counters->valid(); counters->next()) {
            const auto tenant = tenant_of_key(counters->key());
            if (tenant) kept.emplace(*tenant, decode_counters(counters->value()));
        }
        counters.reset(); // a cursor holds the view as a snapshot does
        live.reset();

        core_fold fold(options.entries_max);
        while (fold.begin_pass()) {
            progress.begin("fold", report.events * fold.passes_expected());
            auto folded = walk_log(
                log, {position::embedded, 0}, report.at, true, progress, every,
                [&fold](const record_view& record, std::string_view) { return fold.take(record); });
            if (!folded) return tl::unexpected(folded.error());
            fold.end_pass();
        }
        for (const auto& [number, tenant] : fold.tenants()) {
            if (!report.compared) break;
            const auto found = kept.find(number);
            if (found == kept.end() || found->second != tenant.counters) {
                report.differ.push_back(number);
            }
            if (found != kept.end()) kept.erase(found);
        }
        for (const auto& [number, surplus] : kept) {
            report.differ.push_back(number);
        }
        std::sort(report.differ.begin(), report.differ.end());
        report.users = fold.users();
        report.tenants = fold.tenants().size();
        report.seconds = since.seconds();
        return report;
    } catch (const storage_failure& failure) {
        return base::fail(log_errc::storage, failure.what());
    }
}

} // namespace rollcall::projections
