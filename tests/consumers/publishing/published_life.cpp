#include "tests/consumers/publishing/published_life.hpp"

#include "consumers/publishing/sending.hpp"

#include <atomic>
#include <thread>

namespace rollcall::publishing::test {
namespace {

using namespace eventlog;

bool holds_soon(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

std::string own_prefix() {
    static std::atomic<int> count{0};
    return "t" + std::to_string(++count) + ".";
}

} // namespace

support::kafka_broker& broker() {
    static support::kafka_broker one;
    return one;
}

published_life::published_life(std::string addresses, std::uint32_t seed)
    : addresses_(std::move(addresses)), life_(seed), lineage_(base::uuid::make_v7(time_.unix_ms)) {
    options_.prefix = own_prefix();
    options_.partitions = 3;
    options_.checkpoint_every = 50ms;
    options_.retry_first = 50ms;
    options_.retry_max = 500ms;
    options_.look_again = 500ms;
    server_.close();
    open();
    server_.make_tenant("acme");
    server_.make_tenant("busy");
}

published_life::~published_life() {
    stop();
}

void published_life::open() {
    server_.open([this](store& rows, log_signal& signal) {
        signal_ = &signal;
        return std::make_unique<embedded_log>(rows, signal);
    });
    signal_->advance(server_.log().head());
}

void published_life::reopen() {
    stop();
    server_.close();
    open();
}

void published_life::start() {
    stop();
    publisher_options with;
    with.brokers.brokers = addresses_;
    with.prefix = options_.prefix;
    with.partitions = options_.partitions;
    with.told = options_.told;
    with.producer = options_.producer;
    with.in_flight = options_.in_flight;
    with.page = options_.page;
    with.store_every = options_.store_every;
    with.checkpoint_every = options_.checkpoint_every;
    with.retry_first = options_.retry_first;
    with.retry_max = options_.retry_max;
    with.look_again = options_.look_again;
    auto made = publisher::start(
        {server_.log(), server_.queue(), server_.keys(), *signal_, lineage_, origin_},
        std::move(with));
    BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
    publisher_ = std::move(*made);
}

void published_life::live(int commands) {
    for (int i = 0; i < commands; ++i) {
        time_.unix_ms += 1'000;
        server_.run(life_.next(time_));
    }
}

void published_life::await(const char* what,
                           const std::function<bool(const publisher_state&)>& holds) {
    const bool held = holds_soon([&] { return holds(it().state()); });
    const publisher_state now = it().state();
    BOOST_REQUIRE_MESSAGE(held, what << ": at " << now.checkpoint.text() << " of "
                                     << server_.log().head().text() << ", error \""
                                     << now.last_error << "\", alarm \"" << now.alarm << "\"");
}

void published_life::await_published() {
    await("everything is published",
          [&](const publisher_state& now) { return now.checkpoint >= server_.log().head(); });
}

void published_life::await_right_topics(bool made_anew) {
    await_published();
    expectation expected{lineage_, options_.told.state, made_anew};
    expected.state.lineage = lineage_;
    expected.state.message_bytes_max = options_.producer.message_bytes_max - framing_bytes;
    std::string wrong;
    // The checkpoints follow what is acknowledged.
    const bool right = holds_soon([&] {
        wrong = contradiction_in(topics(), server_, expected);
        const bool comes =
            wrong.starts_with("the checkpoint") || wrong.starts_with("no checkpoint");
        return wrong.empty() || !comes;
    });
    BOOST_TEST((right && wrong.empty()), wrong);
}

void published_life::become(const base::uuid& lineage, std::optional<log_origin> origin) {
    stop();
    lineage_ = lineage;
    origin_ = origin;
}

} // namespace rollcall::publishing::test
