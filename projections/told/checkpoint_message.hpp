// How far a tenant has come, as a message of the checkpoints topic: who has followed the lifecycle
// topic to here compares the hash, and who has folded the state topic knows as of when it is whole.
//
//   {"lineage", "position", "tenant", "seq", "type": "checkpoint", "time", "hash", "state_hash"}
#pragma once

#include "eventlog/base/time.hpp"
#include "eventlog/record.hpp"
#include "eventlog/store.hpp"
#include "projections/told/message.hpp"

#include <string>

namespace rollcall::told {

struct checkpoint {
    eventlog::tenant_no tenant;
    std::string slug;
    eventlog::chain_head head; ///< of the tenant's chain
    eventlog::digest state_hash{};
    base::moment time; ///< of the event at the head
};

message checkpoint_message(const telling& how, const checkpoint& of);

} // namespace rollcall::told
