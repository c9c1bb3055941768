// Sends messages and tells what became of each. Idempotent: within the life of one producer the
// broker keeps each partition in the order of send(), without gaps or copies, whatever is retried.
// A message is never given up for having waited: it is delivered, refused by the broker, or still
// waiting when the producer is closed. Across two producers nothing is promised: whoever opens a
// new one sends again what was not acknowledged (and readers may see it twice).
//
// All of it belongs to one strand: the executor that it was opened with. At most one coroutine
// waits in it at a time. Whoever holds one asks for deliveries every few seconds: nothing else
// moves what the library has to tell (reports, troubles, log lines) out of its queues. No fork()
// without exec() in a process that has opened one.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/kafka/connection.hpp"
#include "eventlog/kafka/record.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace rollcall::kafka {

using deadline = std::chrono::steady_clock::time_point;

struct producer_options {
    /// Messages and bytes that were sent and whose delivery was not yet given to the caller.
    std::uint32_t queued_messages_max = 20'000;
    std::uint32_t queued_kbytes_max = 32 * 1024;
    /// Of key, value and headers with their framing. The broker's own limit
    /// (`max.message.bytes` of the topic) is asked besides.
    std::uint32_t message_bytes_max = 1'000'000;
    /// How long a message waits for others to share a request with.
    std::chrono::milliseconds linger{5};
};

/// What became of one message.
struct delivery {
    std::uint64_t number = 0;
    std::int32_t partition = 0;
    /// Where it stands, if it was acknowledged by all in-sync replicas; -1 also for the rare one
    /// that the broker had already from an earlier try, so long ago that it does not know where.
    std::int64_t offset = -1;
    std::optional<base::failure> failed;
    /// Only with `failed`: the broker may have stored it all the same.
    bool possibly_stored = false;
};

class producer {
  public:
    using executor = boost::asio::any_io_executor;

    /// Starts to connect; does not wait for it. Fails with bad_options: options that do not fit
    /// together, files that cannot be read or do not hold what they should.
    static base::result<producer> open(executor where, const connection& brokers,
                                       const producer_options& options = {});

    producer(producer&& other) noexcept;
    producer& operator=(producer&& other) noexcept;
    /// close() without waiting for more than a moment; see there.
    ~producer();

    /// Hands a copy of the message to the queue; never blocks. What was handed over is reported by
    /// deliveries(), once. Fails, and has not taken it, with
    /// - queue_full: take some deliveries, then send it again;
    /// - message_too_large: than message_bytes_max;
    /// - unknown_topic: the brokers are known and have no such partition;
    /// - fatal_producer, closed.
    base::result<void> send(const message& m);

    /// What became of messages since the last call, in the order in which the answers came
    /// (for each partition: in the order of send()). Waits for at least one, until `until`; then
    /// the list may be empty. An unreachable broker or a refused password is not an error here:
    /// everything is tried again until it works; see trouble(). Fails with fatal_producer when
    /// there is nothing more to report, and with closed.
    boost::asio::awaitable<base::result<std::vector<delivery>>> deliveries(deadline until);

    /// Messages that were sent and not reported.
    [[nodiscard]] std::size_t unreported() const;

    /// What last went wrong with the brokers (unreachable, refused_credentials, tls_failed, …)
    /// since a message was delivered last; as known by the last call of deliveries().
    [[nodiscard]] const std::optional<base::failure>& trouble() const;

    /// Ends it: what is queued or in flight is thrown away unreported (it may or may not have been
    /// stored), connections are closed. Takes at most `at_most`, also with dead brokers: what does
    /// not end by then is left to a thread of its own. Afterwards everything fails with `closed`.
    boost::asio::awaitable<void> close(std::chrono::milliseconds at_most = close_time_max);

    static constexpr std::chrono::milliseconds close_time_max{5'000};

  private:
    struct state;
    explicit producer(std::shared_ptr<state> opened);

    std::shared_ptr<state> state_; // whoever waits in it holds it too
};

} // namespace rollcall::kafka
