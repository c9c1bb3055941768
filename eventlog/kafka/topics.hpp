// What topics there are and how they are kept: describe, make, and tell what differs from what was
// wished. Nothing that exists is ever changed: its owner may have reasons.
//
// Belongs to one strand, as a producer does; at most one coroutine waits in it at a time.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/kafka/connection.hpp"
#include "eventlog/kafka/producer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::kafka {

enum class cleanup : std::uint8_t {
    remove,  ///< `delete`: what is older than the retention goes
    compact, ///< of each key the last message stays
};

/// How a topic is wished to be.
struct topic_plan {
    std::string name;
    std::int32_t partitions = 1;
    /// Copies of each partition; nothing: as many as there are brokers, at most 3. One that is down
    /// when the topic is made does not count; differences() tells when it is back.
    std::optional<std::int32_t> replication;
    kafka::cleanup cleanup = kafka::cleanup::remove;
    std::int64_t retention_ms = -1; ///< -1: kept for ever. Only with cleanup::remove
    /// Copies that must have a message before it is acknowledged; nothing: 2 of 3 copies or more,
    /// else 1, so that one machine may fail.
    std::optional<std::int32_t> min_insync;
    std::int32_t message_bytes_max = 1'048'588; ///< the topic's `max.message.bytes`
};

/// How a topic is.
struct topic_state {
    std::string name;
    std::int32_t partitions = 0;
    std::int32_t replication = 0; ///< of the partition that has the fewest copies
    std::string cleanup_policy; ///< as the broker spells it: `delete`, `compact`, `compact,delete`
    std::int64_t retention_ms = 0;
    std::int64_t retention_bytes = 0;
    std::int32_t min_insync = 0;
    std::int32_t message_bytes_max = 0;
};

/// One way in which a topic is not what was wished.
struct difference {
    std::string topic;
    std::string setting; ///< the broker's name for it, or `partitions`, `replication`
    std::string wished;
    std::string found;
};

/// The number of copies that `plan` means in a cluster of `brokers`.
std::int32_t replication_of(const topic_plan& plan, std::int32_t brokers);
std::int32_t min_insync_of(const topic_plan& plan, std::int32_t brokers);

/// Every way in which `found` is not what `wished` means in a cluster of `brokers`. More copies, a
/// larger message and more partitions than wished are told as well.
std::vector<difference> differences(const topic_plan& wished, const topic_state& found,
                                    std::int32_t brokers);

class topics {
  public:
    using executor = boost::asio::any_io_executor;

    /// Starts to connect; does not wait for it. Fails with bad_options.
    static base::result<topics> open(executor where, const connection& brokers);

    topics(topics&& other) noexcept;
    topics& operator=(topics&& other) noexcept;
    /// close() without waiting for more than a moment.
    ~topics();

    /// The number of brokers that are alive. The quickest way to learn whether options are right:
    /// fails with unreachable, refused_credentials or tls_failed as soon as that is known, within
    /// seconds; with timed_out.
    boost::asio::awaitable<base::result<std::int32_t>> brokers(deadline until);

    /// Fails with unknown_topic, not_authorized, and as brokers() does.
    boost::asio::awaitable<base::result<topic_state>> describe(std::string name, deadline until);

    /// Makes a topic, and waits until a broker says that it is there. The others learn of it a
    /// moment later: until then describe() and a reader may still fail with unknown_topic, while a
    /// producer waits for some seconds. Fails with already_exists, not_authorized, bad_options (the
    /// broker's words say which setting), and as brokers() does.
    boost::asio::awaitable<base::result<void>> create(topic_plan plan, deadline until);

    /// See producer::close.
    boost::asio::awaitable<void>
    close(std::chrono::milliseconds at_most = producer::close_time_max);

  private:
    struct state;
    explicit topics(std::shared_ptr<state> opened);

    std::shared_ptr<state> state_;
};

} // namespace rollcall::kafka
