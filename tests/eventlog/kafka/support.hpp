// What the tests of this room share: one broker, topics of their own, and a loop to wait in.
#pragma once

#include "eventlog/kafka/producer.hpp"
#include "eventlog/kafka/reader.hpp"
#include "eventlog/kafka/topics.hpp"
#include "tests/support/kafka_broker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::kafka {

/// For messages of failing checks.
inline std::ostream& operator<<(std::ostream& out, kafka_errc code) {
    return out << make_error_code(code).message();
}

namespace testing {

using boost::asio::awaitable;
using namespace std::chrono_literals;

/// For what should take a moment, on a machine that does other things besides.
inline constexpr std::chrono::seconds patience{60};

inline deadline soon() {
    return std::chrono::steady_clock::now() + patience;
}

inline deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

/// The broker of all cases that do not hurt it.
inline support::kafka_broker& broker() {
    static support::kafka_broker one({.secured = true});
    return one;
}

inline connection plain(const std::string& addresses) {
    connection c;
    c.brokers = addresses;
    return c;
}

/// The value, or the failure's message as the test's failure.
template <class T>
T must(base::result<T> result) {
    BOOST_REQUIRE_MESSAGE(result, (result ? std::string() : result.error().message));
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

template <class T>
void check_fails(const base::result<T>& result, kafka_errc code, std::string_view says = {}) {
    BOOST_REQUIRE_MESSAGE(!result, "succeeded, and should have failed with " << code);
    BOOST_TEST_CONTEXT(result.error().message) {
        BOOST_TEST(result.error().code == make_error_code(code));
        BOOST_TEST(result.error().message.find(says) != std::string::npos);
    }
}

class loop {
  public:
    boost::asio::any_io_executor get() { return context_.get_executor(); }

    /// Runs a coroutine to its end.
    template <class Body>
    void run(Body body) {
        context_.restart();
        auto over = boost::asio::co_spawn(context_, std::move(body), boost::asio::use_future);
        context_.run();
        over.get();
    }

  private:
    boost::asio::io_context context_;
};

inline awaitable<void> make_topic(boost::asio::any_io_executor where, const std::string& addresses,
                                  topic_plan plan) {
    auto door = must(topics::open(where, plain(addresses)));
    must(co_await door.create(std::move(plan), soon()));
    co_await door.close();
}

/// What became of messages, by number, until none is left unreported.
inline awaitable<std::map<std::uint64_t, delivery>> all_deliveries(producer& from) {
    std::map<std::uint64_t, delivery> all;
    const auto until = soon();
    while (from.unreported() > 0 && std::chrono::steady_clock::now() < until) {
        for (delivery& one : must(co_await from.deliveries(until)))
            all[one.number] = std::move(one);
    }
    BOOST_REQUIRE(from.unreported() == 0u);
    co_return all;
}

/// The next `count` records.
inline awaitable<std::vector<record>> read(reader& from, std::size_t count) {
    std::vector<record> all;
    const auto until = soon();
    while (all.size() < count && std::chrono::steady_clock::now() < until) {
        for (record& one : must(co_await from.next(count - all.size(), until)))
            all.push_back(std::move(one));
    }
    BOOST_REQUIRE(all.size() == count);
    co_return all;
}

} // namespace testing
} // namespace rollcall::kafka
