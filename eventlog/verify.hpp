// Walks the whole log and proves what it can prove by itself: every record's bytes (crc, hashes),
// the gapless order of positions, each tenant's gapless chain, the indexes, and the chain heads.
// That the state follows from the events is the projections' proof (projections/rebuild.hpp).
#pragma once

#include "eventlog/record.hpp"
#include "eventlog/store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace rollcall::eventlog {

struct verify_finding {
    position at; ///< where it was found
    std::string what;
};

struct verify_report {
    std::uint64_t events = 0;
    position head;
    /// hash_of_heads at `head`: who keeps it elsewhere can tell another log with the same number of
    /// events. Zero if something does not hold.
    digest hash{};
    std::optional<verify_finding> first_bad; ///< nothing: everything holds

    [[nodiscard]] bool ok() const { return !first_bad; }
};

/// SHA-256 over tenant (u32), seq (u64) and hash of each tenant's last event, integers big-endian,
/// tenants ascending.
digest hash_of_heads(const std::map<tenant_no, chain_head>& heads);

/// Verifies up to the head at the time of the call; writes may go on. Stops at the first fault.
/// `progress(done, total)` is called now and then; returning false ends the walk early (not a
/// fault).
verify_report verify_log(const store& log,
                         const std::function<bool(std::uint64_t, std::uint64_t)>& progress);

} // namespace rollcall::eventlog
