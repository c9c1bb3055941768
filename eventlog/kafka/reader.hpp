// Reads partitions from an offset that the caller names. No consumer groups, nothing is committed
// at the broker: whoever reads keeps his own place. Checksums of the broker's batches are checked.
// Transactions of other producers are not waited for.
//
// Belongs to one strand, as a producer does; at most one coroutine waits in it at a time.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/kafka/connection.hpp"
#include "eventlog/kafka/producer.hpp"
#include "eventlog/kafka/record.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::kafka {

struct reader_options {
    /// Bytes that are fetched ahead, for each partition.
    std::uint32_t fetched_ahead_kbytes_max = 4 * 1024;
    /// How long a broker waits for new messages before it answers with none.
    std::chrono::milliseconds fetch_wait{100};
};

/// The offsets that a partition holds: from `low` to before `high`. Not each of them has a record:
/// compaction removes some, and some are the broker's own notes. `low == high`: it holds nothing;
/// both may be above zero then, because what was there was deleted.
struct extent {
    std::int32_t partition = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
};

class reader {
  public:
    using executor = boost::asio::any_io_executor;

    /// Starts to connect; does not wait for it. Fails with bad_options.
    static base::result<reader> open(executor where, const connection& brokers,
                                     const reader_options& options = {});

    reader(reader&& other) noexcept;
    reader& operator=(reader&& other) noexcept;
    /// close() without waiting for more than a moment.
    ~reader();

    /// The partitions of a topic, in order. Fails with unknown_topic; with unreachable,
    /// refused_credentials or tls_failed as soon as that is known; with timed_out.
    boost::asio::awaitable<base::result<std::vector<extent>>> extents(std::string topic,
                                                                      deadline until);

    /// From now on next() gives the records of this one partition from `offset` on; replaces what
    /// was read before. Waits for nothing: that the topic or the offset is not there, next() will
    /// say.
    base::result<void> start(std::string_view topic, std::int32_t partition, std::int64_t offset);

    /// Up to `most` records, in order. Waits for at least one until `until`, then the list may be
    /// empty. Fails with unknown_topic, offset_out_of_range, refused_credentials, tls_failed,
    /// unreachable (nothing more can be read at the moment; may be called again), closed.
    boost::asio::awaitable<base::result<std::vector<record>>> next(std::size_t most,
                                                                   deadline until);

    /// The last record of each partition of a topic, in their order; nothing for one that holds
    /// none. Looks back past whatever offsets have no record. Ends what start() began. Fails as
    /// extents().
    boost::asio::awaitable<base::result<std::vector<std::optional<record>>>> tail(std::string topic,
                                                                                  deadline until);

    /// See producer::close.
    boost::asio::awaitable<void>
    close(std::chrono::milliseconds at_most = producer::close_time_max);

  private:
    struct state;
    explicit reader(std::shared_ptr<state> opened);

    std::shared_ptr<state> state_;
};

} // namespace rollcall::kafka
