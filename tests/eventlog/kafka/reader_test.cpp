// Reading partitions: from a place, how far they reach, and what stands last in them.
#include "tests/eventlog/kafka/support.hpp"

#include <cstdlib>
#include <functional>
#include <librdkafka/rdkafka.h>

BOOST_AUTO_TEST_SUITE(reader_test)

using namespace rollcall;
using namespace rollcall::kafka;
using namespace rollcall::kafka::testing;

namespace {

/// Sends values "0", "1", … to a partition.
awaitable<void> fill(loop& l, std::string topic, std::int32_t partition, int count) {
    producer out = must(producer::open(l.get(), plain(broker().addresses())));
    for (int i = 0; i < count; ++i) {
        const std::string value = std::to_string(i);
        message m;
        m.topic = topic;
        m.partition = partition;
        m.key = "k";
        m.value = value;
        m.number = static_cast<std::uint64_t>(i);
        must(out.send(m));
    }
    for (const auto& [number, one] : co_await all_deliveries(out))
        BOOST_REQUIRE(!one.failed);
    co_await out.close();
}

/// The library by itself, for what the door does not do.
struct by_hand {
    explicit by_hand(const char* transactional_id = nullptr) {
        rd_kafka_conf_t* const conf = rd_kafka_conf_new();
        char reason[256];
        rd_kafka_conf_set(conf, "bootstrap.servers", broker().addresses().c_str(), reason,
                          sizeof reason);
        if (transactional_id != nullptr) {
            rd_kafka_conf_set(conf, "transactional.id", transactional_id, reason, sizeof reason);
        }
        library = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
        BOOST_REQUIRE(library != nullptr);
    }

    ~by_hand() { rd_kafka_destroy(library); }

    by_hand(const by_hand&) = delete;
    by_hand& operator=(const by_hand&) = delete;

    rd_kafka_t* library = nullptr;
};

void none(rd_kafka_error_t* error) {
    const std::string words = error == nullptr ? "" : rd_kafka_error_string(error);
    if (error != nullptr) rd_kafka_error_destroy(error);
    BOOST_REQUIRE_MESSAGE(words.empty(), words);
}

/// Deletes what stands before `offset`, as retention would.
void trim(const char* topic, std::int32_t partition, std::int64_t offset) {
    const by_hand hand;
    rd_kafka_topic_partition_list_t* const where = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(where, topic, partition)->offset = offset;
    rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(where);
    rd_kafka_queue_t* const answers = rd_kafka_queue_new(hand.library);
    rd_kafka_DeleteRecords(hand.library, &request, 1, nullptr, answers);
    rd_kafka_event_t* const answer = rd_kafka_queue_poll(answers, 60'000);
    BOOST_REQUIRE(answer != nullptr);
    BOOST_TEST(rd_kafka_event_error(answer) == RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_event_destroy(answer);
    rd_kafka_queue_destroy(answers);
    rd_kafka_DeleteRecords_destroy(request);
    rd_kafka_topic_partition_list_destroy(where);
}

/// A transaction of another program: a message, and behind it the broker's note of its end.
void transact(const char* topic, std::int32_t partition, const char* value) {
    const by_hand hand("somebody-else");
    none(rd_kafka_init_transactions(hand.library, 60'000));
    none(rd_kafka_begin_transaction(hand.library));
    std::string bytes(value);
    const int flags = RD_KAFKA_MSG_F_COPY;
    BOOST_REQUIRE(rd_kafka_producev(hand.library, RD_KAFKA_VTYPE_TOPIC, topic,
                                    RD_KAFKA_VTYPE_PARTITION, partition, RD_KAFKA_VTYPE_MSGFLAGS,
                                    flags, RD_KAFKA_VTYPE_VALUE, bytes.data(), bytes.size(),
                                    RD_KAFKA_VTYPE_END) == RD_KAFKA_RESP_ERR_NO_ERROR);
    none(rd_kafka_commit_transaction(hand.library, 60'000));
}

} // namespace

BOOST_AUTO_TEST_CASE(from_any_place_on) {
    loop l;
    l.run([&]() -> awaitable<void> {
        co_await make_topic(l.get(), broker().addresses(), {.name = "places", .partitions = 2});
        co_await fill(l, "places", 0, 50);
        co_await fill(l, "places", 1, 3);
        reader from = must(reader::open(l.get(), plain(broker().addresses())));
        struct row {
            std::int32_t partition;
            std::int64_t offset;
            std::size_t count;
        };
        // Each from another place than the one where the last ended.
        for (const row r : {row{0, 0, 50}, row{0, 49, 1}, row{0, 7, 5}, row{1, 1, 2}, row{0, 8, 1},
                            row{0, 0, 1}, row{1, 0, 3}}) {
            BOOST_TEST_CONTEXT(r.partition << "@" << r.offset) {
                must(from.start("places", r.partition, r.offset));
                const auto found = co_await read(from, r.count);
                for (std::size_t i = 0; i < r.count; ++i) {
                    const auto offset = r.offset + static_cast<std::int64_t>(i);
                    BOOST_TEST(found[i].partition == r.partition);
                    BOOST_TEST(found[i].offset == offset);
                    BOOST_TEST(*found[i].value == std::to_string(offset));
                    BOOST_TEST(found[i].unix_ms > 0);
                }
            }
        }
        // No more at once than was asked for; what is left comes next.
        must(from.start("places", 0, 0));
        std::int64_t next = 0;
        while (next < 50) {
            const auto some = must(co_await from.next(7, soon()));
            BOOST_TEST(some.size() <= 7u);
            for (const record& one : some)
                BOOST_TEST(one.offset == next++);
        }
        BOOST_TEST(must(co_await from.next(7, in(300ms))).empty());
        // What comes later is heard of.
        co_await fill(l, "places", 0, 1);
        BOOST_TEST((co_await read(from, 1))[0].offset == 50);
        co_await from.close();
    });
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read) {
    struct row {
        const char* name;
        const char* topic;
        std::int32_t partition;
        std::int64_t offset;
        kafka_errc code;
        bool at_start;
    };

    const std::vector<row> rows = {
        {"behind the end", "short", 0, 3, kafka_errc::offset_out_of_range, false},
        {"far behind the end", "short", 0, 1'000'000, kafka_errc::offset_out_of_range, false},
        {"no such partition", "short", 1, 0, kafka_errc::unknown_topic, false},
        {"no such topic", "nothing-here", 0, 0, kafka_errc::unknown_topic, false},
        {"no such name", "nothing here", 0, 0, kafka_errc::unknown_topic, true},
        {"a place before the first", "short", 0, -1, kafka_errc::bad_options, true},
        {"the library's word for the end", "short", 0, -2, kafka_errc::bad_options, true},
        {"a partition before the first", "short", -1, 0, kafka_errc::bad_options, true},
        {"what was deleted", "trimmed-a", 0, 1, kafka_errc::offset_out_of_range, false},
    };
    loop l;
    l.run([&]() -> awaitable<void> {
        co_await make_topic(l.get(), broker().addresses(), {.name = "short"});
        co_await fill(l, "short", 0, 2);
        co_await make_topic(l.get(), broker().addresses(), {.name = "trimmed-a"});
        co_await fill(l, "trimmed-a", 0, 5);
        trim("trimmed-a", 0, 3);
        reader from = must(reader::open(l.get(), plain(broker().addresses())));
        for (const row& r : rows) {
            BOOST_TEST_CONTEXT(r.name) {
                const auto started = from.start(r.topic, r.partition, r.offset);
                BOOST_TEST(started.has_value() == !r.at_start);
                if (r.at_start) {
                    check_fails(started, r.code, r.topic);
                } else {
                    check_fails(co_await from.next(10, soon()), r.code, r.topic);
                }
            }
        }
        // It can be used again after each of them.
        must(from.start("short", 0, 1));
        BOOST_TEST(*(co_await read(from, 1))[0].value == "1");
        check_fails(co_await from.extents("nothing-here", soon()), kafka_errc::unknown_topic,
                    "nothing-here");
        check_fails(co_await from.tail("nothing-here", soon()), kafka_errc::unknown_topic);
        co_await from.close();
        check_fails(from.start("short", 0, 0), kafka_errc::closed);
        check_fails(co_await from.next(1, soon()), kafka_errc::closed);
        check_fails(co_await from.extents("short", soon()), kafka_errc::closed);
        check_fails(co_await from.tail("short", soon()), kafka_errc::closed);
    });
}

BOOST_AUTO_TEST_CASE(how_far_partitions_reach_and_what_is_last) {
    struct row {
        const char* name;
        std::function<awaitable<void>(loop&, const char*)> make;
        std::int64_t low, high;
        std::optional<std::int64_t> last;
        std::string value = "";
    };

    const std::vector<row> rows = {
        {"reach-empty", [](loop&, const char*) -> awaitable<void> { co_return; }, 0, 0, {}},
        {"reach-one", [](loop& l, const char* t) { return fill(l, t, 1, 1); }, 0, 1, 0, "0"},
        {"reach-many", [](loop& l, const char* t) { return fill(l, t, 1, 3000); }, 0, 3000, 2999,
         "2999"},
        {"reach-beginning-deleted",
         [](loop& l, const char* t) -> awaitable<void> {
             co_await fill(l, t, 1, 9);
             trim(t, 1, 4);
         },
         4, 9, 8, "8"},
        {"reach-all-deleted",
         [](loop& l, const char* t) -> awaitable<void> {
             co_await fill(l, t, 1, 9);
             trim(t, 1, 9);
         },
         9,
         9,
         {}},
        {"reach-the-brokers-note-is-last",
         [](loop& l, const char* t) -> awaitable<void> {
             co_await fill(l, t, 1, 2);
             transact(t, 1, "of another");
         },
         0, 4, 2, "of another"},
        {"reach-nothing-but-the-brokers-note",
         [](loop&, const char* t) -> awaitable<void> {
             transact(t, 1, "of another");
             trim(t, 1, 1);
             co_return;
         },
         1,
         2,
         {}},
    };
    loop l;
    l.run([&]() -> awaitable<void> {
        reader from = must(reader::open(l.get(), plain(broker().addresses())));
        for (const row& r : rows) {
            BOOST_TEST_CONTEXT(r.name) {
                co_await make_topic(l.get(), broker().addresses(),
                                    {.name = r.name, .partitions = 3});
                co_await r.make(l, r.name);
                // The broker writes the end of a transaction when it has told of it.
                const auto until = soon();
                auto reach = must(co_await from.extents(r.name, until));
                while (reach.at(1).high < r.high && std::chrono::steady_clock::now() < until)
                    reach = must(co_await from.extents(r.name, until));
                BOOST_REQUIRE(reach.size() == 3u);
                for (std::int32_t p = 0; p < 3; ++p) {
                    const extent& one = reach[static_cast<std::size_t>(p)];
                    BOOST_TEST(one.partition == p);
                    BOOST_TEST(one.low == (p == 1 ? r.low : 0));
                    BOOST_TEST(one.high == (p == 1 ? r.high : 0));
                }
                const auto last = must(co_await from.tail(r.name, soon()));
                BOOST_REQUIRE(last.size() == 3u);
                BOOST_TEST(!last[0]);
                BOOST_TEST(!last[2]);
                BOOST_REQUIRE(last[1].has_value() == r.last.has_value());
                if (!r.last) continue;
                BOOST_TEST(last[1]->partition == 1);
                BOOST_TEST(last[1]->offset == *r.last);
                BOOST_TEST(*last[1]->value == r.value);
            }
        }
        co_await from.close();
    });
}

BOOST_AUTO_TEST_SUITE_END()
