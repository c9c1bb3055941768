// Publishes the log to Kafka: every event to the lifecycle topic, what is so to the state topic,
// how far each tenant is to the checkpoints topic. README.md tells how and what breaks.
//
// Has a thread of its own. Whoever made it may ask and command from any thread.
#pragma once

#include "consumers/publishing/page.hpp"
#include "consumers/publishing/progress.hpp"
#include "eventlog/base/time.hpp"
#include "eventlog/cursor.hpp"
#include "eventlog/directory_identity.hpp"
#include "eventlog/kafka/connection.hpp"
#include "eventlog/kafka/producer.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace rollcall::publishing {

struct publisher_options {
    kafka::connection brokers;
    std::string prefix = "rollcall."; ///< of the names of the topics
    /// Of topics that are made; of one that exists its own number counts.
    std::int32_t partitions = 16;
    std::optional<std::int32_t> replication;  ///< nothing: as many as there are brokers, at most 3
    std::int64_t lifecycle_retention_ms = -1; ///< of a topic that is made; -1: for ever
    tellings told; ///< mode and privacy; lineage and the bound of messages are filled in

    kafka::producer_options producer;
    progress_limits in_flight;
    page_limits page;
    /// Positions behind the last acknowledged one that are read from a partition at a start, to
    /// know what is there already. What is beyond them is sent again.
    std::size_t found_max = 100'000;

    std::chrono::milliseconds store_every{5'000};      ///< the row
    std::chrono::milliseconds checkpoint_every{1'000}; ///< messages, for each tenant
    std::chrono::milliseconds retry_first{200};        ///< after a failure; doubles
    std::chrono::milliseconds retry_max{30'000};
    std::chrono::milliseconds look_again{30'000}; ///< at an alarm
    std::chrono::milliseconds ask_max{10'000};    ///< for one question to the brokers
    std::chrono::milliseconds stop_max{2'000};    ///< to finish what is under way, and to close
};

/// What operators see.
struct publisher_state {
    eventlog::position checkpoint; ///< everything up to here is acknowledged
    bool paused = false;
    std::string last_error;       ///< why it did not get on; empty once a message has arrived since
    std::string alarm;            ///< why nothing is published until somebody decides; or empty
    std::uint64_t lag_events = 0; ///< behind the log's head
    base::moment oldest_unpublished; ///< its time; zero without lag
    std::uint64_t messages_sent = 0; ///< acknowledged since the start, all topics
    std::uint64_t dead_letters = 0;  ///< of them
    std::uint64_t producers = 0;     ///< opened since the start; more than one: restarts
    std::size_t under_way = 0;       ///< messages sent and not acknowledged
};

/// What it works on; outlives it.
struct publisher_needs {
    eventlog::store& rows;
    eventlog::writer& writer;
    eventlog::keyring& keys;
    eventlog::log_signal& signal;
    base::uuid lineage;                         ///< of this log
    std::optional<eventlog::log_origin> origin; ///< if it was restored
};

class publisher {
  public:
    /// Starts the thread; connects to nobody before it returns. Fails with kafka_errc::bad_options
    /// if the options do not fit together.
    static base::result<std::unique_ptr<publisher>> start(const publisher_needs& with,
                                                          publisher_options options);
    /// Stops within stop_max, whatever the brokers do, and remembers what is acknowledged. The
    /// writer still takes steps.
    ~publisher();
    publisher(const publisher&) = delete;
    publisher& operator=(const publisher&) = delete;

    [[nodiscard]] std::string_view name() const;

    /// Reads one record, for the age of what is not published.
    [[nodiscard]] publisher_state state() const;

    /// Durable when it returns; what is under way may still arrive. Errors: those of in_turn.
    base::result<void> set_paused(bool paused);

    /// What stands in the topics and raised the alarm is no longer to hold it up. Takes effect
    /// within seconds, and not if the topics say something else by then. Fails with
    /// log_errc::not_found if there is no alarm.
    base::result<void> accept_new_lineage();

    /// True when everything up to `at` is acknowledged; false if `until` passes first.
    bool wait_past(eventlog::position at, std::chrono::steady_clock::time_point until) const;

  private:
    struct impl;
    explicit publisher(std::unique_ptr<impl> made);
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::publishing
