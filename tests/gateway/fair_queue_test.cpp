#include "gateway/fair_queue.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <map>

namespace rollcall::gateway {
namespace {

using eventlog::tenant_no;

bool anybody(tenant_no) {
    return true;
}

BOOST_AUTO_TEST_SUITE(fair_queue_test)

BOOST_AUTO_TEST_CASE(who_may_not_is_passed_over_and_keeps_his_turn) {
    fair_queue<int> queue;
    BOOST_TEST(!queue.next(anybody).has_value());
    queue.push(tenant_no{1}, 10);
    queue.push(tenant_no{2}, 20);
    queue.push(tenant_no{2}, 21);
    const auto not_first = [](tenant_no who) { return who != tenant_no{1}; };
    BOOST_TEST((queue.next(not_first) == tenant_no{2}));
    BOOST_TEST(queue.pop(tenant_no{2}) == 20);
    BOOST_TEST((queue.next(anybody) == tenant_no{1}));
    BOOST_TEST(queue.waiting(tenant_no{2}) == 1u);
    BOOST_TEST(queue.waiting(tenant_no{3}) == 0u);
}

BOOST_AUTO_TEST_CASE(what_leaves_takes_its_tenants_turn_along_if_it_was_his_last) {
    fair_queue<int> queue;
    queue.push(tenant_no{1}, 1);
    queue.push(tenant_no{2}, 2);
    queue.push(tenant_no{2}, 3);
    BOOST_TEST(queue.take_if([](int i) { return i < 3; }).size() == 2u);
    BOOST_TEST(queue.size() == 1u);
    BOOST_TEST((queue.next(anybody) == tenant_no{2}));
    queue.push(tenant_no{1}, 4);
    BOOST_TEST((queue.next(anybody) == tenant_no{2}));
}

RC_BOOST_PROP(nobody_is_passed_by_twice_while_he_waits, ()) {
    fair_queue<int> queue;
    std::map<std::uint32_t, std::vector<int>> lines; // oldest first
    std::map<std::uint32_t, std::map<std::uint32_t, int>> passed;
    const auto steps = *rc::gen::inRange<std::size_t>(1, 200);
    for (int i = 0; i < static_cast<int>(steps); ++i) {
        if (*rc::gen::inRange(0, 5) < 3) {
            const auto who = *rc::gen::inRange<std::uint32_t>(1, 6);
            queue.push(tenant_no{who}, i);
            lines[who].push_back(i);
        } else if (const auto next = queue.next(anybody)) {
            const auto who = static_cast<std::uint32_t>(next->value);
            RC_ASSERT(queue.pop(*next) == lines[who].front());
            lines[who].erase(lines[who].begin());
            if (lines[who].empty()) lines.erase(who);
            passed.erase(who);
            for (const auto& [waits, line] : lines) {
                if (waits != who) RC_ASSERT(++passed[waits][who] <= 1);
            }
        }
        std::size_t sum = 0;
        for (const auto& [who, line] : lines) {
            sum += line.size();
            RC_ASSERT(queue.waiting(tenant_no{who}) == line.size());
        }
        RC_ASSERT(queue.size() == sum);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
