#include "eventlog/kafka/client.hpp"

#include "eventlog/base/log.hpp"
#include "eventlog/kafka/library_log.hpp"
#include "eventlog/kafka/translate.hpp"

#include <algorithm>
#include <stdexcept>

namespace rollcall::kafka {
namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

/// A refusal is not forgotten for the broken connection that follows it.
constexpr milliseconds refusal_counts{10'000};
constexpr milliseconds question_time{1'000};
constexpr milliseconds question_pause{50};
constexpr milliseconds look_pause{10};
/// The destructor's share of producer::close_time_max: whoever can wait longer calls close().
constexpr milliseconds destructor_time_max{1'000};

using conf_ptr = std::unique_ptr<rd_kafka_conf_t, destroys<rd_kafka_conf_destroy>>;

std::vector<setting> settings_of(const connection& c) {
    std::vector<setting> all = {
        {"bootstrap.servers", c.brokers},
        {"client.id", "rollcall"},
        {"security.protocol", std::string(word_of(c.security))},
        {"socket.keepalive.enable", "true"},
        {"socket.nagle.disable", "true"},
        {"socket.timeout.ms", "10000"},
        {"socket.connection.setup.timeout.ms", "10000"},
        {"reconnect.backoff.ms", "100"},
        {"reconnect.backoff.max.ms", "1000"},
        {"topic.metadata.refresh.interval.ms", "60000"},
        {"log.queue", "true"},
        // Also why a connection ended, see heard_line(): a wrong protocol shows nowhere else.
        {"log_level", "6"},
        {"log.connection.close", "true"},
    };
    if (c.security == security::ssl || c.security == security::sasl_ssl) {
        all.push_back(
            {"ssl.endpoint.identification.algorithm", c.checks_host_name ? "https" : "none"});
        if (!c.ca_file.empty()) all.push_back({"ssl.ca.location", c.ca_file});
        if (!c.certificate_file.empty()) {
            all.push_back({"ssl.certificate.location", c.certificate_file});
            all.push_back({"ssl.key.location", c.key_file});
        }
    }
    if (c.mechanism) {
        all.push_back({"sasl.mechanisms", std::string(word_of(*c.mechanism))});
        all.push_back({"sasl.username", c.user});
    }
    return all;
}

base::result<void> set(rd_kafka_conf_t* conf, const char* name, const char* value) {
    char reason[512];
    if (rd_kafka_conf_set(conf, name, value, reason, sizeof reason) == RD_KAFKA_CONF_OK) return {};
    return base::fail(kafka_errc::bad_options,
                      std::string("the client library refuses ") + name + ": " + reason);
}

base::result<conf_ptr> make_conf(const connection& brokers, const std::vector<setting>& settings) {
    conf_ptr conf(rd_kafka_conf_new());
    for (const setting& one : settings_of(brokers)) {
        if (auto done = set(conf.get(), one.name, one.value.c_str()); !done) {
            return tl::unexpected(done.error());
        }
    }
    for (const setting& one : settings) {
        if (auto done = set(conf.get(), one.name, one.value.c_str()); !done) {
            return tl::unexpected(done.error());
        }
    }
    if (brokers.mechanism) {
        // The library wants a text that ends with zero; its own copy it wipes itself.
        std::string password(brokers.password.view());
        auto done = set(conf.get(), "sasl.password", password.c_str());
        base::wipe(password);
        if (!done) return tl::unexpected(done.error());
    }
    rd_kafka_conf_set_events(conf.get(),
                             RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_LOG);
    return conf;
}

void listen(rd_kafka_queue_t* queue, const bell& rung) {
    constexpr std::uint64_t one = 1;
    rd_kafka_queue_io_event_enable(queue, rung.descriptor(), &one, sizeof one);
}

void stop_listening(rd_kafka_queue_t* queue) {
    rd_kafka_queue_io_event_enable(queue, -1, nullptr, 0);
}

void stop_reading_of(handle& h) {
    if (h.read_topic != nullptr) rd_kafka_consume_stop(h.read_topic, h.read_partition);
    h.read_topic = nullptr;
    if (h.fetched) stop_listening(h.fetched.get());
    h.fetched.reset();
}

} // namespace

handle::~handle() {
    if (asking.joinable()) asking.join();
    stop_reading_of(*this);
    topics.clear();
    if (events) stop_listening(events.get());
    events.reset();
    if (library != nullptr) {
        rd_kafka_destroy_flags(library, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
}

base::result<std::unique_ptr<client>> client::open(const boost::asio::any_io_executor& where,
                                                   const connection& brokers, rd_kafka_type_t kind,
                                                   const std::vector<setting>& settings) {
    if (auto checked = check(brokers); !checked) return tl::unexpected(checked.error());
    auto conf = make_conf(brokers, settings);
    if (!conf) return tl::unexpected(conf.error());
    std::unique_ptr<client> made;
    try {
        made.reset(new client(where));
    } catch (const std::runtime_error& no_descriptor) {
        return base::fail(kafka_errc::other,
                          std::string("no file descriptor for a connection to the brokers (raise "
                                      "the limit of open files): ") +
                              no_descriptor.what());
    }
    auto parts = std::make_unique<handle>();
    parts->rung = made->wake_.the_bell();
    char reason[512];
    parts->library = rd_kafka_new(kind, conf->get(), reason, sizeof reason);
    if (parts->library == nullptr) {
        return base::fail(kafka_errc::bad_options,
                          std::string("the client library does not start: ") + reason);
    }
    [[maybe_unused]] auto* const taken = conf->release(); // by the handle
    rd_kafka_set_log_queue(parts->library, nullptr);
    parts->events.reset(rd_kafka_queue_get_main(parts->library));
    listen(parts->events.get(), *parts->rung);
    made->handle_ = std::move(parts);
    return made;
}

client::~client() {
    if (closed()) return;
    ending end = begin_end();
    end.over.wait_for(destructor_time_max);
    finish(std::move(end));
}

rd_kafka_topic_t* client::topic(std::string_view name) {
    const auto known = handle_->topics.find(name);
    if (known != handle_->topics.end()) return known->second.get();
    if (!is_topic_name(name)) return nullptr;
    std::string own(name);
    topic_ptr made(rd_kafka_topic_new(handle_->library, own.c_str(), nullptr));
    if (!made) return nullptr;
    return handle_->topics.emplace(std::move(own), std::move(made)).first->second.get();
}

queue_ptr client::new_queue() {
    queue_ptr made(rd_kafka_queue_new(handle_->library));
    listen(made.get(), *handle_->rung);
    return made;
}

void client::stop_reading() {
    stop_reading_of(*handle_);
}

event_ptr client::next_report() {
    while (event_ptr event{rd_kafka_queue_poll(handle_->events.get(), 0)}) {
        switch (rd_kafka_event_type(event.get())) {
        case RD_KAFKA_EVENT_LOG:
            heard_line(event.get());
            tell(event.get());
            break;
        case RD_KAFKA_EVENT_ERROR: heard_error(event.get()); break;
        default: return event;
        }
    }
    return nullptr;
}

void client::heard_error(rd_kafka_event_t* event) {
    const rd_kafka_resp_err_t error = rd_kafka_event_error(event);
    const char* const reason = rd_kafka_event_error_string(event);
    if (rd_kafka_event_error_is_fatal(event) != 0) {
        char fatal_reason[512];
        const auto cause =
            rd_kafka_fatal_error(handle_->library, fatal_reason, sizeof fatal_reason);
        set_fatal({kafka_errc::fatal_producer,
                   std::string("the producer has failed for good and must be opened anew: ") +
                       rd_kafka_err2name(cause) + ": " + fatal_reason});
        return;
    }
    base::failure heard = failure_of(error, "broker", reason == nullptr ? "" : reason);
    // What a broker has against our certificate comes when the connection is already in use.
    if (heard.message.find("SSL routines") != std::string::npos) {
        heard.code = kafka_errc::tls_failed;
    }
    const bool refused = heard.code == kafka_errc::refused_credentials ||
                         heard.code == kafka_errc::tls_failed ||
                         heard.code == kafka_errc::not_authorized;
    const auto present = clock::now();
    if (refused) refused_at_ = present;
    // A broken connection does not hide the refusal that broke it, and that all brokers are down
    // not the reason why one of them is.
    const bool all_down = error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
    if (trouble_ && !refused && (all_down || present - refused_at_ < refusal_counts)) return;
    if (all_down && !failure_line_.empty()) heard.message = "broker: " + failure_line_;
    trouble_ = std::move(heard);
}

void client::heard_line(rd_kafka_event_t* event) {
    const char* kind = nullptr;
    const char* text = nullptr;
    int level = 0;
    if (rd_kafka_event_log(event, &kind, &text, &level) != 0 || text == nullptr) return;
    if (kind == nullptr || std::string_view(kind) != "FAIL") return;
    // Begins with the name of the library's thread.
    std::string_view line(text);
    const std::size_t thread = line.starts_with('[') ? line.find("]: ") : line.npos;
    if (thread != line.npos) line.remove_prefix(thread + 3);
    failure_line_ = line;
}

std::optional<base::failure> client::given_up(deadline since, deadline until,
                                              std::string_view doing) const {
    const auto present = clock::now();
    if (trouble_ && (refused_at_ >= since || present - since >= patience || present >= until)) {
        return base::failure{trouble_->code, std::string(doing) + ": " + trouble_->message};
    }
    if (present < until) return std::nullopt;
    return base::failure{kafka_errc::timed_out,
                         std::string(doing) + ": no answer in the time that was given"};
}

base::failure client::closed_failure() {
    return {kafka_errc::closed, "the connection to the brokers has been closed"};
}

boost::asio::awaitable<base::result<void>> client::ask(question asked, std::string doing,
                                                       deadline until) {
    struct shared {
        std::atomic<bool> over = false;
        std::atomic<bool> abandoned = false;
        std::optional<base::result<void>> answer; ///< once it is over
    };

    const auto since = clock::now();
    const auto state = std::make_shared<shared>();
    // One thread at a time: one that was abandoned ends soon.
    while (!closed() && handle_->asking.joinable() && !*handle_->asked && clock::now() < until) {
        co_await wait(until);
    }
    if (closed()) co_return tl::unexpected(closed_failure());
    if (handle_->asking.joinable() && !*handle_->asked) {
        co_return base::fail(kafka_errc::timed_out, doing + ": the question before is not over");
    }
    if (handle_->asking.joinable()) handle_->asking.join();
    handle_->asked = std::shared_ptr<const std::atomic<bool>>(state, &state->over);
    handle_->asking = std::thread(
        [state, asked = std::move(asked), library = handle_->library, rung = handle_->rung, until] {
            while (!state->answer && !state->abandoned && clock::now() < until) {
                const auto left = std::chrono::duration_cast<milliseconds>(until - clock::now());
                const auto time = std::clamp(left, milliseconds(10), question_time);
                state->answer = asked(library, static_cast<int>(time.count()));
                if (!state->answer) std::this_thread::sleep_for(question_pause);
            }
            state->over = true;
            rung->ring();
        });
    for (;;) {
        if (closed()) {
            state->abandoned = true;
            co_return tl::unexpected(closed_failure());
        }
        while (next_report()) {}
        if (state->over && state->answer) {
            if (*state->answer) clear_trouble();
            co_return *state->answer;
        }
        if (auto reason = given_up(since, until, doing)) {
            state->abandoned = true;
            co_return tl::unexpected(std::move(*reason));
        }
        co_await wait(trouble_ ? std::min(until, since + patience) : until);
    }
}

client::ending client::begin_end() {
    std::shared_ptr<handle> parts = std::move(handle_);
    if (rd_kafka_type(parts->library) == RD_KAFKA_PRODUCER) {
        rd_kafka_purge(parts->library, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                           RD_KAFKA_PURGE_F_NON_BLOCKING);
    }
    std::shared_ptr<bell> rung = parts->rung;
    rung->ring();
    std::promise<void> over;
    ending end;
    end.over = over.get_future();
    end.thread = std::thread([parts = std::move(parts), over = std::move(over)]() mutable {
        parts.reset();
        over.set_value();
    });
    return end;
}

void client::finish(ending end) {
    if (end.over.wait_for(milliseconds(0)) == std::future_status::ready) {
        end.thread.join();
        return;
    }
    end.thread.detach();
    base::log_warn("kafka: a connection did not end in time; its thread goes on ending it");
}

boost::asio::awaitable<void> client::close(milliseconds at_most) {
    if (closed()) co_return;
    const auto until = clock::now() + at_most;
    ending end = begin_end();
    // Whoever waited besides may take the bell's sound: so it is looked at now and then.
    while (end.over.wait_for(milliseconds(0)) != std::future_status::ready &&
           clock::now() < until) {
        co_await wait(std::min(until, clock::now() + look_pause));
    }
    finish(std::move(end));
}

} // namespace rollcall::kafka
