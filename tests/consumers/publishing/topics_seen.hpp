// What a subscriber finds in the topics, and a judge who compares it with the log and the
// directory.
#pragma once

#include "eventlog/kafka/record.hpp"
#include "projections/told/message.hpp"
#include "tests/projections/server.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace rollcall::publishing::test {

/// The records of each topic, one partition after the other.
using topics_seen = std::map<told::topic_kind, std::vector<kafka::record>>;

/// Everything that is there now; nothing of a topic that there is not.
topics_seen read_topics(const std::string& addresses, const std::string& prefix);

/// How the topics are told.
struct expectation {
    base::uuid lineage;
    told::telling state;
    /// The lifecycle topic was made anew while messages were under way: they stand before the
    /// beginning.
    bool made_anew = false;
};

/// In what the topics are not what they should be once everything is published; empty: in nothing.
///
/// - lifecycle: for each tenant the first occurrences of this lineage stand in order without a gap,
///   from its beginning or from where a change of lineage says, up to the tenant's newest event,
///   with the hashes of the log; copies have the same bytes;
/// - state: the last message of each key is what is so, byte for byte, and there is no other key;
/// - checkpoints: the last message of each tenant is its newest event.
std::string contradiction_in(const topics_seen& seen, projections::test::server& truth,
                             const expectation& expected);

} // namespace rollcall::publishing::test
