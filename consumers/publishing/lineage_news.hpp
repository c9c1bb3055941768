// What follows when an operator has accepted that the topics held something else: each tenant's
// subscribers are told that the lineage changed, before any event of the new one; and whatever the
// state and checkpoints topics hold that is nobody's any more, or stands in a partition where it
// is not at home any more, gets a tombstone there. What lives is told again by the
// publisher, who begins the state topic at the beginning of the log.
//
// Done again after a crash in between; nobody minds a copy. Memory: one record at a time.
#pragma once

#include "consumers/publishing/sending.hpp"
#include "eventlog/kafka/reader.hpp"

namespace rollcall::publishing {

/// The tenant's first event behind `position`, as its seq: one past the newest if there is none.
eventlog::tenant_seq first_behind(const eventlog::store& log, eventlog::tenant_no tenant,
                                  std::uint64_t position);

/// Whether the key of the state topic is of somebody who lives: a user, a team, a membership, a
/// tenant. False for what is no key of ours.
bool lives(const eventlog::row_reader& rows, std::string_view key);

/// The partition, of so many that are used, where a key of the state or the checkpoints topic
/// belongs; nothing if it is nobody's.
std::optional<std::uint32_t> home_of(const eventlog::row_reader& rows, told::topic_kind topic,
                                     std::string_view key, std::uint32_t partitions);

/// Returns when all of it is acknowledged. Fails as sending and kafka::reader do.
boost::asio::awaitable<base::result<void>>
tell_lineage(const publisher_needs& with, const publisher_options& options,
             const kept_topics& topics, const memory& from, kafka::reader& state, sending& by);

} // namespace rollcall::publishing
