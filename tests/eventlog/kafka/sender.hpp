// Sends numbers to a topic while brokers come and go, and counts what was acknowledged.
#pragma once

#include "tests/eventlog/kafka/support.hpp"

#include <algorithm>

namespace rollcall::kafka::testing {

/// Sends numbers in turn to the partitions of a topic, and counts those that were acknowledged.
struct sender {
    sender(loop& l, const std::string& addresses, std::int32_t among)
        : out(must(producer::open(l.get(), plain(addresses)))), partitions(among) {}

    /// Numbers up to before `last`, without waiting.
    void hand_over(std::uint64_t last) {
        for (; next < last; ++next) {
            const std::string value = std::to_string(next);
            message m;
            m.topic = "t";
            m.partition = static_cast<std::int32_t>(next % static_cast<std::uint64_t>(partitions));
            m.value = value;
            m.number = next;
            must(out.send(m));
        }
    }

    void count(const base::result<std::vector<delivery>>& reports) {
        BOOST_REQUIRE(reports.has_value());
        for (const delivery& one : *reports)
            BOOST_REQUIRE_MESSAGE(!one.failed, one.failed->message);
        acknowledged += reports->size();
    }

    producer out;
    std::int32_t partitions;
    std::uint64_t next = 0;
    std::uint64_t acknowledged = 0;
};

/// Numbers up to before `last`, a few hundred at a time under way, so that it takes many requests.
inline awaitable<void> send_up_to(sender& s, std::uint64_t last) {
    const auto until = soon();
    while (s.next < last && std::chrono::steady_clock::now() < until) {
        if (s.out.unreported() < 300) s.hand_over(std::min(s.next + 50, last));
        s.count(co_await s.out.deliveries(in(100ms)));
    }
    BOOST_REQUIRE(s.next == last);
}

inline awaitable<void> take_all(sender& s) {
    const auto until = soon();
    while (s.out.unreported() > 0 && std::chrono::steady_clock::now() < until)
        s.count(co_await s.out.deliveries(until));
    BOOST_REQUIRE(s.acknowledged == s.next);
}

} // namespace rollcall::kafka::testing
