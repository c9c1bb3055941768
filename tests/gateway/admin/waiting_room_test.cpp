// Calls that wait: woken, timed out, let go, and one too many.
#include "gateway/admin/waiting_room.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::admin {
namespace {

using clock = waiting_room::clock;

/// The mailbox of an I/O thread that this test is.
class post {
  public:
    post()
        : office_(std::make_shared<http::mailbox>([this] {
              const std::lock_guard lock(mutex_);
              arrived_ = true;
              changed_.notify_one();
          })) {}

    /// A call of the connection `slot` that asks the room to wait.
    std::optional<waiting_room::place> wait(waiting_room& room, std::uint32_t slot,
                                            clock::time_point until,
                                            waiting_room::owner whose = {}) {
        http::exchange x(asked_, reply_, {&office_, {slot, 1}});
        gateway::call c(x, {});
        return room.wait(
            c, until, [this](gateway::call&) { ++answered_; }, whose);
    }

    /// The same for one who finds a place.
    waiting_room::place seat(waiting_room& room, std::uint32_t slot, clock::time_point until) {
        const auto here = wait(room, slot, until);
        BOOST_REQUIRE(here.has_value());
        return here.value_or(0);
    }

    /// Waits for letters and delivers them; the connections that were answered.
    std::vector<std::uint32_t> deliver() {
        {
            std::unique_lock lock(mutex_);
            BOOST_REQUIRE_MESSAGE(
                changed_.wait_for(lock, std::chrono::minutes(1), [this] { return arrived_; }),
                "nobody was answered within a minute");
            arrived_ = false;
        }
        std::vector<http::mailbox::letter> letters;
        office_->take(letters);
        std::vector<std::uint32_t> slots;
        for (auto& letter : letters) {
            http::exchange x(asked_, reply_, {&office_, letter.to});
            if (letter.then) letter.then(x);
            slots.push_back(letter.to.index);
        }
        return slots;
    }

    [[nodiscard]] int answered() const { return answered_; }

  private:
    http::request asked_;
    http::reply reply_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool arrived_ = false;
    int answered_ = 0;
    std::shared_ptr<http::mailbox> office_;
};

clock::time_point in_an_hour() {
    return clock::now() + std::chrono::hours(1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(waiting_room_test)

BOOST_AUTO_TEST_CASE(who_is_woken_is_answered) {
    post mail;
    waiting_room room(4);
    const auto first = mail.seat(room, 1, in_an_hour());
    const auto second = mail.seat(room, 2, in_an_hour());
    room.wake(second);
    BOOST_TEST((mail.deliver() == std::vector<std::uint32_t>{2}));
    room.wake(first);
    room.wake(first);
    BOOST_TEST((mail.deliver() == std::vector<std::uint32_t>{1}));
    BOOST_TEST(mail.answered() == 2);
}

BOOST_AUTO_TEST_CASE(time_passes_in_the_order_of_the_clock) {
    post mail;
    waiting_room room(4);
    mail.seat(room, 1, in_an_hour());
    mail.seat(room, 2, clock::now());
    BOOST_TEST((mail.deliver() == std::vector<std::uint32_t>{2}));
    BOOST_TEST(mail.answered() == 1);
}

BOOST_AUTO_TEST_CASE(there_are_so_many_places_and_not_one_more) {
    post mail;
    waiting_room room(2);
    const auto first = mail.seat(room, 1, in_an_hour());
    mail.seat(room, 2, in_an_hour());
    BOOST_TEST(!mail.wait(room, 3, in_an_hour()).has_value());
    room.wake(first);
    mail.deliver();
    BOOST_TEST(mail.wait(room, 3, in_an_hour()).has_value());
}

BOOST_AUTO_TEST_CASE(each_owner_has_a_share_and_all_together_too) {
    const waiting_room::owner acme = eventlog::tenant_no{1};
    const waiting_room::owner bold = eventlog::tenant_no{2};
    const waiting_room::owner calm = eventlog::tenant_no{3};
    post mail;
    waiting_room room({.places = 5, .tenant_places = 3, .each = 2});
    const auto first = mail.wait(room, 1, in_an_hour(), acme);
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST(mail.wait(room, 2, in_an_hour(), acme).has_value());
    BOOST_TEST(!mail.wait(room, 3, in_an_hour(), acme).has_value());
    BOOST_TEST(mail.wait(room, 3, in_an_hour(), bold).has_value());
    BOOST_TEST(!mail.wait(room, 4, in_an_hour(), calm).has_value());
    BOOST_TEST(mail.wait(room, 4, in_an_hour()).has_value());
    BOOST_TEST(mail.wait(room, 5, in_an_hour()).has_value());
    BOOST_TEST(!mail.wait(room, 6, in_an_hour()).has_value());
    room.wake(*first);
    mail.deliver();
    BOOST_TEST(mail.wait(room, 6, in_an_hour(), calm).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_kept_goes_with_the_guest) {
    post mail;
    waiting_room room(2);
    const auto here = mail.seat(room, 1, in_an_hour());
    auto companion = std::make_shared<int>(7);
    const std::weak_ptr<int> watched = companion;
    room.keep(here, std::move(companion));
    BOOST_TEST(!watched.expired());
    room.wake(here);
    mail.deliver();
    room.close();
    auto late = std::make_shared<int>(8);
    const std::weak_ptr<int> not_kept = late;
    room.keep(here, std::move(late));
    BOOST_TEST(not_kept.expired());
}

BOOST_AUTO_TEST_CASE(a_closed_room_lets_everybody_go) {
    post mail;
    waiting_room room(4);
    mail.seat(room, 1, in_an_hour());
    room.close();
    BOOST_TEST((mail.deliver() == std::vector<std::uint32_t>{1}));
    mail.seat(room, 2, in_an_hour());
    BOOST_TEST((mail.deliver() == std::vector<std::uint32_t>{2}));
}

BOOST_AUTO_TEST_CASE(the_end_answers_whoever_is_left) {
    post mail;
    {
        waiting_room room(4);
        mail.seat(room, 1, in_an_hour());
    }
    BOOST_TEST((mail.deliver() == std::vector<std::uint32_t>{1}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
