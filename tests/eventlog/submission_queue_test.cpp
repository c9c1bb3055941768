#include "eventlog/submission_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using namespace rollcall::eventlog;

BOOST_AUTO_TEST_SUITE(submission_queue_test)

namespace {

struct named final : submission {
    explicit named(std::string n, tenant_no whose) : name(std::move(n)) { tenant = whose; }

    bool decide(turn&) override { return false; }

    void complete(submission_outcome, position) noexcept override {}

    std::string name;
};

/// Hands in words such as "a1" (of tenant a), then takes all.
std::string order_of(submission_queue& queue, std::string_view words) {
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        queue.push(std::make_unique<named>(std::string(word),
                                           tenant_no{static_cast<std::uint32_t>(word[0])}));
    }
    std::string out;
    while (const auto work = queue.pop()) {
        if (!out.empty()) out += ' ';
        out += static_cast<const named&>(*work).name;
    }
    return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(tenants_take_turns) {
    struct row {
        const char* name;
        std::string_view in;
        std::string_view out;
    };

    const row rows[] = {
        {"nothing", "", ""},
        {"one line stays in order", "a1 a2 a3", "a1 a2 a3"},
        {"a single one does not wait for many", "a1 a2 a3 a4 b1", "a1 b1 a2 a3 a4"},
        {"three in turns", "a1 a2 a3 b1 b2 c1", "a1 b1 c1 a2 b2 a3"},
    };
    submission_queue queue;
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(order_of(queue, r.in) == r.out);
            BOOST_TEST(queue.size() == 0u);
        }
    }
}

BOOST_AUTO_TEST_CASE(who_is_put_back_comes_first_in_his_line_only) {
    submission_queue queue;
    const auto front = [&](const char* name) {
        queue.push_front(
            std::make_unique<named>(name, tenant_no{static_cast<std::uint32_t>(name[0])}));
    };
    front("a1"); // nobody else is there
    front("a0");
    BOOST_TEST(queue.size() == 2u);
    BOOST_TEST(order_of(queue, "b1 a2") == "a0 b1 a1 a2");
    queue.push(std::make_unique<named>("b1", tenant_no{'b'}));
    front("a1"); // his tenant has no place among the others any more
    BOOST_TEST(order_of(queue, "b2") == "b1 a1 b2");
}

BOOST_AUTO_TEST_CASE(who_goes_first_has_each_second_turn) {
    submission_queue queue;
    const auto first = [&](const char* name) {
        queue.push_first(
            std::make_unique<named>(name, tenant_no{static_cast<std::uint32_t>(name[0])}));
    };
    first("a1");
    first("a2");
    first("b1");
    BOOST_TEST(queue.size() == 3u);
    BOOST_TEST(order_of(queue, "a3 a4 c1 c2") == "a1 a3 a2 c1 b1 a4 c2");
    BOOST_TEST(queue.size() == 0u);
    first("a1"); // nobody else is there
    first("a2");
    BOOST_TEST(order_of(queue, "") == "a1 a2");
}

BOOST_AUTO_TEST_CASE(many_tenants_come_and_go) {
    submission_queue queue;
    for (std::uint32_t round = 0; round < 3; ++round) {
        for (std::uint32_t i = 0; i < 1000; ++i) {
            queue.push(std::make_unique<named>("", tenant_no{i}));
        }
        BOOST_TEST(queue.size() == 1000u);
        for (std::uint32_t i = 0; i < 1000; ++i) {
            BOOST_TEST((queue.pop()->tenant == tenant_no{i}));
        }
        BOOST_TEST(!queue.pop());
    }
}

BOOST_AUTO_TEST_SUITE_END()
