// Topics: how they are wished, made, described, and what is told when they are otherwise.
#include "tests/eventlog/kafka/support.hpp"

BOOST_AUTO_TEST_SUITE(topics_test)

using namespace rollcall;
using namespace rollcall::kafka;
using namespace rollcall::kafka::testing;

BOOST_AUTO_TEST_CASE(copies_follow_the_number_of_brokers) {
    struct row {
        const char* name;
        topic_plan plan;
        std::int32_t brokers;
        std::int32_t replication, min_insync;
    };

    const std::vector<row> rows = {
        {"one broker", {}, 1, 1, 1},
        {"two", {}, 2, 2, 1},
        {"three", {}, 3, 3, 2},
        {"seven", {}, 7, 3, 2},
        {"none that answers", {}, 0, 1, 1},
        {"as wished", {.replication = 5}, 7, 5, 2},
        {"fewer as wished", {.replication = 1}, 3, 1, 1},
        {"in sync as wished", {.min_insync = 3}, 3, 3, 3},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(replication_of(r.plan, r.brokers) == r.replication);
            BOOST_TEST(min_insync_of(r.plan, r.brokers) == r.min_insync);
        }
    }
}

BOOST_AUTO_TEST_CASE(differences_are_told_one_by_one) {
    const topic_state good{.name = "t",
                           .partitions = 4,
                           .replication = 3,
                           .cleanup_policy = "delete",
                           .retention_ms = -1,
                           .retention_bytes = -1,
                           .min_insync = 2,
                           .message_bytes_max = 1'048'588};

    struct row {
        const char* name;
        void (*change)(topic_state&);
        const char* setting; ///< null: nothing differs
        const char* wished = "";
        const char* found = "";
    };

    const std::vector<row> rows = {
        {"as wished", [](topic_state&) {}, nullptr},
        {"fewer partitions", [](topic_state& s) { s.partitions = 3; }, "partitions", "4", "3"},
        {"more partitions", [](topic_state& s) { s.partitions = 5; }, "partitions", "4", "5"},
        {"fewer copies", [](topic_state& s) { s.replication = 1; }, "replication", "3", "1"},
        {"compacted", [](topic_state& s) { s.cleanup_policy = "compact"; }, "cleanup.policy",
         "delete", "compact"},
        {"both", [](topic_state& s) { s.cleanup_policy = "compact,delete"; }, "cleanup.policy",
         "delete", "compact,delete"},
        {"kept for a week", [](topic_state& s) { s.retention_ms = 604'800'000; }, "retention.ms",
         "-1", "604800000"},
        {"kept up to a size", [](topic_state& s) { s.retention_bytes = 1; }, "retention.bytes",
         "-1", "1"},
        {"one in sync is enough", [](topic_state& s) { s.min_insync = 1; }, "min.insync.replicas",
         "2", "1"},
        {"small messages", [](topic_state& s) { s.message_bytes_max = 1000; }, "max.message.bytes",
         "1048588", "1000"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            topic_state changed = good;
            r.change(changed);
            const auto told = differences({.name = "t", .partitions = 4}, changed, 3);
            BOOST_REQUIRE(told.size() == (r.setting == nullptr ? 0u : 1u));
            if (told.empty()) continue;
            BOOST_TEST(told[0].topic == "t");
            BOOST_TEST(told[0].setting == r.setting);
            BOOST_TEST(told[0].wished == r.wished);
            BOOST_TEST(told[0].found == r.found);
        }
    }
    // What a compacted topic keeps is not a matter of time.
    topic_state compacted = good;
    compacted.cleanup_policy = "compact";
    compacted.retention_ms = 604'800'000;
    BOOST_TEST(
        differences({.name = "t", .partitions = 4, .cleanup = cleanup::compact}, compacted, 3)
            .empty());
}

BOOST_AUTO_TEST_CASE(a_topic_is_made_as_wished) {
    const std::vector<topic_plan> plans = {
        {.name = "as-usual"},
        {.name = "twelve", .partitions = 12},
        {.name = "compacted", .partitions = 2, .cleanup = cleanup::compact},
        {.name = "for-a-week", .retention_ms = 604'800'000},
        {.name = "small.messages_only", .message_bytes_max = 10'000},
    };
    loop l;
    l.run([&]() -> awaitable<void> {
        auto door = must(topics::open(l.get(), plain(broker().addresses())));
        for (const topic_plan& plan : plans) {
            BOOST_TEST_CONTEXT(plan.name) {
                check_fails(co_await door.describe(plan.name, soon()), kafka_errc::unknown_topic,
                            plan.name);
                must(co_await door.create(plan, soon()));
                const topic_state made = must(co_await door.describe(plan.name, soon()));
                BOOST_TEST(made.name == plan.name);
                BOOST_TEST(made.partitions == plan.partitions);
                BOOST_TEST(made.replication == 1);
                for (const difference& one : differences(plan, made, 1)) {
                    BOOST_ERROR(one.setting << ": " << one.found << ", not " << one.wished);
                }
            }
        }
        co_await door.close();
    });
}

BOOST_AUTO_TEST_CASE(what_cannot_be_made) {
    struct row {
        const char* name;
        topic_plan plan;
        kafka_errc code;
        const char* says;
    };

    const std::vector<row> rows = {
        {"it is there", {.name = "there"}, kafka_errc::already_exists, "there"},
        {"no partitions", {.name = "none", .partitions = 0}, kafka_errc::bad_options, "none"},
        {"no name", {.name = ""}, kafka_errc::bad_options, "no topic can have this name"},
        {"no such name", {.name = "a b"}, kafka_errc::bad_options, "no topic can have this name"},
        {"more copies than brokers",
         {.name = "three", .replication = 3},
         kafka_errc::bad_options,
         "replication"},
        {"a strange setting",
         {.name = "odd", .message_bytes_max = -5},
         kafka_errc::bad_options,
         "max.message.bytes"},
    };
    loop l;
    l.run([&]() -> awaitable<void> {
        co_await make_topic(l.get(), broker().addresses(), {.name = "there"});
        auto door = must(topics::open(l.get(), plain(broker().addresses())));
        for (const row& r : rows) {
            BOOST_TEST_CONTEXT(r.name) {
                check_fails(co_await door.create(r.plan, soon()), r.code, r.says);
            }
        }
        check_fails(co_await door.describe("a b", soon()), kafka_errc::unknown_topic);
        co_await door.close();
        check_fails(co_await door.brokers(soon()), kafka_errc::closed);
        check_fails(co_await door.describe("there", soon()), kafka_errc::closed);
        check_fails(co_await door.create({.name = "late"}, soon()), kafka_errc::closed);
    });
}

BOOST_AUTO_TEST_SUITE_END()
