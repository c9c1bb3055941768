#include "consumers/publishing/publisher.hpp"

#include "consumers/pause_row.hpp"
#include "consumers/publishing/backlog.hpp"
#include "consumers/publishing/lineage_news.hpp"
#include "consumers/publishing/publisher_rows.hpp"
#include "consumers/publishing/sending.hpp"
#include "consumers/publishing/thrown.hpp"
#include "consumers/publishing/topic_ends.hpp"
#include "consumers/writer_step.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/base/rare_note.hpp"
#include "eventlog/error.hpp"
#include "eventlog/kafka/error.hpp"
#include "projections/read.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace rollcall::publishing {
namespace {

using namespace eventlog;
using boost::asio::awaitable;
using kafka::kafka_errc;
using clock = std::chrono::steady_clock;

} // namespace

struct publisher::impl final : overseer {
    publisher_needs with_;
    publisher_options options_;

    boost::asio::io_context context_{1};
    boost::asio::steady_timer idle_{context_};

    // The thread's own.
    std::optional<memory> known_;
    bool read_row_ = false;
    bool unreadable_ = false; ///< the log has a record that nobody can read; stays until a restart
    memory kept_;             ///< the row
    // Shared with who closes them while somebody waits in them.
    std::shared_ptr<kafka::topics> topics_;
    std::shared_ptr<kafka::reader> reader_;
    std::shared_ptr<kafka::producer> producer_;
    std::size_t message_bytes_max_; ///< smaller while the broker refuses larger ones
    std::chrono::milliseconds retry_;
    std::vector<std::string> warned_;
    base::rare_note notes_;

    mutable std::mutex mutex_;
    mutable std::condition_variable moved_;
    publisher_state state_;
    bool stopping_ = false;
    std::string accepted_; ///< the alarm that an operator has accepted
    std::thread thread_;

    impl(const publisher_needs& with, publisher_options options)
        : with_(with),
          options_(std::move(options)),
          message_bytes_max_(options_.producer.message_bytes_max),
          retry_(options_.retry_first) {
        const auto rows = with_.rows.snapshot();
        state_.paused = consumers::read_paused(*rows, publisher_name);
        if (const auto found = read_memory(*rows); found.known) set_checkpoint(*found.known);
        thread_ = std::thread([this] {
            boost::asio::co_spawn(context_, run(),
                                  [this](const std::exception_ptr& thrown) { ended(thrown); });
            context_.run();
        });
    }

    ~impl() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        moved_.notify_all();
        boost::asio::post(context_, [this] { interrupt(); });
        thread_.join();
    }

    [[nodiscard]] bool interrupts() const override {
        const std::lock_guard lock(mutex_);
        return stopping_ || state_.paused;
    }

    void hears(const memory& now, std::size_t acknowledged, std::size_t dead_letters,
               std::size_t under_way) override {
        if (acknowledged > 0) retry_ = options_.retry_first;
        const std::lock_guard lock(mutex_);
        state_.messages_sent += acknowledged;
        state_.dead_letters += dead_letters;
        state_.under_way = under_way;
        set_checkpoint(now);
        moved_.notify_all();
    }

    void hears_of_trouble(const std::string& why) override {
        const std::lock_guard lock(mutex_);
        state_.last_error = why;
    }

    base::result<void> keeps(const memory& now) override {
        auto kept = consumers::in_turn(with_.writer, [&](turn& t) -> base::result<void> {
            write_memory(t.rows(), now);
            return {};
        });
        if (kept) kept_ = now;
        return kept;
    }

    void set_checkpoint(const memory& now) {
        state_.checkpoint = {position::embedded, now.checkpoint()};
    }

    // --- the thread ---

    template <class Door>
    awaitable<void> end_of(std::shared_ptr<Door> door) {
        co_await door->close(options_.stop_max / 4);
    }

    /// What waits for a broker's answer stops waiting.
    void interrupt() {
        idle_.cancel();
        if (topics_) boost::asio::co_spawn(context_, end_of(topics_), boost::asio::detached);
        if (reader_) boost::asio::co_spawn(context_, end_of(reader_), boost::asio::detached);
    }

    [[nodiscard]] bool stops() const {
        const std::lock_guard lock(mutex_);
        return stopping_;
    }

    awaitable<void> run() {
        while (!stops()) {
            if (interrupts()) {
                co_await nap(options_.look_again);
                continue;
            }
            const auto came = co_await turn_of_life();
            if (came || interrupts()) continue;
            if (came.error().code == log_errc::damaged_record) {
                unreadable_ = true;
                raise("Nothing behind it is published: " + came.error().message +
                      ". Run `rollcall log verify`, and restore a backup of the directory.");
                co_await nap(options_.look_again);
            } else if (came.error().code == log_errc::out_of_order) {
                raise(came.error().message);
                co_await nap(options_.look_again);
            } else {
                co_await wait_after(came.error());
            }
        }
        static_cast<void>(without_throwing([this] { keep(); }));
    }

    /// live() and what has to be tidied behind it. Whatever is thrown on the way (the store, no
    /// memory, no thread to be had) is one more reason to begin again.
    awaitable<base::result<void>> turn_of_life() {
        base::result<void> came;
        try {
            came = co_await live();
        } catch (...) {
            came = tl::unexpected(failure_of(std::current_exception()));
        }
        try {
            co_await close_doors();
        } catch (...) {
            if (came) came = tl::unexpected(failure_of(std::current_exception()));
        }
        if (interrupts()) {
            if (auto kept = without_throwing([this] { keep(); }); !kept && came) co_return kept;
        }
        co_return came;
    }

    /// run() has ended: for a stop, or because not even waiting was possible.
    void ended(const std::exception_ptr& thrown) {
        if (!thrown) return;
        const std::string why = failure_of(thrown).message + ". Restart the server.";
        static_cast<void>(without_throwing(
            [&] { raise("Publishing has ended and does not begin again by itself: " + why); }));
    }

    awaitable<void> nap(std::chrono::milliseconds most) {
        idle_.expires_after(most);
        co_await idle_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }

    awaitable<void> wait_after(const base::failure& failed) {
        if (failed.code == kafka_errc::message_too_large) {
            message_bytes_max_ = std::max(message_bytes_least, message_bytes_max_ / 2);
        }
        if (const auto times = notes_.count(clock::now())) {
            base::log_warn("Publishing has to begin again.",
                           {{"reason", std::string_view(failed.message)}, {"times", *times}});
        }
        hears_of_trouble(failed.message);
        const auto wait = std::exchange(retry_, std::min(retry_ * 2, options_.retry_max));
        co_await nap(wait);
    }

    void raise(const std::string& text) {
        bool news = false;
        {
            const std::lock_guard lock(mutex_);
            news = state_.alarm != text;
            state_.alarm = text;
            accepted_.clear();
        }
        if (news) {
            base::log_error("Publishing has stopped.", {{"reason", std::string_view(text)}});
        }
    }

    /// What is not kept is looked for in the topics at the next start.
    void keep() {
        if (known_ && *known_ != kept_) static_cast<void>(keeps(*known_));
    }

    awaitable<void> close_doors() {
        const auto at_most = options_.stop_max / 4;
        if (topics_) co_await topics_->close(at_most);
        if (reader_) co_await reader_->close(at_most);
        if (producer_) co_await producer_->close(at_most);
        topics_.reset();
        reader_.reset();
        producer_.reset();
    }

    /// Fails with log_errc::out_of_order for an alarm, log_errc::damaged_record for another.
    awaitable<base::result<void>> live() {
        if (!std::exchange(read_row_, true)) recall();
        auto topics = co_await look_at_topics();
        if (!topics) co_return tl::unexpected(topics.error());
        // interrupt() closes what is open; what is opened behind it would wait for a broker.
        if (interrupts()) co_return base::fail(kafka_errc::closed, "interrupted");

        auto reader = kafka::reader::open(context_.get_executor(), options_.brokers);
        if (!reader) co_return tl::unexpected(reader.error());
        reader_ = std::make_shared<kafka::reader>(std::move(*reader));
        auto ends = co_await read_ends(*reader_, *topics, options_.ask_max);
        if (!ends) co_return tl::unexpected(ends.error());
        auto going = judge_ends(*ends);
        if (!going) co_return tl::unexpected(going.error());
        auto there = co_await read_what_is_there(*reader_, *topics, this_log(), *going, *ends,
                                                 options_.found_max, options_.ask_max);
        if (!there) co_return tl::unexpected(there.error());
        const bool untrue = std::any_of(ends->begin(), ends->end(),
                                        [](const auto& end) { return !end.untrue.empty(); });
        if (untrue) {
            going = judge_ends(*ends);
            if (!going) co_return tl::unexpected(going.error());
            // Accepted: nobody counts on what was found beside it.
            *there = nothing_found(*going);
        }

        kafka::producer_options settings = options_.producer;
        settings.message_bytes_max = static_cast<std::uint32_t>(topics->message_bytes_max);
        auto producer = kafka::producer::open(context_.get_executor(), options_.brokers, settings);
        if (!producer) co_return tl::unexpected(producer.error());
        producer_ = std::make_shared<kafka::producer>(std::move(*producer));
        known_ = going->from;
        {
            const std::lock_guard lock(mutex_);
            ++state_.producers;
            if (!unreadable_) state_.alarm.clear();
            state_.last_error.clear();
            set_checkpoint(*known_);
        }
        sending life(with_, options_, *topics, going->from, std::move(*there), *producer_, idle_,
                     *this);
        base::result<void> came;
        if (going->from.to_announce) came = co_await announce(*topics, going->from, life);
        if (came) came = co_await life.run();
        known_ = life.now();
        co_return came;
    }

    void recall() {
        const auto found = read_memory(*with_.rows.snapshot());
        known_ = found.known;
        if (found.known) kept_ = *found.known;
        if (found.damaged) {
            base::log_warn("What the publisher remembered cannot be read; the topics are asked.",
                           {{"row", std::string_view("publisher/progress")}});
        }
    }

    awaitable<base::result<kept_topics>> look_at_topics() {
        auto door = kafka::topics::open(context_.get_executor(), options_.brokers);
        if (!door) co_return tl::unexpected(door.error());
        topics_ = std::make_shared<kafka::topics>(std::move(*door));
        const bool ours = known_ && known_->lineage == with_.lineage;
        const auto used = ours ? static_cast<std::int32_t>(known_->marks.size()) : 0;
        auto topics = co_await keep_topics(*topics_, options_, used);
        if (!topics) co_return topics;
        co_await topics_->close(options_.stop_max / 4);
        for (const std::string& name : topics->made)
            base::log_info("A topic was made.", {{"topic", std::string_view(name)}});
        warn(topics->warnings);
        if (!topics->alarm.empty()) {
            co_return base::fail(log_errc::out_of_order, "Nothing is published: " + topics->alarm);
        }
        topics->message_bytes_max = std::min(topics->message_bytes_max, message_bytes_max_);
        co_return topics;
    }

    base::result<go_on> judge_ends(const std::vector<partition_end>& ends) {
        const our_log log = this_log();
        verdict said = check_tails(log, known_, ends);
        if (const auto* raised = std::get_if<raised_alarm>(&said)) {
            std::string accepted;
            {
                const std::lock_guard lock(mutex_);
                accepted = std::exchange(accepted_, {});
            }
            if (accepted != raised->text) return base::fail(log_errc::out_of_order, raised->text);
            known_ = accept(log, known_, ends);
            if (auto kept = keeps(*known_); !kept) return tl::unexpected(kept.error());
            base::log_warn("What the topics hold was accepted; publishing goes on.",
                           {{"lineage", std::string_view(log.lineage.text())}});
            said = check_tails(log, known_, ends);
            if (const auto* again = std::get_if<raised_alarm>(&said)) {
                return base::fail(log_errc::out_of_order, again->text);
            }
        }
        warn(std::get<go_on>(said).warnings);
        return std::move(std::get<go_on>(said));
    }

    [[nodiscard]] our_log this_log() const {
        our_log log;
        log.lineage = with_.lineage;
        log.origin = with_.origin;
        log.head = with_.rows.head().offset;
        log.find = [this](std::string_view slug,
                          tenant_seq seq) -> std::optional<our_log::known_event> {
            const auto rows = with_.rows.snapshot();
            const auto tenant = slug == projections::system_slug
                                    ? projections::system_tenant
                                    : projections::read_slug(*rows, slug);
            if (!tenant) return std::nullopt;
            const auto at = with_.rows.locate(*tenant, seq);
            if (!at) return std::nullopt;
            const auto bytes = with_.rows.read(*at);
            if (!bytes) return std::nullopt;
            const auto record = read_record(*bytes, record_check::crc);
            if (!record) return std::nullopt;
            return our_log::known_event{*tenant, at->offset, record->hash};
        };
        return log;
    }

    awaitable<base::result<void>> announce(const kept_topics& topics, const memory& from,
                                           sending& life) {
        auto told = co_await tell_lineage(with_, options_, topics, from, *reader_, life);
        if (!told) co_return told;
        life.announced();
        co_return keeps(life.now());
    }

    /// Each once.
    void warn(const std::vector<std::string>& all) {
        for (const std::string& one : all) {
            if (std::find(warned_.begin(), warned_.end(), one) != warned_.end()) continue;
            if (warned_.size() < partitions_max) warned_.push_back(one);
            base::log_warn("About the topics.", {{"what", std::string_view(one)}});
        }
    }
};

base::result<std::unique_ptr<publisher>> publisher::start(const publisher_needs& with,
                                                          publisher_options options) {
    if (auto checked = kafka::check(options.brokers); !checked) {
        return tl::unexpected(checked.error());
    }
    if (options.partitions < 1 || static_cast<std::size_t>(options.partitions) > partitions_max) {
        return base::fail(kafka_errc::bad_options, "the number of partitions must be 1 to " +
                                                       std::to_string(partitions_max));
    }
    return std::unique_ptr<publisher>(
        new publisher(std::make_unique<impl>(with, std::move(options))));
}

publisher::publisher(std::unique_ptr<impl> made) : impl_(std::move(made)) {}

publisher::~publisher() = default;

std::string_view publisher::name() const {
    return publisher_name;
}

publisher_state publisher::state() const {
    publisher_state now;
    {
        const std::lock_guard lock(impl_->mutex_);
        now = impl_->state_;
    }
    const auto [events, oldest] = backlog_of(impl_->with_.rows, now.checkpoint);
    now.lag_events = events;
    now.oldest_unpublished = oldest;
    return now;
}

base::result<void> publisher::set_paused(bool paused) {
    auto kept = consumers::write_paused(impl_->with_.writer, publisher_name, paused);
    if (!kept) return kept;
    {
        const std::lock_guard lock(impl_->mutex_);
        impl_->state_.paused = paused;
    }
    boost::asio::post(impl_->context_, [with = impl_.get()] { with->interrupt(); });
    return {};
}

base::result<void> publisher::accept_new_lineage() {
    {
        const std::lock_guard lock(impl_->mutex_);
        if (impl_->state_.alarm.empty()) {
            return base::fail(log_errc::not_found,
                              "there is no alarm: publishing needs nobody's decision");
        }
        impl_->accepted_ = impl_->state_.alarm;
    }
    boost::asio::post(impl_->context_, [with = impl_.get()] { with->idle_.cancel(); });
    return {};
}

bool publisher::wait_past(position at, clock::time_point until) const {
    std::unique_lock lock(impl_->mutex_);
    const position& seen = impl_->state_.checkpoint;
    impl_->moved_.wait_until(lock, until, [&] { return impl_->stopping_ || seen >= at; });
    return seen >= at;
}

} // namespace rollcall::publishing
