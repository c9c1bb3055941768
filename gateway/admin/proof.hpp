// The two long proofs as jobs with a JSON result: that the log is whole and that the state follows
// from it (`verify`), and that all projections can be made again (`rebuild`). With a server and
// without: `writer` and `views` are the live ones, or null when nobody else writes.
#pragma once

#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"
#include "gateway/admin/jobs.hpp"
#include "projections/directory.hpp"

#include <string>

namespace rollcall::admin {

/// What a proof came to.
struct proof {
    std::uint64_t events = 0;
    std::string head;
    std::string hash; ///< see eventlog::verify_report; empty if something does not hold
    /// Where it does not hold, as text, and why; no reason: everything holds.
    std::string bad_at;
    std::string bad;
    std::string note = {}; ///< what was not looked at, and why
};

/// `ok`, `events`, `head` and, if everything holds, `hash`, else `first_bad` {position, what};
/// `note` if there is one.
std::string proof_json(const proof& what);

/// Walks every record, then folds the log and compares each tenant's state hash. The result is
/// proof_json().
result<std::string> prove_log(eventlog::store& log, eventlog::writer* writer,
                              job_progress& progress);

/// Makes all derived rows anew and compares them byte by byte with the live ones; then they take
/// the live ones' place, or are dropped if `verify_only`. The result has `ok` and what was counted.
/// Live rows of an older version are not compared.
result<std::string> rebuild_all(eventlog::store& log, eventlog::keyring& keys,
                                eventlog::writer* writer, projections::directory* views,
                                bool verify_only, job_progress& progress);

} // namespace rollcall::admin
