// The message by which subscribers of a tenant learn that what they follow is another log from now
// on: it was restored from a backup, or an operator has accepted that the topic held something
// else. It comes first, before any event of the new lineage:
//
//   {"lineage", "previous_lineage", "tenant", "seq", "type": "lineage_changed"}
//
// `seq` is the tenant's first event that follows under the new lineage: events from there on that
// were told under another lineage are not so (or not so any more). 1: everything comes again.
// No fact of the log: it has no position and no hash, and no subscriber can find it there.
#pragma once

#include "eventlog/base/uuid.hpp"
#include "projections/told/message.hpp"

#include <string_view>

namespace rollcall::told {

inline constexpr std::string_view lineage_changed_word = "lineage_changed";

/// `previous`: nil if that is not known, and told as null. `from`: `seq` of above.
message lineage_message(const telling& how, eventlog::tenant_no tenant, std::string_view slug,
                        const base::uuid& previous, eventlog::tenant_seq from);

} // namespace rollcall::told
