#include "eventlog/kafka/producer.hpp"

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/translate.hpp"

#include <utility>

namespace rollcall::kafka {
namespace {

using headers_ptr = std::unique_ptr<rd_kafka_headers_t, destroys<rd_kafka_headers_destroy>>;

/// Reports that one call hands over: more stay in the library's queue, and count there.
constexpr std::size_t deliveries_at_once = 4096;

static_assert(sizeof(void*) >= sizeof(std::uint64_t), "a message's number travels as a pointer");

void* as_pointer(std::uint64_t number) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(number));
}

std::uint64_t as_number(const void* pointer) {
    return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

std::vector<setting> settings_of(const producer_options& options) {
    return {
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"max.in.flight.requests.per.connection", "5"},
        {"message.timeout.ms", "0"}, // never: what is given up leaves a gap
        {"compression.codec", "lz4"},
        {"linger.ms", std::to_string(options.linger.count())},
        {"queue.buffering.max.messages", std::to_string(options.queued_messages_max)},
        {"queue.buffering.max.kbytes", std::to_string(options.queued_kbytes_max)},
        {"message.max.bytes", std::to_string(options.message_bytes_max)},
        {"retry.backoff.ms", "100"},
        // A topic that was made a moment ago is not known to all brokers at once.
        {"topic.metadata.propagation.max.ms", "5000"},
    };
}

/// Never null: null would be no key, and a tombstone.
const char* start_of(std::string_view bytes) {
    return bytes.data() == nullptr ? "" : bytes.data();
}

delivery delivery_of(const rd_kafka_message_t& reported) {
    delivery told;
    told.number = as_number(reported._private);
    told.partition = reported.partition;
    if (reported.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        told.offset = reported.offset;
        return told;
    }
    const std::string place = std::string(rd_kafka_topic_name(reported.rkt)) + "[" +
                              std::to_string(reported.partition) + "]";
    told.failed = failure_of(reported.err, place);
    told.possibly_stored = rd_kafka_message_status(&reported) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    return told;
}

} // namespace

struct producer::state {
    std::unique_ptr<kafka::client> client;
    std::size_t sent = 0;
    std::size_t reported = 0;

    base::result<void> send(const message& m);
    std::vector<delivery> take();

    /// Holds the state for as long as somebody waits in it.
    static boost::asio::awaitable<base::result<std::vector<delivery>>>
    deliveries(std::shared_ptr<state> self, deadline until);
    static boost::asio::awaitable<void> close(std::shared_ptr<state> self,
                                              std::chrono::milliseconds at_most);
};

base::result<void> producer::state::send(const message& m) {
    if (client->closed()) return tl::unexpected(client::closed_failure());
    if (client->fatal()) return tl::unexpected(*client->fatal());
    rd_kafka_topic_t* const topic = client->topic(m.topic);
    if (topic == nullptr) {
        return base::fail(kafka_errc::unknown_topic,
                          "\"" + std::string(m.topic) + "\" cannot be the name of a topic");
    }
    headers_ptr headers;
    if (!m.headers.empty()) headers.reset(rd_kafka_headers_new(m.headers.size()));
    for (const header& one : m.headers) {
        rd_kafka_header_add(headers.get(), one.name.data(), static_cast<ssize_t>(one.name.size()),
                            start_of(one.value), static_cast<ssize_t>(one.value.size()));
    }
    void* const value = m.value ? const_cast<char*>(start_of(*m.value)) : nullptr;
    const std::size_t value_size = m.value ? m.value->size() : 0;
    // Not produceva(): it frees the headers twice if there is no such partition.
    const int flags = RD_KAFKA_MSG_F_COPY;
    const rd_kafka_resp_err_t failed = rd_kafka_producev(
        client->use().library, RD_KAFKA_VTYPE_RKT, topic, RD_KAFKA_VTYPE_PARTITION, m.partition,
        RD_KAFKA_VTYPE_MSGFLAGS, flags, RD_KAFKA_VTYPE_VALUE, value, value_size, RD_KAFKA_VTYPE_KEY,
        start_of(m.key), m.key.size(), RD_KAFKA_VTYPE_HEADERS, headers.get(), RD_KAFKA_VTYPE_OPAQUE,
        as_pointer(m.number), RD_KAFKA_VTYPE_END);
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const std::string place = std::string(m.topic) + "[" + std::to_string(m.partition) + "]";
        return tl::unexpected(failure_of(failed, place));
    }
    [[maybe_unused]] auto* const taken = headers.release(); // by the message
    ++sent;
    return {};
}

std::vector<delivery> producer::state::take() {
    std::vector<delivery> taken;
    while (taken.size() < deliveries_at_once) {
        const event_ptr event = client->next_report();
        if (!event) break;
        if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) continue;
        while (const rd_kafka_message_t* one = rd_kafka_event_message_next(event.get())) {
            taken.push_back(delivery_of(*one));
            const auto& failed = taken.back().failed;
            if (!failed) client->clear_trouble();
            if (failed && failed->code == kafka_errc::fatal_producer) client->set_fatal(*failed);
        }
    }
    reported += taken.size();
    return taken;
}

boost::asio::awaitable<base::result<std::vector<delivery>>>
producer::state::deliveries(std::shared_ptr<state> self, deadline until) {
    for (;;) {
        if (self->client->closed()) co_return tl::unexpected(client::closed_failure());
        std::vector<delivery> taken = self->take();
        if (!taken.empty()) co_return taken;
        if (self->client->fatal()) co_return tl::unexpected(*self->client->fatal());
        if (std::chrono::steady_clock::now() >= until) co_return taken;
        co_await self->client->wait(until);
    }
}

boost::asio::awaitable<void> producer::state::close(std::shared_ptr<state> self,
                                                    std::chrono::milliseconds at_most) {
    co_await self->client->close(at_most);
}

base::result<producer> producer::open(executor where, const connection& brokers,
                                      const producer_options& options) {
    auto opened = client::open(where, brokers, RD_KAFKA_PRODUCER, settings_of(options));
    if (!opened) return tl::unexpected(opened.error());
    auto made = std::make_shared<state>();
    made->client = std::move(*opened);
    return producer(std::move(made));
}

producer::producer(std::shared_ptr<state> opened) : state_(std::move(opened)) {}

producer::producer(producer&& other) noexcept = default;
producer& producer::operator=(producer&& other) noexcept = default;
producer::~producer() = default;

base::result<void> producer::send(const message& m) {
    return state_->send(m);
}

boost::asio::awaitable<base::result<std::vector<delivery>>> producer::deliveries(deadline until) {
    return state::deliveries(state_, until);
}

std::size_t producer::unreported() const {
    return state_->sent - state_->reported;
}

const std::optional<base::failure>& producer::trouble() const {
    return state_->client->trouble();
}

boost::asio::awaitable<void> producer::close(std::chrono::milliseconds at_most) {
    return state::close(state_, at_most);
}

} // namespace rollcall::kafka
