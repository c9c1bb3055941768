// What is said of topics that are there already, and the small pure parts beside.
#include "consumers/publishing/already_there.hpp"
#include "consumers/publishing/lineage_news.hpp"
#include "consumers/publishing/topic_keeping.hpp"
#include "tests/projections/random_life.hpp"
#include "tests/projections/server.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace rollcall;
using namespace rollcall::publishing;
using told::topic_kind;

namespace {

publisher_options wished() {
    publisher_options options;
    options.partitions = 4;
    return options;
}

/// As they would have been made.
std::vector<kafka::topic_state> as_wished() {
    std::vector<kafka::topic_state> all;
    for (const topic_kind kind : told::topic_kinds_all) {
        const kafka::topic_plan plan = plan_of(wished(), kind, 0);
        kafka::topic_state state;
        state.name = plan.name;
        state.partitions = plan.partitions;
        state.replication = kafka::replication_of(plan, 1);
        state.cleanup_policy = plan.cleanup == kafka::cleanup::compact ? "compact" : "delete";
        state.retention_ms = plan.retention_ms;
        state.retention_bytes = -1;
        state.min_insync = kafka::min_insync_of(plan, 1);
        state.message_bytes_max = plan.message_bytes_max;
        all.push_back(state);
    }
    return all;
}

struct topics_row {
    const char* name;
    topic_kind which;
    std::function<void(kafka::topic_state&)> change;
    std::int32_t used;   ///< partitions that are in use; 0: none are known
    const char* alarm;   ///< a part of it; empty: none
    const char* warning; ///< likewise
};

std::vector<topics_row> topics_rows() {
    const auto nothing = [](kafka::topic_state&) {};
    return {
        {"as wished", topic_kind::state, nothing, 0, "", ""},
        {"as used", topic_kind::state, nothing, 4, "", ""},
        {"the lifecycle topic is compacted", topic_kind::lifecycle,
         [](auto& t) { t.cleanup_policy = "compact"; }, 0,
         "rollcall.lifecycle.v1 has cleanup.policy=compact; set it to `delete`", ""},
        {"the lifecycle topic is both", topic_kind::lifecycle,
         [](auto& t) { t.cleanup_policy = "compact,delete"; }, 0, "set it to `delete`", ""},
        {"the state topic is not compacted", topic_kind::state,
         [](auto& t) { t.cleanup_policy = "delete"; }, 0,
         "rollcall.state.v1 has cleanup.policy=delete; set it to `compact`", ""},
        {"the state topic is both", topic_kind::state,
         [](auto& t) { t.cleanup_policy = "compact,delete"; }, 0, "set it to `compact`", ""},
        {"the checkpoints are not compacted", topic_kind::checkpoints,
         [](auto& t) { t.cleanup_policy = "delete"; }, 0, "rollcall.checkpoints.v1", ""},
        {"the dead letters may be kept as one likes", topic_kind::dead_letters,
         [](auto& t) { t.cleanup_policy = "compact"; }, 0, "", "cleanup.policy=compact"},
        {"the state topic has too few partitions", topic_kind::state,
         [](auto& t) { t.partitions = 3; }, 0, "has 3 partitions and needs 4", "partitions=3"},
        {"the state topic has fewer than are used", topic_kind::state, nothing, 5,
         "has 4 partitions and needs 5", "partitions=4"},
        {"the state topic has more", topic_kind::state, [](auto& t) { t.partitions = 9; }, 0, "",
         "partitions=9"},
        {"the dead letters have one partition", topic_kind::dead_letters,
         [](auto& t) { t.partitions = 1; }, 0, "", "partitions=1"},
        {"the state topic takes less than a message may need", topic_kind::state,
         [](auto& t) { t.message_bytes_max = 16'383; }, 0,
         "rollcall.state.v1 has max.message.bytes=16383, in which not every message fits; set it "
         "to 16384 or more",
         "max.message.bytes=16383"},
        {"the dead letters take hardly anything", topic_kind::dead_letters,
         [](auto& t) { t.message_bytes_max = 1'000; }, 0, "max.message.bytes=1000",
         "max.message.bytes=1000"},
        {"the checkpoints take just enough", topic_kind::checkpoints,
         [](auto& t) { t.message_bytes_max = 16'384; }, 0, "", "max.message.bytes=16384"},
        {"the lifecycle topic forgets", topic_kind::lifecycle,
         [](auto& t) { t.retention_ms = 1'000; }, 0, "", "retention.ms=1000"},
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(topic_keeping_test)

BOOST_AUTO_TEST_CASE(what_is_said_of_topics_that_are_there) {
    for (const topics_row& row : topics_rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            auto found = as_wished();
            row.change(found[static_cast<std::size_t>(row.which)]);
            const kept_topics kept = judge(wished(), found, row.used, 1);
            const std::string alarm = row.alarm;
            BOOST_TEST(kept.alarm.empty() == alarm.empty(), kept.alarm);
            BOOST_TEST((kept.alarm.find(alarm) != std::string::npos), kept.alarm);
            std::string warnings;
            for (const std::string& one : kept.warnings)
                warnings += one + "\n";
            const std::string warning = row.warning;
            BOOST_TEST((warnings.find(warning) != std::string::npos), warnings);
            if (alarm.empty() && warning.empty()) BOOST_TEST(warnings == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(messages_are_as_large_as_the_smallest_topic_takes) {
    auto found = as_wished();
    found[static_cast<std::size_t>(topic_kind::checkpoints)].message_bytes_max = 50'000;
    const kept_topics kept = judge(wished(), found, 0, 1);
    BOOST_TEST(kept.message_bytes_max == 50'000u);
    BOOST_TEST(kept.name(topic_kind::dead_letters) == "rollcall.dead-letters.v1");
    BOOST_TEST(kept.partitions == 4);
}

BOOST_AUTO_TEST_CASE(what_was_found_counts_up_to_the_first_hole) {
    already_there there({5, 0});
    there.found(0, 3, 1);
    there.found(0, 7, 2);
    there.found(0, 8, 3);
    there.found(0, 12, 4);
    there.found(0, 7, 9); // a copy
    BOOST_TEST(there.has(0, 4));
    BOOST_TEST(there.offset(0) == -1);
    BOOST_TEST(there.has(0, 7));
    BOOST_TEST(there.has(0, 8));
    BOOST_TEST(there.up_to(0) == 8u);
    BOOST_TEST(there.offset(0) == 3);
    BOOST_TEST(!there.has(0, 10));
    BOOST_TEST(!there.has(0, 12)); // behind the hole
    BOOST_TEST(there.up_to(0) == 8u);
    BOOST_TEST(!there.has(1, 1));
}

BOOST_AUTO_TEST_CASE(whose_a_key_of_the_state_topic_is) {
    projections::test::server s;
    const auto acme = s.make_tenant("acme");
    const auto jane = s.make_user(acme, projections::test::wish_for("jane"));
    const auto june = s.make_user(acme, projections::test::wish_for("june"));
    const auto team =
        *s.run(projections::test::by_operator(
                   acme, projections::create_team{base::uuid::make_v7(1),
                                                  projections::test::team_named("crew"),
                                                  {jane.id}}))
             .team;
    s.run(projections::test::by_operator(acme, projections::delete_user{june.id, {}}));
    const std::string user = jane.id.text();
    const std::string gone = june.id.text();
    const std::string crew = team.id.text();

    struct row {
        std::string key;
        bool is;
    };

    const std::vector<row> rows = {
        {"acme/user/" + user, true},
        {"acme/team/" + crew, true},
        {"acme/member/" + crew + "/" + user, true},
        {"acme/seats", true},
        {"acme/user/" + gone, false},
        {"acme/team/" + user, false},
        {"acme/member/" + crew + "/" + gone, false},
        {"acme/member/" + user + "/" + crew, false},
        {"nobody/user/" + user, false},
        {"nobody/seats", false},
        {"acme/user/", false},
        {"acme", false},
        {"", false},
    };
    const auto view = s.log().snapshot();
    for (const row& one : rows) {
        BOOST_TEST_CONTEXT(one.key) {
            BOOST_TEST(lives(*view, one.key) == one.is);
        }
    }
}

BOOST_AUTO_TEST_CASE(where_a_key_is_at_home) {
    projections::test::server s;
    s.make_tenant("acme"); // number 1
    s.make_tenant("busy"); // number 2
    constexpr std::int64_t nowhere = -1;

    struct row {
        topic_kind topic;
        const char* key;
        std::uint32_t partitions;
        std::int64_t home;
    };

    const std::vector<row> rows = {
        {topic_kind::state, "acme/seats", 4, 1},
        {topic_kind::state, "busy/seats", 4, 2},
        {topic_kind::state, "busy/seats", 2, 0},
        {topic_kind::state, "busy/seats", 1, 0},
        {topic_kind::state, "nobody/seats", 4, nowhere},
        {topic_kind::state, "busy", 4, nowhere},
        {topic_kind::checkpoints, "busy", 4, 2},
        {topic_kind::checkpoints, "busy", 2, 0},
        {topic_kind::checkpoints, "_system", 4, 0},
        {topic_kind::checkpoints, "nobody", 4, nowhere},
        {topic_kind::checkpoints, "busy/seats", 4, nowhere},
        {topic_kind::checkpoints, "", 4, nowhere},
    };
    const auto view = s.log().snapshot();
    for (const row& one : rows) {
        BOOST_TEST_CONTEXT(one.key << " among " << one.partitions) {
            const auto home = home_of(*view, one.topic, one.key, one.partitions);
            BOOST_TEST((home ? std::int64_t{*home} : nowhere) == one.home);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_first_event_behind_a_position) {
    projections::test::server s;
    const auto acme = s.make_tenant("acme");                // @1
    const auto busy = s.make_tenant("busy");                // @2
    s.make_user(acme, projections::test::wish_for("jane")); // @3
    s.make_user(busy, projections::test::wish_for("june")); // @4

    struct row {
        eventlog::tenant_no tenant;
        std::uint64_t position;
        std::uint64_t first;
    };

    const std::vector<row> rows = {
        {acme, 0, 1}, {acme, 1, 2}, {acme, 2, 2}, {acme, 3, 3}, {acme, 99, 3},
        {busy, 1, 1}, {busy, 2, 2}, {busy, 4, 3}, {{7}, 4, 1},
    };
    for (const row& one : rows) {
        BOOST_TEST_CONTEXT(one.tenant.value << " behind " << one.position) {
            BOOST_TEST(first_behind(s.log(), one.tenant, one.position).value == one.first);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
