// Idempotency keys: what a command with such a key came to, kept for a while, so that a repeat gets
// the recorded outcome and no second effect. Rows of table::idempotency, written in the same batch
// as the event:
//
//   day u16 · tenant u32 · hash 16   ->   request 32 · time i64 · what u8 · about u8 · tenant u32
//                                         · subject 16 · seq u64
//
// hash = BLAKE2b-128 of (acting key's id, idempotency key). The day (since 1970) comes first, so
// that what is too old stands together and is swept from the front.
#pragma once

#include "eventlog/rows.hpp"
#include "projections/apply.hpp"
#include "projections/command.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rollcall::projections {

using once_hash = std::array<std::uint8_t, 16>;

/// The hash under which `by` may use `key` once. The scope is the actor, so two bearer keys never
/// meet.
once_hash hash_once(const eventlog::actor& by, std::string_view key);

/// A recorded outcome.
struct once_record {
    eventlog::digest request{}; ///< digest of the request that got it
    base::moment time;
    done::kind what{};
    entity about{};
    tenant_no tenant; ///< of the thing that it was about
    subject_id subject{};
    tenant_seq seq; ///< of the event; 0 if nothing had to change
    friend bool operator==(const once_record&, const once_record&) = default;
};

/// The outcome recorded under `hash`, unless it is older than `age_max`.
std::optional<once_record> find_once(const eventlog::row_reader& rows, tenant_no scope,
                                     const once_hash& hash, base::moment now,
                                     std::chrono::hours age_max);

void put_once(eventlog::row_editor& rows, tenant_no scope, const once_hash& hash,
              const once_record& record);

/// Keys of rows that are too old at `now`, oldest first, at most `most`.
std::vector<std::string> expired_once(const eventlog::row_snapshot& rows, base::moment now,
                                      std::chrono::hours age_max, std::size_t most);

} // namespace rollcall::projections
