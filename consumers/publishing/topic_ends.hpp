// Reading from the topics what the tail check asks: how the partitions end, and what came behind
// the last acknowledgement.
#pragma once

#include "consumers/publishing/already_there.hpp"
#include "consumers/publishing/tail_check.hpp"
#include "consumers/publishing/topic_keeping.hpp"
#include "eventlog/kafka/reader.hpp"

#include <chrono>
#include <vector>

namespace rollcall::publishing {

/// What a record says, or why it is none of ours.
base::result<told::read_back> read_record(const kafka::record& record);

/// One for each partition of the lifecycle topic. Fails as kafka::reader does.
boost::asio::awaitable<base::result<std::vector<partition_end>>>
read_ends(kafka::reader& door, const kept_topics& topics, std::chrono::milliseconds ask_max);

/// Only what is remembered.
already_there nothing_found(const go_on& from);

/// What the lifecycle topic has of this log beyond what is remembered, at most `most` for each
/// partition. Of a message that claims to be of this log and is not, `ends` says so: `untrue`.
/// Fails as kafka::reader does.
boost::asio::awaitable<base::result<already_there>>
read_what_is_there(kafka::reader& door, const kept_topics& topics, const our_log& log,
                   const go_on& from, std::vector<partition_end>& ends, std::size_t most,
                   std::chrono::milliseconds ask_max);

} // namespace rollcall::publishing
