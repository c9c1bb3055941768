// One producer's life: sends the log behind what is done, takes what came back, and ends with the
// first thing that a producer does not get over by itself. Whoever opened it looks at the topics
// again and begins another. One strand.
#pragma once

#include "consumers/publishing/already_there.hpp"
#include "consumers/publishing/publisher.hpp"
#include "consumers/publishing/tail_check.hpp"
#include "consumers/publishing/topic_keeping.hpp"
#include "eventlog/kafka/producer.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <map>
#include <vector>

namespace rollcall::publishing {

/// Who has a sending under his eyes; called on its strand.
class overseer {
  public:
    overseer() = default;
    overseer(const overseer&) = delete;
    overseer& operator=(const overseer&) = delete;
    virtual ~overseer() = default;

    /// Whether it has to end now (a stop, a pause).
    [[nodiscard]] virtual bool interrupts() const = 0;
    /// Messages were acknowledged, or are under way.
    virtual void hears(const memory& now, std::size_t acknowledged, std::size_t dead_letters,
                       std::size_t under_way) = 0;
    /// Why nothing arrives at the moment; empty: it does.
    virtual void hears_of_trouble(const std::string& why) = 0;
    /// Makes what is remembered durable.
    virtual base::result<void> keeps(const memory& now) = 0;
};

class sending {
  public:
    using clock = std::chrono::steady_clock;

    /// The references outlive it. `idle` is for waiting: whoever cancels it makes it look again.
    sending(const publisher_needs& with, const publisher_options& options,
            const kept_topics& topics, memory from, already_there there, kafka::producer& to,
            boost::asio::steady_timer& idle, overseer& by);

    /// Until it is interrupted (then what is under way has had a part of stop_max to arrive), or
    /// fails: with log_errc::damaged_record at a record that nobody can read, with the codes of
    /// kafka::producer, with those of in_turn. Throws eventlog::storage_failure.
    boost::asio::awaitable<base::result<void>> run();

    /// Hands a message over that belongs to no position, and waits for room if there is none.
    boost::asio::awaitable<base::result<void>> send_beside(const told::message& m,
                                                           std::uint32_t partition);
    /// Waits until all that was handed over is acknowledged. Fails as run() does, and with
    /// kafka_errc::closed when it is interrupted.
    boost::asio::awaitable<base::result<void>> settle();

    /// What is acknowledged by now.
    [[nodiscard]] memory now() const;

    /// The change of lineage is told: now() says so from here on.
    void announced() { memory_.to_announce = false; }

  private:
    boost::asio::awaitable<base::result<void>> send_page(page all);
    boost::asio::awaitable<base::result<void>> send(const told::message& m, std::uint64_t at,
                                                    std::uint32_t partition);
    boost::asio::awaitable<base::result<void>> send_due_checkpoints();
    boost::asio::awaitable<base::result<void>> take(clock::time_point until);
    boost::asio::awaitable<void> wait_for_events();
    base::result<told::topic_kind> acknowledge(const kafka::delivery& one);
    base::result<void> keep_if_due();
    [[nodiscard]] page next_page();
    void expect_checkpoint(told::checkpoint of);
    void expect_all_checkpoints();

    const publisher_needs& with_;
    const publisher_options& options_;
    const kept_topics& topics_;
    tellings how_;
    memory memory_;                    ///< its offsets and `last`; `through` is progress_'s
    std::vector<bool> state_lost_;     ///< of each partition: the topic was made anew
    std::vector<bool> lifecycle_lost_; ///< likewise
    already_there there_;
    progress progress_;
    kafka::producer& to_;
    boost::asio::steady_timer& idle_;
    overseer& by_;

    struct awaited {
        told::checkpoint what;
        clock::time_point not_before;
    };

    std::map<eventlog::tenant_no, awaited> checkpoints_; ///< to be sent
    std::map<eventlog::tenant_no, clock::time_point> checkpoint_sent_;
    clock::time_point checkpoints_looked_at_{};
    clock::time_point kept_at_ = clock::now();
    memory kept_;
    bool woken_in_vain_ = false;
};

/// How much of a message is not its content: bytes between what a topic takes and what is told.
inline constexpr std::size_t framing_bytes = 2'048;

} // namespace rollcall::publishing
