// A producer with a broker that works: what arrives, what is refused, and what is bounded.
#include "eventlog/base/random.hpp"
#include "tests/eventlog/kafka/support.hpp"

BOOST_AUTO_TEST_SUITE(producer_test)

using namespace rollcall;
using namespace rollcall::kafka;
using namespace rollcall::kafka::testing;

namespace {

message made(std::string_view topic, std::uint64_t number, std::string_view value) {
    message m;
    m.topic = topic;
    m.key = "acme";
    m.value = value;
    m.number = number;
    return m;
}

/// A producer at an address where nobody is: what it is given stays in its queue.
producer to_nobody(loop& l, const producer_options& options) {
    return must(producer::open(l.get(), plain("127.0.0.1:1"), options));
}

awaitable<void> hear_the_end(producer& from, bool& heard) {
    check_fails(co_await from.deliveries(in(1h)), kafka_errc::closed);
    heard = true;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_sent_is_read_in_order_as_it_was) {
    struct sent {
        const char* name;
        std::string key;
        std::optional<std::string> value;
        std::vector<header> headers;
    };

    const std::string all_bytes = [] {
        std::string bytes;
        for (int i = 0; i < 256; ++i)
            bytes += static_cast<char>(i);
        return bytes;
    }();
    const std::vector<sent> rows = {
        {"plain", "acme", "{}", {}},
        {"headers in order, a name twice", "acme", "{}", {{"b", "1"}, {"a", "2"}, {"b", "3"}}},
        {"a tombstone", "acme/user/1", std::nullopt, {{"ce_id", "acme:7"}}},
        {"an empty value is no tombstone", "acme", "", {}},
        {"an empty key is a key", "", "{}", {}},
        {"an empty header", "acme", "{}", {{"empty", ""}}},
        {"any bytes", all_bytes, all_bytes, {{"bytes", all_bytes}}},
        {"a large one", "acme", std::string(900'000, 'x'), {}},
    };
    loop l;
    l.run([&]() -> awaitable<void> {
        co_await make_topic(l.get(), broker().addresses(), {.name = "as-sent", .partitions = 2});
        producer out = must(producer::open(l.get(), plain(broker().addresses())));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            message m;
            m.topic = "as-sent";
            m.partition = 1;
            m.key = rows[i].key;
            if (rows[i].value) m.value = *rows[i].value;
            m.headers = rows[i].headers;
            m.number = 100 + i;
            must(out.send(m));
        }
        const auto reports = co_await all_deliveries(out);
        BOOST_REQUIRE(reports.size() == rows.size());
        BOOST_TEST(!out.trouble());
        reader in = must(reader::open(l.get(), plain(broker().addresses())));
        must(in.start("as-sent", 1, 0));
        const std::vector<record> found = co_await read(in, rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            BOOST_TEST_CONTEXT(rows[i].name) {
                const delivery& told = reports.at(100 + i);
                BOOST_TEST(!told.failed);
                BOOST_TEST(told.offset == static_cast<std::int64_t>(i));
                BOOST_TEST(told.partition == 1);
                BOOST_TEST(found[i].offset == told.offset);
                BOOST_TEST(found[i].partition == 1);
                BOOST_TEST((found[i].key == rows[i].key));
                BOOST_TEST((found[i].value == rows[i].value));
                BOOST_REQUIRE(found[i].headers.size() == rows[i].headers.size());
                for (std::size_t h = 0; h < rows[i].headers.size(); ++h) {
                    BOOST_TEST(found[i].headers[h].name == rows[i].headers[h].name);
                    BOOST_TEST((found[i].headers[h].value == rows[i].headers[h].value));
                }
            }
        }
        BOOST_TEST(*found[1].header("b") == "3");
        BOOST_TEST(found[1].header("c") == nullptr);
        co_await in.close();
        co_await out.close();
    });
}

BOOST_AUTO_TEST_CASE(thousands_arrive_in_order_with_a_small_queue) {
    loop l;
    l.run([&]() -> awaitable<void> {
        co_await make_topic(l.get(), broker().addresses(), {.name = "many"});
        producer out = must(
            producer::open(l.get(), plain(broker().addresses()), {.queued_messages_max = 100}));
        constexpr std::uint64_t count = 5'000;
        std::uint64_t next = 0;
        std::uint64_t acknowledged = 0;
        std::size_t waits = 0;
        const auto until = soon();
        while (acknowledged < count && std::chrono::steady_clock::now() < until) {
            while (next < count) {
                auto sent = out.send(made("many", next, std::to_string(next)));
                if (!sent) {
                    check_fails(sent, kafka_errc::queue_full);
                    ++waits;
                    break;
                }
                ++next;
            }
            BOOST_TEST(out.unreported() <= 100u);
            for (const delivery& one : must(co_await out.deliveries(until))) {
                BOOST_REQUIRE(one.number == acknowledged);
                BOOST_REQUIRE(one.offset == static_cast<std::int64_t>(acknowledged));
                ++acknowledged;
            }
        }
        BOOST_TEST(acknowledged == count);
        BOOST_TEST(waits > 0u);
        co_await out.close();
    });
}

BOOST_AUTO_TEST_CASE(a_queue_is_bounded_in_messages_and_in_bytes) {
    struct row {
        const char* name;
        producer_options options;
        std::size_t value_bytes;
        std::uint64_t taken_least, taken_most;
    };

    const std::vector<row> rows = {
        {"messages", {.queued_messages_max = 10}, 10, 10, 10},
        {"one message", {.queued_messages_max = 1}, 10, 1, 1},
        {"bytes", {.queued_kbytes_max = 100}, 10'240, 9, 10},
        {"bytes before messages", {.queued_messages_max = 50, .queued_kbytes_max = 1}, 500, 2, 3},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            loop l;
            producer out = to_nobody(l, r.options);
            std::uint64_t taken = 0;
            base::result<void> last;
            const std::string value(r.value_bytes, 'x');
            while (taken < 100 && (last = out.send(made("t", taken, value))))
                ++taken;
            check_fails(last, kafka_errc::queue_full, "t[0]");
            BOOST_TEST(taken >= r.taken_least);
            BOOST_TEST(taken <= r.taken_most);
            BOOST_TEST(out.unreported() == taken);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_is_told_at_once) {
    loop l;
    l.run([&]() -> awaitable<void> {
        co_await make_topic(l.get(), broker().addresses(),
                            {.name = "narrow", .message_bytes_max = 10'000});
        producer out = must(
            producer::open(l.get(), plain(broker().addresses()), {.message_bytes_max = 20'000}));
        // The brokers are known when something has arrived.
        must(out.send(made("narrow", 1, "first")));
        BOOST_TEST(!(co_await all_deliveries(out)).at(1).failed);

        check_fails(out.send(made("narrow", 2, std::string(20'001, 'x'))),
                    kafka_errc::message_too_large, "narrow[0]");
        message elsewhere = made("narrow", 3, "x");
        elsewhere.partition = 1;
        check_fails(out.send(elsewhere), kafka_errc::unknown_topic, "narrow[1]");
        const header large{"h", std::string_view()};
        elsewhere.headers = {&large, 1};
        check_fails(out.send(elsewhere), kafka_errc::unknown_topic, "narrow[1]");
        for (const std::string& name : {std::string(), std::string("no such"), std::string("a/b"),
                                        std::string(".."), std::string(250, 'n')}) {
            check_fails(out.send(made(name, 4, "x")), kafka_errc::unknown_topic, name);
        }
        BOOST_TEST(out.unreported() == 0u);
        co_await out.close();
    });
}

BOOST_AUTO_TEST_CASE(what_the_broker_refuses_is_told_of_the_message) {
    struct row {
        const char* name;
        const char* topic;
        std::size_t bytes;
        kafka_errc code;
    };

    const std::vector<row> rows = {
        {"larger than the topic takes", "strict", 15'000, kafka_errc::message_too_large},
        {"no such topic", "no-such-topic", 10, kafka_errc::unknown_topic},
    };
    loop l;
    l.run([&]() -> awaitable<void> {
        co_await make_topic(l.get(), broker().addresses(),
                            {.name = "strict", .message_bytes_max = 10'000});
        for (const row& r : rows) {
            BOOST_TEST_CONTEXT(r.name) {
                producer out = must(producer::open(l.get(), plain(broker().addresses())));
                std::string value(r.bytes, '\0'); // that lz4 does not make small
                base::fill_random({reinterpret_cast<std::uint8_t*>(value.data()), value.size()});
                must(out.send(made(r.topic, 7, value)));
                const auto reports = co_await all_deliveries(out);
                BOOST_REQUIRE(reports.at(7).failed.has_value());
                BOOST_TEST_CONTEXT(reports.at(7).failed->message) {
                    BOOST_TEST(reports.at(7).failed->code == make_error_code(r.code));
                    BOOST_TEST(reports.at(7).offset == -1);
                    BOOST_TEST(!reports.at(7).possibly_stored);
                }
                co_await out.close();
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(nothing_to_report_is_an_empty_list_at_the_deadline) {
    loop l;
    l.run([&]() -> awaitable<void> {
        producer out = must(producer::open(l.get(), plain(broker().addresses())));
        const auto until = in(200ms);
        BOOST_TEST(must(co_await out.deliveries(until)).empty());
        BOOST_TEST((std::chrono::steady_clock::now() >= until));
        co_await out.close();
    });
}

BOOST_AUTO_TEST_CASE(what_is_closed_says_so) {
    loop l;
    l.run([&]() -> awaitable<void> {
        producer out = must(producer::open(l.get(), plain(broker().addresses())));
        co_await out.close();
        co_await out.close();
        check_fails(out.send(made("t", 1, "x")), kafka_errc::closed);
        check_fails(co_await out.deliveries(soon()), kafka_errc::closed);
    });
}

BOOST_AUTO_TEST_CASE(whoever_waits_is_woken_by_the_end) {
    loop l;
    producer out = to_nobody(l, {});
    bool told = false;
    l.run([&]() -> awaitable<void> {
        boost::asio::co_spawn(l.get(), hear_the_end(out, told), boost::asio::detached);
        co_await out.close();
    });
    BOOST_TEST(told);
}

BOOST_AUTO_TEST_SUITE_END()
