#include "gateway/http/input_buffer.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace rollcall::http {
namespace {

void append(input_buffer& buffer, std::string_view bytes, std::size_t useful_bytes) {
    while (!bytes.empty()) {
        BOOST_REQUIRE(buffer.make_room(useful_bytes));
        const auto room = buffer.room();
        const std::size_t n = std::min(room.size(), bytes.size());
        std::memcpy(room.data(), bytes.data(), n);
        buffer.add(n);
        bytes.remove_prefix(n);
    }
}

BOOST_AUTO_TEST_SUITE(input_buffer_test)

BOOST_AUTO_TEST_CASE(growth_is_charged_and_given_back) {
    input_budget budget(100);
    {
        input_buffer buffer(10, budget);
        BOOST_TEST(budget.left() == 100U);
        append(buffer, std::string(110, 'x'), 110);
        BOOST_TEST(budget.left() == 0U);
        BOOST_TEST(!buffer.make_room(120)); // one byte past the budget
        BOOST_TEST(buffer.size() == 110U);
        buffer.consume(105);
        buffer.shrink(109);
        BOOST_TEST(budget.left() == 100U);
        BOOST_TEST(buffer.bytes() == "xxxxx");
    }
    BOOST_TEST(budget.left() == 100U);
}

BOOST_AUTO_TEST_CASE(growth_is_charged_to_the_share_of_who_sends) {
    input_budget budget(1000);
    const auto his = std::make_shared<input_share>(100);
    const auto hers = std::make_shared<input_share>(100);
    {
        input_buffer first(10, budget);
        append(first, std::string(40, 'x'), 40); // nobody's yet
        first.charge_to(his);
        append(first, std::string(60, 'x'), 100);
        BOOST_TEST(his->left() == 40U);
        {
            input_buffer second(10, budget);
            second.charge_to(his);
            append(second, std::string(50, 'x'), 50);
            BOOST_TEST(his->left() == 0U);
            BOOST_TEST(budget.left() == 1000U - 90U - 40U);
            BOOST_TEST(!second.make_room(51)); // one byte past the share
            BOOST_TEST(second.over_share());
            BOOST_TEST(budget.left() == 1000U - 90U - 40U);
            input_buffer other(10, budget);
            other.charge_to(hers);
            BOOST_TEST(other.make_room(100));
        }
        BOOST_TEST(his->left() == 40U);
        first.charge_to(hers);
        BOOST_TEST(his->left() == 100U);
        BOOST_TEST(hers->left() == 100U); // only growth from here on
        first.clear();
        first.shrink(0);
        append(first, std::string(30, 'x'), 30);
        BOOST_TEST(hers->left() == 80U);
        first.consume(25);
        first.shrink(0);
        BOOST_TEST(hers->left() == 100U);
    }
    BOOST_TEST(hers->left() == 100U);
    BOOST_TEST(budget.left() == 1000U);
}

BOOST_AUTO_TEST_CASE(what_the_budget_refuses_is_not_charged_to_the_share) {
    input_budget budget(50);
    const auto share = std::make_shared<input_share>(100);
    input_buffer buffer(10, budget);
    buffer.charge_to(share);
    append(buffer, std::string(60, 'x'), 60);
    BOOST_TEST(!buffer.make_room(61));
    BOOST_TEST(!buffer.over_share());
    BOOST_TEST(share->left() == 50U);
}

BOOST_AUTO_TEST_CASE(a_buffer_shrinks_only_if_it_is_too_large_and_its_content_fits) {
    input_budget budget(100);
    input_buffer buffer(10, budget);
    append(buffer, std::string(30, 'x'), 30);
    buffer.consume(19);
    buffer.shrink(0);
    BOOST_TEST(budget.left() == 80U); // 11 bytes do not fit
    buffer.consume(1);
    buffer.shrink(30);
    BOOST_TEST(budget.left() == 80U); // 30 may be kept
    buffer.shrink(29);
    BOOST_TEST(budget.left() == 100U);
    BOOST_TEST(buffer.size() == 10U);
}

BOOST_AUTO_TEST_CASE(room_at_the_front_is_used_before_growing) {
    input_budget budget(0);
    input_buffer buffer(10, budget);
    append(buffer, "0123456789", 10);
    BOOST_TEST(!buffer.make_room(10));
    buffer.consume(4);
    append(buffer, "abcd", 10);
    BOOST_TEST(buffer.bytes() == "456789abcd");
}

BOOST_AUTO_TEST_CASE(a_budget_is_taken_whole_or_not_at_all) {
    input_budget budget(10);
    BOOST_TEST(!budget.take(11, 11));
    BOOST_TEST(budget.left() == 10U);
    BOOST_TEST(budget.take(10, 10));
    BOOST_TEST(!budget.take(1, 1));
    budget.give_back(10);
    BOOST_TEST(budget.left() == 10U);
}

BOOST_AUTO_TEST_CASE(the_reserve_is_for_small_buffers) {
    struct {
        const char* name;
        std::size_t left; // of 100, with a reserve of 30 for buffers up to 8
        std::size_t bytes;
        std::size_t size;
        bool granted;
    } const rows[]{
        {"large, down to the reserve", 100, 70, 90, true},
        {"large, one past it", 100, 71, 90, false},
        {"large, at the reserve", 30, 1, 9, false},
        {"large, within the reserve", 20, 1, 9, false},
        {"small, at the reserve", 30, 4, 8, true},
        {"small, down to nothing", 4, 4, 8, true},
        {"small, one past nothing", 3, 4, 8, false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            input_budget budget(100, 30, 8);
            while (budget.left() > row.left) {
                BOOST_REQUIRE(budget.take(1, 1));
            }
            BOOST_TEST(budget.take(row.bytes, row.size) == row.granted);
            BOOST_TEST(budget.left() == row.left - (row.granted ? row.bytes : 0));
        }
    }
    input_budget budget(100, 30, 16);
    input_buffer large(10, budget);
    append(large, std::string(80, 'x'), 80);
    BOOST_TEST(!large.make_room(90));
    input_buffer small(10, budget);
    append(small, std::string(16, 'x'), 16);
    BOOST_TEST(!small.make_room(17)); // would be large
}

RC_BOOST_PROP(it_is_a_queue_of_bytes, ()) {
    const std::size_t start = *rc::gen::inRange<std::size_t>(1, 50);
    input_budget budget(10'000);
    input_buffer buffer(start, budget);
    std::string model;
    const auto steps = *rc::gen::inRange<std::size_t>(0, 60);
    for (std::size_t i = 0; i < steps; ++i) {
        switch (*rc::gen::inRange(0, 4)) {
        case 0:
        case 1: {
            const auto more = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
            append(buffer, more, model.size() + more.size());
            model += more;
            break;
        }
        case 2: {
            const auto n = *rc::gen::inRange<std::size_t>(0, model.size() + 1);
            buffer.consume(n);
            model.erase(0, n);
            break;
        }
        default: buffer.shrink(*rc::gen::inRange<std::size_t>(0, 200)); break;
        }
        RC_ASSERT(buffer.bytes() == model);
    }
    buffer.clear();
    buffer.shrink(0);
    RC_ASSERT(budget.left() == 10'000U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
