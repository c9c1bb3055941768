#include "eventlog/kafka/reader.hpp"

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/metadata.hpp"
#include "eventlog/kafka/translate.hpp"

#include <algorithm>
#include <utility>

namespace rollcall::kafka {
namespace {

using clock = std::chrono::steady_clock;
using message_ptr = std::unique_ptr<rd_kafka_message_t, destroys<rd_kafka_message_destroy>>;

/// How much further back tail() looks each time that it found no record.
constexpr std::int64_t back_factor = 8;
constexpr std::size_t records_at_once = 1000;

std::vector<setting> settings_of(const reader_options& options) {
    return {
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "error"},
        {"enable.partition.eof", "true"},
        {"check.crcs", "true"},
        {"isolation.level", "read_uncommitted"},
        {"allow.auto.create.topics", "false"},
        {"fetch.wait.max.ms", std::to_string(options.fetch_wait.count())},
        {"fetch.error.backoff.ms", "200"},
        {"queued.max.messages.kbytes", std::to_string(options.fetched_ahead_kbytes_max)},
    };
}

std::optional<std::string> bytes_of(const void* start, std::size_t size) {
    if (start == nullptr) return std::nullopt;
    return std::string(static_cast<const char*>(start), size);
}

record record_of(const rd_kafka_message_t& read) {
    record made;
    made.partition = read.partition;
    made.offset = read.offset;
    made.unix_ms = rd_kafka_message_timestamp(&read, nullptr);
    made.key = bytes_of(read.key, read.key_len);
    made.value = bytes_of(read.payload, read.len);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&read, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return made;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0;
         rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        made.headers.push_back({name, bytes_of(value, size).value_or(std::string())});
    }
    return made;
}

std::string place_of(std::string_view topic, std::int32_t partition) {
    return std::string(topic) + "[" + std::to_string(partition) + "]";
}

/// Fills in how far each partition reaches. Nothing: no answer yet.
std::optional<base::result<void>> ask_extents(rd_kafka_t* library, const std::string& topic,
                                              int time_ms, std::vector<extent>& found) {
    const auto facts = ask_topic(library, topic, time_ms);
    if (!facts) return std::nullopt;
    if (!*facts) return tl::unexpected(facts->error());
    found.clear();
    for (std::int32_t p = 0; p < (*facts)->partitions; ++p) {
        extent one{p, 0, 0};
        const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
            library, topic.c_str(), p, &one.low, &one.high, time_ms);
        const kafka_errc code = code_of(error);
        if (code == kafka_errc::timed_out || code == kafka_errc::unreachable ||
            error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION) {
            return std::nullopt;
        }
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return tl::unexpected(failure_of(error, place_of(topic, p)));
        }
        found.push_back(one);
    }
    return base::result<void>();
}

} // namespace

struct reader::state {
    std::unique_ptr<kafka::client> client;
    std::string place;                   ///< what is being read, for messages
    std::optional<base::failure> failed; ///< behind the records that were handed over last
    std::optional<std::int64_t> end;     ///< where the partition ended when we were there
    /// Of a start() that nobody has looked at yet: the library waits without a word for a partition
    /// that is not there.
    std::optional<std::pair<std::string, std::int32_t>> unknown;

    base::result<void> start(std::string_view topic, std::int32_t partition, std::int64_t offset);
    std::vector<record> take(std::size_t most);

    // All hold the state for as long as somebody waits in it.
    /// As reader::next; `at_end` is also satisfied with having come to the partition's end.
    static boost::asio::awaitable<base::result<std::vector<record>>>
    next(std::shared_ptr<state> self, std::size_t most, bool at_end, deadline until);
    static boost::asio::awaitable<base::result<void>> look(std::shared_ptr<state> self,
                                                           deadline until);
    static boost::asio::awaitable<base::result<std::vector<extent>>>
    extents(std::shared_ptr<state> self, std::string topic, deadline until);
    static boost::asio::awaitable<base::result<std::optional<record>>>
    last_of(std::shared_ptr<state> self, std::string topic, extent where, deadline until);
    static boost::asio::awaitable<base::result<std::vector<std::optional<record>>>>
    tail(std::shared_ptr<state> self, std::string topic, deadline until);
    static boost::asio::awaitable<void> close(std::shared_ptr<state> self,
                                              std::chrono::milliseconds at_most);
};

base::result<void> reader::state::start(std::string_view topic, std::int32_t partition,
                                        std::int64_t offset) {
    if (client->closed()) return tl::unexpected(client::closed_failure());
    if (offset < 0 || partition < 0) {
        return base::fail(kafka_errc::bad_options, place_of(topic, partition) + ": offset " +
                                                       std::to_string(offset) +
                                                       ": partitions and offsets count from 0");
    }
    client->stop_reading();
    place = place_of(topic, partition);
    failed.reset();
    end.reset();
    unknown.reset();
    rd_kafka_topic_t* const read = client->topic(topic);
    if (read == nullptr) {
        return base::fail(kafka_errc::unknown_topic, place + ": no topic can have this name");
    }
    // A queue of its own: what was fetched for the place before goes away with that one's.
    handle& used = client->use();
    used.fetched = client->new_queue();
    if (rd_kafka_consume_start_queue(read, partition, offset, used.fetched.get()) != 0) {
        return tl::unexpected(failure_of(rd_kafka_last_error(), place));
    }
    used.read_topic = read;
    used.read_partition = partition;
    unknown.emplace(topic, partition);
    return {};
}

std::vector<record> reader::state::take(std::size_t most) {
    std::vector<record> taken;
    rd_kafka_queue_t* const fetched = client->use().fetched.get();
    while (fetched != nullptr && !failed && taken.size() < most) {
        const message_ptr read(rd_kafka_consume_queue(fetched, 0));
        if (!read) break;
        if (read->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            end = read->offset;
        } else if (read->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            taken.push_back(record_of(*read));
        } else {
            failed = failure_of(read->err, place, rd_kafka_message_errstr(read.get()));
        }
    }
    if (!taken.empty()) client->clear_trouble();
    return taken;
}

/// Whether the partition is there that is to be read.
boost::asio::awaitable<base::result<void>> reader::state::look(std::shared_ptr<state> self,
                                                               deadline until) {
    const auto question = [wanted = *self->unknown,
                           place = self->place](rd_kafka_t* library,
                                                int time_ms) -> std::optional<base::result<void>> {
        const auto facts = ask_topic(library, wanted.first, time_ms);
        if (!facts) return std::nullopt;
        if (!*facts) return tl::unexpected(facts->error());
        if (wanted.second < (*facts)->partitions) return base::result<void>();
        return base::fail(kafka_errc::unknown_topic, place + ": the topic has " +
                                                         std::to_string((*facts)->partitions) +
                                                         " partitions");
    };
    auto looked = co_await self->client->ask(question, self->place, until);
    if (looked) self->unknown.reset();
    co_return looked;
}

boost::asio::awaitable<base::result<std::vector<record>>>
reader::state::next(std::shared_ptr<state> self, std::size_t most, bool at_end, deadline until) {
    const auto since = clock::now();
    if (self->unknown && !self->client->closed()) {
        auto looked = co_await look(self, until);
        if (!looked) co_return tl::unexpected(looked.error());
    }
    for (;;) {
        kafka::client& client = *self->client;
        if (client.closed()) co_return tl::unexpected(client::closed_failure());
        while (client.next_report()) {}
        std::vector<record> taken = self->take(most);
        if (!taken.empty()) co_return taken;
        if (self->failed) {
            co_return tl::unexpected(*std::exchange(self->failed, std::nullopt));
        }
        if (client.trouble()) {
            if (auto reason = client.given_up(since, until, self->place)) {
                co_return tl::unexpected(std::move(*reason));
            }
        }
        if (clock::now() >= until || (at_end && self->end)) co_return taken;
        co_await client.wait(client.trouble() ? std::min(until, since + client::patience) : until);
    }
}

boost::asio::awaitable<base::result<std::vector<extent>>>
reader::state::extents(std::shared_ptr<state> self, std::string topic, deadline until) {
    auto found = std::make_shared<std::vector<extent>>();
    auto asked = co_await self->client->ask(
        [topic, found](rd_kafka_t* library, int time_ms) {
            return ask_extents(library, topic, time_ms, *found);
        },
        "topic " + topic, until);
    if (!asked) co_return tl::unexpected(asked.error());
    co_return std::move(*found);
}

boost::asio::awaitable<base::result<std::optional<record>>>
reader::state::last_of(std::shared_ptr<state> self, std::string topic, extent where,
                       deadline until) {
    for (std::int64_t back = 1; where.low < where.high; back *= back_factor) {
        const std::int64_t from = std::max(where.low, where.high - back);
        if (auto started = self->start(topic, where.partition, from); !started) {
            co_return tl::unexpected(started.error());
        }
        self->unknown.reset(); // it has an extent
        std::optional<record> last;
        while (!self->end && (!last || last->offset + 1 < where.high)) {
            auto read = co_await next(self, records_at_once, true, until);
            if (!read) co_return tl::unexpected(read.error());
            if (!read->empty()) last = std::move(read->back());
            if (clock::now() >= until) {
                co_return base::fail(kafka_errc::timed_out,
                                     self->place + ": the last record was not found in time");
            }
        }
        if (last || from == where.low) co_return last;
    }
    co_return std::optional<record>();
}

boost::asio::awaitable<base::result<std::vector<std::optional<record>>>>
reader::state::tail(std::shared_ptr<state> self, std::string topic, deadline until) {
    auto where = co_await extents(self, topic, until);
    if (!where) co_return tl::unexpected(where.error());
    std::vector<std::optional<record>> found;
    for (const extent& one : *where) {
        auto last = co_await last_of(self, topic, one, until);
        if (!last) co_return tl::unexpected(last.error());
        found.push_back(std::move(*last));
    }
    if (!self->client->closed()) self->client->stop_reading();
    co_return found;
}

boost::asio::awaitable<void> reader::state::close(std::shared_ptr<state> self,
                                                  std::chrono::milliseconds at_most) {
    co_await self->client->close(at_most);
}

base::result<reader> reader::open(executor where, const connection& brokers,
                                  const reader_options& options) {
    auto opened = client::open(where, brokers, RD_KAFKA_CONSUMER, settings_of(options));
    if (!opened) return tl::unexpected(opened.error());
    auto made = std::make_shared<state>();
    made->client = std::move(*opened);
    return reader(std::move(made));
}

reader::reader(std::shared_ptr<state> opened) : state_(std::move(opened)) {}

reader::reader(reader&& other) noexcept = default;
reader& reader::operator=(reader&& other) noexcept = default;
reader::~reader() = default;

boost::asio::awaitable<base::result<std::vector<extent>>> reader::extents(std::string topic,
                                                                          deadline until) {
    return state::extents(state_, std::move(topic), until);
}

base::result<void> reader::start(std::string_view topic, std::int32_t partition,
                                 std::int64_t offset) {
    return state_->start(topic, partition, offset);
}

boost::asio::awaitable<base::result<std::vector<record>>> reader::next(std::size_t most,
                                                                       deadline until) {
    return state::next(state_, most, false, until);
}

boost::asio::awaitable<base::result<std::vector<std::optional<record>>>>
reader::tail(std::string topic, deadline until) {
    return state::tail(state_, std::move(topic), until);
}

boost::asio::awaitable<void> reader::close(std::chrono::milliseconds at_most) {
    return state::close(state_, at_most);
}

} // namespace rollcall::kafka
