// Makes the derived rows again from the log, from position zero, beside the live ones, and
// compares.
//
//   fold      walks the log and folds clear parts (core_fold.hpp)
//   contents  walks it again and opens the last sealed part of each living user and team, and
//             only that
//   follow    projects what was committed meanwhile, until the live head
//   compare   walks both sets of rows in one view, at one position
//   flip      makes the new rows the live ones in one batch (or drops them)
//
// The live server goes on meanwhile: the writer is held only for the last few events. Nothing is
// sent or done to the outside.
//
// Memory: entries_max users, teams and memberships, one bit for each event, and a few chunks of
// persons.
//
// One rebuild at a time, and no erasure's clean-up (store::purge) at the same time: the new rows
// contain persons in clear until the flip or the drop, and a purge does not reach them.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"
#include "projections/state.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::projections {

class directory;

struct rebuild_progress {
    std::string_view step;   ///< `fold`, `contents`, `follow`
    std::uint64_t done = 0;  ///< records walked so far, over all passes
    std::uint64_t total = 0; ///< records to walk, as far as is known
    double seconds = 0;      ///< since the start
};

struct rebuild_options {
    bool verify_only = false; ///< compare, then drop the new rows
    unsigned workers = 0;     ///< threads that open persons; 0: one for each processor
    /// Users, teams and memberships held in memory at a time, about 130 bytes each.
    std::size_t entries_max = 1'500'000;
    std::size_t batch_rows_max = 4096;     ///< written at a time
    std::uint64_t progress_every = 65'536; ///< records
    /// Called from the rebuilding thread. False stops the rebuild.
    std::function<bool(const rebuild_progress&)> progress;
};

/// A row that is not the same on both sides.
struct row_difference {
    enum class kind : std::uint8_t { missing_live, surplus_live, other_value } what{};
    eventlog::table where{};
    std::optional<tenant_no> tenant; ///< nothing for rows that belong to no tenant
    std::string key;                 ///< hex; keys contain no personal data
};

struct rebuild_report {
    eventlog::position at;    ///< where both sides were compared
    std::uint64_t events = 0; ///< in the log up to there
    std::uint64_t users = 0;  ///< living, before following
    std::uint64_t tenants = 0;
    std::uint64_t rows = 0; ///< compared
    std::uint64_t passes = 0;
    double seconds = 0;
    std::uint64_t differences = 0;
    std::optional<row_difference> first_difference;
    std::vector<tenant_no> state_hash_differs; ///< at most 100
    /// False: the live rows were of another version, and nobody can say whether they were right.
    bool compared = false;
    bool flipped = false;
};

/// `writer` and `views` are the live ones; null if nobody else writes to the store.
/// Errors: those of core_fold; log_errc::key_destroyed when a living user's key is missing, naming
/// him; log_errc::older_rows when rows of another version were to be verified; log_errc::stopped
/// when progress said so or the writer stopped; log_errc::storage. The live rows are untouched
/// then, and the new ones dropped.
base::result<rebuild_report> rebuild(eventlog::store& store, eventlog::keyring& keys,
                                     eventlog::writer* writer, directory* views,
                                     const rebuild_options& options);

/// Like rebuild with verify_only, but without writing a row and without any key: folds the clear
/// parts and compares each tenant's counters and state hash. Works on a store that was opened to be
/// read.
struct hash_report {
    eventlog::position at;
    std::uint64_t events = 0;
    std::uint64_t users = 0;
    std::uint64_t tenants = 0;
    double seconds = 0;
    /// False: the kept ones are of another version, and only the log was folded.
    bool compared = false;
    std::vector<tenant_no> differ; ///< whose counters or state hash do not hold
};

base::result<hash_report> check_state_hashes(eventlog::store& store, eventlog::writer* writer,
                                             const rebuild_options& options);

} // namespace rollcall::projections
