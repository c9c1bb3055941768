// An event of the log as a message of the lifecycle topic: for people and programs elsewhere, who
// follow what happens and can prove that they missed nothing.
//
// The value is the event as event_json.hpp spells it, with the names of its log around it:
//
//   {"lineage": …, "position": …, "tenant": …, "seq": …, "type": …, what happened …,
//    "hash": …, "prev_hash": …}
//
// and, as `sealed`, "sealed_hash" and "sealed" (base64url). What is not for subscribers keeps its
// place as {"lineage", "position", "tenant", "seq", "type": "withheld", "hash", "prev_hash"}.
//
// A message is a function of the record and of nothing that changes: names that belong to an id
// today are not looked up. So a later copy has the same bytes; told in full, until the person is
// erased in between: then the copy says `erased`.
#pragma once

#include "eventlog/cursor.hpp"
#include "eventlog/record.hpp"
#include "projections/told/message.hpp"
#include "projections/told/names.hpp"

namespace rollcall::told {

/// The message of a record that was decoded with content_needed(how.personal). `known` is asked for
/// the tenant's slug alone. What is larger than may be is told as minimal, and if that is still too
/// large as withheld; either with `truncated`.
message lifecycle_message(const telling& how, const eventlog::record_view& record,
                          const eventlog::read_event& e, names& known);

/// The bare envelope of any record, also of one that nobody can decode.
message withheld_message(const telling& how, const eventlog::record_view& record, names& known,
                         bool truncated = false);

} // namespace rollcall::told
