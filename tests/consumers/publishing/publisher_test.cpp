// The publisher against a real broker: what subscribers find, whatever happened in between.
#include "consumers/publishing/publisher_rows.hpp"
#include "consumers/publishing/topic_keeping.hpp"
#include "consumers/writer_step.hpp"
#include "eventlog/keys.hpp"
#include "projections/told/cloud_event.hpp"
#include "projections/told/lineage_message.hpp"
#include "tests/consumers/publishing/published_life.hpp"
#include "tests/eventlog/kafka/remove_topic.hpp"
#include "tests/eventlog/kafka/support.hpp"
#include "tests/integration/child.hpp"
#include "tests/support/events.hpp"
#include "tests/support/raw_database.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <utility>

using namespace rollcall;
using namespace rollcall::publishing;
using namespace rollcall::publishing::test;
using rollcall::projections::test::by_operator;
using told::topic_kind;
using clock_type = std::chrono::steady_clock;

namespace {

std::size_t count(const topics_seen& seen, topic_kind kind) {
    return seen.at(kind).size();
}

std::size_t count(const topics_seen& seen, topic_kind kind, std::string_view word) {
    std::size_t found = 0;
    for (const kafka::record& one : seen.at(kind)) {
        const std::string* type = one.header("ce_type");
        if (type != nullptr && *type == told::type_name(word)) ++found;
    }
    return found;
}

/// Somebody else puts records where they stood already, one after the other.
void put(const published_life& life, topic_kind kind, const std::vector<kafka::record>& all) {
    kafka::testing::loop loop;
    loop.run([&]() -> boost::asio::awaitable<void> {
        auto to = kafka::testing::must(
            kafka::producer::open(loop.get(), kafka::testing::plain(life.addresses())));
        for (const kafka::record& one : all) {
            std::vector<kafka::header> headers;
            for (const kafka::kept_header& h : one.headers)
                headers.push_back({h.name, h.value});
            kafka::message m;
            const std::string topic = life.topic(kind);
            m.topic = topic;
            m.partition = one.partition;
            if (one.key) m.key = *one.key;
            if (one.value) m.value = *one.value;
            m.headers = headers;
            kafka::testing::must(to.send(m));
            co_await kafka::testing::all_deliveries(to);
        }
        co_await to.close();
    });
}

} // namespace

BOOST_AUTO_TEST_SUITE(publisher_test)

BOOST_AUTO_TEST_CASE(a_life_is_published_and_nothing_is_sent_twice) {
    published_life life;
    life.live(100); // before anybody published: from the beginning
    life.start();
    life.live(200);
    life.await_right_topics();
    const auto before = life.topics();
    BOOST_TEST(count(before, topic_kind::dead_letters) == 0u);
    BOOST_TEST(life.it().state().producers == 1u);

    life.reopen();
    life.start();
    life.live(50);
    life.await_right_topics();
    const std::uint64_t events = life.server().log().head().offset;
    BOOST_TEST(count(life.topics(), topic_kind::lifecycle) == events);
    BOOST_TEST(life.it().state().lag_events == 0u);
}

BOOST_AUTO_TEST_CASE(what_came_after_the_stored_row_is_looked_for_in_the_topic) {
    published_life life;
    life.live(60);
    life.start();
    life.await_published();
    const auto then = read_memory(*life.server().log().snapshot());
    life.stop();
    const auto stored = read_memory(*life.server().log().snapshot());
    BOOST_TEST(!then.known.has_value());
    BOOST_REQUIRE(stored.known.has_value());

    // As after a kill: the row is an older one.
    life.start();
    life.live(60);
    life.await_published();
    life.stop();
    const auto kept = consumers::in_turn(life.server().queue(), [&](eventlog::turn& t) {
        write_memory(t.rows(), *stored.known);
        return base::result<void>();
    });
    BOOST_REQUIRE(kept.has_value());
    life.start();
    life.live(20);
    life.await_right_topics();
    BOOST_TEST(count(life.topics(), topic_kind::lifecycle) == life.server().log().head().offset);
}

BOOST_AUTO_TEST_CASE(without_its_row_the_tails_say_where_to_go_on) {
    published_life life;
    life.live(60);
    life.start();
    life.await_published();
    life.stop();
    const auto damaged = consumers::in_turn(life.server().queue(), [&](eventlog::turn& t) {
        t.rows().put(eventlog::table::checkpoints, "publisher/progress", "no such row");
        return base::result<void>();
    });
    BOOST_REQUIRE(damaged.has_value());
    life.start();
    life.live(20);
    life.await_right_topics();
    BOOST_TEST(count(life.topics(), topic_kind::lifecycle) == life.server().log().head().offset);
}

BOOST_AUTO_TEST_CASE(a_topic_that_was_deleted_is_filled_again) {
    for (const topic_kind gone : {topic_kind::lifecycle, topic_kind::state}) {
        BOOST_TEST_CONTEXT(told::topic_word(gone)) {
            published_life life;
            life.start();
            life.live(60);
            life.await_right_topics();
            life.stop();
            kafka::testing::remove_topic(life.addresses(), life.topic(gone));
            life.start();
            life.live(20);
            life.await_right_topics();
        }
    }
}

BOOST_AUTO_TEST_CASE(a_topic_that_is_deleted_under_way_is_filled_again) {
    published_life life;
    life.start();
    life.live(60);
    life.await_published();
    kafka::testing::remove_topic(life.addresses(), life.topic(topic_kind::lifecycle));
    life.live(20);
    life.await("a new producer", [](const publisher_state& now) { return now.producers > 1; });
    life.await_right_topics();
}

BOOST_AUTO_TEST_CASE(a_topic_that_somebody_makes_anew_under_way_is_filled_again) {
    for (const topic_kind gone : {topic_kind::lifecycle, topic_kind::state}) {
        BOOST_TEST_CONTEXT(told::topic_word(gone)) {
            published_life life;
            life.start();
            life.live(60);
            life.await_published();
            kafka::testing::remove_topic(life.addresses(), life.topic(gone));
            kafka::testing::loop loop;
            loop.run([&]() -> boost::asio::awaitable<void> {
                co_await kafka::testing::make_topic(
                    loop.get(), life.addresses(),
                    plan_of(life.options(), gone, life.options().partitions));
            });
            life.live(20);
            life.await("a new producer",
                       [](const publisher_state& now) { return now.producers > 1; });
            life.await_right_topics(gone == topic_kind::lifecycle);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_old_log_of_another_lineage_raises_an_alarm_until_it_is_accepted) {
    published_life life;
    life.start();
    life.live(100);
    life.await_right_topics();
    const base::uuid before = life.lineage();
    const std::size_t events = life.server().log().head().offset;

    life.become(support::id_of(0x77));
    life.start();
    life.await("an alarm", [](const publisher_state& now) { return !now.alarm.empty(); });
    const std::string alarm = life.it().state().alarm;
    BOOST_TEST((alarm.find("of another log, " + before.text()) != std::string::npos), alarm);
    BOOST_TEST((alarm.find("rollcall publish resume --new-lineage") != std::string::npos));
    life.live(10);
    BOOST_TEST(count(life.topics(), topic_kind::lifecycle) == events);

    BOOST_TEST(life.it().accept_new_lineage().has_value());
    life.await_right_topics();
    BOOST_TEST(life.it().state().alarm == "");
    BOOST_TEST(!life.it().accept_new_lineage().has_value());
    const auto seen = life.topics();
    BOOST_TEST(count(seen, topic_kind::lifecycle, told::lineage_changed_word) == 2u);

    // It is accepted once and for all.
    life.reopen();
    life.start();
    life.live(10);
    life.await_right_topics();
    BOOST_TEST(count(life.topics(), topic_kind::lifecycle, told::lineage_changed_word) == 2u);
}

BOOST_AUTO_TEST_CASE(after_a_restore_it_goes_on_behind_what_both_logs_have) {
    published_life life;
    life.start();
    life.live(60);
    life.await_right_topics();
    const auto origin = eventlog::log_origin{life.lineage(), life.server().log().head()};
    life.become(support::id_of(0x78), origin);
    life.start();
    life.await("an alarm", [](const publisher_state& now) { return !now.alarm.empty(); });
    BOOST_TEST(
        (life.it().state().alarm.find("from which this one was restored") != std::string::npos));
    BOOST_TEST(life.it().accept_new_lineage().has_value());
    life.live(20);
    life.await_right_topics();
    std::size_t again = 0;
    const auto seen = life.topics();
    for (const kafka::record& one : seen.at(topic_kind::lifecycle)) {
        if (one.value->find(life.lineage().text()) != std::string::npos) ++again;
    }
    // The news for two tenants, and what came since.
    BOOST_TEST(again == 2u + life.server().log().head().offset - origin.at.offset);
}

BOOST_AUTO_TEST_CASE(what_is_nobodys_any_more_gets_a_tombstone) {
    published_life old;
    old.start();
    old.server().make_tenant("gone");
    old.live(60);
    old.await_right_topics();
    old.stop();

    published_life life(broker().addresses(), 2);
    life.options().prefix = old.options().prefix;
    life.live(30);
    life.start();
    life.await("an alarm", [](const publisher_state& now) { return !now.alarm.empty(); });
    BOOST_TEST(life.it().accept_new_lineage().has_value());
    life.await_right_topics();
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_told_by_ids_and_states) {
    published_life life;
    life.options().producer.message_bytes_max = 20'000;
    life.start();
    auto wish = projections::test::wish_for("large");
    wish.content.document = R"({"userName":"large","note":")" + std::string(30'000, 'x') + "\"}";
    life.server().make_user({1}, wish);
    life.live(10);
    life.await_right_topics();
    const auto seen = life.topics();
    BOOST_TEST(count(seen, topic_kind::dead_letters) == 1u);
    BOOST_TEST(life.it().state().dead_letters == 1u);
}

BOOST_AUTO_TEST_CASE(one_event_larger_than_what_may_be_under_way_is_sent_whole) {
    published_life life;
    life.options().in_flight = {10, 10'000, 100};
    life.options().page = {.events_max = 3};
    life.start();
    std::vector<projections::subject_id> members;
    for (int i = 0; i < 60; ++i) {
        members.push_back(
            life.server().make_user({1}, projections::test::wish_for("m" + std::to_string(i))).id);
    }
    std::sort(members.begin(), members.end());
    life.server().run(by_operator(
        {1}, projections::create_team{base::uuid::make_v7(1),
                                      projections::test::team_named("all of them"), members}));
    life.await_right_topics();
    BOOST_TEST(count(life.topics(), topic_kind::state, "member") == 60u);
}

BOOST_AUTO_TEST_CASE(in_the_structured_mode_and_in_full_it_is_the_same_story) {
    published_life life;
    for (told::telling* how : {&life.options().told.lifecycle, &life.options().told.state}) {
        how->mode = told::event_mode::structured;
        how->personal = told::privacy::full;
    }
    life.start();
    life.live(60);
    life.await_right_topics();
}

BOOST_AUTO_TEST_CASE(in_front_of_a_record_that_nobody_can_read_it_stops) {
    published_life life;
    life.live(20);
    life.stop();
    const auto at = life.server().log().head();
    life.server().close();
    {
        support::raw_database raw(life.server().path());
        const std::string key = eventlog::keys::log({at.partition, 10});
        raw.put("log", key, raw.get("log", key).substr(0, 200));
    }
    life.reopen();
    life.start();
    life.await("an alarm", [](const publisher_state& now) { return !now.alarm.empty(); });
    const publisher_state now = life.it().state();
    BOOST_TEST((now.alarm.find("the record at @10 cannot be read") != std::string::npos),
               now.alarm);
    BOOST_TEST(now.checkpoint.offset == 9u);
    life.await("it is looked at again",
               [](const publisher_state& then) { return then.producers > 2; });
    BOOST_TEST(life.it().state().alarm == now.alarm);
    BOOST_TEST(count(life.topics(), topic_kind::lifecycle) == 9u);
}

BOOST_AUTO_TEST_CASE(who_is_erased_is_gone_from_the_state) {
    published_life life;
    life.start();
    const auto made = life.server().make_user({1}, projections::test::wish_for("canary-jane"));
    life.await_published();
    life.server().run(by_operator({1}, projections::erase_user{made.id}));
    life.await_right_topics();
    const auto seen = life.topics();
    BOOST_TEST(count(seen, topic_kind::state, "user") == 2u); // him, and that he is gone
}

BOOST_AUTO_TEST_CASE(paused_it_sends_nothing_and_stays_so) {
    published_life life;
    life.start();
    life.live(10);
    life.await_published();
    BOOST_TEST(life.it().set_paused(true).has_value());
    life.await("nothing under way", [](const publisher_state& now) { return now.under_way == 0; });
    const auto before = life.it().state().checkpoint;
    life.live(10);
    life.reopen();
    life.start();
    BOOST_TEST(life.it().state().paused);
    BOOST_TEST(life.it().state().lag_events > 0u);
    BOOST_TEST(life.it().state().oldest_unpublished.unix_ms > 0);
    BOOST_TEST((life.it().state().checkpoint == before));
    BOOST_TEST(life.it().set_paused(false).has_value());
    life.await_right_topics();
}

BOOST_AUTO_TEST_CASE(what_claims_to_be_of_this_log_and_is_not_raises_an_alarm) {
    published_life life;
    life.start();
    life.live(60);
    life.await_right_topics();
    life.stop();
    // The last event of a partition as if it were the next one of the log; and behind it as it is.
    const auto seen = life.topics();
    const auto& all = seen.at(topic_kind::lifecycle);
    const kafka::record real = all.back();
    kafka::record forged = real;
    const std::string word = "\"position\":\"";
    const std::size_t begin = forged.value->find(word) + word.size();
    const std::string next = "@" + std::to_string(life.server().log().head().offset + 1);
    forged.value->replace(begin, forged.value->find('"', begin) - begin, next);
    put(life, topic_kind::lifecycle, {forged, real});

    life.start();
    life.await("an alarm", [](const publisher_state& now) { return !now.alarm.empty(); });
    const std::string alarm = life.it().state().alarm;
    BOOST_TEST((alarm.find("(" + next + ", message ") != std::string::npos), alarm);
    BOOST_TEST((alarm.find("has not come so far: the topic is ahead") != std::string::npos), alarm);
    BOOST_TEST(count(life.topics(), topic_kind::lifecycle) == all.size() + 2);

    BOOST_TEST(life.it().accept_new_lineage().has_value());
    life.await("it goes on", [](const publisher_state& now) { return now.alarm.empty(); });
    life.live(10);
    life.await_published();
    // Behind the news everything of that partition is told from the beginning.
    const auto after = life.topics();
    BOOST_TEST(count(after, topic_kind::lifecycle, told::lineage_changed_word) == 2u);
    BOOST_TEST(count(after, topic_kind::lifecycle) > all.size() + 2 + 2 + 10);
}

BOOST_AUTO_TEST_CASE(what_stands_where_a_tenant_is_not_at_home_gets_a_tombstone) {
    published_life life;
    life.options().partitions = 4; // `acme` in partition 1, `busy` in 2
    life.start();
    life.live(60);
    life.await_right_topics();
    life.stop();
    kafka::testing::remove_topic(life.addresses(), life.topic(topic_kind::lifecycle));
    kafka::testing::loop loop;
    loop.run([&]() -> boost::asio::awaitable<void> {
        co_await kafka::testing::make_topic(loop.get(), life.addresses(),
                                            plan_of(life.options(), topic_kind::lifecycle, 2));
    });
    life.start();
    life.await("an alarm", [](const publisher_state& now) { return !now.alarm.empty(); });
    const std::string alarm = life.it().state().alarm;
    BOOST_TEST((alarm.find("had 4 partitions and have 2") != std::string::npos), alarm);
    BOOST_TEST(life.it().accept_new_lineage().has_value());
    life.await("it goes on", [](const publisher_state& now) { return now.alarm.empty(); });
    life.await_published();
    life.stop();

    const auto seen = life.topics();
    for (const topic_kind kind : {topic_kind::state, topic_kind::checkpoints}) {
        std::map<std::pair<std::int32_t, std::string>, bool> has_value;
        for (const kafka::record& one : seen.at(kind))
            has_value[{one.partition, *one.key}] = one.value.has_value();
        std::size_t gone = 0;
        for (const auto& [where, has] : has_value) {
            if (where.first < 2) continue;
            ++gone;
            BOOST_TEST(!has, where.second << " in partition " << where.first);
        }
        BOOST_TEST(gone > 0u);
    }
}

BOOST_AUTO_TEST_CASE(with_nobody_at_the_address_it_says_so_and_stops_in_time) {
    published_life life("127.0.0.1:1");
    life.start();
    life.live(20);
    life.await("an error", [](const publisher_state& now) { return !now.last_error.empty(); });
    BOOST_TEST((life.it().state().last_error.find("127.0.0.1:1") != std::string::npos),
               life.it().state().last_error);
    const auto begun = clock_type::now();
    life.stop();
    BOOST_TEST((clock_type::now() - begun < 4s));
}

BOOST_AUTO_TEST_CASE(a_broker_that_is_killed_costs_nothing_but_time) {
    support::kafka_broker fragile;
    published_life life(fragile.addresses());
    life.options().in_flight = {50, 1u << 20, 200};
    life.start();
    life.live(50);
    life.await_published();
    fragile.kill(0);
    life.live(300); // as fast as ever
    life.await("the bound of what is under way",
               [](const publisher_state& now) { return now.under_way >= 50; });
    BOOST_TEST(life.it().state().under_way < 50u + 512 * 3);
    BOOST_TEST(life.it().state().lag_events > 200u);
    fragile.start(0);
    life.await_right_topics();

    // And once more, with a stop while it is away.
    fragile.kill(0);
    life.live(30);
    const auto begun = clock_type::now();
    life.reopen();
    BOOST_TEST((clock_type::now() - begun < 4s));
    fragile.start(0);
    life.start();
    life.await_right_topics();
}

BOOST_AUTO_TEST_CASE(another_program_reads_the_same) {
    published_life life;
    life.start();
    life.live(40);
    life.await_right_topics();
    support::temp_directory scratch;
    integration::child reader({"/usr/bin/env", "kcat", "-b", life.addresses(), "-C", "-t",
                               life.topic(topic_kind::lifecycle), "-o", "beginning", "-e", "-q",
                               "-f", "%k %h\\n"},
                              scratch / "complaints");
    std::map<std::string, std::uint64_t> last;
    while (const auto line = reader.line(60s)) {
        const std::string key = line->substr(0, line->find(' '));
        const std::string id = "ce_id=" + key + ":" + std::to_string(++last[key]) + ",";
        BOOST_TEST((line->find(id) != std::string::npos), *line + " lacks " + id);
    }
    BOOST_TEST(reader.wait(60s).code == 0);
    BOOST_TEST(last["acme"] == life.server().log().chain({1})->seq.value);
    BOOST_TEST(last["busy"] == life.server().log().chain({2})->seq.value);
}

BOOST_AUTO_TEST_SUITE_END()
