// What is made of the ends of the partitions: one row for each thing that can have happened to a
// topic, or to the log, while nobody looked.
#include "consumers/publishing/tail_check.hpp"
#include "projections/told/lineage_message.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

using namespace rollcall;
using namespace rollcall::publishing;

namespace {

const base::uuid ours = support::id_of(0xaa);
const base::uuid origin = support::id_of(0xbb);
const base::uuid foreign = support::id_of(0xcc);

/// A log of 20 events: odd positions are of `acme` (tenant 2, partition 0 of 2), even ones of
/// `busy` (tenant 3, partition 1). The hash of an event is its position, 32 times. It was restored
/// from `origin` as of @12.
our_log log_of_twenty() {
    our_log log;
    log.lineage = ours;
    log.origin = eventlog::log_origin{origin, {eventlog::position::embedded, 12}};
    log.head = 20;
    log.find = [](std::string_view slug,
                  eventlog::tenant_seq seq) -> std::optional<our_log::known_event> {
        const std::uint64_t offset = slug == "acme" ? seq.value * 2 - 1 : seq.value * 2;
        if ((slug != "acme" && slug != "busy") || offset > 20) return std::nullopt;
        return our_log::known_event{{slug == "acme" ? 2u : 3u},
                                    offset,
                                    support::filled<32>(static_cast<std::uint8_t>(offset))};
    };
    return log;
}

told::read_back event(std::uint64_t position, const base::uuid& lineage = ours) {
    told::read_back last;
    last.lineage = lineage;
    last.tenant = position % 2 == 1 ? "acme" : "busy";
    last.seq = {(position + 1) / 2};
    last.type = "user_created";
    last.link = told::chain_link{{eventlog::position::embedded, position},
                                 support::filled<32>(static_cast<std::uint8_t>(position)),
                                 {}};
    return last;
}

/// Ends with the event of `position`, as message number `offset` of all.
partition_end ends_with(std::uint64_t position, std::int64_t offset,
                        const base::uuid& lineage = ours) {
    return {.low = 0,
            .high = offset + 1,
            .state_high = 100,
            .offset = offset,
            .last = event(position, lineage)};
}

partition_end changed(partition_end end, const std::function<void(told::read_back&)>& how) {
    how(*end.last);
    return end;
}

partition_end told_of_lineage(const base::uuid& lineage, std::int64_t offset) {
    return changed(ends_with(1, offset, lineage), [](told::read_back& last) {
        last.type = told::lineage_changed_word;
        last.link.reset();
    });
}

partition_end unreadable(std::int64_t offset) {
    return {.low = 0,
            .high = offset + 1,
            .state_high = 100,
            .offset = offset,
            .why_unreadable = "its value is no JSON object"};
}

partition_end trimmed(std::int64_t at) {
    return {.low = at, .high = at, .state_high = 100};
}

const partition_end empty{.low = 0, .high = 0, .state_high = 100};

memory knows(mark first, mark second = {}) {
    return {.lineage = ours, .marks = {first, second}};
}

/// Acknowledged up to @9 (acme) and @8 (busy), 5 and 4 messages, and as many of the state topic.
memory halfway() {
    return knows({.through = 9, .last = 9, .lifecycle_offset = 4, .state_offset = 4},
                 {.through = 9, .last = 8, .lifecycle_offset = 3, .state_offset = 3});
}

constexpr std::int64_t none = -1; ///< read_from: nothing

struct go_row {
    const char* name;
    std::optional<memory> known;
    std::vector<partition_end> now;
    std::vector<mark> from;
    std::vector<std::int64_t> read_from;
    std::vector<const char*> warnings; ///< each a part of one, in order
};

std::vector<go_row> go_rows() {
    const mark acme = halfway().marks[0];
    const mark busy = halfway().marks[1];
    const auto with = [](mark m, const std::function<void(mark&)>& how) {
        how(m);
        return m;
    };
    return {
        {"a first start", {}, {empty, empty}, {{}, {}}, {none, none}, {}},
        {"as it was left",
         halfway(),
         {ends_with(9, 4), ends_with(8, 3)},
         {acme, busy},
         {none, none},
         {}},
        {"messages behind the last acknowledged one",
         halfway(),
         {ends_with(13, 6), ends_with(8, 3)},
         {acme, busy},
         {5, none},
         {}},
        {"a copy of an older message is the last one",
         halfway(),
         {ends_with(3, 9), ends_with(8, 3)},
         {acme, busy},
         {5, none},
         {}},
        {"the first of those behind are trimmed",
         halfway(),
         {[] {
              partition_end end = ends_with(13, 6);
              end.low = 6;
              return end;
          }(),
          ends_with(8, 3)},
         {acme, busy},
         {6, none},
         {}},
        {"a lost tail",
         halfway(),
         {ends_with(5, 2), ends_with(8, 3)},
         {with(acme,
               [](mark& m) {
                   m.through = 5;
                   m.last = 5;
                   m.lifecycle_offset = 2;
               }),
          busy},
         {none, none},
         {"partition 0 of the lifecycle topic has lost messages"}},
        {"made anew, and published to since",
         halfway(),
         {ends_with(11, 2), ends_with(8, 3)},
         {{}, busy},
         {none, none},
         {"was deleted and made anew"}},
        {"the topic was made anew",
         halfway(),
         {empty, ends_with(8, 3)},
         {{}, busy},
         {none, none},
         {"is empty: the topic was deleted and made anew"}},
        {"everything was lost, the state as well",
         halfway(),
         {{.state_high = 0}, {.state_high = 0}},
         {{}, {}},
         {none, none},
         {"partition 0 of the lifecycle topic is empty", "partition 1 of the lifecycle topic"}},
        {"the state topic lost its tail",
         halfway(),
         {[] {
              partition_end end = ends_with(9, 4);
              end.state_high = 4;
              return end;
          }(),
          ends_with(8, 3)},
         {with(acme,
               [](mark& m) {
                   m.through = 0;
                   m.state_offset = -1;
               }),
          busy},
         {none, none},
         {"partition 0 of the state topic has lost"}},
        {"the state topic ends just behind",
         halfway(),
         {[] {
              partition_end end = ends_with(9, 4);
              end.state_high = 5;
              return end;
          }(),
          ends_with(8, 3)},
         {acme, busy},
         {none, none},
         {}},
        {"retention removed what was acknowledged",
         halfway(),
         {trimmed(5), ends_with(8, 3)},
         {acme, busy},
         {none, none},
         {}},
        {"trimmed, and shorter than it was",
         halfway(),
         {trimmed(4), ends_with(8, 3)},
         {{}, busy},
         {none, none},
         {"has lost messages"}},
        {"trimmed, nothing of it was known",
         knows({}, busy),
         {trimmed(4), ends_with(8, 3)},
         {{}, busy},
         {none, none},
         {"it is not known which"}},
        {"no row: the tails say what is there",
         {},
         {ends_with(9, 4), empty},
         {{.last = 9, .lifecycle_offset = 4}, {}},
         {none, none},
         {}},
        {"no row, one trimmed, the other is ours",
         {},
         {ends_with(9, 4), trimmed(7)},
         {{.last = 9, .lifecycle_offset = 4}, {}},
         {none, none},
         {"it is not known which"}},
        {"no row, a change of lineage is the last message",
         {},
         {told_of_lineage(ours, 7), empty},
         {{.last = 0, .lifecycle_offset = 7}, {}},
         {none, none},
         {}},
        {"a row of another log counts for nothing",
         memory{.lineage = origin, .marks = {{.through = 99, .last = 99}}},
         {ends_with(9, 4), empty},
         {{.last = 9, .lifecycle_offset = 4}, {}},
         {none, none},
         {}},
        {"the last event of the log",
         halfway(),
         {ends_with(19, 9), ends_with(20, 9)},
         {acme, busy},
         {5, 4},
         {}},
        {"more partitions than at first",
         halfway(),
         {ends_with(9, 4), ends_with(8, 3), empty},
         {acme, busy},
         {none, none},
         {"the first 2 are used"}},
        {"another lineage, accepted",
         knows({.last = 9, .accepted_offset = 6}, busy),
         {ends_with(11, 6, foreign), ends_with(8, 3)},
         {{.last = 9, .accepted_offset = 6}, busy},
         {none, none},
         {}},
        {"accepted, and trimmed since",
         knows({.last = 9, .accepted_offset = 6}, busy),
         {trimmed(7), ends_with(8, 3)},
         {{.last = 9, .accepted_offset = 6}, busy},
         {none, none},
         {}},
        {"what cannot be read, accepted",
         knows({.accepted_offset = 6}, busy),
         {unreadable(6), ends_with(8, 3)},
         {{.accepted_offset = 6}, busy},
         {none, none},
         {}},
        {"ours behind what was accepted",
         knows({.last = 9, .accepted_offset = 6}, busy),
         {told_of_lineage(ours, 8), ends_with(8, 3)},
         {{.last = 9, .accepted_offset = 6}, busy},
         {7, none},
         {}},
        {"ours behind what was accepted is lost",
         knows({.through = 15, .last = 15, .lifecycle_offset = 9, .accepted_offset = 6}, busy),
         {ends_with(11, 6, foreign), ends_with(8, 3)},
         {{.accepted_offset = 6}, busy},
         {none, none},
         {"has lost messages"}},
        {"accepted, and the topic was made anew",
         knows({.last = 9, .state_offset = 4, .accepted_offset = 6}, busy),
         {empty, ends_with(8, 3)},
         {{.state_offset = 4}, busy},
         {none, none},
         {"no longer has what was accepted"}},
        {"accepted, made anew, and ours is in it",
         knows({.last = 9, .accepted_offset = 6}, busy),
         {ends_with(11, 5), ends_with(8, 3)},
         {{}, busy},
         {0, none},
         {"no longer has what was accepted"}},
        {"ours behind what was accepted, and the topic was made anew",
         knows({.through = 15, .last = 15, .lifecycle_offset = 9, .accepted_offset = 6}, busy),
         {empty, ends_with(8, 3)},
         {{}, busy},
         {none, none},
         {"is empty: the topic was deleted"}},
        {"a change of lineage is to be told: what stands behind is not read",
         [] {
             memory told = halfway();
             told.to_announce = true;
             return told;
         }(),
         {ends_with(13, 6), ends_with(10, 9)},
         {acme, busy},
         {none, none},
         {}},
    };
}

struct alarm_row {
    const char* name;
    std::optional<memory> known;
    std::vector<partition_end> now;
    const char* says;
    /// What is remembered of partition 0 once it is accepted.
    mark accepted;
    base::uuid previous;
};

std::vector<alarm_row> alarm_rows() {
    const partition_end rest = empty;
    const auto text = [](std::uint64_t position, std::int64_t offset,
                         const std::function<void(told::read_back&)>& how) {
        return changed(ends_with(position, offset), how);
    };
    return {
        {"ahead of the log",
         {},
         {ends_with(21, 9), rest},
         "the topic is ahead",
         {.accepted_offset = 9},
         {}},
        {"ahead of the log, and known",
         halfway(),
         {ends_with(23, 9), rest},
         "this log has not come so far",
         {.accepted_offset = 9},
         {}},
        {"another hash",
         halfway(),
         {text(9, 4, [](told::read_back& last) { last.link->hash[3] ^= 1; }), rest},
         "its hash differs",
         {.accepted_offset = 4},
         {}},
        {"another position",
         halfway(),
         {text(9, 4, [](told::read_back& last) { last.link->at.offset = 7; }), rest},
         "in this log it stands at @9",
         {.accepted_offset = 4},
         {}},
        {"a tenant whom nobody knows",
         {},
         {text(9, 4, [](told::read_back& last) { last.tenant = "nobody"; }), rest},
         "this log has no such event",
         {.accepted_offset = 4},
         {}},
        {"a seq that there is not",
         {},
         {text(9, 4, [](told::read_back& last) { last.seq = {50}; }), rest},
         "this log has no such event",
         {.accepted_offset = 4},
         {}},
        {"a partition where the tenant is not at home",
         {},
         {ends_with(8, 4), rest},
         "it belongs to partition 1",
         {.accepted_offset = 4},
         {}},
        {"another log",
         {},
         {ends_with(9, 4, foreign), rest},
         "of another log, cccccccc",
         {.accepted_offset = 4},
         foreign},
        {"another log writes behind ours",
         halfway(),
         {ends_with(11, 5, foreign), rest},
         "Two logs cannot share a topic",
         {.accepted_offset = 5},
         foreign},
        {"another log behind what was accepted of it",
         knows({.accepted_offset = 6}),
         {ends_with(13, 7, foreign), rest},
         "of another log",
         {.accepted_offset = 7},
         foreign},
        {"another log in a topic made anew, of which more was accepted",
         knows({.last = 9, .accepted_offset = 6}),
         {ends_with(5, 3, foreign), rest},
         "of another log",
         {.accepted_offset = 3},
         foreign},
        {"another log in a topic made anew, that was ours behind what was accepted",
         knows({.through = 15, .last = 15, .lifecycle_offset = 9, .accepted_offset = 6}),
         {ends_with(5, 2, foreign), rest},
         "of another log",
         {.accepted_offset = 2},
         foreign},
        {"what cannot be read in a topic made anew, of which more was accepted",
         knows({.accepted_offset = 6}),
         {unreadable(5), rest},
         "cannot be read",
         {.accepted_offset = 5},
         {}},
        {"in front of a true end something untrue was found",
         halfway(),
         {[] {
              partition_end end = ends_with(11, 6);
              end.untrue = "holds event 50 of the tenant acme";
              return end;
          }(),
          ends_with(8, 3)},
         "partition 0 of the lifecycle topic holds event 50 of the tenant acme",
         {.accepted_offset = 6},
         {}},
        {"the origin, before its end",
         {},
         {ends_with(9, 4, origin), rest},
         "from which this one was restored as of @12",
         {.last = 9, .accepted_offset = 4},
         origin},
        {"the origin, at its end",
         {},
         {ends_with(11, 5, origin), rest},
         "restored as of @12. Make sure",
         {.last = 11, .accepted_offset = 5},
         origin},
        {"the origin, past its end",
         {},
         {ends_with(13, 6, origin), rest},
         "events that this log does not have",
         {.last = 12, .accepted_offset = 6},
         origin},
        {"the origin, before its end, with another event",
         {},
         {changed(ends_with(9, 4, origin), [](told::read_back& last) { last.link->hash[0] ^= 1; }),
          rest},
         "another one here",
         {.accepted_offset = 4},
         origin},
        {"the origin tells of a change of lineage",
         {},
         {told_of_lineage(origin, 4), rest},
         "restored as of",
         {.accepted_offset = 4},
         origin},
        {"what cannot be read",
         {},
         {unreadable(4), rest},
         "cannot be read: its value is no JSON",
         {.accepted_offset = 4},
         {}},
        {"a message of another topic",
         {},
         {text(9, 4,
               [](told::read_back& last) {
                   last.link.reset();
                   last.type = "user";
               }),
          rest},
         "of the type `user`, which does not belong there",
         {.accepted_offset = 4},
         {}},
        {"trimmed, and nothing is known",
         {},
         {trimmed(7), rest},
         "retention has removed them",
         {.accepted_offset = 6},
         {}},
        {"fewer partitions than at first",
         halfway(),
         {ends_with(9, 4)},
         "had 2 partitions and have 1",
         {.accepted_offset = 4},
         {}},
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(tail_check_test)

BOOST_AUTO_TEST_CASE(goes_on) {
    for (const go_row& row : go_rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            const verdict said = check_tails(log_of_twenty(), row.known, row.now);
            const auto* going = std::get_if<go_on>(&said);
            if (!going) BOOST_FAIL(std::get<raised_alarm>(said).text);
            BOOST_TEST((going->from.lineage == ours));
            BOOST_REQUIRE(going->from.marks.size() == row.from.size());
            for (std::size_t p = 0; p < row.from.size(); ++p) {
                BOOST_TEST_CONTEXT("partition " << p) {
                    const mark& got = going->from.marks[p];
                    BOOST_TEST(got.through == row.from[p].through);
                    BOOST_TEST(got.last == row.from[p].last);
                    BOOST_TEST(got.lifecycle_offset == row.from[p].lifecycle_offset);
                    BOOST_TEST(got.state_offset == row.from[p].state_offset);
                    BOOST_TEST(got.accepted_offset == row.from[p].accepted_offset);
                    BOOST_TEST(going->read_from[p].value_or(none) == row.read_from[p]);
                }
            }
            BOOST_REQUIRE(going->warnings.size() == row.warnings.size());
            for (std::size_t i = 0; i < row.warnings.size(); ++i)
                BOOST_TEST((going->warnings[i].find(row.warnings[i]) != std::string::npos),
                           going->warnings[i]);
        }
    }
}

BOOST_AUTO_TEST_CASE(raises_an_alarm_and_goes_on_once_that_is_accepted) {
    for (const alarm_row& row : alarm_rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            const verdict said = check_tails(log_of_twenty(), row.known, row.now);
            const auto* raised = std::get_if<raised_alarm>(&said);
            BOOST_REQUIRE(raised);
            BOOST_TEST((raised->text.find(row.says) != std::string::npos), raised->text);
            BOOST_TEST(
                (raised->text.find("rollcall publish resume --new-lineage") != std::string::npos));

            const memory then = accept(log_of_twenty(), row.known, row.now);
            BOOST_TEST(then.to_announce);
            BOOST_TEST((then.lineage == ours));
            BOOST_TEST((then.previous == row.previous));
            BOOST_TEST(then.marks.size() == row.now.size());
            BOOST_TEST((then.marks[0] == row.accepted));

            const verdict after = check_tails(log_of_twenty(), then, row.now);
            const auto* going = std::get_if<go_on>(&after);
            BOOST_REQUIRE(going);
            BOOST_TEST((going->from == then));
            BOOST_TEST(!going->read_from[0].has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_an_alarm_says_of_the_head_does_not_move_with_it) {
    our_log later = log_of_twenty();
    later.head = 22; // somebody works on while the operator reads the alarm
    const std::string before = contradiction(log_of_twenty(), event(25), 0, 2);
    BOOST_TEST(before == contradiction(later, event(25), 0, 2));
    BOOST_TEST(!before.empty());
}

BOOST_AUTO_TEST_CASE(accepting_touches_no_partition_that_is_right) {
    const memory then =
        accept(log_of_twenty(), halfway(), {ends_with(11, 5, foreign), ends_with(8, 3)});
    mark busy = halfway().marks[1];
    busy.through = 0; // its state is told anew
    BOOST_TEST((then.marks[1] == busy));
}

BOOST_AUTO_TEST_CASE(many_faults_are_counted) {
    const verdict said =
        check_tails(log_of_twenty(), {}, {ends_with(9, 4, foreign), ends_with(8, 3, foreign)});
    BOOST_TEST((std::get<raised_alarm>(said).text.find("with 2 partitions") != std::string::npos));
}

BOOST_AUTO_TEST_SUITE_END()
