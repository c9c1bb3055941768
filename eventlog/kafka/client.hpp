// One handle of the client library: its settings, its queues, its threads that ask what can only be
// asked by blocking, its log lines, and an end that takes no longer than it may. Internal to this
// room: the only header, with translate.hpp, that shows the library.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/kafka/connection.hpp"
#include "eventlog/kafka/producer.hpp"
#include "eventlog/kafka/wake.hpp"

#include <atomic>
#include <functional>
#include <future>
#include <librdkafka/rdkafka.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rollcall::kafka {

template <auto Destroy>
struct destroys {
    void operator()(auto* what) const { Destroy(what); }
};

using event_ptr = std::unique_ptr<rd_kafka_event_t, destroys<rd_kafka_event_destroy>>;
using queue_ptr = std::unique_ptr<rd_kafka_queue_t, destroys<rd_kafka_queue_destroy>>;
using topic_ptr = std::unique_ptr<rd_kafka_topic_t, destroys<rd_kafka_topic_destroy>>;

/// A setting in the library's own spelling.
struct setting {
    const char* name;
    std::string value;
};

/// The library's handle and what must go before it does. Its destructor blocks for as long as the
/// library likes; see client::close().
struct handle {
    handle() = default;
    ~handle();
    handle(const handle&) = delete;
    handle& operator=(const handle&) = delete;

    rd_kafka_t* library = nullptr;
    std::shared_ptr<bell> rung; ///< by the library's threads, until the end
    queue_ptr events;           ///< reports, errors, log lines
    queue_ptr fetched;          ///< what a reader reads
    std::map<std::string, topic_ptr, std::less<>> topics;
    rd_kafka_topic_t* read_topic = nullptr; ///< one of `topics`, being read
    std::int32_t read_partition = 0;
    std::thread asking;
    std::shared_ptr<const std::atomic<bool>> asked; ///< `asking` is at its end
};

class client {
  public:
    /// Waits this long before it takes it for an answer that no broker can be reached.
    static constexpr std::chrono::milliseconds patience{2'000};

    static base::result<std::unique_ptr<client>> open(const boost::asio::any_io_executor& where,
                                                      const connection& brokers,
                                                      rd_kafka_type_t kind,
                                                      const std::vector<setting>& settings);
    ~client();
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    /// Not after close().
    [[nodiscard]] handle& use() { return *handle_; }

    [[nodiscard]] bool closed() const { return handle_ == nullptr; }

    /// The topic's handle, made at its first use; null with an impossible name.
    rd_kafka_topic_t* topic(std::string_view name);

    /// A new queue that wakes wait().
    queue_ptr new_queue();
    void stop_reading();

    /// Serves the errors and log lines in the queue of events up to the next report; null if there
    /// is nothing more.
    event_ptr next_report();

    boost::asio::awaitable<void> wait(deadline until) { return wake_.wait(until); }

    /// Asks something by blocking calls, on a thread of its own: `question` is called again and
    /// again with a time that it may take, until it gives an answer. Whatever it fills in must be
    /// its own, not the caller's: it may still run when the caller has given up.
    /// Fails as given_up() has it.
    using question = std::function<std::optional<base::result<void>>(rd_kafka_t*, int time_ms)>;
    boost::asio::awaitable<base::result<void>> ask(question asked, std::string doing,
                                                   deadline until);

    /// Set if somebody who began to wait at `since` should give up: at once if a broker has refused
    /// us since, after `patience` if none can be reached, at the deadline.
    [[nodiscard]] std::optional<base::failure> given_up(deadline since, deadline until,
                                                        std::string_view doing) const;

    [[nodiscard]] const std::optional<base::failure>& trouble() const { return trouble_; }

    void clear_trouble() { trouble_.reset(); }

    /// What made a producer useless.
    [[nodiscard]] const std::optional<base::failure>& fatal() const { return fatal_; }

    /// Unless it is known already.
    void set_fatal(const base::failure& why) {
        if (!fatal_) fatal_ = why;
    }

    static base::failure closed_failure();

    /// Whoever waits is woken, and finds it closed.
    boost::asio::awaitable<void> close(std::chrono::milliseconds at_most);

  private:
    /// Destroys a handle on a thread of its own.
    struct ending {
        std::thread thread;
        std::future<void> over;
    };

    explicit client(const boost::asio::any_io_executor& where) : wake_(where) {}

    void heard_error(rd_kafka_event_t* event);
    void heard_line(rd_kafka_event_t* event);
    ending begin_end();
    static void finish(ending end);

    wake wake_;
    std::unique_ptr<handle> handle_;
    std::optional<base::failure> trouble_;
    deadline refused_at_{};    ///< when a broker last refused us, as opposed to being silent
    std::string failure_line_; ///< the library's last line about a connection that failed
    std::optional<base::failure> fatal_;
};

} // namespace rollcall::kafka
