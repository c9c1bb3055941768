#include "gateway/http/completions.hpp"
#include "gateway/http/handler.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace rollcall::http {
namespace {

// A mailbox whose wake-ups are counted.
struct office {
    int wakes = 0;
    std::shared_ptr<mailbox> box = std::make_shared<mailbox>([this] { ++wakes; });

    pending_answer pending(std::uint32_t slot) {
        return pending_answer(answer_ticket{&box, slot_id{slot, 0}});
    }

    std::vector<mailbox::letter> take() {
        std::vector<mailbox::letter> letters;
        box->take(letters);
        return letters;
    }
};

continuation nothing() {
    return [](exchange&) {};
}

BOOST_AUTO_TEST_SUITE(completions_test)

BOOST_AUTO_TEST_CASE(one_wake_up_until_the_box_is_emptied) {
    office o;
    o.pending(1).complete(nothing());
    o.pending(2).complete(nothing());
    BOOST_TEST(o.wakes == 1);
    const auto letters = o.take();
    BOOST_REQUIRE(letters.size() == 2U);
    BOOST_TEST(letters[0].to.index == 1U);
    BOOST_TEST(letters[1].to.index == 2U);
    o.pending(3).complete(nothing());
    BOOST_TEST(o.wakes == 2);
}

BOOST_AUTO_TEST_CASE(who_has_left_his_slot_does_not_take_the_next_one_along) {
    office o;
    const slot_id first{3, 0};
    const slot_id second{3, 1};
    const slot_id other{2, 0};
    const pending_answer waits = o.pending(3);
    BOOST_TEST(waits.wanted());
    o.box->note_left(first);
    BOOST_TEST(!waits.wanted());
    BOOST_TEST(o.box->awaited(second));
    BOOST_TEST(o.box->awaited(other));
    BOOST_TEST(o.box->awaited(slot_id{100, 0}));
    o.box->note_left(second);
    BOOST_TEST(!o.box->awaited(first));
    BOOST_TEST(!o.box->awaited(second));
    o.box->close();
    BOOST_TEST(!o.box->awaited(other));
    BOOST_TEST(!pending_answer().wanted());
}

BOOST_AUTO_TEST_CASE(a_batch_wakes_each_thread_once) {
    office first;
    office second;
    completion_batch batch;
    for (std::uint32_t i = 0; i < 10; ++i) {
        batch.add((i % 2 == 0 ? first : second).pending(i), nothing());
    }
    BOOST_TEST(first.wakes == 0);
    batch.flush();
    BOOST_TEST(first.wakes == 1);
    BOOST_TEST(second.wakes == 1);
    BOOST_TEST(first.take().size() == 5U);
    BOOST_TEST(second.take().size() == 5U);
    batch.flush();
    BOOST_TEST(first.wakes == 1);
    batch.add(first.pending(11), nothing());
    batch.flush();
    BOOST_TEST(first.wakes == 2);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_given_up_is_reported) {
    office o;
    { const pending_answer dropped = o.pending(7); }
    {
        pending_answer replaced = o.pending(8);
        replaced = o.pending(9);
        pending_answer moved = std::move(replaced);
        std::move(moved).complete(nothing());
    }
    { const pending_answer none; }
    const auto letters = o.take();
    BOOST_REQUIRE(letters.size() == 3U);
    BOOST_TEST(letters[0].to.index == 7U);
    BOOST_TEST(!letters[0].then);
    BOOST_TEST(letters[1].to.index == 8U);
    BOOST_TEST(!letters[1].then);
    BOOST_TEST(letters[2].to.index == 9U);
    BOOST_TEST(static_cast<bool>(letters[2].then));
}

BOOST_AUTO_TEST_CASE(a_closed_box_throws_letters_away) {
    office o;
    auto watched = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = watched;
    pending_answer late = o.pending(2);
    completion_batch batch;
    o.pending(1).complete([held = std::move(watched)](exchange&) {});
    BOOST_TEST(!watch.expired());
    o.box->close();
    BOOST_TEST(watch.expired());
    std::move(late).complete(nothing());
    batch.add(o.pending(3), nothing());
    batch.flush();
    BOOST_TEST(o.take().empty());
    BOOST_TEST(o.wakes == 1);
}

BOOST_AUTO_TEST_CASE(a_continuation_gets_its_exchange) {
    office o;
    request asked;
    reply answer;
    int runs = 0;
    continuation then = [&runs, only_movable = std::make_unique<int>(3)](exchange& x) {
        runs += *only_movable;
        x.answer().empty(204);
    };
    exchange x(asked, answer, answer_ticket{&o.box, slot_id{}});
    then(x);
    BOOST_TEST(runs == 3);
    BOOST_TEST(answer.status == 204U);
    BOOST_TEST(!x.deferred());
    const pending_answer later = x.defer();
    BOOST_TEST(x.deferred());
}

BOOST_AUTO_TEST_CASE(many_threads_lose_nothing) {
    std::atomic<int> wakes{0};
    auto box = std::make_shared<mailbox>([&] { ++wakes; });
    constexpr std::size_t each = 2'000;
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            completion_batch batch;
            for (std::uint32_t i = 0; i < each; ++i) {
                pending_answer p(answer_ticket{&box, slot_id{t, i}});
                if (i % 3 == 0) {
                    std::move(p).complete(nothing());
                } else {
                    batch.add(std::move(p), nothing());
                    if (i % 16 == 0) batch.flush();
                }
            }
        });
    }
    std::size_t taken = 0;
    std::vector<mailbox::letter> letters;
    while (taken < 4 * each) {
        box->take(letters);
        taken += letters.size();
        letters.clear();
    }
    for (std::thread& t : threads)
        t.join();
    BOOST_TEST(taken == 4 * each);
    BOOST_TEST(wakes.load() >= 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
