// What counts as done, in whatever order it is acknowledged, and what is forgotten by a rewind.
#include "consumers/publishing/progress.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <map>
#include <set>

using namespace rollcall::publishing;

namespace {

/// A position with the numbers of its messages.
std::vector<std::uint64_t> begin(progress& p, std::uint32_t partition, std::size_t messages,
                                 std::size_t bytes = 10) {
    const std::uint64_t at = p.next();
    p.begin(partition, messages);
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i < messages; ++i)
        numbers.push_back(p.sent(at, 7, bytes));
    return numbers;
}

struct step {
    std::uint32_t partition;
    std::size_t messages;
};

struct done_row {
    const char* name;
    std::vector<step> begun;                                  ///< positions 1, 2, ...
    std::vector<std::pair<std::uint64_t, std::size_t>> acked; ///< position, how many of it
    std::vector<std::uint64_t> through;                       ///< of partitions 0 and 1
    std::uint64_t checkpoint;
};

const std::vector<done_row>& done_rows() {
    static const std::vector<done_row> all = {
        {"nothing begun", {}, {}, {0, 0}, 0},
        {"nothing acknowledged", {{0, 1}, {1, 1}}, {}, {0, 1}, 0},
        {"the first", {{0, 1}, {1, 1}}, {{1, 1}}, {2, 1}, 1},
        {"the second, not the first", {{0, 1}, {1, 1}}, {{2, 1}}, {0, 2}, 0},
        {"all", {{0, 1}, {1, 1}}, {{2, 1}, {1, 1}}, {2, 2}, 2},
        {"one message of two", {{0, 2}}, {{1, 1}}, {0, 1}, 0},
        {"both messages of two", {{0, 2}}, {{1, 2}}, {1, 1}, 1},
        {"a hole in one partition", {{0, 1}, {0, 1}, {0, 1}}, {{1, 1}, {3, 1}}, {1, 3}, 1},
        {"a position without messages", {{0, 0}, {1, 0}}, {}, {2, 2}, 2},
        {"one without messages behind an open one", {{0, 1}, {0, 0}}, {}, {0, 2}, 0},
        {"one without messages between", {{0, 1}, {1, 0}, {0, 1}}, {{1, 1}}, {2, 3}, 2},
    };
    return all;
}

struct room_row {
    const char* name;
    progress_limits limits;
    std::vector<step> begun;
    bool has_room;
};

const std::vector<room_row>& room_rows() {
    static const std::vector<room_row> all = {
        {"one below the messages", {3, 1000, 100}, {{0, 2}}, true},
        {"at the messages", {3, 1000, 100}, {{0, 3}}, false},
        {"one below the bytes", {100, 31, 100}, {{0, 3}}, true},
        {"at the bytes", {100, 30, 100}, {{0, 3}}, false},
        {"one below the positions", {100, 1000, 3}, {{0, 1}, {0, 1}}, true},
        {"at the positions", {100, 1000, 3}, {{0, 1}, {0, 1}, {0, 1}}, false},
        {"done positions do not count", {100, 1000, 3}, {{0, 0}, {0, 0}, {0, 0}}, true},
        {"done ones behind an open one do", {100, 1000, 3}, {{0, 1}, {0, 0}, {0, 0}}, false},
    };
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(progress_test)

BOOST_AUTO_TEST_CASE(what_is_done) {
    for (const done_row& row : done_rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            progress p({0, 0}, {});
            std::map<std::uint64_t, std::vector<std::uint64_t>> numbers;
            for (const step& s : row.begun) {
                const std::uint64_t at = p.next();
                numbers[at] = begin(p, s.partition, s.messages);
            }
            for (const auto& [at, count] : row.acked) {
                for (std::size_t i = 0; i < count; ++i)
                    BOOST_TEST(p.acknowledge(numbers[at][i]).has_value());
            }
            BOOST_TEST(p.through(0) == row.through[0]);
            BOOST_TEST(p.through(1) == row.through[1]);
            BOOST_TEST(p.checkpoint() == row.checkpoint);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_may_be_under_way) {
    for (const room_row& row : room_rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            progress p({0}, row.limits);
            for (const step& s : row.begun)
                begin(p, s.partition, s.messages);
            BOOST_TEST(p.has_room() == row.has_room);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_acknowledged_makes_room) {
    progress p({0}, {1, 1000, 100});
    const auto numbers = begin(p, 0, 1);
    BOOST_TEST(!p.has_room());
    const auto said = p.acknowledge(numbers[0]);
    BOOST_REQUIRE(said);
    BOOST_TEST(said->at == 1u);
    BOOST_TEST(said->topic == 7u);
    BOOST_TEST(p.has_room());
    BOOST_TEST(p.bytes() == 0u);
    BOOST_TEST(p.idle());
}

BOOST_AUTO_TEST_CASE(a_number_counts_once) {
    progress p({0}, {});
    const auto numbers = begin(p, 0, 2);
    BOOST_TEST(p.acknowledge(numbers[0]).has_value());
    BOOST_TEST(!p.acknowledge(numbers[0]).has_value());
    BOOST_TEST(!p.acknowledge(99).has_value());
    BOOST_TEST(p.checkpoint() == 0u);
}

BOOST_AUTO_TEST_CASE(a_message_of_no_position_counts_for_the_bounds_only) {
    progress p({0}, {1, 1000, 100});
    const auto number = p.sent(0, 3, 50);
    BOOST_TEST(!p.has_room());
    BOOST_TEST(p.bytes() == 50u);
    BOOST_TEST(p.checkpoint() == 0u);
    BOOST_TEST(p.acknowledge(number)->at == 0u);
    BOOST_TEST(p.idle());
}

BOOST_AUTO_TEST_CASE(a_rewind_forgets_what_is_under_way) {
    progress p({0, 0}, {});
    const auto first = begin(p, 0, 1);
    const auto second = begin(p, 1, 1);
    const auto third = begin(p, 0, 1);
    BOOST_TEST(p.acknowledge(second[0]).has_value());
    p.rewind();
    BOOST_TEST(p.idle());
    BOOST_TEST(p.bytes() == 0u);
    BOOST_TEST(p.next() == 1u);
    BOOST_TEST(p.through(0) == 0u);
    BOOST_TEST(p.through(1) == 3u); // nothing of it is open before there
    BOOST_TEST(!p.acknowledge(first[0]).has_value());
    BOOST_TEST(!p.acknowledge(third[0]).has_value());
    begin(p, 0, 1);
    begin(p, 1, 0); // done already
    BOOST_TEST(p.next() == 3u);
    BOOST_TEST(p.checkpoint() == 0u);
}

BOOST_AUTO_TEST_CASE(goes_on_behind_the_partition_that_is_least_far) {
    progress p({5, 9}, {});
    BOOST_TEST(p.next() == 6u);
    BOOST_TEST(p.checkpoint() == 5u);
    BOOST_TEST(p.through(1) == 9u);
    begin(p, 0, 0);
    BOOST_TEST(p.checkpoint() == 6u);
}

RC_BOOST_PROP(is_what_a_set_of_all_says, ()) {
    const auto partitions = *rc::gen::inRange<std::uint32_t>(1, 4);
    progress p(std::vector<std::uint64_t>(partitions, 0), {});

    struct seen {
        std::uint32_t partition;
        std::set<std::uint64_t> missing;
    };

    std::map<std::uint64_t, seen> all;
    std::vector<std::uint64_t> open;
    const auto check = [&] {
        std::uint64_t lowest = UINT64_MAX;
        for (std::uint32_t of = 0; of < partitions; ++of) {
            std::uint64_t expected = p.next() - 1;
            for (auto at = all.rbegin(); at != all.rend(); ++at) {
                if (at->second.partition == of && !at->second.missing.empty())
                    expected = at->first - 1;
            }
            RC_ASSERT(p.through(of) == expected);
            lowest = std::min(lowest, expected);
        }
        RC_ASSERT(p.checkpoint() == lowest);
        RC_ASSERT(p.messages() == open.size());
    };
    const auto steps = *rc::gen::inRange(0, 60);
    for (int i = 0; i < steps; ++i) {
        if (open.empty() || *rc::gen::inRange(0, 2) == 0) {
            const auto of = *rc::gen::inRange<std::uint32_t>(0, partitions);
            const std::uint64_t at = p.next();
            const auto numbers = begin(p, of, *rc::gen::inRange<std::size_t>(0, 4));
            all[at] = {of, {numbers.begin(), numbers.end()}};
            open.insert(open.end(), numbers.begin(), numbers.end());
        } else {
            const auto which = *rc::gen::inRange<std::size_t>(0, open.size());
            const std::uint64_t number = open[which];
            open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
            const auto said = p.acknowledge(number);
            RC_ASSERT(said.has_value());
            RC_ASSERT(all.at(said->at).missing.erase(number) == 1u);
        }
        check();
    }
}

BOOST_AUTO_TEST_SUITE_END()
