// Reads the lifecycle topic from its beginning and compares all of it with the log
// (topic_proof.hpp). Beside a running publisher or without one; changes nothing.
#pragma once

#include "consumers/publishing/topic_proof.hpp"
#include "eventlog/kafka/connection.hpp"
#include "eventlog/store.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace rollcall::publishing {

struct walk_options {
    std::string topic; ///< the lifecycle topic's name
    /// For one answer of the brokers.
    std::chrono::milliseconds ask_max{10'000};
    /// Told now and then; false ends the walk.
    std::function<bool(std::uint64_t done, std::uint64_t total)> progress = {};
};

/// Blocks until all is read. `brokers` is moved from, as all that holds a password. Fails as
/// kafka::reader does, and with kafka_errc::closed when `progress` ended it. Throws
/// eventlog::storage_failure.
base::result<topic_report> prove_topic(const eventlog::store& log, const base::uuid& lineage,
                                       const std::optional<eventlog::log_origin>& origin,
                                       kafka::connection brokers, const walk_options& options);

} // namespace rollcall::publishing
