// Brokers that are killed, freeze and come back: nothing that was handed over is lost, the order
// stays, and nobody waits for the dead.
#include "tests/eventlog/kafka/sender.hpp"
#include "tests/eventlog/kafka/support.hpp"

BOOST_AUTO_TEST_SUITE(broker_loss_test)

using namespace rollcall;
using namespace rollcall::kafka;
using namespace rollcall::kafka::testing;
using support::kafka_broker;

namespace {

/// All numbers up to before `count` stand in their partitions: once, in order.
awaitable<void> check_all_there(loop& l, const std::string& addresses, std::int32_t partitions,
                                std::uint64_t count) {
    reader from = must(reader::open(l.get(), plain(addresses)));
    std::uint64_t found = 0;
    for (std::int32_t p = 0; p < partitions; ++p) {
        must(from.start("t", p, 0));
        const auto reach = must(co_await from.extents("t", soon()));
        const std::int64_t high = reach.at(static_cast<std::size_t>(p)).high;
        auto next = static_cast<std::uint64_t>(p);
        for (const record& one : co_await read(from, static_cast<std::size_t>(high))) {
            BOOST_REQUIRE(*one.value == std::to_string(next));
            next += static_cast<std::uint64_t>(partitions);
            ++found;
        }
    }
    BOOST_TEST(found == count);
    co_await from.close();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_broker_that_is_killed_loses_nothing_and_is_missed) {
    kafka_broker mine;
    loop l;
    l.run([&]() -> awaitable<void> {
        co_await make_topic(l.get(), mine.addresses(), {.name = "t", .partitions = 2});
        sender s(l, mine.addresses(), 2);
        co_await send_up_to(s, 2'000);
        s.hand_over(2'200);
        mine.kill(0);
        // What is under way and what is added waits; the trouble has a name.
        s.hand_over(2'400);
        const auto until = soon();
        while (!s.out.trouble() && std::chrono::steady_clock::now() < until)
            s.count(co_await s.out.deliveries(in(200ms)));
        BOOST_REQUIRE(s.out.trouble().has_value());
        BOOST_TEST(s.out.trouble()->code == make_error_code(kafka_errc::unreachable));
        BOOST_TEST(s.out.trouble()->message.find(mine.addresses()) != std::string::npos);
        BOOST_TEST(s.out.unreported() > 0u);
        mine.start(0);
        co_await send_up_to(s, 4'000);
        co_await take_all(s);
        BOOST_TEST(!s.out.trouble());
        co_await s.out.close();
        co_await check_all_there(l, mine.addresses(), 2, 4'000);
    });
}

BOOST_AUTO_TEST_CASE(the_end_does_not_wait_for_the_dead) {
    struct row {
        const char* name;
        void (kafka_broker::*hurt)(int);
    };

    kafka_broker mine;
    for (const row& r :
         {row{"frozen", &kafka_broker::freeze}, row{"killed", &kafka_broker::kill}}) {
        BOOST_TEST_CONTEXT(r.name) {
            loop l;
            l.run([&]() -> awaitable<void> {
                const std::string topic = r.name;
                co_await make_topic(l.get(), mine.addresses(), {.name = topic});
                producer out = must(producer::open(l.get(), plain(mine.addresses())));
                message m;
                m.topic = topic;
                m.value = "x";
                must(out.send(m));
                BOOST_TEST(!(co_await all_deliveries(out)).at(0).failed);
                reader from = must(reader::open(l.get(), plain(mine.addresses())));
                must(from.start(topic, 0, 0));
                co_await read(from, 1);
                auto door = must(topics::open(l.get(), plain(mine.addresses())));
                must(co_await door.brokers(soon()));

                (mine.*r.hurt)(0);
                for (m.number = 1; m.number < 500; ++m.number)
                    must(out.send(m));
                BOOST_TEST(must(co_await out.deliveries(in(300ms))).empty());
                BOOST_TEST(!(co_await door.brokers(in(300ms))));
                for (int i = 0; i < 3; ++i) {
                    const auto began = std::chrono::steady_clock::now();
                    if (i == 0) co_await out.close();
                    if (i == 1) co_await from.close();
                    if (i == 2) co_await door.close();
                    BOOST_TEST((std::chrono::steady_clock::now() - began < 6s));
                }
                check_fails(co_await out.deliveries(soon()), kafka_errc::closed);
            });
            // Neither does whoever goes without a word.
            const auto began = std::chrono::steady_clock::now();
            {
                producer out = must(producer::open(l.get(), plain(mine.addresses())));
                message m;
                m.topic = "t";
                must(out.send(m));
            }
            BOOST_TEST((std::chrono::steady_clock::now() - began < 6s));
            if (r.hurt == &kafka_broker::freeze) mine.thaw(0);
        }
    }
}

BOOST_AUTO_TEST_CASE(three_brokers_go_on_when_one_is_killed) {
    kafka_broker mine({.nodes = 3});
    loop l;
    l.run([&]() -> awaitable<void> {
        // Three partitions: each broker leads one.
        const topic_plan plan{.name = "t", .partitions = 3};
        co_await make_topic(l.get(), mine.addresses(), plan);
        auto door = must(topics::open(l.get(), plain(mine.addresses())));
        // Who is asked may not have heard of it yet.
        const auto until = soon();
        auto known = co_await door.describe("t", until);
        while (!known && known.error().code == make_error_code(kafka_errc::unknown_topic) &&
               std::chrono::steady_clock::now() < until) {
            known = co_await door.describe("t", until);
        }
        const topic_state made = must(std::move(known));
        BOOST_TEST(made.replication == 3);
        BOOST_TEST(made.min_insync == 2);
        BOOST_TEST(differences(plan, made, must(co_await door.brokers(soon()))).empty());
        co_await door.close();

        sender s(l, mine.addresses(), 3);
        co_await send_up_to(s, 1'500);
        s.hand_over(1'800);
        mine.kill(0);
        co_await send_up_to(s, 4'500);
        co_await take_all(s);
        BOOST_TEST(!s.out.trouble());
        co_await check_all_there(l, mine.addresses(), 3, 4'500);
        mine.start(0);
        // And when another one goes, as soon as the first is back.
        mine.stop(1);
        co_await send_up_to(s, 6'000);
        co_await take_all(s);
        co_await s.out.close();
        co_await check_all_there(l, mine.addresses(), 3, 6'000);
    });
}

BOOST_AUTO_TEST_SUITE_END()
