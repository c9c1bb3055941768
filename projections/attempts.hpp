// Attempts: what was asked and refused, so that "why was Jane not provisioned?" has an answer. They
// stand beside the log, not in it: no part of the state, not synced, and a few may be lost in a
// crash.
//
// Rows of table::attempts, all under a tenant:
//   A tenant who      last u64 · sealed list of what that person was refused
//   O tenant who      older who · newer who        the order in which people were last refused
//   C tenant          people u64 · oldest who · newest who
//
// `who` is a keyed hash of the name that was refused, 16 bytes. One row holds one person, so an
// erasure removes one row, and the order is a linked list, so the oldest is found in one step. The
// list is sealed under a key made from the tenant's lookup secret S: lookup_hash(S, "attempt 1")
// followed by lookup_hash(S, "attempt 2").
//
// Bounds: people for each tenant, reasons for each person, age, and the size of each text.
#pragma once

#include "eventlog/keyring.hpp"
#include "eventlog/rows.hpp"
#include "eventlog/store.hpp"
#include "projections/command.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::projections {

/// One refusal.
struct attempt {
    tenant_no tenant;
    eventlog::actor by;
    std::string request_id;
    std::string action;       ///< `create user`, `patch user`, ...
    std::string who;          ///< prepared user name, or id text; sealed on disk
    std::uint16_t status = 0; ///< HTTP status that was answered; 0: the desk's own record, see code
    std::string reason;       ///< the message; sealed on disk
    /// refusal_code of a refused command. 0 with status 0: a fault that did not stop its command.
    std::uint16_t code = 0;
};

/// Equal refusals of one person, taken together. The request id and actor are the last one's.
struct attempt_record {
    attempt what;
    base::moment first;
    base::moment last;
    std::uint64_t count = 0;
};

struct attempt_limits {
    std::size_t people_max = 10'000; ///< for each tenant; one more, and the oldest goes
    std::size_t reasons_max = 8;     ///< for each person; one more, and the oldest goes
    std::chrono::hours age_max{24 * 30};
};

/// The longest that a text of an attempt is kept, in bytes; what is beyond is cut off.
inline constexpr std::size_t attempt_text_bytes_max = 512;

/// Keeps an attempt; also lets go of some that are too old. False if the tenant has no lookup
/// secret (there is no such tenant): nothing is kept.
bool enter_attempt(eventlog::row_editor& rows, eventlog::keyring& keys,
                   const attempt_limits& limits, const attempt& what, base::moment now);

/// Forgets a person.
void drop_attempts(eventlog::row_editor& rows, eventlog::keyring& keys, tenant_no tenant,
                   std::string_view who);

/// Forgets people of a tenant who were last refused too long ago, at most `most`; returns how many.
std::size_t expire_attempts(eventlog::row_editor& rows, const attempt_limits& limits,
                            tenant_no tenant, base::moment now, std::size_t most);

/// Tenants that have something for expire_attempts, at most `most`.
std::vector<tenant_no> tenants_with_expired_attempts(const eventlog::row_snapshot& rows,
                                                     const attempt_limits& limits, base::moment now,
                                                     std::size_t most);

/// Where a tenant's people stand, for store::purge after an erasure: what was forgotten is sealed
/// under the tenant's secret, which lives on, so its old versions must go as well.
eventlog::store::key_range attempts_range(tenant_no tenant);

/// What was refused, last first, of at most `people_most` people; of one person if `who` is set.
/// Errors: those of keyring::lookup_secret; log_errc::sealed_damaged.
base::result<std::vector<attempt_record>> list_attempts(const eventlog::row_reader& rows,
                                                        eventlog::keyring& keys, tenant_no tenant,
                                                        std::optional<std::string_view> who,
                                                        std::size_t people_most);

} // namespace rollcall::projections
